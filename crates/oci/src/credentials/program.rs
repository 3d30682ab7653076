//! Running the programs that keep credentials.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::Environment;

/// What a program said.
pub(super) struct Output {
    pub(super) is_success: bool,
    pub(super) text: String,
}

/// Runs a program with the given environment and input; `None` when it cannot be started, takes
/// too long, or writes something that is no text. It is killed when it takes too long.
pub(super) async fn run(
    program: &Path,
    arguments: &[&str],
    input: &str,
    environment: &Environment,
    timeout: Duration,
) -> Option<Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.variables())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let work = async {
        // A program that does not read its input is its own affair.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        child.wait_with_output().await
    };
    let output = tokio::time::timeout(timeout, work).await.ok()?.ok()?;
    Some(Output {
        is_success: output.status.success(),
        text: String::from_utf8(output.stdout).ok()?,
    })
}
