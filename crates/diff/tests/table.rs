//! The classification table, written down a second time: a page that changes a class by accident
//! fails here.

use pacto_diff::Class;
use pacto_diff::detect::ChangeKind;
use pacto_diff::judge;

/// Rows with the classes of added, removed and modified; `-` where it does not occur.
const TABLE: &str = "
    pactoVersion                              N N N
    service.name                              - - B
    service.version                           - - N
    service.owner                             N N N
    service.owner.team                        N N N
    service.owner.dri                         N N N
    service.owner.contacts                    N N N
    service.image                             N N N
    service.chart                             N N N
    interfaces                                N B -
    interfaces.type                           - - B
    interfaces.port                           P B B
    interfaces.visibility                     - - P
    interfaces.contract                       - - P
    configuration                             N B -
    configuration.schema                      N B P
    configuration.ref                         N B P
    configuration.configs                     N B -
    configuration.configs.name                - - P
    configuration.configs.schema              N B P
    configuration.configs.ref                 N B P
    configurations                            N B -
    configurations.schema                     N B P
    configurations.ref                        N B P
    configurations.values                     N N N
    policy                                    N P -
    policies                                  N P -
    policies.schema                           P P P
    policies.ref                              N P P
    policy/schema.json                        P P -
    runtime.workload                          - - B
    runtime.state.type                        - - B
    runtime.state.persistence.scope           - - B
    runtime.state.persistence.durability      - - B
    runtime.state.dataCriticality             - - P
    runtime.lifecycle.upgradeStrategy         N P P
    runtime.lifecycle.gracefulShutdownSeconds N N N
    runtime.health.interface                  N P P
    runtime.health.path                       N P P
    runtime.health.initialDelaySeconds        N N N
    runtime.metrics.interface                 N P P
    runtime.metrics.path                      N P P
    scaling                                   N P P
    scaling.replicas                          - - P
    scaling.min                               - - P
    scaling.max                               - - N
    dependencies                              N B -
    dependencies.ref                          - - P
    dependencies.compatibility                - - P
    dependencies.required                     - - P
    readiness                                 N N -
    readiness.minScore                        N N N
    readiness.expires                         N N N
    readiness.partialCredit                   N N N
    readiness.checks                          N N N
    openapi.paths                             N B -
    openapi.paths.methods                     N B -
    openapi.paths.methods.parameters          P B P
    openapi.paths.methods.request-body        P P P
    openapi.paths.methods.responses           N B P
    configuration.properties                  N B -
    schema.required                           B B B
    schema                                    P P P
    document                                  - - P
    *                                         P P P
";

#[test]
fn the_pages_hold_the_classification_table() {
    let mut count = 0;
    for line in TABLE.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [row, classes @ ..] = words.as_slice() else {
            panic!("a row: {line}");
        };
        let rule = judge::rules()
            .iter()
            .find(|rule| rule.rows.contains(row))
            .unwrap_or_else(|| panic!("no page owns {row}"));
        let kinds = [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Modified];
        for (kind, letter) in kinds.into_iter().zip(classes) {
            let expected = match *letter {
                "B" => Some(Class::Breaking),
                "P" => Some(Class::PotentialBreaking),
                "N" => Some(Class::NonBreaking),
                _ => None,
            };
            assert_eq!(rule.class(kind), expected, "{row} {kind}");
        }
        count += 1;
    }
    // The rows of ours: properties of policies, and the fields of the single policy.
    let ours = ["policies.schema.properties", "policy.schema", "policy.ref"];
    let rows: usize = judge::rules().iter().map(|rule| rule.rows.len()).sum();
    assert_eq!(rows, count + ours.len());
}
