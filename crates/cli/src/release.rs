//! Tells of a newer release after a command.

use pacto_app::release::NewRelease;
use pacto_diagnostic::render::printable;

use crate::session::Session;

/// Tells on standard error of a newer release that an earlier run learned of.
pub(crate) fn tell(session: &mut Session) {
    if let Some(release) = session.context.new_release() {
        // Whoever cannot be told misses nothing that was asked for.
        let _ = session.streams.note(&notice(&release));
    }
}

fn notice(release: &NewRelease) -> String {
    let NewRelease {
        running,
        latest,
        address,
    } = release;
    format!(
        "\nA new version of pacto is available: {running} -> {latest}\nReleases: {}",
        printable(address)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_and_the_place_are_told() {
        let release = NewRelease {
            running: "v1.0.0".to_owned(),
            latest: "v1.2.0".to_owned(),
            address: "https://example.com/releases.json".to_owned(),
        };
        assert_eq!(
            notice(&release),
            "\nA new version of pacto is available: v1.0.0 -> v1.2.0\n\
             Releases: https://example.com/releases.json"
        );
    }
}
