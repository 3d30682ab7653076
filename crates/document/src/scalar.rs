//! What an unquoted YAML scalar means.
//!
//! The YAML 1.2 core schema with what the Go library `yaml.v3` adds: octal numbers with a leading
//! zero, underscores between digits, signs and base prefixes. Dates stay text, and so do `yes`,
//! `no`, `on` and `off`.

use crate::Number;

/// Meaning of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning {
    Null,
    Bool(bool),
    Number(Number),
    Text,
}

/// Resolves a plain scalar.
pub(crate) fn resolve(text: &str) -> Meaning {
    match text.as_bytes().first() {
        None => Meaning::Null,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            resolve_number(text).map_or(Meaning::Text, Meaning::Number)
        }
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => match text {
            "~" | "null" | "Null" | "NULL" => Meaning::Null,
            "true" | "True" | "TRUE" => Meaning::Bool(true),
            "false" | "False" | "FALSE" => Meaning::Bool(false),
            _ => Meaning::Text,
        },
        Some(_) => Meaning::Text,
    }
}

/// Reads a number as a plain scalar may spell it.
pub(crate) fn resolve_number(text: &str) -> Option<Number> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(Number::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Some(Number::Float(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Some(Number::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    if text.starts_with('.') {
        return decimal_float(text);
    }
    if text.contains('_') {
        let plain = text.replace('_', "");
        return integer(&plain).or_else(|| decimal_float(&plain));
    }
    integer(text).or_else(|| decimal_float(text))
}

/// An integer with optional sign and base prefix; a bare leading zero means octal.
fn integer(text: &str) -> Option<Number> {
    let (is_negative, is_signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, text.get(1..)?),
        b'+' => (false, true, text.get(1..)?),
        _ => (false, false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // The standard library accepts a second sign here.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    if is_negative {
        return 0i64.checked_sub_unsigned(value).map(Number::Integer);
    }
    match i64::try_from(value) {
        Ok(value) => Some(Number::Integer(value)),
        Err(_) if is_signed => None,
        Err(_) => Some(Number::Unsigned(value)),
    }
}

/// A decimal number with optional fraction and exponent; `None` when it does not fit a double.
fn decimal_float(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(position) => (unsigned.get(..position)?, unsigned.get(position + 1..)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !has_digits || !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return None;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits.is_empty() || !all_digits(digits) {
            return None;
        }
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Number::Float(value))
}

/// Decodes standard Base64, line breaks and blanks ignored.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0u32, 0u32, 0u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'\n' | b'\r' | b' ' | b'\t' => continue,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match (count, padding) {
        (0, 0) => {}
        (2, 2) => bytes.push((bits >> 4) as u8),
        (3, 1) => bytes.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => return None,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_yaml_v3_makes_of_them() {
        let integer = |value| Meaning::Number(Number::Integer(value));
        let float = |value| Meaning::Number(Number::Float(value));
        let table = [
            ("", Meaning::Null),
            ("~", Meaning::Null),
            ("NULL", Meaning::Null),
            ("nULL", Meaning::Text),
            ("True", Meaning::Bool(true)),
            ("yes", Meaning::Text),
            ("off", Meaning::Text),
            ("80", integer(80)),
            ("+5", integer(5)),
            ("-12", integer(-12)),
            ("0777", integer(511)),
            ("0o17", integer(15)),
            ("-0b11", integer(-3)),
            ("0x1F", integer(31)),
            ("1_000", integer(1000)),
            ("08", float(8.0)),
            ("-9223372036854775808", integer(i64::MIN)),
            (
                "18446744073709551615",
                Meaning::Number(Number::Unsigned(u64::MAX)),
            ),
            ("18446744073709551616", float(18_446_744_073_709_551_616.0)),
            ("1.0", float(1.0)),
            ("1.", float(1.0)),
            (".5", float(0.5)),
            ("1e3", float(1000.0)),
            ("-1.5E-2", float(-0.015)),
            (".inf", float(f64::INFINITY)),
            ("-.INF", float(f64::NEG_INFINITY)),
            ("1e400", Meaning::Text),
            ("1.2.3", Meaning::Text),
            ("2024-01-02", Meaning::Text),
            ("12:30", Meaning::Text),
            ("--5", Meaning::Text),
            ("+-5", Meaning::Text),
            ("-", Meaning::Text),
            (".", Meaning::Text),
            ("0x", Meaning::Text),
            ("e5", Meaning::Text),
            ("1e", Meaning::Text),
        ];
        for (text, meaning) in table {
            assert_eq!(resolve(text), meaning, "{text}");
        }
    }

    #[test]
    fn base64_is_decoded_strictly_apart_from_blanks() {
        assert_eq!(decode_base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(
            decode_base64("aGVs\n  bG8h").as_deref(),
            Some(&b"hello!"[..])
        );
        assert_eq!(decode_base64("aA==").as_deref(), Some(&b"h"[..]));
        assert_eq!(decode_base64(""), Some(Vec::new()));
        for wrong in ["a", "aG", "aGk", "aG=k", "aGk=aGk=", "a-k="] {
            assert_eq!(decode_base64(wrong), None, "{wrong}");
        }
    }
}
