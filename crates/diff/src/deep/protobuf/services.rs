//! Services and their procedures.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::protobuf::{OptionValue, Place, Rpc, Service, is_set, option};

use super::Comparer;
use super::annotations;
use super::finding::Edit;
use crate::detect::ChangeKind;

/// Messages and streams of a procedure, with the names of the new side.
type Signature<'s> = (&'s str, &'s str, bool, bool);

impl<'s> Comparer<'s> {
    pub(super) fn services(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        // By name within a package: the one service the old side does not know at all.
        let mut moved: BTreeMap<&str, Option<(&String, &Service)>> = BTreeMap::new();
        for (full, service) in &new.services {
            if !old.services.contains_key(full) {
                moved
                    .entry(&service.name)
                    .and_modify(|candidate| *candidate = None)
                    .or_insert(Some((full, service)));
            }
        }
        for (full, service) in &old.services {
            let new_name = self.matching.new_name(full);
            if let Some((name, after)) = new.services.get_key_value(new_name) {
                kept.insert(name);
                self.service(service, after);
            } else if let Some((name, after)) = moved.get(service.name.as_str()).copied().flatten()
            {
                kept.insert(name);
                let path = format!("{}.package", self.service_path(service));
                let (before, now) = self.places(Some(service.place), Some(after.place));
                let edit = Edit::new(path, ChangeKind::Modified)
                    .values(service.package.as_str(), after.package.as_str())
                    .at(before, now);
                self.findings.add(
                    edit,
                    &[
                        "proto-service-moved-package",
                        "proto-service-no-delete",
                        "proto-package-service-no-delete",
                    ],
                );
                self.service(service, after);
            } else if !self.matching.missed_old.contains(&service.place.file) {
                let edit = Edit::new(self.service_path(service), ChangeKind::Removed)
                    .at(old.location(service.place), None);
                self.findings.add(
                    edit,
                    &["proto-service-no-delete", "proto-package-service-no-delete"],
                );
            }
        }
        for (full, service) in &new.services {
            let is_missed = self.matching.missed_new.contains(&service.place.file);
            if !kept.contains(full.as_str()) && !is_missed {
                let edit = Edit::new(self.service_path(service), ChangeKind::Added)
                    .at(None, new.location(service.place));
                self.findings.add(edit, &["proto-service-added"]);
            }
        }
    }

    fn service_path(&self, service: &Service) -> String {
        let name = self.matching.shown(&service.package, &service.name);
        format!("grpc.services[{name}]")
    }

    fn service(&mut self, old: &'s Service, new: &'s Service) {
        let name = self.matching.shown(&new.package, &new.name);
        if let Some((old_file, new_file)) = self.moved_file(old.place.file, new.place.file) {
            let (before, after) = self.places(Some(old.place), Some(new.place));
            let edit = Edit::new(format!("grpc.services[{name}].file"), ChangeKind::Modified)
                .values(old_file, new_file)
                .at(before, after);
            if old.package == new.package {
                self.findings.add_as(
                    crate::Class::PotentialBreaking,
                    edit,
                    &["proto-service-no-delete"],
                );
            }
        }
        if !is_set(&old.options, "deprecated") && is_set(&new.options, "deprecated") {
            let edit = Edit::new(
                format!("grpc.services[{name}].deprecated"),
                ChangeKind::Added,
            )
            .at(None, self.new.location(new.place));
            self.findings.add(edit, &["proto-deprecated-set"]);
        }
        let names = |service: &'s Service| -> BTreeMap<&'s str, &'s Rpc> {
            let rpcs = service.rpcs.iter();
            rpcs.map(|rpc| (rpc.name.as_str(), rpc)).collect()
        };
        let (before, after) = (names(old), names(new));
        let mut gone: Vec<&Rpc> = Vec::new();
        for (rpc_name, rpc) in &before {
            match after.get(rpc_name) {
                Some(other) => self.rpc(&format!("grpc.rpcs[{name}.{rpc_name}]"), rpc, other),
                None => gone.push(rpc),
            }
        }
        let fresh: Vec<&Rpc> = after
            .iter()
            .filter(|(rpc_name, _)| !before.contains_key(*rpc_name))
            .map(|(_, rpc)| *rpc)
            .collect();
        let mut signatures: BTreeMap<Signature<'_>, (Vec<&Rpc>, Vec<&Rpc>)> = BTreeMap::new();
        for rpc in &gone {
            let signature = (
                self.matching.new_name(&rpc.request),
                self.matching.new_name(&rpc.response),
                rpc.is_client_streaming,
                rpc.is_server_streaming,
            );
            signatures.entry(signature).or_default().0.push(rpc);
        }
        for rpc in &fresh {
            let signature = (
                rpc.request.as_str(),
                rpc.response.as_str(),
                rpc.is_client_streaming,
                rpc.is_server_streaming,
            );
            signatures.entry(signature).or_default().1.push(rpc);
        }
        let renames: BTreeMap<String, &Rpc> = signatures
            .into_values()
            .filter_map(|(gone, fresh)| match (gone.as_slice(), fresh.as_slice()) {
                ([one], [other]) => Some((one.name.clone(), *other)),
                _ => None,
            })
            .collect();
        for rpc in gone {
            let path = format!("grpc.rpcs[{name}.{}]", rpc.name);
            let place = self.old.location(rpc.place);
            if let Some(other) = renames.get(&rpc.name) {
                let edit = Edit::new(format!("{path}.name"), ChangeKind::Modified)
                    .values(rpc.name.as_str(), other.name.as_str())
                    .at(place, self.new.location(other.place));
                self.findings
                    .add(edit, &["proto-rpc-renamed", "proto-rpc-no-delete"]);
            } else {
                let edit =
                    Edit::new(path, ChangeKind::Removed).at(place, self.new.location(new.place));
                self.findings.add(edit, &["proto-rpc-no-delete"]);
            }
        }
        let renamed_to: BTreeSet<&str> = renames.values().map(|rpc| rpc.name.as_str()).collect();
        for rpc in fresh {
            if !renamed_to.contains(rpc.name.as_str()) {
                let edit = Edit::new(format!("grpc.rpcs[{name}.{}]", rpc.name), ChangeKind::Added)
                    .at(None, self.new.location(rpc.place));
                self.findings.add(edit, &["proto-rpc-added"]);
            }
        }
    }

    fn rpc(&mut self, path: &str, old: &Rpc, new: &Rpc) {
        let schemas = (self.old, self.new);
        let edit = |suffix: &str| {
            Edit::new(format!("{path}{suffix}"), ChangeKind::Modified)
                .at(schemas.0.location(old.place), schemas.1.location(new.place))
        };
        let types = [
            (
                ".request-type",
                "proto-rpc-same-request-type",
                (&old.request, old.request_span),
                (&new.request, new.request_span),
            ),
            (
                ".response-type",
                "proto-rpc-same-response-type",
                (&old.response, old.response_span),
                (&new.response, new.response_span),
            ),
        ];
        for (suffix, rule, (old_type, old_span), (new_type, new_span)) in types {
            if self.matching.new_name(old_type) != new_type.as_str() {
                let place = |rpc: &Rpc, span| Place { span, ..rpc.place };
                let edit = edit(suffix)
                    .values(old_type.as_str(), new_type.as_str())
                    .at(
                        self.old.location(place(old, old_span)),
                        self.new.location(place(new, new_span)),
                    );
                self.findings.add(edit, &[rule]);
            }
        }
        let streams = [
            (
                ".client-streaming",
                "proto-rpc-same-client-streaming",
                old.is_client_streaming,
                new.is_client_streaming,
            ),
            (
                ".server-streaming",
                "proto-rpc-same-server-streaming",
                old.is_server_streaming,
                new.is_server_streaming,
            ),
        ];
        for (suffix, rule, old, new) in streams {
            if old != new {
                self.findings.add(edit(suffix).values(old, new), &[rule]);
            }
        }
        let idempotency = |rpc: &Rpc| match option(&rpc.options, "idempotency_level") {
            Some(OptionValue::Word(word)) => word.clone(),
            _ => "IDEMPOTENCY_UNKNOWN".to_owned(),
        };
        if idempotency(old) != idempotency(new) {
            let edit = edit(".idempotency-level").values(idempotency(old), idempotency(new));
            self.findings
                .add(edit, &["proto-rpc-same-idempotency-level"]);
        }
        if !is_set(&old.options, "deprecated") && is_set(&new.options, "deprecated") {
            let mut edit = edit(".deprecated");
            edit.kind = ChangeKind::Added;
            self.findings.add(edit, &["proto-deprecated-set"]);
        }
        let bindings = (
            annotations::http(&old.options),
            annotations::http(&new.options),
        );
        let rule = match &bindings {
            (Some(old), Some(new)) if !annotations::serves(new, old) => {
                "proto-http-annotation-changed"
            }
            (Some(_), None) => "proto-http-annotation-removed",
            _ => return,
        };
        let edit = Edit::maybe(format!("{path}.http"), bindings.0, bindings.1)
            .at(schemas.0.location(old.place), schemas.1.location(new.place));
        self.findings.add(edit, &[rule]);
    }
}
