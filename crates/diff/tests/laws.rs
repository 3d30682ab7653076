//! What holds for any pair of sides.

mod support;

use std::collections::BTreeMap;

use pacto_bundle::Bundle;
use pacto_diff::detect::ChangeKind;
use pacto_diff::{Engine, Options, PathStyle, Record, diff};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What a generated bundle is made of.
#[derive(Debug, Clone)]
struct Service {
    version: u8,
    interfaces: BTreeMap<String, (u16, bool)>,
    dependencies: BTreeMap<String, bool>,
    scaling: Option<(u8, bool)>,
    workload: Option<bool>,
    paths: BTreeMap<String, BTreeMap<String, BTreeMap<String, u8>>>,
    properties: BTreeMap<String, BTreeMap<String, u8>>,
    is_named: bool,
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned)
}

fn service() -> impl Strategy<Value = Service> {
    let method = prop::sample::select(vec!["get", "post", "delete"]).prop_map(str::to_owned);
    let status = prop::sample::select(vec!["200", "404", "default"]).prop_map(str::to_owned);
    let responses = prop::collection::btree_map(status, 0..3_u8, 0..3);
    let path = name().prop_map(|name| format!("/{name}"));
    (
        0..3_u8,
        prop::collection::btree_map(name(), (1..4_u16, any::<bool>()), 0..4),
        prop::collection::btree_map(name(), any::<bool>(), 0..4),
        prop::option::of((0..3_u8, any::<bool>())),
        prop::option::of(any::<bool>()),
        prop::collection::btree_map(
            path,
            prop::collection::btree_map(method, responses, 0..3),
            0..4,
        ),
        prop::collection::btree_map(
            name(),
            prop::collection::btree_map(name(), 0..3_u8, 0..3),
            0..4,
        ),
        any::<bool>(),
    )
        .prop_map(
            |(
                version,
                interfaces,
                dependencies,
                scaling,
                workload,
                paths,
                properties,
                is_named,
            )| {
                Service {
                    version,
                    interfaces,
                    dependencies,
                    scaling,
                    workload,
                    paths,
                    properties,
                    is_named,
                }
            },
        )
}

/// An object in the order given, or the other way round.
fn object(entries: impl DoubleEndedIterator<Item = (String, Value)>, is_reversed: bool) -> Value {
    Value::Object(if is_reversed {
        entries.rev().collect::<Map<_, _>>()
    } else {
        entries.collect()
    })
}

impl Service {
    /// The bundle; with `is_reversed`, every map is written backwards.
    fn bundle(&self, is_reversed: bool) -> Bundle {
        let map = |entries: Vec<(&str, Value)>| {
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value));
            object(entries.collect::<Vec<_>>().into_iter(), is_reversed)
        };
        let interfaces: Vec<Value> = self
            .interfaces
            .iter()
            .map(|(name, (port, is_public))| {
                let visibility = if *is_public { "public" } else { "internal" };
                map(vec![
                    ("name", json!(name)),
                    ("type", json!("http")),
                    ("port", json!(port)),
                    ("visibility", json!(visibility)),
                    ("contract", json!("openapi.json")),
                ])
            })
            .collect();
        let dependencies: Vec<Value> = self
            .dependencies
            .iter()
            .map(|(name, required)| {
                map(vec![
                    ("name", json!(name)),
                    ("ref", json!(format!("oci://registry.example/{name}"))),
                    ("required", json!(required)),
                    ("compatibility", json!("^1.0.0")),
                ])
            })
            .collect();
        let configuration = if self.is_named {
            (
                "configurations",
                json!([{"name": "app", "schema": "schema.json"}]),
            )
        } else {
            ("configuration", json!({"schema": "schema.json"}))
        };
        let mut contract = vec![
            ("pactoVersion", json!("1.0")),
            (
                "service",
                json!({"name": "svc", "version": format!("1.0.{}", self.version)}),
            ),
            ("interfaces", Value::Array(interfaces)),
            configuration,
            ("dependencies", Value::Array(dependencies)),
        ];
        if let Some((count, is_fixed)) = self.scaling {
            contract.push((
                "scaling",
                if is_fixed {
                    json!({"replicas": count})
                } else {
                    json!({"min": 1, "max": count})
                },
            ));
        }
        if let Some(is_job) = self.workload {
            let workload = if is_job { "job" } else { "service" };
            contract.push(("runtime", json!({"workload": workload})));
        }
        let paths = self.paths.iter().map(|(path, methods)| {
            let methods = methods.iter().map(|(method, responses)| {
                let responses = responses.iter().map(|(status, text)| {
                    let response = map(vec![("description", json!(text)), ("x", json!([1, 2]))]);
                    (status.clone(), response)
                });
                let responses = object(responses.collect::<Vec<_>>().into_iter(), is_reversed);
                (method.clone(), json!({"responses": responses}))
            });
            let methods = object(methods.collect::<Vec<_>>().into_iter(), is_reversed);
            (path.clone(), methods)
        });
        let paths = object(paths.collect::<Vec<_>>().into_iter(), is_reversed);
        let properties = self.properties.iter().map(|(name, nested)| {
            let nested = nested
                .iter()
                .map(|(name, bound)| (name.clone(), json!({"maximum": bound})));
            let nested = object(nested.collect::<Vec<_>>().into_iter(), is_reversed);
            (name.clone(), json!({"properties": nested}))
        });
        let properties = object(properties.collect::<Vec<_>>().into_iter(), is_reversed);
        support::bundle(
            &map(contract).to_string(),
            &[
                (
                    "openapi.json",
                    &map(vec![("openapi", json!("3.0.3")), ("paths", paths)]).to_string(),
                ),
                (
                    "schema.json",
                    &json!({"properties": properties}).to_string(),
                ),
            ],
        )
    }
}

fn options() -> impl Strategy<Value = Options> {
    (
        prop::sample::select(vec![Engine::Full, Engine::Base]),
        prop::sample::select(vec![PathStyle::Canonical, PathStyle::Go]),
    )
        .prop_map(|(engine, path_style)| Options {
            engine,
            path_style,
            ..Options::default()
        })
}

/// Path, kind and interface of each record, sorted.
fn keys(records: &[Record], is_mirrored: bool) -> Vec<(String, ChangeKind, Option<String>)> {
    let mut keys: Vec<_> = records
        .iter()
        .map(|record| {
            let kind = if is_mirrored {
                record.kind.mirrored()
            } else {
                record.kind
            };
            (record.path.clone(), kind, record.interface.clone())
        })
        .collect();
    keys.sort();
    keys
}

proptest! {
    #[test]
    fn equal_inputs_have_no_changes(service in service(), options in options()) {
        let comparison = diff(&service.bundle(false), &service.bundle(false), &options);
        prop_assert_eq!(comparison.changes, []);
    }

    #[test]
    fn the_order_of_keys_does_not_matter(service in service(), options in options()) {
        let comparison = diff(&service.bundle(false), &service.bundle(true), &options);
        prop_assert_eq!(comparison.changes, []);
    }

    #[test]
    fn swapping_the_sides_swaps_added_and_removed(
        old in service(),
        new in service(),
        options in options(),
    ) {
        let (old, new) = (old.bundle(false), new.bundle(false));
        let forth = diff(&old, &new, &options).changes;
        let back = diff(&new, &old, &options).changes;
        prop_assert_eq!(keys(&forth, true), keys(&back, false));
        for record in &forth {
            let has_old = record.old_value.is_some();
            let has_new = record.new_value.is_some();
            prop_assert_eq!(has_old, record.kind != ChangeKind::Added);
            prop_assert_eq!(has_new, record.kind != ChangeKind::Removed);
        }
    }

    #[test]
    fn fingerprints_do_not_depend_on_where_things_are_written(
        old in service(),
        new in service(),
    ) {
        let fingerprints = |is_reversed| {
            let records = diff(
                &old.bundle(is_reversed),
                &new.bundle(is_reversed),
                &Options::default(),
            );
            let mut prints: Vec<_> = records
                .changes
                .into_iter()
                .filter_map(|record| record.fingerprint)
                .collect();
            prints.sort();
            prints
        };
        prop_assert_eq!(fingerprints(false), fingerprints(true));
    }
}
