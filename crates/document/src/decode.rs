//! From bytes to text.

use pacto_diagnostic::{SourceText, Span};

use crate::ParseError;

/// Turns the bytes of a file into a named text. A byte order mark is skipped; anything but UTF-8
/// is an error at the first byte that does not belong.
pub fn decode(name: &str, bytes: &[u8]) -> Result<SourceText, ParseError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(SourceText::new(name, text)),
        Err(error) => error,
    };
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let valid = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
    let valid = String::from_utf8_lossy(valid);
    let end = valid.len() as u32;
    let message = if is_utf16 {
        "text is UTF-16; save it as UTF-8".to_owned()
    } else {
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        format!("invalid UTF-8: byte 0x{byte:02x}")
    };
    let mut location = SourceText::new(name, &*valid).location(Span::new(end, end));
    location.length = 1;
    Err(ParseError {
        message,
        location: Some(location),
        related: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let source = decode("f", b"\xef\xbb\xbfa: 1").expect("is UTF-8");
        assert_eq!(source.text(), "a: 1");
    }

    #[test]
    fn the_first_byte_that_is_not_utf8_is_named_with_its_place() {
        let error = decode("f", b"a: 1\nb: \xc3\xa9\xff").expect_err("is not UTF-8");
        assert_eq!(error.message, "invalid UTF-8: byte 0xff");
        let location = error.location.expect("has a place");
        assert_eq!((location.line, location.column), (2, 5));
    }

    #[test]
    fn utf16_is_recognised() {
        let error = decode("f", b"\xff\xfea\0").expect_err("is not UTF-8");
        assert!(error.message.contains("UTF-16"), "{}", error.message);
    }
}
