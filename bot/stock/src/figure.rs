//! Figures as people write them.

use rust_decimal::Decimal;

/// A count with its thousands parted.
pub(crate) fn grouped(units: i64) -> String {
    let sign = if units < 0 { "−" } else { "" };
    format!("{sign}{}", parted(&units.unsigned_abs().to_string()))
}

/// An amount with its thousands parted, and at least two decimals.
pub(crate) fn money(amount: Decimal) -> String {
    let amount = amount.normalize();
    let decimals = usize::try_from(amount.scale()).unwrap_or(2).max(2);
    let text = format!("{:.decimals$}", amount.abs());
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" };
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", parted(whole)),
        None => format!("{sign}{}", parted(&text)),
    }
}

fn parted(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1000, -1_234_567].map(grouped), ["0", "999", "1,000", "−1,234,567"]);
        assert_eq!(money(Decimal::new(123_456_789, 2)), "1,234,567.89");
        assert_eq!(money(Decimal::new(-5, 0)), "−5.00");
        assert_eq!(money(Decimal::new(10_425, 4)), "1.0425");
    }
}
