//! Scaffolds: the files a new check, rule or command begins with.

use anyhow::{Context, Result, bail};

use crate::checkout::root;

/// Writes the stub of `kind` under `name` and says what to fill in.
pub(crate) fn run(kind: &str, name: &str) -> Result<()> {
    match kind {
        "check" => {
            let (area, code) = name
                .split_once('/')
                .context("use AREA/CODE, as runtime/HEALTH_PATH_REQUIRED")?;
            write(
                &format!("crates/validate/checks/{area}/{code}.md"),
                &check_page(code),
            )?;
            println!(
                "next: emit `{code}` in crates/validate/src/checks/{area}.rs, then `cargo xtask generate`"
            );
        }
        "rule" => {
            let (area, id) = name
                .split_once('/')
                .context("use AREA/ID, as contract/interfaces-port")?;
            write(&format!("crates/diff/rules/{area}/{id}.md"), &rule_page(id))?;
            println!("next: fill in match, message and examples, then `cargo xtask generate`");
        }
        "command" => {
            write(
                &format!("crates/app/src/{name}.rs"),
                &format!("//! The use case `{name}`.\n"),
            )?;
            write(
                &format!("crates/cli/src/commands/{name}.rs"),
                &format!("//! `pacto {name}`.\n"),
            )?;
            write(
                &format!("crates/cli/tests/commands/{name}.rs"),
                &format!("//! `pacto {name}` as a user sees it.\n"),
            )?;
            println!(
                "next: add the `mod` lines and the variant in crates/cli/src/commands.rs, then `cargo xtask generate`"
            );
        }
        _ => bail!("cannot scaffold `{kind}`; one of check, rule, command"),
    }
    Ok(())
}

fn write(path: &str, content: &str) -> Result<()> {
    let full = root().join(path);
    if full.exists() {
        bail!("{path} exists already");
    }
    if let Some(folder) = full.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&full, content)?;
    println!("wrote {path}");
    Ok(())
}

fn check_page(code: &str) -> String {
    format!(
        "---\ncode: {code}\nseverity: error\nlayer: 2\nsince: 0.1.0\n---\n# One sentence that names the smell\n\n\
         What is wrong, why it matters, what to do instead.\n\n## Examples\n\n### Fires: when\n\n\
         ```yaml pacto.yaml\npactoVersion: \"1.1\"\nservice: {{ name: demo, version: 1.0.0 }}\n```\n\n\
         ```expect\n{code} error service.version\n```\n\n### Silent: when not\n\n\
         ```yaml pacto.yaml\npactoVersion: \"1.1\"\nservice: {{ name: demo, version: 1.0.0 }}\n```\n\n```expect\n```\n"
    )
}

fn rule_page(id: &str) -> String {
    format!(
        "---\nid: {id}\nclass: breaking\nsince: 0.1.0\n---\n# What happened\n\n\
         What changed, who breaks and how, what to do instead.\n\n## Examples\n\n### Breaks: whom\n\n\
         ```yaml before\n```\n\n```yaml after\n```\n\n```expect\n```\n\n### Silent: why\n\n\
         ```yaml before\n```\n\n```yaml after\n```\n\n```expect\n```\n"
    )
}
