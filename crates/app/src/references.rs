//! The references that a contract writes.

use pacto_contract::Contract;

/// Every reference to another contract, in no particular order.
pub(crate) fn written(contract: &Contract) -> impl Iterator<Item = &str> {
    let dependencies = contract
        .dependencies
        .iter()
        .map(|dependency| dependency.reference.as_str());
    let configurations = contract
        .configurations
        .iter()
        .filter_map(|configuration| configuration.reference.as_deref());
    let policies = contract
        .policies
        .iter()
        .filter_map(|policy| policy.reference.as_deref());
    dependencies.chain(configurations).chain(policies)
}
