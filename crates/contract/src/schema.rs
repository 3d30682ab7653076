//! The published JSON Schemas of the contract.
