use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::{Context, Network, Silent};

const NOW: &str = "2026-03-14T09:26:53Z";

/// Answers every request with the same document, after a while; counts them.
fn index(answer: &'static str, pause: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}/", listener.local_addr().expect("bound"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            counted.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(pause);
            let length = answer.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{answer}"
            );
        }
    });
    (address, count)
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join(".config/pacto/release-check.json")
    }

    fn store(&self, text: &str) {
        let file = self.file();
        std::fs::create_dir_all(file.parent().expect("has a parent")).expect("created");
        std::fs::write(file, text).expect("written");
    }

    fn stored(&self) -> Option<String> {
        std::fs::read_to_string(self.file()).ok()
    }

    fn context(&self, version: &str, now: &str, address: Option<&str>) -> Context {
        self.context_with(version, now, address, &[], Network::default())
    }

    fn context_with(
        &self,
        version: &str,
        now: &str,
        address: Option<&str>,
        variables: &[(&str, &str)],
        network: Network,
    ) -> Context {
        let home = self.0.path().display().to_string();
        let environment = variables
            .iter()
            .copied()
            .chain([("HOME", home.as_str())])
            .collect();
        let now = now.parse().expect("a time");
        let directory = self.0.path().to_owned();
        Context::new(
            environment,
            directory,
            now,
            network,
            Arc::new(Silent),
            version,
        )
        .with_release_index(address)
    }

    fn wait_until_stored(&self) -> String {
        let started = Instant::now();
        loop {
            match self.stored() {
                Some(text) => return text,
                None if started.elapsed() > Duration::from_secs(20) => panic!("nothing is stored"),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

#[test]
fn what_the_index_says_is_stored_privately_and_told_by_the_next_command() {
    let (address, _) = index(r#"{"latest":"v1.2.0","more":[]}"#, Duration::ZERO);
    let home = Home::new();
    let context = home.context("v1.0.0", NOW, Some(&address));
    assert_eq!(context.new_release(), None);
    context.remote();
    assert_eq!(
        home.wait_until_stored(),
        r#"{"checked_at":"2026-03-14T09:26:53Z","latest_version":"v1.2.0"}"#
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| {
            let metadata = std::fs::metadata(path).expect("there");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(&home.file()), 0o600);
        assert_eq!(mode(home.file().parent().expect("has a parent")), 0o700);
    }
    let expected = NewRelease {
        running: "v1.0.0".to_owned(),
        latest: "v1.2.0".to_owned(),
        address,
    };
    assert_eq!(context.new_release(), Some(expected));
}

#[test]
fn a_day_passes_before_the_index_is_asked_again() {
    let (address, count) = index(r#"{"latest":"v1.3.0"}"#, Duration::ZERO);
    let home = Home::new();
    let stored = r#"{"checked_at":"2026-03-14T09:26:53Z","latest_version":"v1.2.0"}"#;
    home.store(stored);
    home.context("v1.0.0", "2026-03-15T09:26:52Z", Some(&address))
        .remote();
    assert_eq!(home.stored().as_deref(), Some(stored));
    let later = home.context("v1.0.0", "2026-03-15T09:26:53Z", Some(&address));
    later.remote();
    let started = Instant::now();
    while home.stored().as_deref() == Some(stored) {
        assert!(started.elapsed() < Duration::from_secs(20), "not asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    // A file from the future is not believed for ever.
    assert!(!ReleaseCheck::is_fresh(
        &ReleaseCheck::new(later.environment(), "v1.0.0", Some(&address)).expect("a check"),
        "2026-03-01T00:00:00Z".parse().expect("a time"),
    ));
}

#[test]
fn a_slow_index_delays_nobody() {
    let (address, count) = index(r#"{"latest":"v1.2.0"}"#, Duration::from_secs(30));
    let home = Home::new();
    let started = Instant::now();
    let context = home.context("v1.0.0", NOW, Some(&address));
    context.remote().block_on(async {
        while count.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    drop(context);
    assert!(started.elapsed() < Duration::from_secs(15), "{started:?}");
    assert_eq!(home.stored(), None);
}

#[test]
fn what_is_no_answer_changes_nothing() {
    let check = |home: &Home| {
        ReleaseCheck::new(
            home.context("v1.0.0", NOW, None).environment(),
            "v1.0.0",
            Some("http://127.0.0.1:1/"),
        )
        .expect("a check")
    };
    let home = Home::new();
    let now = NOW.parse().expect("a time");
    for document in [
        "<html>",
        "{}",
        r#"{"latest":"\u001b[31m"}"#,
        r#"{"latest":""}"#,
    ] {
        check(&home).store(document.as_bytes(), now);
        assert_eq!(home.stored(), None, "{document}");
    }
    for text in [
        "",
        "{",
        r#"{"checked_at":"x","latest_version":"\u001b[31m"}"#,
    ] {
        home.store(text);
        assert_eq!(check(&home).known(), None, "{text}");
        assert!(!check(&home).is_fresh(now), "{text}");
    }
}

#[test]
fn only_a_higher_version_is_told() {
    let home = Home::new();
    let known = |running: &str, latest: &str| {
        home.store(&format!(
            r#"{{"checked_at":"{NOW}","latest_version":"{latest}"}}"#
        ));
        home.context(running, NOW, Some("http://127.0.0.1:1/"))
            .new_release()
            .map(|release| release.latest)
    };
    assert_eq!(known("v1.0.0", "v1.0.1").as_deref(), Some("v1.0.1"));
    assert_eq!(known("v1.0.0-rc.1", "v1.0.0").as_deref(), Some("v1.0.0"));
    assert_eq!(known("v1.0.0", "v1.0.0"), None);
    assert_eq!(known("v1.10.0", "v1.9.0"), None);
}

#[test]
fn without_index_release_or_consent_nothing_is_asked_or_told() {
    let (address, count) = index(r#"{"latest":"v9.0.0"}"#, Duration::ZERO);
    let home = Home::new();
    home.store(r#"{"checked_at":"2020-01-01T00:00:00Z","latest_version":"v9.0.0"}"#);
    let online = Network::default();
    let offline = Network {
        is_offline: true,
        ..online
    };
    let some = Some(address.as_str());
    let cases = [
        ("v1.0.0", None, None, online, false),
        ("v1.0.0", Some(""), None, online, false),
        ("dev", some, None, online, false),
        ("v1.0.0", some, Some((NO_CHECK, "1")), online, false),
        // The file may be told without the network.
        ("v1.0.0", some, None, offline, true),
    ];
    for (version, address, variable, network, is_told) in cases {
        let variables: Vec<_> = variable.into_iter().collect();
        let context = home.context_with(version, NOW, address, &variables, network);
        context.remote();
        let told = context.new_release().is_some();
        assert_eq!(told, is_told, "{version} {address:?} {variable:?}");
    }
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(count.load(Ordering::SeqCst), 0);

    // Exactly `1` turns it off.
    let variables = [(NO_CHECK, "0")];
    let context = home.context_with("v1.0.0", NOW, some, &variables, online);
    assert!(context.new_release().is_some());
}
