use proptest::prelude::*;

use crate::legacy::apply;
use crate::{load, with};

/// How a mapping is written.
#[derive(Debug, Clone)]
struct Style {
    is_flow: bool,
    indent: usize,
    comment: &'static str,
    is_spaced: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let comment = prop_oneof![Just(""), Just(" # said why"), Just(" # a: b, {c: [d")];
    (any::<bool>(), 1..6usize, comment, any::<bool>()).prop_map(
        |(is_flow, indent, comment, is_spaced)| Style {
            is_flow,
            indent,
            comment,
            is_spaced,
        },
    )
}

impl Style {
    /// The value of a key that begins a line.
    fn section(&self, fields: &[(&str, &str)]) -> String {
        if self.is_flow {
            return format!(" {}{}\n", self.flow(fields), self.comment);
        }
        let indent = " ".repeat(self.indent);
        let lines = fields.iter().map(|(key, value)| {
            let blank = if self.is_spaced { "\n" } else { "" };
            format!("{blank}{indent}{key}: {value}{}\n", self.comment)
        });
        format!("{}\n{}", self.comment, lines.collect::<String>())
    }

    /// An item of a list.
    fn item(&self, fields: &[(&str, &str)]) -> String {
        if self.is_flow {
            return format!("  - {}{}\n", self.flow(fields), self.comment);
        }
        let indent = " ".repeat(self.indent);
        let lines: Vec<_> = fields
            .iter()
            .map(|(key, value)| format!("{key}: {value}{}\n", self.comment))
            .collect();
        format!("  -{indent}{}", lines.join(&format!("   {indent}")))
    }

    fn flow(&self, fields: &[(&str, &str)]) -> String {
        let fields: Vec<_> = fields
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        let blank = if self.is_spaced { " " } else { "" };
        format!("{{{blank}{}{blank}}}", fields.join(", "))
    }
}

proptest! {
    #[test]
    fn repairing_old_forms_keeps_the_meaning_and_the_comments(
        styles in prop::collection::vec(style(), 4),
        has_carriage_returns in any::<bool>(),
    ) {
        let mut text = with("");
        text.push_str("configuration:");
        text += &styles[0].section(&[("schema", "c.json"), ("values", "{a: [1, 2]}")]);
        text.push_str("policy:");
        text += &styles[1].section(&[("ref", "oci://r/p")]);
        text.push_str("dependencies:\n");
        text += &styles[2].item(&[("ref", "oci://r/one:1"), ("compatibility", "^1")]);
        text += &styles[3].item(&[("compatibility", "'*'"), ("ref", "../two")]);
        if has_carriage_returns {
            text = text.replace('\n', "\r\n");
        }
        let before = load(&text).expect("loads");
        prop_assert_eq!(before.legacy().len(), 4);
        let mut repaired = text.clone();
        // From the last one on, so that the places of the others stay right.
        for form in before.legacy().iter().rev() {
            repaired = apply(&repaired, form.fix.as_ref().expect("is unambiguous"));
        }
        let after = load(&repaired);
        prop_assert!(after.is_ok(), "{}\n{}", repaired, after.expect_err("is an error"));
        let after = after.expect("was checked");
        prop_assert!(after.legacy().is_empty(), "{}", repaired);
        let json = |loaded: &pacto_contract::Loaded| {
            serde_json::to_value(loaded.contract()).expect("serialises")
        };
        prop_assert_eq!(json(&before), json(&after), "{}", repaired);
        prop_assert_eq!(text.matches('#').count(), repaired.matches('#').count());
    }

    #[test]
    fn any_text_loads_or_says_where_it_fails(
        parts in prop::collection::vec(
            prop_oneof![
                Just("pactoVersion: '1.1'\n"), Just("service: {name: a, version: 1}\n"),
                Just("configuration: "), Just("policies: "), Just("dependencies:\n"), Just("- "),
                Just("  ref: x\n"), Just("{"), Just("}"), Just("["), Just("]"), Just(", "),
                Just("schema: "), Just("configs: "), Just("&a "), Just("*a"), Just("<<: "),
                Just("\n"), Just("null"), Just("80"), Just("'x'"), Just("é: "), Just("# c\n"),
                Just("scaling: {min: "), Just("!!str "), Just("|\n  t\n"), Just("\u{feff}"),
            ],
            0..24,
        )
    ) {
        let text = parts.concat();
        match load(&text) {
            Ok(loaded) => {
                for form in loaded.legacy() {
                    prop_assert!(loaded.location(&form.path).is_some());
                    if let Some(fix) = &form.fix {
                        apply(&text, fix);
                    }
                }
            }
            Err(error) => {
                prop_assert!(!error.findings.is_empty());
                for finding in &error.findings {
                    prop_assert!(finding.location.is_some(), "{:?}", finding);
                }
            }
        }
    }
}
