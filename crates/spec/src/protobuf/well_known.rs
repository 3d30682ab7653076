//! Types of `google/protobuf/`, known by name without their files.

/// True for the path of a file every compiler brings along.
pub(super) fn is_file(path: &str) -> bool {
    const FILES: &[&str] = &[
        "any",
        "api",
        "cpp_features",
        "descriptor",
        "duration",
        "empty",
        "field_mask",
        "go_features",
        "java_features",
        "source_context",
        "struct",
        "timestamp",
        "type",
        "wrappers",
        "compiler/plugin",
    ];
    path.strip_prefix("google/protobuf/")
        .and_then(|rest| rest.strip_suffix(".proto"))
        .is_some_and(|stem| FILES.contains(&stem))
}

/// What a well-known name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WellKnown {
    Message,
    Enum,
}

/// Looks a full name up.
pub(super) fn find(name: &str) -> Option<WellKnown> {
    const ENUMS: &[&str] = &[
        "NullValue",
        "Syntax",
        "Edition",
        "Field.Kind",
        "Field.Cardinality",
        "FieldDescriptorProto.Type",
        "FieldDescriptorProto.Label",
        "FileOptions.OptimizeMode",
        "FieldOptions.CType",
        "FieldOptions.JSType",
        "FieldOptions.OptionRetention",
        "FieldOptions.OptionTargetType",
        "MethodOptions.IdempotencyLevel",
    ];
    const MESSAGES: &[&str] = &[
        "Any",
        "Api",
        "Method",
        "Mixin",
        "Duration",
        "Empty",
        "FieldMask",
        "SourceContext",
        "Struct",
        "Value",
        "ListValue",
        "Timestamp",
        "Type",
        "Field",
        "Enum",
        "EnumValue",
        "Option",
        "DoubleValue",
        "FloatValue",
        "Int64Value",
        "UInt64Value",
        "Int32Value",
        "UInt32Value",
        "BoolValue",
        "StringValue",
        "BytesValue",
        "FileDescriptorSet",
        "FileDescriptorProto",
        "DescriptorProto",
        "DescriptorProto.ExtensionRange",
        "DescriptorProto.ReservedRange",
        "ExtensionRangeOptions",
        "FieldDescriptorProto",
        "OneofDescriptorProto",
        "EnumDescriptorProto",
        "EnumValueDescriptorProto",
        "ServiceDescriptorProto",
        "MethodDescriptorProto",
        "FileOptions",
        "MessageOptions",
        "FieldOptions",
        "OneofOptions",
        "EnumOptions",
        "EnumValueOptions",
        "ServiceOptions",
        "MethodOptions",
        "UninterpretedOption",
        "FeatureSet",
        "FeatureSetDefaults",
        "SourceCodeInfo",
        "SourceCodeInfo.Location",
        "GeneratedCodeInfo",
        "compiler.CodeGeneratorRequest",
        "compiler.CodeGeneratorResponse",
        "compiler.Version",
    ];
    let rest = name.strip_prefix("google.protobuf.")?;
    if MESSAGES.contains(&rest) {
        Some(WellKnown::Message)
    } else {
        ENUMS.contains(&rest).then_some(WellKnown::Enum)
    }
}
