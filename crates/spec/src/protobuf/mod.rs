//! Protobuf files: proto2, proto3 and the editions 2023 and 2024, read without a compiler.
//!
//! [`Schema::load`] reads a file and what it imports from the bundle, and links names; the types
//! of `google/protobuf/` are known without their files. A statement that cannot be read is a
//! [`Problem`] with its place, and everything around it is there all the same. What a value of an
//! option means is not checked, and neither are rules of style.
//!
//! Source: the language specifications of proto2, proto3 and editions at protobuf.dev.

mod binary;
mod features;
mod json;
mod link;
mod load;
mod model;
mod parser;
mod problem;
mod scalar;
mod syntax;
mod token;
mod well_known;
mod wire;

pub use features::{Features, FieldPresence};
pub use json::JsonVerdict;
pub use model::{
    Cardinality, Enum, EnumValue, Field, FieldType, File, ImportTarget, ImportedFile, Message,
    Oneof, Place, Rpc, Schema, Service, is_set, option,
};
pub use problem::{Problem, ProblemKind};
pub use scalar::Scalar;
pub use syntax::{Edition, NumberRange, OptionSetting, OptionValue};
