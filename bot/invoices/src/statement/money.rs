//! A cell as an amount. What is not clearly one is none.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// An amount as a cell prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Money {
    /// Negative when it is printed with a minus, in brackets or with CR.
    pub(super) value: Decimal,
    /// ISO 4217, where it is printed beside the figure without doubt.
    pub(super) currency: Option<&'static str>,
}

/// How currencies are printed, the longest first. `$` and `¥` alone say nothing for sure.
pub(super) const CURRENCIES: [(&str, &str); 24] = [
    ("人民币", "CNY"),
    ("新台币", "TWD"),
    ("澳门元", "MOP"),
    ("MOP$", "MOP"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("欧元", "EUR"),
    ("英镑", "GBP"),
    ("日元", "JPY"),
    ("HK$", "HKD"),
    ("US$", "USD"),
    ("NT$", "TWD"),
    ("RMB", "CNY"),
    ("HKD", "HKD"),
    ("USD", "USD"),
    ("CNY", "CNY"),
    ("MOP", "MOP"),
    ("TWD", "TWD"),
    ("EUR", "EUR"),
    ("GBP", "GBP"),
    ("JPY", "JPY"),
    ("SGD", "SGD"),
];

/// Whether a cell stands for no amount: empty, or a dash.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().chars().all(|c| matches!(c, '-' | '–' | '—' | '−' | '－' | '/' | '.') || c.is_whitespace())
}

/// The amount in a cell.
pub(super) fn money(text: &str) -> Option<Money> {
    let text: String = text.nfkc().map(crate::labels::fold).collect();
    // Figures that are parted by a blank may be two amounts.
    let parted = |pair: &[&str]| pair[0].ends_with(figures_or_marks) && pair[1].starts_with(figures_or_marks);
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.windows(2).any(parted) {
        return None;
    }
    let mut rest = parts.concat().replace(['−', '–'], "-");
    let mut negative = false;
    let mut currency = None;
    // Signs, brackets and currencies stand around the figure in any order, each at most once.
    for _ in 0..4 {
        if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            if negative {
                return None;
            }
            (negative, rest) = (true, inner.to_owned());
            continue;
        }
        if let Some((sign, code)) = CURRENCIES.iter().find(|(sign, _)| rest.starts_with(sign)) {
            if currency.is_some_and(|before| before != *code) {
                return None;
            }
            currency = Some(*code);
            rest = rest[sign.len()..].to_owned();
            continue;
        }
        if let Some((sign, code)) = CURRENCIES.iter().find(|(sign, _)| rest.ends_with(sign)) {
            if currency.is_some_and(|before| before != *code) {
                return None;
            }
            currency = Some(*code);
            rest.truncate(rest.len() - sign.len());
            continue;
        }
        if let Some(inner) = rest.strip_prefix(['$', '¥', '元']).or_else(|| rest.strip_suffix('元')) {
            rest = inner.to_owned();
            continue;
        }
        let signed = ["-", "CR", "贷"];
        let taken = signed.iter().find_map(|sign| rest.strip_suffix(sign)).or_else(|| rest.strip_prefix('-'));
        if let Some(inner) = taken {
            if negative {
                return None;
            }
            (negative, rest) = (true, inner.to_owned());
            continue;
        }
        if let Some(inner) =
            rest.strip_suffix("DR").or_else(|| rest.strip_suffix('借')).or_else(|| rest.strip_prefix('+'))
        {
            rest = inner.to_owned();
            continue;
        }
        break;
    }
    let value = figure(&rest)?;
    Some(Money { value: if negative { -value } else { value }, currency })
}

fn figures_or_marks(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

/// Figures with at most one point, and commas only where thousands are parted.
fn figure(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let well = digits(first)
        && (!grouped || (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3 && digits(group))
        && digits(fraction)
        && (!whole.is_empty() || !fraction.is_empty())
        && !(text.contains('.') && fraction.is_empty());
    if !well || whole.len() > 20 || fraction.len() > 6 {
        return None;
    }
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    if plain.starts_with('.') { format!("0{plain}").parse().ok() } else { plain.parse().ok() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> Option<String> {
        money(text).map(|money| money.value.to_string())
    }

    #[test]
    fn amounts_are_read_as_people_print_them() {
        for (text, expected) in [
            ("1,234.50", "1234.50"),
            ("(1,234.50)", "-1234.50"),
            ("1,234.50-", "-1234.50"),
            ("1,234.50 CR", "-1234.50"),
            ("1,234.50DR", "1234.50"),
            ("HK$1,234.50", "1234.50"),
            ("-HK$ 1,234.50", "-1234.50"),
            ("HK$(1,234.50)", "-1234.50"),
            ("¥88", "88"),
            ("１２３．００元", "123.00"),
            ("港幣 1,000", "1000"),
            (".50", "0.50"),
            ("0.00", "0.00"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(money("USD 5.00").unwrap().currency, Some("USD"));
        assert_eq!(money("$5.00").unwrap().currency, None);
    }

    #[test]
    fn what_is_not_clearly_an_amount_is_none() {
        for text in [
            "",
            "-",
            "1,23.00",
            "1.234,50",
            "12,3456.00",
            "1.2.3",
            "INV-1",
            "012-345",
            "5.",
            "--5",
            "(-5)",
            "HKD5USD",
            "1O0.00",
            "5%",
            "1 234.50",
            "1, 234.50",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert!(is_blank(" — ") && is_blank("") && !is_blank("0.00"));
    }

    proptest! {
        #[test]
        fn an_amount_comes_back_from_every_way_to_print_it(cents in 0_i64..1_000_000_000, way in 0_usize..5) {
            let amount = Decimal::new(cents, 2);
            let whole = amount.trunc().to_string();
            let mut grouped = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            let printed = format!("{grouped}.{:02}", cents % 100);
            let (text, sign) = match way {
                0 => (printed, 1),
                1 => (format!("({printed})"), -1),
                2 => (format!("{printed}-"), -1),
                3 => (format!("HK$ {printed}"), 1),
                _ => (format!("{printed} CR"), -1),
            };
            prop_assert_eq!(money(&text).unwrap().value, amount * Decimal::from(sign));
        }
    }
}
