//! The snippets of a page as whole bundles: contract and documents.

use pacto_literate::{Example, Page};

/// First line of a snippet that is the schema of a parameter (and of a property of another one),
/// a request body, a response body and a response header.
const AT_THE_ROOT: &str = "# at the root\n";

/// First line of a snippet that is written in OpenAPI 3.0; others are in 3.1.
const OLDER: &str = "# OpenAPI 3.0\n";

/// Files of one side of an example, its contract first.
///
/// The page's `document` field says what a snippet is: the schema of a property of a request, a
/// response and a configuration, or, when it begins with a path, the content of `paths`, or, when
/// it begins with [`AT_THE_ROOT`], a schema on its own as parameter, body, response and header; a
/// whole OpenAPI document without its first line; a configuration schema; a contract with its
/// files; or a protobuf file, whose imports are blocks below its name.
pub(crate) fn files(page: &Page, example: &Example, name: &str) -> Vec<(String, String)> {
    let snippet = example.file(name).unwrap_or_default().trim_end();
    if page
        .fields
        .get("document")
        .is_some_and(|kind| kind == "contract")
    {
        let prefix = format!("{name}/");
        let mut files = vec![("pacto.yaml".to_owned(), super::contract(snippet))];
        files.extend(example.files.iter().filter_map(|block| {
            let path = block.name().strip_prefix(&prefix)?;
            Some((path.to_owned(), block.content.clone()))
        }));
        return files;
    }
    let version = if snippet.starts_with(OLDER) {
        "3.0.3"
    } else {
        "3.1.0"
    };
    let api = |rest: &str| {
        (
            "api.yaml".to_owned(),
            format!("openapi: {version}\ninfo: {{title: api, version: '1'}}\n{rest}\n"),
        )
    };
    let paths = || api(&format!("paths:\n  {}", snippet.replace('\n', "\n  ")));
    let documents = match page.fields.get("document").map(String::as_str) {
        Some("property") if !snippet.starts_with(['/', '#']) => {
            let schema =
                format!("{{type: object, required: [k], properties: {{k: {{}}, p: {snippet}}}}}");
            vec![
                api(&format!(
                    "paths:\n  /u:\n    post:\n      requestBody: {{content: {{application/json: {{schema: \
                     {schema}}}}}}}\n      responses: {{'200': {{description: ok, content: \
                     {{application/json: {{schema: {schema}}}}}}}}}"
                )),
                ("c.yaml".to_owned(), schema),
            ]
        }
        Some("openapi" | "property") if snippet.starts_with(AT_THE_ROOT) => {
            let schema = snippet.trim_start_matches(AT_THE_ROOT).replace('\n', " ");
            let roots = format!(
                "paths:\n  /u:\n    post:\n      parameters:\n      - {{name: q, in: query, schema: \
                 {schema}}}\n      - {{name: o, in: query, schema: {{type: object, properties: {{p: \
                 {schema}}}}}}}\n      requestBody: {{content: {{application/json: {{schema: \
                 {schema}}}}}}}\n      responses: {{'200': {{description: ok, headers: {{X-A: {{schema: \
                 {schema}}}}}, content: {{application/json: {{schema: {schema}}}}}}}}}"
            );
            vec![api(&roots), ("c.yaml".to_owned(), "{}".to_owned())]
        }
        Some("openapi" | "property") => vec![paths(), ("c.yaml".to_owned(), "{}".to_owned())],
        Some("openapi-document") => vec![api(snippet), ("c.yaml".to_owned(), "{}".to_owned())],
        Some("configuration") => vec![api("paths: {}"), ("c.yaml".to_owned(), snippet.to_owned())],
        Some("graphql") => vec![("api.graphql".to_owned(), format!("{snippet}\n"))],
        Some("asyncapi") => vec![("events.yaml".to_owned(), format!("{snippet}\n"))],
        Some("protobuf") => {
            let prefix = format!("{name}/");
            let mut files = vec![("api.proto".to_owned(), format!("{snippet}\n"))];
            files.extend(example.files.iter().filter_map(|block| {
                let import = block.name().strip_prefix(&prefix)?;
                Some((import.to_owned(), block.content.clone()))
            }));
            files
        }
        other => panic!("{}: no document is called {other:?}", page.id),
    };
    let contract = match documents.first().map(|(file, _)| file.as_str()) {
        Some("api.graphql") => {
            "interfaces: [{name: api, type: http, port: 80, contract: api.graphql}]\n"
        }
        Some("events.yaml") => "interfaces: [{name: api, type: event, contract: events.yaml}]\n",
        Some("api.proto") => {
            "interfaces: [{name: api, type: grpc, port: 80, contract: api.proto}]\n"
        }
        _ => {
            "interfaces: [{name: api, type: http, port: 80, contract: api.yaml}]\n\
             configuration: {schema: c.yaml}\n"
        }
    };
    let mut files = vec![("pacto.yaml".to_owned(), super::contract(contract))];
    files.extend(documents);
    files
}
