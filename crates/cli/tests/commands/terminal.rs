//! The program on a terminal: `script` of util-linux makes one.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use pacto_testkit::registry::{Effect, Fault, TestRegistry};

use crate::sandbox::Sandbox;

const SCRIPT: &str = "/usr/bin/script";

/// Longest wait for something that must appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether there is a `script`; where tests must not be left out, there has to be one.
fn has_script() -> bool {
    let is_there = Path::new(SCRIPT).is_file();
    assert!(
        is_there || std::env::var_os("CI").is_none(),
        "there is no {SCRIPT}: install bsdutils"
    );
    if !is_there {
        let _ = writeln!(std::io::stderr(), "skipped: there is no {SCRIPT}");
    }
    is_there
}

/// The program on a terminal of its own; both streams are one there.
struct Terminal {
    child: Child,
    output: Receiver<Vec<u8>>,
    seen: String,
    started: Instant,
}

impl Terminal {
    fn start(sandbox: &Sandbox, arguments: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_pacto");
        Self::of_line(sandbox, &format!("'{program}' {arguments}"))
    }

    /// A line of the shell on a terminal.
    fn of_line(sandbox: &Sandbox, line: &str) -> Self {
        let mut command = Command::new(SCRIPT);
        command.args(["-qec", line, "/dev/null"]);
        sandbox.enclose(&mut command);
        let mut child = command
            .env("TERM", "xterm")
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script starts");
        let mut stdout = child.stdout.take().expect("piped");
        let (sender, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = stdout.read(&mut bytes) {
                if read == 0 || sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            output,
            seen: String::new(),
            started: Instant::now(),
        }
    }

    /// Waits until the terminal shows a text; the time since the start.
    fn wait_for(&mut self, text: &str) -> Duration {
        while !self.seen.contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(problem) => panic!("`{text}`: {problem}: {:?}", self.seen),
            }
        }
        self.started.elapsed()
    }

    fn type_line(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("piped");
        writeln!(stdin, "{line}").expect("script reads");
        stdin.flush().expect("script reads");
    }

    /// Everything that was shown, and the exit code.
    fn end(mut self) -> (i32, String) {
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        let status = self.child.wait().expect("script ends");
        (status.code().unwrap_or(-1), self.seen.replace('\r', ""))
    }
}

fn contract(sandbox: &Sandbox) {
    sandbox.file(
        "svc/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n",
    );
}

#[test]
fn init_asks_for_name_and_owner() {
    if !has_script() {
        return;
    }
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::start(&sandbox, "init");
    terminal.wait_for("Name of the service: ");
    terminal.type_line("payments");
    terminal.wait_for("Team that owns it [team/my-team]: ");
    terminal.type_line("team/pay");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("payments/pacto.yaml"), "{shown}");
    let contract = sandbox.read("payments/pacto.yaml");
    assert!(contract.contains("owner: \"team/pay\""), "{contract}");
}

#[test]
fn init_says_what_is_wrong_with_a_name_before_it_asks_on() {
    if !has_script() {
        return;
    }
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::start(&sandbox, "init");
    terminal.wait_for("Name of the service: ");
    terminal.type_line("My Service");
    let (code, shown) = terminal.end();
    assert_eq!(code, 2, "{shown}");
    assert!(!shown.contains("Team that owns it"), "{shown}");
}

#[test]
fn a_password_is_asked_for_and_not_shown() {
    if !has_script() {
        return;
    }
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::start(&sandbox, "login h.example -u me --no-check");
    terminal.wait_for("Password: ");
    // The prompt comes right before the echo goes.
    std::thread::sleep(Duration::from_millis(500));
    terminal.type_line("hunter2");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Login succeeded for h.example"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let stored = std::fs::read_to_string(sandbox.path("../.config/pacto/config.json"));
    // `me:hunter2`
    assert!(stored.expect("stored").contains("bWU6aHVudGVyMg=="));
}

#[test]
fn a_question_that_is_interrupted_leaves_the_terminal_as_it_was() {
    if !has_script() {
        return;
    }
    let program = env!("CARGO_BIN_EXE_pacto");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let sandbox = Sandbox::new();
        // Somebody else ends the program as soon as it has taken the echo away.
        let line = format!(
            "PATH=/usr/bin:/bin; export PATH; (while stty -a </dev/tty | grep -q ' echo '; do sleep 0.1; done; \
              kill -{signal} $(cat pid)) & \
             sh -c 'echo $$ > pid; exec \"{program}\" login h.example -u me --no-check'; \
             echo ended with $?; stty -a"
        );
        let (_, shown) = Terminal::of_line(&sandbox, &line).end();
        assert!(shown.contains(&format!("ended with {code}")), "{shown}");
        let (_, settings) = shown.split_once("ended with").expect("it ended");
        assert!(settings.contains(" echo "), "SIG{signal}: {settings}");
        for missing in ["-icanon", "-isig"] {
            assert!(!settings.contains(missing), "SIG{signal}: {settings}");
        }
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    if !has_script() {
        return;
    }
    let mut sandbox = Sandbox::new();
    contract(&sandbox);
    sandbox.file("broken/pacto.yaml", "pactoVersion: \"1.0\"\n");
    let shown = |sandbox: &Sandbox, what: &str| Terminal::start(sandbox, what).end().1;
    for what in ["validate svc", "validate broken", "pull nope", "--help"] {
        assert!(shown(&sandbox, what).contains("\u{1b}["), "{what}");
    }
    let piped = sandbox.pacto(["validate", "broken"]);
    assert!(!piped.to_string().contains('\u{1b}'), "{piped}");
    let json = shown(&sandbox, "validate broken --output-format json");
    assert!(!json.contains('\u{1b}'), "{json}");
    sandbox.variable("NO_COLOR", "1");
    for what in ["validate svc", "validate broken", "pull nope", "--help"] {
        let text = shown(&sandbox, what);
        assert!(!text.contains('\u{1b}'), "{what}: {text:?}");
    }
}

#[test]
fn progress_appears_when_work_takes_long_and_vanishes() {
    if !has_script() {
        return;
    }
    let registry = TestRegistry::start();
    let mut sandbox = Sandbox::new();
    contract(&sandbox);
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);

    let quick = Terminal::start(&sandbox, &format!("pull {reference} -o quick"));
    let started = Instant::now();
    let (code, shown) = quick.end();
    assert_eq!(code, 0, "{shown}");
    // On a machine under load even this may take long.
    if started.elapsed() < Duration::from_millis(450) {
        assert!(!shown.contains("fetching"), "{shown}");
    }

    let slow = |sandbox: &Sandbox, to: &str| {
        registry.behave();
        registry.misbehave(
            Fault::on(
                "/manifests/",
                Effect::DripBody {
                    piece: 1 << 20,
                    pause: Duration::from_secs(2),
                },
            )
            .method("GET"),
        );
        Terminal::start(sandbox, &format!("pull {reference} --no-cache -o {to}"))
    };
    let mut terminal = slow(&sandbox, "slow");
    let at = terminal.wait_for("fetching");
    assert!(at >= Duration::from_millis(450), "{at:?}");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    let last = shown.rsplit("fetching").next().unwrap_or_default();
    // The line is erased before the result is written.
    let erased = last.find("\u{1b}[2K").expect("the bar is erased");
    let result = last.find("svc@1.0.0").expect("the result is shown");
    assert!(erased < result, "{last:?}");

    sandbox.variable("PACTO_NO_ANIM", "1");
    let (code, shown) = slow(&sandbox, "still").end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("fetching"), "{shown}");
}
