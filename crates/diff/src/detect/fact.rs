//! What a change is about, and how that is spelled.

use crate::PathStyle;

use super::ChangeKind;

/// The methods of a path item in the order records list them.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Keywords of JSON Schema whose value maps names to schemas; such names stand in brackets.
const NAME_MAPS: [&str; 7] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
    "$defs",
    "definitions",
];

/// What a change is about.
///
/// A new kind of fact is a variant here: the compiler then asks for its row in the classification
/// table, its path, its reason and its aliases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A field of the contract that exists once, by its path: `runtime.workload`.
    Field(&'static str),
    /// An item of a list of the contract, or a field of it: `interfaces`, `dependencies.ref`.
    Item {
        /// The list.
        list: List,
        /// Name of the item.
        key: String,
        /// Field of the item; `None` for the item as a whole.
        field: Option<&'static str>,
    },
    /// An item of a list that was matched by position: `configuration.configs[0].schema`.
    Position {
        /// The list.
        list: PositionalList,
        /// Position from 0.
        index: usize,
        /// Field of the item; `None` for the item as a whole.
        field: Option<&'static str>,
    },
    /// A contact of the owner, by `type:value`.
    Contact(String),
    /// A readiness check, by id.
    ReadinessCheck(String),
    /// A path of an API.
    ApiPath(String),
    /// An operation of an API, or a part of it.
    Operation {
        /// Path template.
        path: String,
        /// Method as written, in lower case.
        method: &'static str,
        /// Part of the operation; `None` for the operation as a whole.
        part: Option<OperationPart>,
    },
    /// A property of a configuration or policy schema, by the names that lead to it.
    Property {
        /// Whose schema.
        scope: Scope,
        /// Names from the outermost property inwards.
        names: Vec<String>,
    },
    /// Any place in a configuration or policy schema.
    Keyword {
        /// Whose schema.
        scope: Scope,
        /// Steps from the root of the schema.
        steps: Vec<Step>,
    },
    /// A value a configuration carries.
    ConfigurationValue {
        /// Name of the configuration.
        configuration: String,
        /// Steps from the root of the values.
        steps: Vec<Step>,
    },
    /// A document that parses on one side only.
    Document(Box<Fact>),
}

/// A list of the contract whose items are matched by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// `interfaces`
    Interfaces,
    /// `dependencies`
    Dependencies,
    /// `configurations`
    Configurations,
    /// `policies`
    Policies,
}

impl List {
    fn as_str(self) -> &'static str {
        match self {
            Self::Interfaces => "interfaces",
            Self::Dependencies => "dependencies",
            Self::Configurations => "configurations",
            Self::Policies => "policies",
        }
    }
}

/// A list of older contracts whose items are matched by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PositionalList {
    /// `configuration.configs`
    Configs,
    /// `policies` without names
    Policies,
}

impl PositionalList {
    fn as_str(self) -> &'static str {
        match self {
            Self::Configs => "configuration.configs",
            Self::Policies => "policies",
        }
    }
}

/// A part of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationPart {
    /// A parameter, by name and place.
    Parameter {
        /// Name as written.
        name: String,
        /// `query`, `header`, `path` or `cookie`, as written.
        location: String,
    },
    /// The request body.
    RequestBody,
    /// A response, by status key.
    Response(String),
}

/// Whose schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Of the configuration of this name.
    Configuration(String),
    /// Of the policy of this name.
    Policy(String),
}

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of an object.
    Key(String),
    /// A position in a list.
    Index(usize),
    /// A member of a list of texts that is compared as a set.
    Member(String),
}

impl Fact {
    /// Key of the row in the classification table: the path without keys.
    pub fn row(&self) -> String {
        match self {
            Self::Field(path) => (*path).to_owned(),
            Self::Item { list, field, .. } => with_field(list.as_str().to_owned(), *field),
            Self::Position { list, field, .. } => with_field(list.as_str().to_owned(), *field),
            Self::Contact(_) => "service.owner.contacts".to_owned(),
            Self::ReadinessCheck(_) => "readiness.checks".to_owned(),
            Self::ApiPath(_) => "openapi.paths".to_owned(),
            Self::Operation { part, .. } => match part {
                None => "openapi.paths.methods",
                Some(OperationPart::Parameter { .. }) => "openapi.paths.methods.parameters",
                Some(OperationPart::RequestBody) => "openapi.paths.methods.request-body",
                Some(OperationPart::Response(_)) => "openapi.paths.methods.responses",
            }
            .to_owned(),
            Self::Property { scope, .. } => match scope {
                Scope::Configuration(_) => "configuration.properties",
                Scope::Policy(_) => "policies.schema.properties",
            }
            .to_owned(),
            Self::Keyword { steps, .. } => match steps.as_slice() {
                [.., Step::Key(key), Step::Member(_)] if key == "required" => "schema.required",
                _ => "schema",
            }
            .to_owned(),
            Self::ConfigurationValue { .. } => "configurations.values".to_owned(),
            Self::Document(_) => "document".to_owned(),
        }
    }

    /// The path records print.
    pub fn path(&self, style: PathStyle) -> String {
        match self {
            Self::Field(_) | Self::Item { .. } => self.row(),
            Self::Position { list, index, field } => {
                with_field(format!("{}[{index}]", list.as_str()), *field)
            }
            Self::Contact(key) => format!("service.owner.contacts[{key}]"),
            Self::ReadinessCheck(id) => format!("readiness.checks[{id}]"),
            Self::ApiPath(path) => format!("openapi.paths[{path}]"),
            Self::Operation { path, method, part } => {
                let method = method.to_uppercase();
                let operation = format!("openapi.paths[{path}].methods[{method}]");
                match part {
                    None => operation,
                    Some(OperationPart::Parameter { name, location }) => {
                        format!("{operation}.parameters[{name}:{location}]")
                    }
                    Some(OperationPart::RequestBody) => format!("{operation}.request-body"),
                    Some(OperationPart::Response(status)) => {
                        format!("{operation}.responses[{status}]")
                    }
                }
            }
            Self::Property { scope, names } => match style {
                PathStyle::Canonical => canonical_property(&scope.canonical(), names),
                PathStyle::Go => format!("schema.properties[{}]", names.join(".")),
            },
            Self::Keyword { scope, steps } => match style {
                PathStyle::Canonical => canonical_steps(scope.canonical(), steps),
                PathStyle::Go => go_steps("schema".to_owned(), steps),
            },
            Self::ConfigurationValue {
                configuration,
                steps,
            } => go_steps(format!("configurations[{configuration}].values"), steps),
            Self::Document(owner) => match owner.as_ref() {
                Self::Item { list, key, field } => {
                    with_field(format!("{}[{key}]", list.as_str()), *field)
                }
                owner => owner.path(style),
            },
        }
    }

    /// Other spellings of the path, the printed one excluded.
    pub fn aliases(&self, style: PathStyle) -> Vec<String> {
        let mut aliases = match self {
            Self::Item { list, key, field } => {
                vec![with_field(format!("{}[{key}]", list.as_str()), *field)]
            }
            Self::Property { scope, names } => {
                let steps: Vec<Step> = names
                    .iter()
                    .flat_map(|name| [Step::Key("properties".to_owned()), Step::Key(name.clone())])
                    .collect();
                let mut aliases = vec![
                    canonical_property(&scope.canonical(), names),
                    format!("schema.properties[{}]", names.join(".")),
                    go_steps("schema".to_owned(), &steps),
                ];
                aliases.extend(scope.keyed().map(|scope| canonical_property(&scope, names)));
                aliases
            }
            Self::Keyword { scope, steps } => {
                let mut aliases = vec![
                    canonical_steps(scope.canonical(), steps),
                    go_steps("schema".to_owned(), steps),
                ];
                aliases.extend(scope.keyed().map(|scope| canonical_steps(scope, steps)));
                aliases
            }
            _ => Vec::new(),
        };
        let path = self.path(style);
        aliases.retain(|alias| *alias != path);
        aliases.dedup();
        aliases
    }

    /// What happened, as one sentence: the wording of the Go implementation.
    pub fn reason(&self, kind: ChangeKind, style: PathStyle) -> String {
        match self {
            Self::ApiPath(path) => format!("API path {path} {kind}"),
            Self::Operation { path, method, part } => {
                let operation = format!("{} {path}", method.to_uppercase());
                match part {
                    None => format!("{operation} method {kind}"),
                    Some(OperationPart::Parameter { name, location }) => {
                        format!("{operation} {location} param '{name}' {kind}")
                    }
                    Some(OperationPart::RequestBody) => format!("{operation} request body {kind}"),
                    Some(OperationPart::Response(status)) => {
                        format!("{operation} response {status} {kind}")
                    }
                }
            }
            Self::Property { scope, names } => {
                let owner = match scope {
                    Scope::Configuration(_) => "configuration",
                    Scope::Policy(_) => "policy",
                };
                format!("{owner} property {} {kind}", names.join("."))
            }
            Self::Keyword { steps, .. } | Self::ConfigurationValue { steps, .. } => {
                let verb = match kind {
                    ChangeKind::Modified => "changed",
                    kind => kind.as_str(),
                };
                match steps.split_last() {
                    Some((Step::Member(member), prefix)) => {
                        let prefix = self.with_steps(prefix).path(style);
                        format!("{prefix} {member} {verb}")
                    }
                    _ => format!("{} {verb}", self.path(style)),
                }
            }
            Self::Document(_) => {
                format!(
                    "{} cannot be compared: it can be read on one side only",
                    self.path(style)
                )
            }
            Self::Field(_)
            | Self::Item { .. }
            | Self::Position { .. }
            | Self::Contact(_)
            | Self::ReadinessCheck(_) => format!("{} {kind}", self.path(style)),
        }
    }

    /// The value that records about a part of an API carry: what the part is called.
    pub(crate) fn api_value(&self) -> String {
        match self {
            Self::ApiPath(path) => path.clone(),
            Self::Operation { path, method, part } => {
                let operation = format!("{} {path}", method.to_uppercase());
                match part {
                    None => operation,
                    Some(OperationPart::Parameter { name, location }) => {
                        format!("{operation} {location} param '{name}'")
                    }
                    Some(OperationPart::RequestBody) => format!("{operation} request body"),
                    Some(OperationPart::Response(status)) => format!("{operation} {status}"),
                }
            }
            _ => String::new(),
        }
    }

    /// True when the fact is something a consumer can newly use once it is added.
    pub fn is_surface(&self) -> bool {
        match self {
            Self::Item { list, field, .. } => {
                field.is_none() && matches!(list, List::Interfaces | List::Configurations)
            }
            Self::Field(path) => *path == "configuration",
            Self::Position { list, field, .. } => {
                field.is_none() && *list == PositionalList::Configs
            }
            Self::ApiPath(_)
            | Self::Operation { .. }
            | Self::Property {
                scope: Scope::Configuration(_),
                ..
            } => true,
            // The walk of the Go implementation tells a property by its path only.
            Self::Keyword {
                scope: Scope::Configuration(_),
                steps,
            } => matches!(
                steps.as_slice(),
                [.., Step::Key(map), Step::Key(_)] if map == "properties"
            ),
            _ => false,
        }
    }

    fn with_steps(&self, prefix: &[Step]) -> Self {
        let mut fact = self.clone();
        if let Self::Keyword { steps, .. } | Self::ConfigurationValue { steps, .. } = &mut fact {
            *steps = prefix.to_vec();
        }
        fact
    }
}

impl Scope {
    /// Prefix of canonical paths.
    pub(crate) fn canonical(&self) -> String {
        match self {
            Self::Configuration(name) if name == "default" => "configuration".to_owned(),
            Self::Configuration(name) => format!("configurations[{}]", escaped(name)),
            Self::Policy(name) => format!("policies[{}].schema", escaped(name)),
        }
    }

    /// The spelling with the name where the canonical one leaves it out.
    pub(crate) fn keyed(&self) -> Option<String> {
        match self {
            Self::Configuration(name) if name == "default" => {
                Some("configurations[default]".to_owned())
            }
            _ => None,
        }
    }
}

fn with_field(mut path: String, field: Option<&'static str>) -> String {
    if let Some(field) = field {
        path.push('.');
        path.push_str(field);
    }
    path
}

/// Backslashes and closing brackets are escaped, so that a path splits in one way only.
fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace(']', "\\]")
}

fn canonical_property(scope: &str, names: &[String]) -> String {
    names.iter().fold(scope.to_owned(), |path, name| {
        format!("{path}.properties[{}]", escaped(name))
    })
}

fn canonical_steps(mut path: String, steps: &[Step]) -> String {
    let mut is_name = false;
    for step in steps {
        match step {
            Step::Key(key) if is_name => {
                path.push_str(&format!("[{}]", escaped(key)));
                is_name = false;
            }
            Step::Key(key) => {
                path.push('.');
                path.push_str(key);
                is_name = NAME_MAPS.contains(&key.as_str());
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Member(member) => path.push_str(&format!("[{}]", escaped(member))),
        }
    }
    path
}

fn go_steps(mut path: String, steps: &[Step]) -> String {
    for step in steps {
        match step {
            Step::Key(key) => {
                path.push('.');
                path.push_str(key);
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Member(member) => path.push_str(&format!("[{member}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(scope: Scope, names: &[&str]) -> Fact {
        Fact::Property {
            scope,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_nested_property_has_one_canonical_path_and_the_historic_ones_as_aliases() {
        let fact = property(Scope::Configuration("default".into()), &["db", "host"]);
        assert_eq!(
            fact.path(PathStyle::Canonical),
            "configuration.properties[db].properties[host]"
        );
        assert_eq!(
            fact.aliases(PathStyle::Canonical),
            [
                "schema.properties[db.host]",
                "schema.properties.db.properties.host",
                "configurations[default].properties[db].properties[host]",
            ]
        );
        assert_eq!(fact.path(PathStyle::Go), "schema.properties[db.host]");
        assert_eq!(
            fact.reason(ChangeKind::Removed, PathStyle::Canonical),
            "configuration property db.host removed"
        );
    }

    #[test]
    fn a_property_of_a_named_configuration_carries_the_name() {
        let fact = property(Scope::Configuration("a]b".into()), &["x"]);
        assert_eq!(
            fact.path(PathStyle::Canonical),
            "configurations[a\\]b].properties[x]"
        );
    }

    #[test]
    fn a_keyword_below_a_property_named_like_a_keyword_keeps_its_brackets() {
        let fact = Fact::Keyword {
            scope: Scope::Policy("p".into()),
            steps: ["properties", "properties", "type"]
                .map(|key| Step::Key(key.into()))
                .to_vec(),
        };
        assert_eq!(
            fact.path(PathStyle::Canonical),
            "policies[p].schema.properties[properties].type"
        );
        assert_eq!(
            fact.path(PathStyle::Go),
            "schema.properties.properties.type"
        );
    }

    #[test]
    fn a_member_of_a_set_is_named_after_the_set_in_its_reason() {
        let fact = Fact::Keyword {
            scope: Scope::Configuration("default".into()),
            steps: vec![Step::Key("required".into()), Step::Member("region".into())],
        };
        assert_eq!(fact.row(), "schema.required");
        assert_eq!(
            fact.reason(ChangeKind::Added, PathStyle::Go),
            "schema.required region added"
        );
    }
}
