//! Collecting findings: code and severity from the page, place from the document.

use pacto_contract::Loaded;
use pacto_diagnostic::{Finding, Fix, Location, SourceText};

use crate::blocked::Blocked;
use crate::catalogue::Code;

/// A finding with the severity that its page says, without a place.
pub(crate) fn new_finding(
    code: Code,
    path: impl Into<String>,
    message: impl Into<String>,
) -> Finding {
    let page = code.page();
    Finding::new(page.severity, page.id, path, message)
}

/// The findings of the checks on one contract.
#[derive(Debug)]
pub(crate) struct Findings<'l> {
    loaded: &'l Loaded,
    blocked: Blocked,
    list: Vec<Finding>,
    sources: Vec<SourceText>,
}

impl<'l> Findings<'l> {
    /// Starts without findings. What lies in a blocked part is not reported.
    pub(crate) fn new(loaded: &'l Loaded, blocked: Blocked) -> Self {
        Self {
            loaded,
            blocked,
            list: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// Reports a finding at a dotted path.
    pub(crate) fn report(
        &mut self,
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Reported<'_, 'l> {
        let path = path.into();
        if self.blocked.contains(&path) {
            return Reported {
                loaded: self.loaded,
                finding: None,
            };
        }
        let location = self.loaded.location(&path);
        self.list
            .push(new_finding(code, path, message).at(location));
        Reported {
            loaded: self.loaded,
            finding: self.list.last_mut(),
        }
    }

    /// Adds a text that findings point into.
    pub(crate) fn add_source(&mut self, source: SourceText) {
        self.sources.push(source);
    }

    /// True when a path lies in a part that must be left alone.
    pub(crate) fn is_blocked(&self, path: &str) -> bool {
        self.blocked.contains(path)
    }

    /// The findings in the order of their report, and the texts beside the contract.
    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<SourceText>) {
        (self.list, self.sources)
    }
}

/// A finding that was just reported, to add to; nothing happens when it was left out.
pub(crate) struct Reported<'f, 'l> {
    loaded: &'l Loaded,
    finding: Option<&'f mut Finding>,
}

impl Reported<'_, '_> {
    /// Says what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.change(|finding| finding.help = Some(help.into()))
    }

    /// Says what to do, when there is something to say.
    pub(crate) fn help_if(self, help: Option<String>) -> Self {
        self.change(|finding| finding.help = help)
    }

    /// Adds a repair, when there is one.
    pub(crate) fn fix(self, fix: Option<Fix>) -> Self {
        self.change(|finding| finding.fix = fix)
    }

    /// Points at a place instead of the node of the path.
    pub(crate) fn at(self, location: Option<Location>) -> Self {
        self.change(|finding| finding.location = location.or(finding.location.take()))
    }

    /// Points at another part of the contract.
    pub(crate) fn related(self, message: impl Into<String>, path: &str) -> Self {
        let location = self.loaded.location(path);
        self.related_at(message, location)
    }

    /// Points at another place.
    pub(crate) fn related_at(self, message: impl Into<String>, location: Option<Location>) -> Self {
        self.change(|finding| {
            if let Some(location) = location {
                finding.related.push(pacto_diagnostic::Related {
                    message: message.into(),
                    location,
                });
            }
        })
    }

    fn change(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = self.finding.as_deref_mut() {
            change(finding);
        }
        self
    }
}
