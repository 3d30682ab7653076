//! Decimal numbers as they are written, for questions that binary fractions answer wrongly.

use std::cmp::Ordering;

use pacto_document::Number;

/// `digits × 10^-scale`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

/// Digits behind the point that are kept; 10^30 still fits beside eight digits before it.
const SCALE_LIMIT: u32 = 30;

impl Decimal {
    /// Reads a number of JSON; `None` when it has too many digits to be held exactly.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while scale < 0 {
            digits = digits.checked_mul(10)?;
            scale += 1;
        }
        let scale = u32::try_from(scale).ok()?;
        (scale <= SCALE_LIMIT).then_some(Self { digits, scale })
    }

    /// Both with the same scale.
    fn aligned(self, other: Self) -> Option<(i128, i128)> {
        let scale = self.scale.max(other.scale);
        let raise = |it: Self| {
            let factor = 10_i128.checked_pow(scale - it.scale)?;
            it.digits.checked_mul(factor)
        };
        Some((raise(self)?, raise(other)?))
    }

    /// Which is greater; `None` when the two lie too far apart to tell.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right) = self.aligned(other)?;
        Some(left.cmp(&right))
    }

    /// Whether this is a whole number of times a factor; `None` for a factor that is not positive
    /// and where the digits do not suffice.
    pub(super) fn is_multiple_of(self, factor: Self) -> Option<bool> {
        let (value, factor) = self.aligned(factor)?;
        (factor > 0).then_some(value.checked_rem(factor)? == 0)
    }

    /// Whether there is nothing behind the point.
    pub(super) fn is_whole(self) -> bool {
        10_i128
            .checked_pow(self.scale)
            .and_then(|one| self.digits.checked_rem(one))
            == Some(0)
    }
}

fn both(one: Number, other: Number) -> Option<(Decimal, Decimal)> {
    let text = |number: Number| match number {
        Number::Integer(value) => value.to_string(),
        Number::Unsigned(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
    };
    Some((Decimal::read(&text(one))?, Decimal::read(&text(other))?))
}

/// Which of two numbers is greater, without rounding where their digits can be held: whole numbers
/// beyond 2^53 differ here that are one double.
pub fn number_order(one: Number, other: Number) -> Ordering {
    let exact = both(one, other).and_then(|(one, other)| one.compare(other));
    exact.unwrap_or_else(|| one.to_f64().total_cmp(&other.to_f64()))
}

/// Whether every multiple of a number is one of a factor: 0.3 of 0.1, which floating point denies.
pub fn is_multiple(number: Number, factor: Number) -> bool {
    let exact = both(number, factor).and_then(|(number, factor)| number.is_multiple_of(factor));
    exact.unwrap_or_else(|| {
        let (number, factor) = (number.to_f64(), factor.to_f64());
        factor != 0.0 && (number / factor).fract() == 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::read(text).expect("a number")
    }

    #[test]
    fn tenths_are_exact() {
        assert_eq!(
            decimal("0.3").is_multiple_of(decimal("0.1")),
            Some(true),
            "three tenths are three times a tenth, which floating point denies"
        );
        assert_eq!(decimal("4.35").is_multiple_of(decimal("0.01")), Some(true));
        assert_eq!(decimal("0.35").is_multiple_of(decimal("0.1")), Some(false));
        assert_eq!(decimal("-7").is_multiple_of(decimal("3.5")), Some(true));
        assert_eq!(decimal("1").is_multiple_of(decimal("0")), None);
    }

    #[test]
    fn exponents_and_trailing_zeros_do_not_matter() {
        assert_eq!(
            decimal("1.50").compare(decimal("15e-1")),
            Some(Ordering::Equal)
        );
        assert_eq!(
            decimal("1E3").compare(decimal("999.9")),
            Some(Ordering::Greater)
        );
        assert!(decimal("2.0").is_whole() && decimal("20e1").is_whole());
        assert!(!decimal("0.5").is_whole());
    }

    #[test]
    fn numbers_are_told_apart_beyond_the_digits_of_a_double() {
        let order = |one, other| number_order(Number::Integer(one), Number::Integer(other));
        let edge = 9_007_199_254_740_992;
        assert_eq!(order(edge, edge + 1), Ordering::Less);
        assert_eq!(
            number_order(Number::Unsigned(u64::MAX), Number::Float(1e300)),
            Ordering::Less
        );
        assert_eq!(
            number_order(Number::Float(0.5), Number::Integer(1)),
            Ordering::Less
        );
        assert!(is_multiple(Number::Float(0.3), Number::Float(0.1)));
        assert!(!is_multiple(Number::Float(0.3), Number::Float(0.2)));
        assert!(!is_multiple(Number::Integer(4), Number::Integer(0)));
    }

    #[test]
    fn what_does_not_fit_is_not_guessed() {
        assert_eq!(Decimal::read("1e400"), None);
        assert_eq!(Decimal::read("1e-400"), None);
        assert_eq!(Decimal::read("one"), None);
    }
}
