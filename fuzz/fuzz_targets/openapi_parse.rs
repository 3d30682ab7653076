//! Any OpenAPI document is read as far as it goes: operations, parameters, bodies, schemas.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::openapi::{Api, METHODS};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = SourceText::new("api.yaml", text);
    let Ok(document) = Document::parse(source, Syntax::Detect, Limits::default()) else { return };
    let documents = Documents::alone(&document);
    let Some(api) = Api::read(&documents) else { return };
    let _ = (api.version(), api.servers().len(), api.security_schemes().len());
    let (paths, _) = api.paths();
    let (webhooks, _) = api.webhooks();
    for item in paths.into_values().chain(webhooks.into_values()) {
        for operation in METHODS.iter().filter_map(|method| item.operation(method)) {
            let parameters = operation.parameters.values().filter_map(|parameter| parameter.schema);
            let bodies = operation
                .request_body
                .iter()
                .map(|body| &body.content)
                .chain(operation.responses.values().map(|response| &response.content));
            let media = bodies.flat_map(|content| content.values()).filter_map(|media| media.schema);
            for schema in parameters.chain(media) {
                let _ = api.schemas().shape(&[schema]);
            }
        }
    }
});
