#![expect(clippy::unwrap_used, reason = "a test may panic")]
use super::*;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn line(amount: &str, rate: &str, tax: &str) -> LineSums {
    LineSums {
        amount: Some(d(amount)),
        rate: Some(VatRate::parse(rate).unwrap()),
        tax: tax.parse().ok(),
        ..LineSums::default()
    }
}

fn face(lines: Vec<LineSums>, amount: &str, tax: &str, total: &str) -> Sums {
    Sums { lines, amount: Some(d(amount)), tax: tax.parse().ok(), total: Some(d(total)), ..Sums::default() }
}

fn worst(sums: &Sums) -> Option<(SumRule, Severity)> {
    sums.check().into_iter().map(|f| (f.rule, f.severity)).min_by_key(|(_, severity)| *severity)
}

#[test]
fn six_cents_are_noted_and_seven_are_refused() {
    assert_eq!(
        worst(&face(vec![line("100.00", "13%", "13.06")], "100.00", "13.06", "113.06")),
        Some((SumRule::LineTax, Severity::Note))
    );
    assert_eq!(
        worst(&face(vec![line("100.00", "13%", "13.07")], "100.00", "13.07", "113.07")),
        Some((SumRule::LineTax, Severity::Reject))
    );
}

#[test]
fn small_errors_on_many_lines_add_up() {
    let lines = vec![line("10.00", "6%", "0.66"); 30];
    assert!(
        face(lines, "300.00", "19.80", "319.80").check().iter().any(|f| f.rule == SumRule::AccumulatedTax)
    );
}

#[test]
fn an_exempt_line_prints_stars_and_no_tax() {
    assert_eq!(face(vec![line("57.00", "免税", "***")], "57.00", "***", "57.00").check(), []);
    assert_eq!(
        worst(&face(vec![line("57.00", "免税", "1.00")], "57.00", "1.00", "58.00")),
        Some((SumRule::ExemptTax, Severity::Reject))
    );
}

#[test]
fn the_margin_scheme_taxes_what_is_left_after_the_deduction() {
    let mut sums = face(vec![line("198.04", "***", "1.96")], "198.04", "1.96", "200.00");
    assert_eq!(worst(&sums), Some((SumRule::MaskedRate, Severity::Review)));
    (sums.deduction, sums.margin_rate) = (margin_deduction("差额征税：2.00。"), Some(d("1")));
    assert_eq!(sums.check(), []);
}

#[test]
fn a_blank_cell_is_not_a_zero() {
    let mut sums = face(vec![line("100.00", "13%", "13.00")], "100.00", "13.00", "113.00");
    sums.lines[0].tax = None;
    assert_eq!(sums.check(), []);
}

#[test]
fn one_cent_in_a_total_read_by_ocr_goes_to_a_person() {
    let mut sums = face(vec![line("100.00", "13%", "13.00")], "100.00", "13.00", "113.01");
    assert_eq!(worst(&sums), Some((SumRule::Total, Severity::Reject)));
    sums.read_by_ocr = true;
    assert_eq!(worst(&sums), Some((SumRule::Total, Severity::Review)));
}
