//! `rules`: every finding has a page.

use pacto_diagnostic::{Severity, nearest};
use pacto_diff::Class;
use pacto_diff::deep::protobuf;
use pacto_validate::Layer;
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
    /// What the page defines: severity and layer of a check, classes of a rule.
    pub facts: Vec<RuleFact>,
    /// The whole page.
    pub markdown: &'static str,
}

/// One defined fact about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleFact {
    /// What is stated, such as `severity`.
    pub name: &'static str,
    /// The statement.
    pub value: String,
}

impl RuleFact {
    fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
        }
    }
}

fn check_facts(page: &pacto_validate::CheckPage) -> Vec<RuleFact> {
    let severity = match page.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let layer = match page.layer {
        Layer::Load => "load",
        Layer::Lock => "lock",
        Layer::Structural => "1, structure",
        Layer::CrossField => "2, cross-field",
        Layer::Semantic => "3, semantics",
        Layer::Policy => "4, policies",
        Layer::Readiness => "readiness gate",
    };
    let path = if page.path.is_empty() {
        "the whole contract"
    } else {
        page.path
    };
    vec![
        RuleFact::new("severity", severity),
        RuleFact::new("layer", layer),
        RuleFact::new("path", path),
    ]
}

fn rule_facts(rule: &pacto_diff::judge::Rule) -> Vec<RuleFact> {
    let classes = [
        ("added", rule.added),
        ("removed", rule.removed),
        ("modified", rule.modified),
    ];
    let mut facts: Vec<RuleFact> = classes
        .into_iter()
        .filter_map(|(name, class)| Some(RuleFact::new(name, class?.word())))
        .collect();
    if !rule.rows.is_empty() {
        facts.push(RuleFact::new("records", rule.rows.join(", ")));
    }
    facts.push(RuleFact::new("since", rule.since));
    facts
}

fn deep_facts(page: &pacto_diff::deep::rules::DeepRule) -> Vec<RuleFact> {
    use pacto_diff::deep::rules::Effect;

    let effects = [
        ("narrows what is valid", Effect::Narrowing),
        ("widens what is valid", Effect::Widening),
        ("changes what is valid", Effect::Incomparable),
        ("may change what is valid", Effect::Unknown),
        ("keeps what is valid", Effect::Annotation),
    ];
    let mut facts = Vec::new();
    for (name, effect) in effects {
        let families = page.families.iter();
        let families: Vec<&str> = families
            .filter(|(_, other)| *other == effect)
            .map(|(family, _)| *family)
            .collect();
        if !families.is_empty() {
            facts.push(RuleFact::new(name, families.join(", ")));
        }
    }
    for class in [
        Class::Breaking,
        Class::PotentialBreaking,
        Class::NonBreaking,
    ] {
        let ids = page.ids.iter().filter(|(_, other)| *other == class);
        let ids: Vec<&str> = ids.map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            facts.push(RuleFact::new(class.word(), ids.join(", ")));
        }
    }
    if let Some(peers) = protobuf::rule(page.id).map(|rule| rule.peers)
        && !peers.is_empty()
    {
        facts.push(RuleFact::new("buf", peers.join(", ")));
    }
    facts.push(RuleFact::new("since", page.since));
    facts
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
    let deep = pacto_diff::deep::rules::pages()
        .iter()
        .map(|page| RuleEntry {
            id: page.id,
            area: Area::Diff,
            topic: page.area,
            title: page.title,
        });
    let mut rules: Vec<RuleEntry> = checks
        .chain(rules)
        .chain(deep)
        .filter(|rule| area.is_none_or(|area| rule.area == area))
        .collect();
    rules.sort_by_key(|rule| (rule.area, rule.id));
    RulesListResult {
        schema_version: "pacto.rules-list/v1",
        rules,
    }
}

/// The page of a rule or check; upper and lower case are the same. Rules that one page defines
/// together are found by each of their ids.
pub fn explain(code: &str) -> Result<RulesExplainResult, UnknownRule> {
    let rules = list(None).rules;
    let rule = rules
        .iter()
        .find(|rule| rule.id.eq_ignore_ascii_case(code))
        .or_else(|| {
            let page = pacto_diff::deep::rules::page(&code.to_ascii_lowercase())?;
            rules.iter().find(|rule| rule.id == page.id)
        })
        .cloned();
    let unknown = || UnknownRule {
        code: code.to_owned(),
    };
    let rule = rule.ok_or_else(unknown)?;
    let (summary, facts, markdown) = match rule.area {
        Area::Validate => {
            let page = pacto_validate::find(rule.id).ok_or_else(unknown)?;
            (page.summary, check_facts(page), page.markdown)
        }
        Area::Diff => {
            if let Some(page) = pacto_diff::judge::rule(rule.id) {
                (page.summary, rule_facts(page), page.markdown)
            } else {
                let page = pacto_diff::deep::rules::page(rule.id).ok_or_else(unknown)?;
                (page.summary, deep_facts(page), page.markdown)
            }
        }
    };
    Ok(RulesExplainResult {
        schema_version: "pacto.rules-explain/v1",
        rule,
        summary,
        facts,
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
