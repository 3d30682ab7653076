//! How values are written, which decides what tells their types apart.

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Writing {
    /// With its type, as in JSON.
    #[default]
    Typed,
    /// As text: parameters, headers, documents of plain text.
    Text,
    /// As elements and attributes of XML.
    Xml,
    /// As the fields of a form.
    Form,
    /// As one field of a form: text, or a document of its own where it has parts.
    Field,
}

impl Writing {
    /// Whether numbers and truth values look like any other text.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Xml | Self::Field)
    }

    /// How the properties of an object are written that is written so itself.
    pub(crate) fn of_properties(self) -> Self {
        match self {
            Self::Form => Self::Field,
            // OpenAPI 3.1, section 4.8.15: parts of a field are JSON unless it says otherwise.
            Self::Field => Self::Typed,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_field_of_a_form_has_types() {
        let field = Writing::Form.of_properties();
        assert!(field.is_text());
        assert!(!field.of_properties().is_text());
        assert!(Writing::Xml.of_properties().is_text());
    }
}
