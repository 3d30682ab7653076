//! `rules`: every finding has a page.

use pacto_diagnostic::nearest;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Failure, FailureKind};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Checks of contracts.
    Validate,
    /// Classes of changes.
    Diff,
}

impl Area {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Diff => "diff",
        }
    }
}

/// One rule in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleEntry {
    /// `UPPER_SNAKE` for checks, `kebab-case` for rules.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
    /// Part of the contract, or of what is compared.
    pub topic: &'static str,
    /// One line for people.
    pub title: &'static str,
}

/// JSON of `pacto rules list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RulesListResult {
    /// `pacto.rules-list/v1`.
    pub schema_version: &'static str,
    /// By area, then id.
    pub rules: Vec<RuleEntry>,
}

/// JSON of `pacto rules explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RulesExplainResult {
    /// `pacto.rules-explain/v1`.
    pub schema_version: &'static str,
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleEntry,
    /// One or two sentences.
    pub summary: &'static str,
    /// The whole page.
    pub markdown: &'static str,
}

/// No rule has that code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or check named `{code}`")]
pub struct UnknownRule {
    /// The code as typed.
    pub code: String,
}

impl Failure for UnknownRule {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn code(&self) -> &'static str {
        "unknown-rule"
    }

    fn hints(&self) -> Vec<String> {
        let rules = list(None).rules;
        nearest(&self.code, rules.iter().map(|rule| rule.id))
            .map(|id| format!("did you mean `{id}`?"))
            .into_iter()
            .chain(["`pacto rules list` names them all".to_owned()])
            .collect()
    }
}

/// All rules, or those of one area.
pub fn list(area: Option<Area>) -> RulesListResult {
    let checks = pacto_validate::catalogue().iter().map(|page| RuleEntry {
        id: page.id,
        area: Area::Validate,
        topic: page.area,
        title: page.title,
    });
    let rules = pacto_diff::judge::rules().iter().map(|rule| RuleEntry {
        id: rule.id,
        area: Area::Diff,
        topic: rule.area,
        title: rule.title,
    });
    let mut rules: Vec<RuleEntry> = checks
        .chain(rules)
        .filter(|rule| area.is_none_or(|area| rule.area == area))
        .collect();
    rules.sort_by_key(|rule| (rule.area, rule.id));
    RulesListResult {
        schema_version: "pacto.rules-list/v1",
        rules,
    }
}

/// The page of a rule or check; upper and lower case are the same.
pub fn explain(code: &str) -> Result<RulesExplainResult, UnknownRule> {
    let rule = list(None)
        .rules
        .into_iter()
        .find(|rule| rule.id.eq_ignore_ascii_case(code));
    let unknown = || UnknownRule {
        code: code.to_owned(),
    };
    let rule = rule.ok_or_else(unknown)?;
    let (summary, markdown) = match rule.area {
        Area::Validate => {
            let page = pacto_validate::find(rule.id).ok_or_else(unknown)?;
            (page.summary, page.markdown)
        }
        Area::Diff => {
            let page = pacto_diff::judge::rule(rule.id).ok_or_else(unknown)?;
            (page.summary, page.markdown)
        }
    };
    Ok(RulesExplainResult {
        schema_version: "pacto.rules-explain/v1",
        rule,
        summary,
        markdown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_and_ids_are_unique() {
        let rules = list(None).rules;
        let mut ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules.len());
        for rule in rules {
            let page = explain(rule.id).expect("has a page");
            assert!(!page.markdown.is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn a_typo_is_recognised() {
        let error = explain("INVALID_SEMVR").expect_err("no such code");
        assert_eq!(error.hints()[0], "did you mean `INVALID_SEMVER`?");
    }
}
