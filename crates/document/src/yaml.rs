//! The YAML reader.
