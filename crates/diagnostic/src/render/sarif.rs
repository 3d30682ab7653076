//! Findings as SARIF 2.1.0 (OASIS standard), which code scanning services read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Subject;
use crate::{Finding, Location, Severity};

/// The program that found something, as SARIF names it.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'a> {
    /// Version of the program.
    pub version: &'a str,
    /// Title of a rule by code; `None` where there is no page.
    pub title: fn(&str) -> Option<&'static str>,
}

/// Renders one run with the results of all subjects; two-space indent, final line break.
pub fn render(tool: &Tool<'_>, subjects: &[Subject<'_>]) -> String {
    let mut rules: BTreeMap<&str, usize> = subjects
        .iter()
        .flat_map(|subject| subject.findings)
        .map(|finding| (finding.code.as_ref(), 0))
        .collect();
    for (index, position) in rules.values_mut().enumerate() {
        *position = index;
    }
    let results: Vec<Value> = subjects
        .iter()
        .flat_map(|subject| {
            subject
                .findings
                .iter()
                .map(|finding| result(subject, finding, &rules))
        })
        .collect();
    let rules: Vec<Value> = rules
        .keys()
        .map(|code| {
            let mut rule = json!({ "id": code });
            if let Some(title) = (tool.title)(code) {
                rule["shortDescription"] = json!({ "text": title });
            }
            rule["help"] = json!({ "text": format!("pacto rules explain {code}") });
            rule
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "pacto", "version": tool.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn result(subject: &Subject<'_>, finding: &Finding, rules: &BTreeMap<&str, usize>) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\n\n");
        message.push_str(help);
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(finding.code));
    if let Some(index) = rules.get(finding.code.as_ref()) {
        result.insert("ruleIndex".into(), json!(index));
    }
    result.insert("level".into(), json!(level));
    result.insert("message".into(), json!({ "text": message }));
    let mut location = Map::new();
    if let Some(place) = &finding.location {
        location.insert("physicalLocation".into(), physical(subject, place));
    }
    let logical = if finding.path.is_empty() {
        subject.name.to_owned()
    } else {
        format!("{}: {}", subject.name, finding.path)
    };
    location.insert(
        "logicalLocations".into(),
        json!([{ "fullyQualifiedName": logical }]),
    );
    result.insert("locations".into(), json!([location]));
    if !finding.related.is_empty() {
        let related: Vec<Value> = finding
            .related
            .iter()
            .map(|related| {
                json!({
                    "physicalLocation": physical(subject, &related.location),
                    "message": { "text": related.message },
                })
            })
            .collect();
        result.insert("relatedLocations".into(), Value::Array(related));
    }
    if let Some(fix) = &finding.fix {
        let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            files
                .entry(subject.file(&edit.location))
                .or_default()
                .push(json!({
                    "deletedRegion": region(subject, &edit.location),
                    "insertedContent": { "text": edit.new_text },
                }));
        }
        let changes: Vec<Value> = files
            .into_iter()
            .map(|(file, replacements)| {
                json!({
                    "artifactLocation": { "uri": uri(&file) },
                    "replacements": replacements,
                })
            })
            .collect();
        result.insert(
            "fixes".into(),
            json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]),
        );
    }
    Value::Object(result)
}

fn physical(subject: &Subject<'_>, location: &Location) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&subject.file(location)) },
        "region": region(subject, location),
    })
}

/// A region ends where its text ends, which may be on a later line.
fn region(subject: &Subject<'_>, location: &Location) -> Value {
    let covered = subject
        .sources
        .get(&location.file)
        .and_then(|source| Some(source.slice(source.span(location)?)))
        .unwrap_or("");
    let breaks = covered.matches('\n').count() as u32;
    let end_column = match covered.rsplit_once('\n') {
        Some((_, last)) => last.chars().count() as u32 + 1,
        None => location.column + location.length,
    };
    json!({
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.line + breaks,
        "endColumn": end_column,
    })
}

/// A path as a URI reference (RFC 3986): everything but unreserved characters and `/` is percent
/// encoded. References with a scheme of ours keep it.
fn uri(file: &str) -> String {
    let (scheme, path) = match file.split_once("://") {
        Some((scheme, path)) if scheme.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') => {
            (Some(scheme), path)
        }
        _ => (None, file),
    };
    let mut encoded = scheme.map_or(String::new(), |scheme| format!("{scheme}://"));
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            b':' if scheme.is_some() => encoded.push(':'),
            other => {
                use std::fmt::Write as _;
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    const TOOL: Tool<'_> = Tool {
        version: "1.2.3",
        title: |code| (code == "ODD_PATH").then_some("An odd path"),
    };

    #[test]
    fn a_run_names_rules_places_and_fixes() {
        insta::assert_snapshot!(render(&TOOL, &[Sample::new().subject()]), @r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "pacto",
                  "version": "1.2.3",
                  "rules": [
                    {
                      "id": "HEALTH_INTERFACE_NOT_FOUND",
                      "help": {
                        "text": "pacto rules explain HEALTH_INTERFACE_NOT_FOUND"
                      }
                    },
                    {
                      "id": "LOCK_STALE",
                      "help": {
                        "text": "pacto rules explain LOCK_STALE"
                      }
                    },
                    {
                      "id": "ODD_PATH",
                      "shortDescription": {
                        "text": "An odd path"
                      },
                      "help": {
                        "text": "pacto rules explain ODD_PATH"
                      }
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "HEALTH_INTERFACE_NOT_FOUND",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "health interface `rest` does not match any declared interface"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "svc/pacto.yaml"
                        },
                        "region": {
                          "startLine": 9,
                          "startColumn": 16,
                          "endLine": 9,
                          "endColumn": 20
                        }
                      },
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "payments-api 2.1.0: runtime.health.interface"
                        }
                      ]
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "svc/pacto.yaml"
                        },
                        "region": {
                          "startLine": 5,
                          "startColumn": 11,
                          "endLine": 5,
                          "endColumn": 19
                        }
                      },
                      "message": {
                        "text": "did you mean this one?"
                      }
                    }
                  ],
                  "fixes": [
                    {
                      "description": {
                        "text": "write `rest-api`"
                      },
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "svc/pacto.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "startLine": 9,
                                "startColumn": 16,
                                "endLine": 9,
                                "endColumn": 20
                              },
                              "insertedContent": {
                                "text": "rest-api"
                              }
                            }
                          ]
                        }
                      ]
                    }
                  ]
                },
                {
                  "ruleId": "ODD_PATH",
                  "ruleIndex": 2,
                  "level": "warning",
                  "message": {
                    "text": "path <\u001b[31m|/health|z> 100%\nis odd, and: more\n\nwrite `/health`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "svc/pacto.yaml"
                        },
                        "region": {
                          "startLine": 10,
                          "startColumn": 11,
                          "endLine": 10,
                          "endColumn": 20
                        }
                      },
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "payments-api 2.1.0: runtime.health.path"
                        }
                      ]
                    }
                  ]
                },
                {
                  "ruleId": "LOCK_STALE",
                  "ruleIndex": 1,
                  "level": "error",
                  "message": {
                    "text": "dependency set changed"
                  },
                  "locations": [
                    {
                      "logicalLocations": [
                        {
                          "fullyQualifiedName": "payments-api 2.1.0"
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn odd_file_names_are_encoded() {
        assert_eq!(uri("docs/\"><b>.md"), "docs/%22%3E%3Cb%3E.md");
        assert_eq!(uri("oci://host:5000/a"), "oci://host:5000/a");
    }
}
