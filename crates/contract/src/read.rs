//! Builds the model from a document.

use pacto_diagnostic::Finding;
use pacto_document::{Document, Kind, Node};

use crate::decode::{Decoder, Fields};
use crate::normalise::{self, LegacyForm};
use crate::{
    Chart, Configuration, Contact, Contract, DataCriticality, Dependency, Durability, Health,
    Image, Interface, InterfaceType, Lifecycle, Metrics, Owner, Persistence, PersistenceScope,
    Policy, Readiness, ReadinessCheck, Reference, Runtime, Scaling, Service, State, StateType,
    StructuredOwner, UpgradeStrategy, Visibility, Workload,
};

/// Reads a contract: the model, the old forms in it, and what stopped it from being read.
pub(crate) fn read(document: &Document) -> (Contract, Vec<LegacyForm>, Vec<Finding>) {
    let root = Fields {
        node: document.root(),
        path: "",
    };
    let mut decoder = Decoder {
        findings: Vec::new(),
        is_lenient: false,
    };
    if !matches!(root.node.kind(), Kind::Mapping | Kind::Null) {
        decoder.wrong_kind(root.node, "a contract", "");
    }
    let pacto_version = decoder.required_text(root, "pactoVersion");
    let is_later = is_later_version(&pacto_version);
    decoder.is_lenient = is_later;
    let mut reader = Reader {
        decoder,
        legacy: Vec::new(),
    };
    let contract = Contract {
        pacto_version,
        service: reader.service(root),
        interfaces: reader.interfaces(root),
        configurations: reader.configurations(root),
        policies: reader.policies(root),
        dependencies: reader.dependencies(root),
        runtime: reader.runtime(root),
        scaling: reader.scaling(root),
        // Later versions score evidence in another way.
        readiness: if is_later {
            None
        } else {
            reader.readiness(root)
        },
        metadata: reader.decoder.json_map(root, "metadata"),
    };
    let mut findings = reader.decoder.findings;
    if root.node.kind() == Kind::Mapping || root.node.is_null() {
        findings.extend(missing_field(root.node, &contract));
    }
    (contract, reader.legacy, findings)
}

/// Versions after 1.1 are read as far as they share fields.
fn is_later_version(version: &str) -> bool {
    let parts = version.split_once('.').and_then(|(major, minor)| {
        let major: u32 = major.parse().ok()?;
        let minor: u32 = minor.parse().ok()?;
        Some((major, minor))
    });
    parts.is_some_and(|parts| parts > (1, 1))
}

/// The first of the three fields without which nothing can be said about a contract.
fn missing_field(root: Node<'_>, contract: &Contract) -> Option<Finding> {
    let service = root.get("service");
    let table = [
        ("pactoVersion", &contract.pacto_version, Some(root)),
        ("service.name", &contract.service.name, service),
        ("service.version", &contract.service.version, service),
    ];
    let (field, _, parent) = table.into_iter().find(|(_, text, _)| text.is_empty())?;
    let key = field.rsplit('.').next().unwrap_or(field);
    let value = parent.and_then(|parent| parent.get(key));
    // A value of the wrong kind has a finding of its own.
    let has_wrong_kind = |node: Option<Node<'_>>, fits: fn(Kind) -> bool| {
        node.is_some_and(|node| !node.is_null() && !fits(node.kind()))
    };
    if has_wrong_kind(value, |kind| {
        !matches!(kind, Kind::Sequence | Kind::Mapping)
    }) || has_wrong_kind(parent, |kind| kind == Kind::Mapping)
    {
        return None;
    }
    let mut place = match (value, root.get_entry("service")) {
        (Some(value), _) => value.location(),
        (None, Some((key, _))) if field != "pactoVersion" => key.location(),
        _ => match root.entries().next() {
            Some((key, _)) => key.location(),
            None => root.location(),
        },
    };
    let place_of_parent = if field == "pactoVersion" || parent.is_none() {
        ""
    } else {
        "/service"
    };
    place.pointer = Some(match value {
        Some(_) => format!("{place_of_parent}/{key}"),
        None => place_of_parent.to_owned(),
    });
    let example = match field {
        "pactoVersion" => "pactoVersion: \"1.1\"",
        "service.name" => "name: my-service",
        _ => "version: 1.0.0",
    };
    let message = format!("parse error at {field}: {field} is required");
    let finding = Finding::error("PARSE_ERROR", "", message).at(place);
    Some(if field == "pactoVersion" {
        finding.help(format!("add `{example}` at the top of the file"))
    } else {
        finding.help(format!("add `{example}` below `service`"))
    })
}

struct Reader {
    decoder: Decoder,
    legacy: Vec<LegacyForm>,
}

impl Reader {
    fn service(&mut self, root: Fields<'_, '_>) -> Service {
        let Some(node) = self.decoder.mapping(root, "service") else {
            return Service {
                name: String::new(),
                version: String::new(),
                owner: None,
                image: None,
                chart: None,
            };
        };
        let path = root.path_of("service");
        let fields = Fields { node, path: &path };
        Service {
            name: self.decoder.required_text(fields, "name"),
            version: self.decoder.required_text(fields, "version"),
            owner: self.owner(fields),
            image: self.image(fields),
            chart: self.chart(fields),
        }
    }

    fn owner(&mut self, service: Fields<'_, '_>) -> Option<Owner> {
        let node = service.node.get("owner")?;
        match node.kind() {
            Kind::Null => None,
            Kind::String => node.as_str().map(|text| Owner::Text(text.to_owned())),
            Kind::Bool | Kind::Number => Some(Owner::Text(node.raw().to_owned())),
            Kind::Sequence => {
                let path = service.path_of("owner");
                let message = "owner must be a string or object: got a list";
                self.decoder.problem(node, &path, message);
                None
            }
            Kind::Mapping => {
                let path = service.path_of("owner");
                let fields = Fields { node, path: &path };
                let mut contacts = Vec::new();
                for (item, path) in self.decoder.items(fields, "contacts") {
                    let fields = Fields {
                        node: item,
                        path: &path,
                    };
                    contacts.push(Contact {
                        r#type: self.decoder.required_text(fields, "type"),
                        value: self.decoder.required_text(fields, "value"),
                        purpose: self.decoder.text(fields, "purpose"),
                    });
                }
                Some(Owner::Structured(StructuredOwner {
                    team: self.decoder.text(fields, "team"),
                    dri: self.decoder.text(fields, "dri"),
                    contacts,
                }))
            }
        }
    }

    fn image(&mut self, service: Fields<'_, '_>) -> Option<Image> {
        let node = self.decoder.mapping(service, "image")?;
        let path = service.path_of("image");
        let fields = Fields { node, path: &path };
        Some(Image {
            reference: self.decoder.required_text(fields, "ref"),
            private: self.decoder.boolean(fields, "private").unwrap_or(false),
        })
    }

    fn chart(&mut self, service: Fields<'_, '_>) -> Option<Chart> {
        let node = self.decoder.mapping(service, "chart")?;
        let path = service.path_of("chart");
        let fields = Fields { node, path: &path };
        Some(Chart {
            reference: self.decoder.required_text(fields, "ref"),
            version: self.decoder.required_text(fields, "version"),
        })
    }

    fn interfaces(&mut self, root: Fields<'_, '_>) -> Vec<Interface> {
        let mut interfaces = Vec::new();
        for (node, path) in self.decoder.items(root, "interfaces") {
            let fields = Fields { node, path: &path };
            let visibility = self.decoder.text(fields, "visibility");
            interfaces.push(Interface {
                name: self.decoder.required_text(fields, "name"),
                r#type: InterfaceType::from_word(&self.decoder.required_text(fields, "type")),
                port: self.decoder.integer(fields, "port"),
                visibility: visibility.as_deref().map(Visibility::from_word),
                contract: self.decoder.text(fields, "contract"),
            });
        }
        interfaces
    }

    fn configurations(&mut self, root: Fields<'_, '_>) -> Vec<Configuration> {
        self.refuse_both(root, "configuration", "configurations");
        let mut configurations = Vec::new();
        for (node, path) in self.decoder.items(root, "configurations") {
            configurations.push(self.configuration(Fields { node, path: &path }));
        }
        let Some(node) = self.decoder.mapping(root, "configuration") else {
            return configurations;
        };
        let path = root.path_of("configuration");
        let fields = Fields { node, path: &path };
        self.legacy
            .push(normalise::singular(root.node, "configuration"));
        if node.get("configs").is_some() {
            for (node, path) in self.decoder.items(fields, "configs") {
                configurations.push(self.configuration(Fields { node, path: &path }));
            }
        } else {
            let mut configuration = self.configuration(fields);
            normalise::DEFAULT_NAME.clone_into(&mut configuration.name);
            configurations.push(configuration);
        }
        configurations
    }

    fn configuration(&mut self, fields: Fields<'_, '_>) -> Configuration {
        Configuration {
            name: self.decoder.required_text(fields, "name"),
            schema: self.decoder.text(fields, "schema"),
            reference: self.decoder.text(fields, "ref"),
            values: self.decoder.json_map(fields, "values"),
            written_path: fields.path.to_owned(),
        }
    }

    fn policies(&mut self, root: Fields<'_, '_>) -> Vec<Policy> {
        self.refuse_both(root, "policy", "policies");
        let mut policies = Vec::new();
        for (node, path) in self.decoder.items(root, "policies") {
            let fields = Fields { node, path: &path };
            let mut policy = self.policy(fields);
            if policy.name.is_empty() {
                normalise::DEFAULT_NAME.clone_into(&mut policy.name);
            }
            if node.kind() == Kind::Mapping && node.get("name").is_none() {
                let siblings = root.node.get("policies");
                self.legacy
                    .push(normalise::nameless(node, siblings, &path, &policy.name));
            }
            policies.push(policy);
        }
        if let Some(node) = self.decoder.mapping(root, "policy") {
            let path = root.path_of("policy");
            let mut policy = self.policy(Fields { node, path: &path });
            normalise::DEFAULT_NAME.clone_into(&mut policy.name);
            self.legacy.push(normalise::singular(root.node, "policy"));
            policies.push(policy);
        }
        policies
    }

    fn policy(&mut self, fields: Fields<'_, '_>) -> Policy {
        Policy {
            name: self.decoder.required_text(fields, "name"),
            schema: self.decoder.text(fields, "schema"),
            reference: self.decoder.text(fields, "ref"),
            written_path: fields.path.to_owned(),
        }
    }

    /// A singular old form beside the modern list is ambiguous.
    fn refuse_both(&mut self, root: Fields<'_, '_>, singular: &str, plural: &str) {
        let (Some((old, _)), Some((modern, _))) =
            (root.node.get_entry(singular), root.node.get_entry(plural))
        else {
            return;
        };
        let (first, second) = if old.span() < modern.span() {
            (old, modern)
        } else {
            (modern, old)
        };
        let lines = (old.location().line, modern.location().line);
        let message = format!(
            "`{singular}` (line {}) and `{plural}` (line {}) cannot both be given",
            lines.0, lines.1
        );
        let count = self.decoder.findings.len();
        let path = second.as_str().unwrap_or_default();
        self.decoder.problem(second, path, &message);
        if let Some(finding) = self.decoder.findings.get_mut(count) {
            let related = finding
                .clone()
                .related("the other one is here", first.location())
                .help(format!("move the content of `{singular}` into `{plural}`"));
            *finding = related;
        }
    }

    fn dependencies(&mut self, root: Fields<'_, '_>) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for (node, path) in self.decoder.items(root, "dependencies") {
            let fields = Fields { node, path: &path };
            let mut name = self.decoder.required_text(fields, "name");
            let reference = self.decoder.required_text(fields, "ref");
            let is_name_derived = name.is_empty();
            if is_name_derived {
                name = Reference::derived_dependency_name(&reference);
            }
            if node.kind() == Kind::Mapping && node.get("name").is_none() {
                let siblings = root.node.get("dependencies");
                self.legacy
                    .push(normalise::nameless(node, siblings, &path, &name));
            }
            dependencies.push(Dependency {
                name,
                reference,
                required: self.decoder.boolean(fields, "required").unwrap_or(false),
                compatibility: self.decoder.required_text(fields, "compatibility"),
                is_name_derived,
            });
        }
        dependencies
    }

    fn runtime(&mut self, root: Fields<'_, '_>) -> Option<Runtime> {
        let node = self.decoder.mapping(root, "runtime")?;
        let path = root.path_of("runtime");
        let fields = Fields { node, path: &path };
        let workload = self.decoder.text(fields, "workload");
        Some(Runtime {
            workload: workload.as_deref().map(Workload::from_word),
            state: self.state(fields),
            lifecycle: self.lifecycle(fields),
            health: self.health(fields),
            metrics: self.metrics(fields),
        })
    }

    fn state(&mut self, runtime: Fields<'_, '_>) -> Option<State> {
        let node = self.decoder.mapping(runtime, "state")?;
        let path = runtime.path_of("state");
        let fields = Fields { node, path: &path };
        let state_type = self.decoder.text(fields, "type");
        let criticality = self.decoder.text(fields, "dataCriticality");
        Some(State {
            r#type: state_type.as_deref().map(StateType::from_word),
            persistence: self.persistence(fields),
            data_criticality: criticality.as_deref().map(DataCriticality::from_word),
        })
    }

    fn persistence(&mut self, state: Fields<'_, '_>) -> Option<Persistence> {
        let node = self.decoder.mapping(state, "persistence")?;
        let path = state.path_of("persistence");
        let fields = Fields { node, path: &path };
        let scope = self.decoder.text(fields, "scope");
        let durability = self.decoder.text(fields, "durability");
        Some(Persistence {
            scope: scope.as_deref().map(PersistenceScope::from_word),
            durability: durability.as_deref().map(Durability::from_word),
        })
    }

    fn lifecycle(&mut self, runtime: Fields<'_, '_>) -> Option<Lifecycle> {
        let node = self.decoder.mapping(runtime, "lifecycle")?;
        let path = runtime.path_of("lifecycle");
        let fields = Fields { node, path: &path };
        let strategy = self.decoder.text(fields, "upgradeStrategy");
        Some(Lifecycle {
            upgrade_strategy: strategy.as_deref().map(UpgradeStrategy::from_word),
            graceful_shutdown_seconds: self.decoder.integer(fields, "gracefulShutdownSeconds"),
        })
    }

    fn health(&mut self, runtime: Fields<'_, '_>) -> Option<Health> {
        let node = self.decoder.mapping(runtime, "health")?;
        let path = runtime.path_of("health");
        let fields = Fields { node, path: &path };
        Some(Health {
            interface: self.decoder.required_text(fields, "interface"),
            path: self.decoder.text(fields, "path"),
            initial_delay_seconds: self.decoder.integer(fields, "initialDelaySeconds"),
        })
    }

    fn metrics(&mut self, runtime: Fields<'_, '_>) -> Option<Metrics> {
        let node = self.decoder.mapping(runtime, "metrics")?;
        let path = runtime.path_of("metrics");
        let fields = Fields { node, path: &path };
        Some(Metrics {
            interface: self.decoder.required_text(fields, "interface"),
            path: self.decoder.text(fields, "path"),
        })
    }

    fn scaling(&mut self, root: Fields<'_, '_>) -> Option<Scaling> {
        let node = self.decoder.mapping(root, "scaling")?;
        let path = root.path_of("scaling");
        let fields = Fields { node, path: &path };
        Some(Scaling {
            replicas: self.decoder.integer(fields, "replicas"),
            min: self.decoder.integer(fields, "min"),
            max: self.decoder.integer(fields, "max"),
        })
    }

    fn readiness(&mut self, root: Fields<'_, '_>) -> Option<Readiness> {
        let node = self.decoder.mapping(root, "readiness")?;
        let path = root.path_of("readiness");
        let fields = Fields { node, path: &path };
        let min_score = self.decoder.integer(fields, "minScore");
        let mut checks = Vec::new();
        for (node, path) in self.decoder.items(fields, "checks") {
            let fields = Fields { node, path: &path };
            checks.push(ReadinessCheck {
                id: self.decoder.required_text(fields, "id"),
                r#type: self.decoder.required_text(fields, "type"),
                evidence: self.decoder.required_text(fields, "evidence"),
                weight: self.decoder.integer(fields, "weight").unwrap_or(0),
                expires: self.decoder.required_text(fields, "expires"),
                description: self.decoder.text(fields, "description"),
            });
        }
        Some(Readiness { min_score, checks })
    }
}
