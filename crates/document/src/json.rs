//! The JSON reader (RFC 8259).
