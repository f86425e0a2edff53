//! The totals of a UBL 2.1 / Peppol invoice against the rules of EN 16931.

use rust_decimal::{Decimal, RoundingStrategy};

/// One tax subtotal (BG-23).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxSubtotal {
    /// The taxable amount (BT-116).
    pub base: Decimal,
    /// Per cent (BT-119); `None` for categories without one.
    pub rate: Option<Decimal>,
    /// The tax (BT-117).
    pub tax: Decimal,
}

/// The totals of an invoice.
///
/// Standard: EN 16931, rules BR-CO-10 to BR-CO-17, with the rounding of Peppol BIS Billing 3. A value that passes
/// does not prove that the amounts are owed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// The net amount of every line (BT-131).
    pub lines: Vec<Decimal>,
    /// Their sum (BT-106).
    pub line_extension: Decimal,
    /// Document allowances (BT-107).
    pub allowances: Decimal,
    /// Document charges (BT-108).
    pub charges: Decimal,
    /// Without tax (BT-109).
    pub tax_exclusive: Decimal,
    /// The tax (BT-110).
    pub tax_total: Decimal,
    /// Its parts.
    pub subtotals: Vec<TaxSubtotal>,
    /// With tax (BT-112).
    pub tax_inclusive: Decimal,
    /// Paid already (BT-113).
    pub prepaid: Decimal,
    /// Rounding (BT-114).
    pub rounding: Decimal,
    /// To be paid (BT-115).
    pub payable: Decimal,
}

/// A rule that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TotalsFinding {
    /// Its name in EN 16931.
    pub rule: &'static str,
    /// The 0-based subtotal, where one is to blame.
    pub subtotal: Option<usize>,
    /// What would be right.
    pub expected: Decimal,
    /// What is printed.
    pub found: Decimal,
}

impl Totals {
    /// Tests BR-CO-10, 13, 14, 15, 16 (exact after rounding to cents) and 17 (less than 1.00 off). Empty: all hold.
    pub fn check(&self) -> Vec<TotalsFinding> {
        let mut findings = Vec::new();
        let sums = [
            ("BR-CO-10", self.lines.iter().sum(), self.line_extension),
            ("BR-CO-13", self.line_extension - self.allowances + self.charges, self.tax_exclusive),
            ("BR-CO-14", self.subtotals.iter().map(|s| s.tax).sum(), self.tax_total),
            ("BR-CO-15", self.tax_exclusive + self.tax_total, self.tax_inclusive),
            ("BR-CO-16", self.tax_inclusive - self.prepaid + self.rounding, self.payable),
        ];
        for (rule, expected, found) in sums {
            let (expected, found) = (cents(expected), cents(found));
            // A category without a breakdown leaves nothing to add.
            let nothing_to_add = (rule == "BR-CO-14" && self.subtotals.is_empty())
                || (rule == "BR-CO-10" && self.lines.is_empty());
            if expected != found && !nothing_to_add {
                findings.push(TotalsFinding { rule, subtotal: None, expected, found });
            }
        }
        for (i, subtotal) in self.subtotals.iter().enumerate() {
            let rate = subtotal.rate.unwrap_or_default();
            let expected = cents(subtotal.base * rate / Decimal::ONE_HUNDRED);
            let off = (expected - subtotal.tax).abs();
            let holds = if rate.is_zero() { whole(subtotal.tax).is_zero() } else { off < Decimal::ONE };
            if !holds {
                findings.push(TotalsFinding {
                    rule: "BR-CO-17",
                    subtotal: Some(i),
                    expected,
                    found: subtotal.tax,
                });
            }
        }
        findings
    }
}

fn cents(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn whole(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice() -> Totals {
        let d = |cents: i64| Decimal::new(cents, 2);
        Totals {
            lines: vec![d(10000), d(5000)],
            line_extension: d(15000),
            tax_exclusive: d(15000),
            tax_total: d(1350),
            subtotals: vec![TaxSubtotal { base: d(15000), rate: Some(Decimal::from(9)), tax: d(1350) }],
            tax_inclusive: d(16350),
            payable: d(16350),
            ..Totals::default()
        }
    }

    fn broken(change: impl Fn(&mut Totals)) -> Vec<&'static str> {
        let mut totals = invoice();
        change(&mut totals);
        totals.check().iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn each_rule_is_told_by_its_name() {
        assert_eq!(broken(|_| ()), Vec::<&str>::new());
        assert_eq!(broken(|t| t.lines[0] += Decimal::ONE), ["BR-CO-10"]);
        assert_eq!(broken(|t| t.payable += Decimal::ONE), ["BR-CO-16"]);
        assert_eq!(broken(|t| t.tax_total += Decimal::ONE), ["BR-CO-14", "BR-CO-15"]);
        assert_eq!(broken(|t| t.subtotals[0].rate = None), ["BR-CO-17"]);
    }

    #[test]
    fn prepayment_and_rounding_lower_and_raise_what_is_due() {
        assert_eq!(
            broken(|t| {
                t.prepaid = Decimal::ONE;
                t.payable -= Decimal::ONE;
            }),
            Vec::<&str>::new()
        );
        assert_eq!(
            broken(|t| {
                t.rounding = Decimal::new(-10, 2);
                t.payable += t.rounding;
            }),
            Vec::<&str>::new()
        );
    }
}
