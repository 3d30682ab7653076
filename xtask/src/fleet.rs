//! Generated fleets of services, the same for the same seed.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

/// A small deterministic generator (xorshift64*); statistical quality is of no interest here.
pub(crate) struct Random(u64);

impl Random {
    /// Starts a sequence; seed 0 is replaced, since the generator would stay there.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// The next number below `bound`; `bound` must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

/// One service of a fleet.
pub(crate) struct Service {
    /// Name, `service-00042`.
    pub(crate) name: String,
    /// Index of the services it depends on; always larger than its own, so there is no cycle.
    pub(crate) dependencies: Vec<usize>,
}

/// How many services a service brings in of its own, besides those it shares with others.
const FAN_OUT: usize = 8;

/// A fleet as estates are: shallow and wide. Every service is reached from the first within a few
/// steps, since each brings in up to eight of its own; and it shares up to three later ones with
/// others, near ones more often.
pub(crate) fn services(count: usize, seed: u64) -> Vec<Service> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|index| {
            let own = (FAN_OUT * index + 1)..(FAN_OUT * index + 1 + FAN_OUT).min(count);
            let mut dependencies: Vec<usize> = own.collect();
            let later = count - index - 1;
            for _ in 0..(random.below(4) as usize).min(later) {
                let reach = if random.below(4) == 0 {
                    later
                } else {
                    later.min(40)
                };
                dependencies.push(index + 1 + random.below(reach as u64) as usize);
            }
            dependencies.sort_unstable();
            dependencies.dedup();
            Service {
                name: format!("service-{index:05}"),
                dependencies,
            }
        })
        .collect()
}

/// Writes one bundle per service below `folder`: contract, interface document, configuration
/// schema. `registry` is what references name.
pub(crate) fn write(folder: &Path, services: &[Service], registry: &str) -> Result<()> {
    for service in services {
        let bundle = folder.join(&service.name);
        std::fs::create_dir_all(bundle.join("interfaces"))?;
        std::fs::create_dir_all(bundle.join("configuration"))?;
        std::fs::write(
            bundle.join("pacto.yaml"),
            contract(service, services, registry),
        )?;
        std::fs::write(bundle.join("interfaces/openapi.yaml"), OPENAPI)?;
        std::fs::write(bundle.join("configuration/schema.json"), SCHEMA)?;
    }
    Ok(())
}

fn contract(service: &Service, services: &[Service], registry: &str) -> String {
    let name = &service.name;
    let mut text = format!(
        "pactoVersion: \"1.0\"\n\
         service:\n  name: {name}\n  version: 1.2.0\n  owner:\n    team: team-{}\n  \
         image:\n    ref: {registry}/images/{name}:1.2.0\n\
         interfaces:\n  - name: rest\n    type: http\n    port: 8080\n    contract: interfaces/openapi.yaml\n\
         configurations:\n  - name: default\n    schema: configuration/schema.json\n\
         runtime:\n  workload: service\n  state:\n    type: stateless\n    persistence:\n      \
         scope: local\n      durability: ephemeral\n    dataCriticality: low\n  \
         health:\n    interface: rest\n    path: /health\n\
         scaling:\n  min: 1\n  max: 3\n",
        name.len() % 7 + usize::from(name.as_bytes().last().copied().unwrap_or(b'0') - b'0')
    );
    if !service.dependencies.is_empty() {
        text.push_str("dependencies:\n");
        for dependency in service
            .dependencies
            .iter()
            .filter_map(|index| services.get(*index))
        {
            let target = &dependency.name;
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "  - name: {target}\n    ref: oci://{registry}/fleet/{target}\n    required: true\n    \
                 compatibility: ^1.0.0\n"
            );
        }
    }
    text
}

const OPENAPI: &str = "openapi: 3.0.3\ninfo: { title: Fleet service, version: 1.2.0 }\npaths:\n  /health:\n    get:\n      responses:\n        \"200\": { description: healthy }\n  /items/{id}:\n    get:\n      parameters:\n        - { name: id, in: path, required: true, schema: { type: string } }\n      responses:\n        \"200\":\n          description: the item\n          content:\n            application/json:\n              schema: { type: object, required: [id], properties: { id: { type: string }, count: { type: integer } } }\n";

const SCHEMA: &str = "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": { \"LOG_LEVEL\": { \"type\": \"string\", \"enum\": [\"debug\", \"info\", \"warn\"] } }\n}\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_the_same_for_the_same_seed_and_has_no_cycle() {
        let first = services(500, 7);
        let second = services(500, 7);
        for (index, (a, b)) in first.iter().zip(&second).enumerate() {
            assert_eq!(a.dependencies, b.dependencies);
            assert!(a.dependencies.iter().all(|dependency| *dependency > index));
        }
        let edges: usize = first.iter().map(|service| service.dependencies.len()).sum();
        assert!(
            edges > 1_000,
            "a fleet is a graph, not a list: {edges} edges"
        );
    }
}
