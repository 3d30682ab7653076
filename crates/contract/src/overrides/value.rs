//! The type of a value given as text, in the spellings of the Go package `strconv`.

use pacto_document::{Number, Tree};

/// Types a text: integer, float, boolean, text, the first that fits.
pub(crate) fn typed(text: &str) -> Tree {
    if let Some(value) = integer(text) {
        return Tree::Number(Number::Integer(value));
    }
    if let Some(value) = float(text) {
        return Tree::Number(Number::Float(value));
    }
    match text {
        "t" | "T" | "true" | "True" | "TRUE" => Tree::Bool(true),
        "f" | "F" | "false" | "False" | "FALSE" => Tree::Bool(false),
        _ => Tree::Text(text.to_owned()),
    }
}

/// A decimal 64-bit integer with optional sign.
fn integer(text: &str) -> Option<i64> {
    // The standard library agrees with `ParseInt` in base 10.
    text.parse().ok()
}

/// A decimal or hexadecimal number, an infinity or NaN; `None` for one that does not fit a double.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_negative = text.starts_with('-');
    let signed = |value: f64| if is_negative { -value } else { value };
    if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
        return Some(signed(f64::INFINITY));
    }
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    if !underscores_separate_digits(unsigned) {
        return None;
    }
    let plain = unsigned.replace('_', "");
    let value = match plain
        .strip_prefix("0x")
        .or_else(|| plain.strip_prefix("0X"))
    {
        Some(hex) => hex_float(hex)?,
        None => decimal_float(&plain)?,
    };
    value.is_finite().then(|| signed(value))
}

/// An underscore may stand between two digits, or between a base prefix and a digit.
fn underscores_separate_digits(text: &str) -> bool {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let is_digit = |byte: u8| {
        if is_hex {
            byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X')
        } else {
            byte.is_ascii_digit()
        }
    };
    let parts: Vec<&str> = text.split('_').collect();
    parts.array_windows().all(|[left, right]| {
        let ends_well = left.bytes().next_back().is_some_and(is_digit);
        ends_well && right.bytes().next().is_some_and(is_digit)
    })
}

fn decimal_float(text: &str) -> Option<f64> {
    // The standard library takes more words than `ParseFloat`, but no other shapes of digits.
    let begins_well = text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if begins_well { text.parse().ok() } else { None }
}

/// The part of a hexadecimal number behind `0x`; the binary exponent is mandatory.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Exponents beyond this leave the range of a double whatever the mantissa is.
    let exponent: i64 = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        -LARGE_EXPONENT
    } else {
        LARGE_EXPONENT
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if all.is_empty() {
        return None;
    }
    let mut value = 0u64;
    let mut shift = -4 * fraction.len() as i64;
    for byte in all {
        let digit = u64::from((byte as char).to_digit(16)?);
        if value >> 60 == 0 {
            value = value << 4 | digit;
        } else {
            // Digits beyond the precision only decide how a tie is rounded.
            value |= u64::from(digit != 0);
            shift += 4;
        }
    }
    let exponent = exponent.clamp(-LARGE_EXPONENT, LARGE_EXPONENT) + shift;
    Some(scale(value as f64, exponent))
}

const LARGE_EXPONENT: i64 = 1 << 40;

/// `value × 2^exponent` in steps that stay in range.
fn scale(mut value: f64, exponent: i64) -> f64 {
    let mut rest = exponent.clamp(-4000, 4000) as i32;
    while rest != 0 {
        let step = rest.clamp(-1000, 1000);
        value *= 2f64.powi(step);
        rest -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_as_the_go_command_does() {
        let integer = |value| Tree::Number(Number::Integer(value));
        let float = |value| Tree::Number(Number::Float(value));
        let text = |value: &str| Tree::Text(value.to_owned());
        let table = [
            ("80", integer(80)),
            ("+5", integer(5)),
            ("-5", integer(-5)),
            ("007", integer(7)),
            ("1", integer(1)),
            ("0", integer(0)),
            ("9223372036854775807", integer(i64::MAX)),
            ("9223372036854775808", float(9_223_372_036_854_775_808.0)),
            ("1.0", float(1.0)),
            ("1e3", float(1000.0)),
            (".5", float(0.5)),
            ("5.", float(5.0)),
            ("-2.5E-1", float(-0.25)),
            ("1_000", float(1000.0)),
            ("inf", float(f64::INFINITY)),
            ("-Infinity", float(f64::NEG_INFINITY)),
            ("0x1p-2", float(0.25)),
            ("0x1.8P1", float(3.0)),
            ("-0x_Fp0", float(-15.0)),
            ("t", Tree::Bool(true)),
            ("TRUE", Tree::Bool(true)),
            ("F", Tree::Bool(false)),
            ("tRUE", text("tRUE")),
            ("yes", text("yes")),
            ("1.0.0", text("1.0.0")),
            ("null", text("null")),
            ("", text("")),
            ("\"\"", text("\"\"")),
            ("{\"a\":1}", text("{\"a\":1}")),
            ("0x1F", text("0x1F")),
            ("0x1p", text("0x1p")),
            ("0xp1", text("0xp1")),
            ("1e400", text("1e400")),
            ("0x1p2000", text("0x1p2000")),
            ("_1", text("_1")),
            ("1__0", text("1__0")),
            ("1_", text("1_")),
            (".", text(".")),
            ("+nan", text("+nan")),
            (" 1", text(" 1")),
        ];
        for (written, expected) in table {
            assert_eq!(typed(written), expected, "{written:?}");
        }
        assert!(matches!(typed("NaN"), Tree::Number(Number::Float(value)) if value.is_nan()));
    }

    #[test]
    fn hexadecimal_numbers_round_to_the_nearest_double() {
        assert_eq!(
            float("0x1.fffffffffffff8p0"),
            Some(2.0),
            "a tie goes to even"
        );
        assert_eq!(float("0x1.fffffffffffff7p0"), Some(2.0 - f64::EPSILON));
        assert_eq!(
            float("0x1.000000000000080000000001p0"),
            Some(1.0 + f64::EPSILON)
        );
        assert_eq!(float("0x1p-1074"), Some(f64::from_bits(1)));
        assert_eq!(float("0x1p-99999999999999999999"), Some(0.0));
    }
}
