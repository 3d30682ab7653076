//! A contract that cannot be read.

use pacto_contract::{LoadError, Loaded};
use pacto_diagnostic::Finding;
use pacto_document::{Kind, Node, Number};

use crate::catalogue::code;
use crate::findings::{Findings, new_finding};

/// The findings of a text that is not a contract. The Go implementation stops at the first.
pub(crate) fn errors(error: &LoadError, file: &str, is_compat: bool) -> Vec<Finding> {
    let mut findings: Vec<Finding> = error
        .findings
        .iter()
        .map(|found| {
            let message = if found.message.starts_with("failed to parse ") {
                found.message.clone()
            } else {
                format!("failed to parse {file}: {}", found.message)
            };
            let mut finding = new_finding(code::PARSE_ERROR, "", message);
            finding.location.clone_from(&found.location);
            finding.related.clone_from(&found.related);
            finding.help.clone_from(&found.help);
            finding.fix.clone_from(&found.fix);
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.push(new_finding(
            code::PARSE_ERROR,
            "",
            format!("failed to parse {file}: {}", error.message),
        ));
    }
    if is_compat {
        findings.truncate(1);
    }
    findings
}

/// Reports a document that JSON cannot express: it holds an infinity or NaN.
pub(crate) fn not_json(loaded: &Loaded, out: &mut Findings<'_>) {
    let node = infinite(loaded.document().root());
    let written = node.map_or("", Node::raw);
    out.report(
        code::YAML_PARSE_ERROR,
        "",
        format!("the document has no JSON form: `{written}` is not a finite number"),
    )
    .at(node.map(Node::location))
    .help("write a finite number, or put the text in quotes");
}

fn infinite(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        Kind::Number => {
            matches!(node.as_number(), Some(Number::Float(float)) if !float.is_finite())
                .then_some(node)
        }
        Kind::Sequence => node.items().find_map(infinite),
        Kind::Mapping => node.entries().find_map(|(_, value)| infinite(value)),
        _ => None,
    }
}
