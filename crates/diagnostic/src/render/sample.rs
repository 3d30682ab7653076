//! Findings that the tests of all renderers share.

use super::Subject;
use crate::{Edit, Finding, Fix, SourceMap, SourceText, Span};

const TEXT: &str = "\
pactoVersion: \"1.0\"
service:
  name: payments-api
interfaces:
  - name: rest-api
    type: http
runtime:
  health:
    interface: rest
    path: /health|z
";

pub(crate) struct Sample {
    pub(crate) findings: Vec<Finding>,
    pub(crate) sources: SourceMap,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let source = SourceText::new("pacto.yaml", TEXT);
        let place = |needle: &str| {
            let start = TEXT.find(needle).expect("present") as u32;
            source.location(Span::new(start, start + needle.len() as u32))
        };
        let wrong = place("rest\n");
        let wrong = crate::Location { length: 4, ..wrong };
        let findings = vec![
            Finding::error(
                "HEALTH_INTERFACE_NOT_FOUND",
                "runtime.health.interface",
                "health interface `rest` does not match any declared interface",
            )
            .at(wrong.clone())
            .related("did you mean this one?", place("rest-api"))
            .fix(Fix {
                title: "write `rest-api`".into(),
                edits: vec![Edit {
                    location: wrong,
                    new_text: "rest-api".into(),
                }],
            }),
            Finding::warning(
                "ODD_PATH",
                "runtime.health.path",
                "path <\u{1b}[31m|/health|z> 100%\nis odd, and: more",
            )
            .at(place("/health|z"))
            .help("write `/health`"),
            Finding::error("LOCK_STALE", "", "dependency set changed"),
        ];
        let mut sources = SourceMap::new();
        sources.insert(source);
        Self { findings, sources }
    }

    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            name: "payments-api 2.1.0",
            directory: "svc",
            findings: &self.findings,
            sources: &self.sources,
        }
    }
}
