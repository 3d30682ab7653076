//! Features: what editions spell out and older syntaxes imply.

use super::syntax::{Edition, OptionSetting, OptionValue};

/// Whether a field that is not set can be told from one that holds the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldPresence {
    /// It can.
    Explicit,
    /// It cannot.
    Implicit,
    /// It must be set.
    LegacyRequired,
}

/// The features of an element, its own and inherited ones.
///
/// Source: "Feature Settings for Editions" of the protobuf documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one feature of the language, and they are independent"
)]
pub struct Features {
    /// `field_presence`.
    pub field_presence: FieldPresence,
    /// `enum_type` is `CLOSED`: numbers without a name are not values.
    pub is_closed_enum: bool,
    /// `repeated_field_encoding` is `PACKED`.
    pub is_packed: bool,
    /// `utf8_validation` is `VERIFY`.
    pub is_utf8_verified: bool,
    /// `message_encoding` is `DELIMITED`: messages are encoded as groups.
    pub is_delimited: bool,
    /// `json_format` is `ALLOW`; otherwise JSON works as far as it happens to.
    pub is_json_allowed: bool,
    /// `(pb.cpp).string_type`: `STRING`, `CORD`, `VIEW`, `STRING_PIECE`.
    pub cpp_string_type: String,
    /// `(pb.java).utf8_validation`: `DEFAULT` or `VERIFY`.
    pub java_utf8_validation: String,
}

impl Features {
    /// What holds in a file that sets nothing.
    pub(super) fn of(edition: Edition) -> Self {
        let is_proto2 = edition == Edition::Proto2;
        Self {
            field_presence: if edition == Edition::Proto3 {
                FieldPresence::Implicit
            } else {
                FieldPresence::Explicit
            },
            is_closed_enum: is_proto2,
            is_packed: !is_proto2,
            is_utf8_verified: !is_proto2,
            is_delimited: false,
            is_json_allowed: !is_proto2,
            cpp_string_type: if edition >= Edition::Edition2024 {
                "VIEW".to_owned()
            } else {
                "STRING".to_owned()
            },
            java_utf8_validation: "DEFAULT".to_owned(),
        }
    }

    /// These features with the ones that options set.
    pub(super) fn with(&self, options: &[OptionSetting]) -> Self {
        let mut features = self.clone();
        for option in options {
            if option.name == "features" {
                features.set_all("", &option.value);
            } else if let Some(name) = option.name.strip_prefix("features.") {
                features.set(name, &option.value);
            }
        }
        features
    }

    fn set_all(&mut self, prefix: &str, value: &OptionValue) {
        let OptionValue::Map(entries) = value else {
            return;
        };
        for (key, value) in entries {
            let key = match key.strip_prefix('[').and_then(|key| key.strip_suffix(']')) {
                Some(extension) => format!("({extension})"),
                None => key.clone(),
            };
            let name = if prefix.is_empty() {
                key
            } else {
                format!("{prefix}.{key}")
            };
            self.set(&name, value);
        }
    }

    fn set(&mut self, name: &str, value: &OptionValue) {
        let OptionValue::Word(word) = value else {
            self.set_all(name, value);
            return;
        };
        let word = word.as_str();
        match name {
            "field_presence" => {
                self.field_presence = match word {
                    "IMPLICIT" => FieldPresence::Implicit,
                    "LEGACY_REQUIRED" => FieldPresence::LegacyRequired,
                    _ => FieldPresence::Explicit,
                }
            }
            "enum_type" => self.is_closed_enum = word == "CLOSED",
            "repeated_field_encoding" => self.is_packed = word == "PACKED",
            "utf8_validation" => self.is_utf8_verified = word == "VERIFY",
            "message_encoding" => self.is_delimited = word == "DELIMITED",
            "json_format" => self.is_json_allowed = word == "ALLOW",
            "(pb.cpp).string_type" => self.cpp_string_type = word.to_owned(),
            "(pb.java).utf8_validation" => self.java_utf8_validation = word.to_owned(),
            _ => {}
        }
    }
}
