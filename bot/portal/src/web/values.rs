//! Values between bills and pages: what is typed, what is read, which lines are entered.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::Bill;
use crate::description::Lines;

/// A line as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) description: String,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) unit_price: Option<Decimal>,
    pub(crate) amount: Decimal,
    pub(crate) is_tax: bool,
}

/// The lines that the form takes. Lines that do not fit it, or do not add up, become one line.
pub(crate) fn lines(bill: &Bill, form: &Lines) -> Vec<Line> {
    let tax = bill.tax_due().filter(|_| form.tax_line);
    let sum: Decimal = bill.lines.iter().map(|line| line.amount).sum();
    let room = form.at_most.saturating_sub(usize::from(tax.is_some()));
    let fits = !bill.lines.is_empty()
        && bill.lines.len() <= room
        && sum == bill.base()
        && (form.below_zero || bill.lines.iter().all(|line| line.amount >= Decimal::ZERO));
    let mut lines: Vec<Line> =
        if fits { bill.lines.iter().map(as_printed).collect() } else { vec![in_one(bill)] };
    lines.extend(tax.map(|amount| Line {
        description: "Tax 稅額".to_owned(),
        quantity: None,
        unit_price: None,
        amount,
        is_tax: true,
    }));
    if form.multiplies {
        lines.iter_mut().filter(|line| !line.multiplies()).for_each(Line::as_one);
    }
    lines
}

impl Line {
    fn multiplies(&self) -> bool {
        self.quantity.zip(self.unit_price).and_then(|(quantity, price)| quantity.checked_mul(price))
            == Some(self.amount)
    }

    /// What was to be multiplied is not lost: it stands behind the description.
    fn as_one(&mut self) {
        if let Some((quantity, price)) = self.quantity.zip(self.unit_price) {
            self.description = format!("{} ({quantity} × {price})", self.description);
        }
        (self.quantity, self.unit_price) = (Some(Decimal::ONE), Some(self.amount));
    }
}

fn as_printed(line: &crate::BillLine) -> Line {
    let description =
        if line.description.trim().is_empty() { "—".to_owned() } else { line.description.clone() };
    Line {
        description,
        quantity: line.quantity,
        unit_price: line.unit_price,
        amount: line.amount,
        is_tax: false,
    }
}

fn in_one(bill: &Bill) -> Line {
    let first = bill.lines.iter().map(|line| line.description.trim()).find(|text| !text.is_empty());
    let description = match (first, bill.lines.len()) {
        (None, _) => bill.reference.clone(),
        (Some(first), 0 | 1) => first.to_owned(),
        (Some(first), count) => format!("{first} … ({count} lines 共 {count} 項)"),
    };
    Line { description, quantity: None, unit_price: None, amount: bill.base(), is_tax: false }
}

/// What may be typed of a text from a document. Documents are hostile: an Enter, a Tab or one of `WebDriver`'s
/// key codes (private use characters) in a text would press keys in the form. `None` when it has any such
/// character and is not free text.
pub(crate) fn typeable(text: &str, free: bool) -> Option<String> {
    let is_key = |c: char| c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c);
    let text = text.trim();
    if !free && text.chars().any(is_key) {
        return None;
    }
    let clean: String = text.chars().map(|c| if is_key(c) { ' ' } else { c }).collect();
    Some(clean.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Reads an amount as pages show it: `1,234.50`, `HK$ 1,234.5`, `(12.00)`, `-3`.
pub(crate) fn number(shown: &str) -> Option<Decimal> {
    let text: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    let (inner, negative) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text.as_str(), false),
    };
    let (inner, minus) = inner.strip_prefix(['-', '−']).map_or((inner, false), |rest| (rest, true));
    let inner = inner.trim_start_matches(|c: char| c.is_alphabetic() || "$¥￥€£".contains(c));
    let (inner, minus) = inner.strip_prefix(['-', '−']).map_or((inner, minus), |rest| (rest, true));
    let (whole, cents) = inner.split_once('.').map_or((inner, None), |(whole, cents)| (whole, Some(cents)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|part| is_digits(part))?;
    if whole.contains(',') && (first.len() > 3 || !groups.all(|part| part.len() == 3 && is_digits(part))) {
        return None;
    }
    if cents.is_some_and(|cents| !is_digits(cents)) {
        return None;
    }
    let value: Decimal = inner.replace(',', "").parse().ok()?;
    Some(if negative || minus { -value } else { value })
}

/// Reads a date in any of these `strftime` forms. `%B` also takes `Nov.` and `Sept.`.
pub(crate) fn date(shown: &str, forms: &[String]) -> Option<NaiveDate> {
    let text = shown.trim();
    let words = text.replace('.', "").replace("Sept ", "Sep ");
    forms.iter().find_map(|form| {
        NaiveDate::parse_from_str(text, form).or_else(|_| NaiveDate::parse_from_str(&words, form)).ok()
    })
}

/// Cuts off what stands before and behind a value on the page.
pub(crate) fn cut<'a>(shown: &'a str, after: Option<&str>, before: Option<&str>) -> &'a str {
    let rest = after.and_then(|mark| shown.split_once(mark)).map_or(shown, |(_, rest)| rest);
    before.and_then(|mark| rest.split_once(mark)).map_or(rest, |(value, _)| value).trim()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn bill(lines: &[&str]) -> Bill {
        let lines: Vec<_> =
            lines.iter().map(|amount| serde_json::json!({ "description": "紙", "amount": amount })).collect();
        serde_json::from_value(serde_json::json!({
            "key": "k", "reference": "R-1", "supplier_name": "S", "issue_date": "2026-11-02", "currency": "CNY",
            "net": "100.00", "tax": "13.00", "total": "113.00", "lines": lines
        }))
        .unwrap()
    }

    #[rstest]
    #[case::as_they_are(&["60.00", "40.00"], &["60.00", "40.00"])]
    #[case::they_do_not_add_up(&["60.00", "41.00"], &["100.00"])]
    #[case::none(&[], &["100.00"])]
    #[case::too_many(&["25", "25", "25", "25"], &["100.00"])]
    #[case::a_discount(&["110.00", "-10.00"], &["100.00"])]
    fn what_is_entered_always_adds_up(#[case] given: &[&str], #[case] entered: &[&str]) {
        let form = Lines { at_most: 4, tax_line: true, below_zero: false, multiplies: false };
        let lines = lines(&bill(given), &form);
        let amounts: Vec<String> = lines.iter().map(|line| line.amount.to_string()).collect();
        assert_eq!(amounts[..amounts.len() - 1], *entered);
        assert!(lines.last().unwrap().is_tax);
        assert_eq!(lines.iter().map(|line| line.amount).sum::<Decimal>(), bill(given).total);
    }

    #[rstest]
    #[case::as_ordered("10", "12.50", "125.00", ["TEA-01 茶", "10", "12.50"])]
    #[case::a_part_of_a_cent("3", "0.335", "1.01", ["TEA-01 茶 (3 × 0.335)", "1", "1.01"])]
    #[case::a_discount("10", "12.50", "120.00", ["TEA-01 茶 (10 × 12.50)", "1", "120.00"])]
    fn a_site_that_multiplies_comes_to_the_amount(
        #[case] quantity: &str,
        #[case] price: &str,
        #[case] amount: &str,
        #[case] entered: [&str; 3],
    ) {
        let line = serde_json::json!({ "description": "TEA-01 茶", "quantity": quantity, "unit_price": price, "amount": amount });
        let order = serde_json::from_value(serde_json::json!({
            "key": "k", "reference": "PO-1", "supplier_name": "S", "issue_date": "2026-11-23", "currency": "HKD",
            "net": amount, "total": amount, "lines": [line]
        }))
        .unwrap();
        let form = Lines { at_most: 9, tax_line: false, below_zero: false, multiplies: true };
        let [line] = lines(&order, &form).try_into().unwrap();
        let [quantity, price] = [line.quantity, line.unit_price].map(|value| value.unwrap().to_string());
        assert_eq!([line.description.as_str(), &quantity, &price], entered);
        assert_eq!(line.amount.to_string(), amount);
    }

    #[rstest]
    #[case("1,234.50", Some("1234.50"))]
    #[case("HK$ 1,234.5", Some("1234.5"))]
    #[case("$10,500.00", Some("10500.00"))]
    #[case("(12.00)", Some("-12.00"))]
    #[case("-$3", Some("-3"))]
    #[case("¥0.05", Some("0.05"))]
    #[case("1.234,50", None)]
    #[case("12,34", None)]
    #[case("1 of 2", None)]
    #[case("", None)]
    fn an_amount_is_read_or_not_at_all(#[case] shown: &str, #[case] value: Option<&str>) {
        assert_eq!(number(shown), value.map(|v| v.parse().unwrap()));
    }

    proptest! {
        #[test]
        fn an_amount_survives_being_shown(cents in -10_000_000_000_i64..10_000_000_000) {
            let value = Decimal::new(cents, 2);
            prop_assert_eq!(number(&value.to_string()), Some(value));
        }

        #[test]
        fn nothing_from_a_document_presses_a_key(text in any::<String>()) {
            let typed = typeable(&text, true).unwrap();
            let keys = typed.chars().filter(|c| c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(c)).count();
            prop_assert_eq!(keys, 0);
        }
    }

    #[test]
    fn dates_in_words_are_read() {
        let forms = ["%Y-%m-%d".to_owned(), "%B %d, %Y".to_owned()];
        for (shown, value) in [
            ("2026-11-02", "2026-11-02"),
            ("Nov. 2, 2026", "2026-11-02"),
            ("Sept. 30, 2026", "2026-09-30"),
            ("May 1, 2026", "2026-05-01"),
        ] {
            assert_eq!(date(shown, &forms).unwrap().to_string(), value);
        }
        assert_eq!(date("2/11/2026", &forms), None);
    }

    #[test]
    fn a_number_with_an_enter_in_it_is_not_typed() {
        assert_eq!(typeable("INV\u{e007}1", false), None);
        assert_eq!(typeable("INV\n1", false), None);
        assert_eq!(typeable("two\nlines\tand \u{e004} keys", true).unwrap(), "two lines and keys");
    }

    #[test]
    fn what_surrounds_a_value_is_cut_off() {
        assert_eq!(cut("External Ref: A-1", Some(": "), None), "A-1");
        assert_eq!(cut("A-1", Some(": "), None), "A-1");
        assert_eq!(cut("Bill B-7 (draft)", Some("Bill "), Some(" (")), "B-7");
    }
}
