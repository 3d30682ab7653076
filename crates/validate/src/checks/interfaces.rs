//! Interfaces: names, ports, documents.

use pacto_contract::InterfaceType;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};

use super::{Presence, Subject, presence, report_duplicates, report_missing, report_special};
use crate::catalogue::code;
use crate::findings::Findings;

/// No two interfaces share a name.
pub(crate) fn names(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let names = subject.contract.interfaces.iter().enumerate();
    report_duplicates(
        out,
        code::DUPLICATE_INTERFACE_NAME,
        "interface name",
        names.map(|(i, interface)| (interface.name.as_str(), format!("interfaces[{i}]"))),
        "name",
    );
}

/// Ports and documents are there where the protocol needs them, and ports only there.
pub(crate) fn fields(subject: &Subject<'_>, out: &mut Findings<'_>) {
    for (i, interface) in subject.contract.interfaces.iter().enumerate() {
        let name = &interface.name;
        let protocol = &interface.r#type;
        match (protocol, interface.port) {
            (InterfaceType::Http | InterfaceType::Grpc, None) => {
                out.report(
                    code::PORT_REQUIRED,
                    format!("interfaces[{i}].port"),
                    format!("port is required for {protocol} interface \"{name}\""),
                );
            }
            (InterfaceType::Event, Some(_)) => {
                out.report(
                    code::PORT_IGNORED,
                    format!("interfaces[{i}].port"),
                    format!("port is not applicable for event interface \"{name}\""),
                )
                .help("remove `port`: events are reached through their broker");
            }
            _ => {}
        }
        let needs_document = matches!(protocol, InterfaceType::Grpc | InterfaceType::Event);
        if needs_document && interface.contract.as_deref().is_none_or(str::is_empty) {
            out.report(
                code::CONTRACT_REQUIRED,
                format!("interfaces[{i}].contract"),
                format!("contract is required for {protocol} interface \"{name}\""),
            );
        }
    }
}

/// Interface documents are in the bundle, and those in YAML are YAML.
pub(crate) fn documents(subject: &Subject<'_>, out: &mut Findings<'_>) {
    for (i, interface) in subject.contract.interfaces.iter().enumerate() {
        let Some(file) = interface
            .contract
            .as_deref()
            .filter(|file| !file.is_empty())
        else {
            continue;
        };
        let path = format!("interfaces[{i}].contract");
        if out.is_blocked(&path) {
            continue;
        }
        match presence(subject, file) {
            Presence::Unknown => {}
            Presence::Missing => {
                report_missing(subject, out, &path, file, "interface contract");
            }
            Presence::Special => report_special(out, &path, file, "interface contract"),
            Presence::Present => yaml_document(subject, out, &path, file),
        }
    }
}

fn yaml_document(subject: &Subject<'_>, out: &mut Findings<'_>, path: &str, file: &str) {
    let is_yaml = file.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    });
    let content = subject
        .files
        .filter(|_| is_yaml)
        .map(|files| files.read(file));
    let content = match content {
        // A directory may have any name.
        None | Some(Ok(None)) => return,
        Some(Ok(Some(content))) => content,
        Some(Err(error)) => {
            out.report(
                code::INVALID_CONTRACT_FILE,
                path,
                format!(
                    "interface contract file \"{file}\" cannot be read: {}",
                    error.source
                ),
            );
            return;
        }
    };
    let Ok(text) = std::str::from_utf8(&content) else {
        out.report(
            code::INVALID_CONTRACT_FILE,
            path,
            format!("interface contract file \"{file}\" is not valid YAML: it is not UTF-8 text"),
        );
        return;
    };
    let source = SourceText::new(file, text);
    if let Err(error) = Document::parse(source.clone(), Syntax::Yaml, Limits::default()) {
        out.report(
            code::INVALID_CONTRACT_FILE,
            path,
            format!("interface contract file \"{file}\" is not valid YAML: {error}"),
        )
        .related_at("it stops being YAML here", error.location);
        out.add_source(source);
    }
}
