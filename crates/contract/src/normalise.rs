//! Old forms of V1 turned into the last one: names that were not written, and the edits that
//! write the modern form.

use pacto_diagnostic::{Edit, Fix, Location, Span};
use pacto_document::{Kind, Node, yaml_scalar};

use crate::Reference;

/// An old form that was normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyForm {
    /// The element as written: `configuration`, `policy`, `policies[0]`, `dependencies[0]`.
    pub path: String,
    /// What it is, and the modern form to write instead.
    pub message: String,
    /// The modern form, ready to replace the element where that is one unambiguous edit.
    pub fix: Option<Fix>,
    /// Where the element stands: the key of a singular form, the first line of an entry.
    pub location: Location,
}

/// Name of the singular old forms, and of policies without a name.
pub(crate) const DEFAULT_NAME: &str = "default";

/// Describes the old form `configuration:` or `policy:` at the root of a contract.
pub(crate) fn singular(root: Node<'_>, key: &str) -> LegacyForm {
    let plural = match key {
        "policy" => "policies",
        _ => "configurations",
    };
    let entry = root.get_entry(key);
    let is_wrapper = entry.is_some_and(|(_, value)| value.get("configs").is_some());
    let message = if is_wrapper {
        format!("`{key}.configs` is an old form; write the list as `{plural}`")
    } else {
        format!("`{key}` is an old form; write `{plural}` with one entry named `{DEFAULT_NAME}`")
    };
    let example = entry.filter(|_| !is_wrapper).map(|(_, value)| {
        let field = |key| {
            let text = value.get(key)?.as_str()?;
            Some(format!(", {key}: {}", yaml_scalar(text)))
        };
        let fields: String = ["schema", "ref"].into_iter().filter_map(field).collect();
        format!(": `{plural}: [{{ name: {DEFAULT_NAME}{fields} }}]`")
    });
    LegacyForm {
        path: key.to_owned(),
        message: message + example.as_deref().unwrap_or_default(),
        fix: entry.and_then(|(key, value)| {
            let edits = if is_wrapper {
                unwrap_edits(key, value, plural)?
            } else {
                wrap_edits(key, value, plural)?
            };
            Some(Fix {
                title: format!("Write `{plural}`"),
                edits,
            })
        }),
        location: entry.map_or_else(|| root.location(), |(key, _)| key.location()),
    }
}

/// Describes an entry of `policies` or `dependencies` without a name.
pub(crate) fn nameless(
    node: Node<'_>,
    siblings: Option<Node<'_>>,
    path: &str,
    name: &str,
) -> LegacyForm {
    let written = yaml_scalar(name);
    let is_taken = siblings.is_some_and(|siblings| {
        let others = siblings.items().filter(|other| other.span() != node.span());
        let mut names = others.map(|other| match other.get("name") {
            Some(other) => other.as_str().unwrap_or_default().to_owned(),
            None if path.starts_with("policies") => DEFAULT_NAME.to_owned(),
            None => {
                let reference = other.get("ref").and_then(Node::as_str);
                Reference::derived_dependency_name(reference.unwrap_or_default())
            }
        });
        names.any(|other| other == name)
    });
    let fix = if is_taken {
        None
    } else {
        name_edit(node, &written).map(|edit| Fix {
            title: format!("Add `name: {written}`"),
            edits: vec![edit],
        })
    };
    LegacyForm {
        path: path.to_owned(),
        message: format!("an entry without `name` is an old form; add `name: {written}`"),
        fix,
        location: first_line(node),
    }
}

/// The place of a node, cut at the end of its first line.
pub(crate) fn first_line(node: Node<'_>) -> Location {
    let span = node.span();
    let source = node.document().source();
    let text = source.slice(span);
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    source.location(Span::new(span.start, span.start + length as u32))
}

fn edit(node: Node<'_>, span: Span, new_text: impl Into<String>) -> Edit {
    Edit {
        location: node.document().source().location(span),
        new_text: new_text.into(),
    }
}

fn at(offset: u32) -> Span {
    Span::new(offset, offset)
}

/// The first key of a mapping that is written where it is used, and whether in flow style.
fn first_key(node: Node<'_>) -> Option<(Node<'_>, bool)> {
    let (key, _) = node.entries().next()?;
    let is_flow = written(node).starts_with('{');
    let starts_here = is_flow || key.span().start == node.span().start;
    let is_own = !node.is_alias() && !key.is_alias() && !has_properties(node);
    (is_own && starts_here).then_some((key, is_flow))
}

/// True when an anchor or a tag stands before a node: an edit would change what it stands for.
fn has_properties(node: Node<'_>) -> bool {
    let text = node.document().source().text();
    let before = text.get(..node.span().start as usize).unwrap_or_default();
    let word = before.split_whitespace().next_back();
    word.is_some_and(|word| word.starts_with(['&', '!']))
}

fn written(node: Node<'_>) -> &str {
    node.document().source().slice(node.span())
}

/// Inserts a name as the first entry of a mapping.
fn name_edit(node: Node<'_>, name: &str) -> Option<Edit> {
    let (key, is_flow) = first_key(node)?;
    let new_text = if is_flow {
        format!("name: {name}, ")
    } else {
        let column = key.location().column as usize;
        format!("name: {name}\n{}", " ".repeat(column - 1))
    };
    Some(edit(node, at(key.span().start), new_text))
}

/// Turns `key: {…}` into `plural: [{ name: default, … }]`, in the style that is there.
fn wrap_edits(key: Node<'_>, value: Node<'_>, plural: &str) -> Option<Vec<Edit>> {
    let (_, is_flow) = first_key(value)?;
    let span = value.span();
    let mut edits = vec![edit(key, key.span(), plural)];
    if is_flow {
        let (first, _) = first_key(value)?;
        edits.push(edit(value, at(span.start), "["));
        let name = format!("name: {DEFAULT_NAME}, ");
        edits.push(edit(value, at(first.span().start), name));
        edits.push(edit(value, at(span.end), "]"));
        return Some(edits);
    }
    let indent = " ".repeat(value.location().column as usize + 1);
    let item = format!("- name: {DEFAULT_NAME}\n{indent}");
    edits.push(edit(value, at(span.start), item));
    let mut offset = span.start;
    let mut lines = written(value).split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        offset += line.len() as u32;
        if lines.peek().is_some_and(|next| !next.trim().is_empty()) {
            edits.push(edit(value, at(offset), "  "));
        }
    }
    Some(edits)
}

/// Turns `configuration: { configs: … }` into `configurations: …` where nothing else is in it.
fn unwrap_edits(key: Node<'_>, value: Node<'_>, plural: &str) -> Option<Vec<Edit>> {
    let (configs, is_flow) = first_key(value)?;
    let list = value.get("configs")?;
    let between = Span::new(key.span().start, configs.span().end);
    let has_comment = key.document().source().slice(between).contains('#');
    let is_simple = value.len() == 1 && list.kind() == Kind::Sequence && !list.is_alias();
    (is_simple && !is_flow && !has_comment).then(|| vec![edit(key, between, plural)])
}
