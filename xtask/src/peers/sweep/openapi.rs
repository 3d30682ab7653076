//! Single edits of an OpenAPI description.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Edit, edits, make, mark, marked, ours};
use crate::peers::{Case, bundle, oasdiff};

const SCHEMAS: &str = include_str!("schemas.txt");
const OPERATIONS: &str = include_str!("operations.txt");

/// Operations with a schema at one place, which stands where `@` is.
const PLACES: [(&str, &str); 7] = [
    (
        "query",
        r#"{"parameters": [{"name": "q", "in": "query", "schema": @}], "responses": {}}"#,
    ),
    (
        "header",
        r#"{"parameters": [{"name": "X-Q", "in": "header", "schema": @}], "responses": {}}"#,
    ),
    (
        "request-body",
        r#"{"requestBody": {"content": {"application/json": {"schema": @}}}, "responses": {}}"#,
    ),
    (
        "request-property",
        r#"{"requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": [], "properties": {"p": @}}}}}, "responses": {}}"#,
    ),
    (
        "response-body",
        r#"{"responses": {"200": {"description": "", "content": {"application/json": {"schema": @}}}}}"#,
    ),
    (
        "response-property",
        r#"{"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object", "required": [], "properties": {"p": @}}}}}}}"#,
    ),
    (
        "response-header",
        r#"{"responses": {"200": {"description": "", "headers": {"X-A": {"schema": @}}}}}"#,
    ),
];

/// What stands beside the paths on both sides.
const COMPONENTS: &str = r#""components": {"securitySchemes": {
    "key": {"type": "apiKey", "in": "header", "name": "k"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"read": "", "write": ""}}}}
}}"#;

/// Makes every edit and asks both programs.
pub(in crate::peers) fn cases(pacto: &Path, oasdiff: &Path, scratch: &Path) -> Result<Vec<Case>> {
    println!("==> oasdiff on single edits");
    let mut all = edits(OPERATIONS)?;
    for (place, operation) in PLACES {
        for edit in edits(SCHEMAS)? {
            let (name, direction) = edit.name;
            let placed = |schema: String| operation.replace('@', &schema);
            all.push(Edit {
                name: (name, format!("{place}, {direction}")),
                sides: edit.sides.map(|side| side.map(placed)),
            });
        }
    }
    let bundles = [0, 1].map(|side| document(scratch, side, &all));
    let [old, new] = bundles;
    let (old, new) = (old?, new?);
    let documents = [old.join("api.json"), new.join("api.json")];
    let documents = [documents[0].as_path(), documents[1].as_path()];
    let mut peer: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for change in oasdiff::changes(oasdiff, documents, &[])? {
        if let Some(number) = marked(&change.path) {
            peer.entry(number).or_default().insert(change.id);
        }
    }
    let records = bundle::records(pacto, &old, &new)?;
    let mut ours = ours(&records, |rule| vec![rule.to_owned()]);
    let numbered = all.into_iter().enumerate();
    Ok(numbered
        .map(|(number, edit)| {
            let peer = peer.remove(&number).unwrap_or_default();
            edit.case(peer, ours.remove(&number).unwrap_or_default())
        })
        .collect())
}

/// One side of all edits as a bundle: a path for each, all with an operation that stays.
fn document(scratch: &Path, side: usize, edits: &[Edit]) -> Result<PathBuf> {
    let folder = scratch.join(format!("sweep-openapi-{side}"));
    make(&folder)?;
    let mut paths = String::new();
    for (number, edit) in edits.iter().enumerate() {
        let comma = if number == 0 { "" } else { ",\n" };
        let operation = edit.sides.get(side).and_then(Option::as_ref);
        let operation = operation.map_or_else(String::new, |it| format!(", \"post\": {it}"));
        let mark = mark(number);
        let _ = write!(
            paths,
            "{comma}\"/{mark}\": {{\"get\": {{\"responses\": {{}}}}{operation}}}"
        );
    }
    let text = format!(
        "{{\"openapi\": \"3.1.0\", \"info\": {{\"title\": \"sweep\", \"version\": \"1\"}}, {COMPONENTS},\n\
         \"paths\": {{\n{paths}\n}}}}\n"
    );
    std::fs::write(folder.join("api.json"), text)?;
    bundle::write(&folder, "sweep", &format!("1.{side}.0"), "http", "api.json")?;
    Ok(folder)
}
