use rust_decimal::{Decimal, RoundingStrategy};

/// How a uniform invoice is taxed, by the MIG file's own code. Payment gateways number them otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TaxType {
    /// 1: 5 %.
    #[default]
    Taxable,
    /// 2.
    ZeroRated,
    /// 3.
    Exempt,
    /// 4: another rate.
    Special,
    /// 9.
    Mixed,
}

impl TaxType {
    /// The type of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "1" => Self::Taxable,
            "2" => Self::ZeroRated,
            "3" => Self::Exempt,
            "4" => Self::Special,
            "9" => Self::Mixed,
            _ => return None,
        })
    }
}

/// The figures of a uniform invoice, in whole New Taiwan dollars.
///
/// Standard: Value-added and Non-value-added Business Tax Act; MIG 4.0. A value that passes does not prove that the
/// goods were delivered at this price.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxSums {
    /// Taxable sales.
    pub sales: Decimal,
    /// Exempt sales.
    pub free: Decimal,
    /// Zero-rated sales.
    pub zero: Decimal,
    /// The tax.
    pub tax: Decimal,
    /// The total.
    pub total: Decimal,
    /// How it is taxed.
    pub tax_type: TaxType,
    /// A consumer's invoice: prices include the tax and the tax is printed as 0.
    pub consumer: bool,
}

/// An identity that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxFinding {
    /// Its name.
    pub rule: &'static str,
    /// What would be right.
    pub expected: Decimal,
    /// What is printed.
    pub found: Decimal,
}

impl TaxSums {
    /// Tests every identity. Empty: all agree.
    pub fn check(&self) -> Vec<TaxFinding> {
        let mut findings = Vec::new();
        let mut tell = |rule, expected, found| findings.push(TaxFinding { rule, expected, found });
        for figure in [self.sales, self.free, self.zero, self.tax, self.total] {
            if !figure.fract().is_zero() {
                tell("New Taiwan dollars have no cents", whole(figure), figure);
            }
        }
        let sum = self.sales + self.free + self.zero + self.tax;
        if sum != self.total {
            tell("sales + exempt + zero-rated + tax = total", sum, self.total);
        }
        let due = whole(self.sales * Decimal::new(5, 2));
        let hidden = self.consumer && self.tax.is_zero(); // a consumer's prices have the tax in them
        let near = (due - self.tax).abs() <= Decimal::ONE;
        match self.tax_type {
            TaxType::ZeroRated | TaxType::Exempt if !self.tax.is_zero() => {
                tell("zero-rated and exempt sales have no tax", Decimal::ZERO, self.tax);
            }
            TaxType::Taxable | TaxType::Mixed if !near && !hidden => {
                tell("tax = 5 % of sales, within 1", due, self.tax);
            }
            _ => {}
        }
        findings
    }
}

fn whole(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(sales: i64, tax: i64, total: i64) -> TaxSums {
        TaxSums { sales: sales.into(), tax: tax.into(), total: total.into(), ..TaxSums::default() }
    }

    #[test]
    fn a_dollar_of_rounding_is_allowed_and_two_are_not() {
        assert!(sums(5239, 262, 5501).check().is_empty());
        assert!(sums(5239, 263, 5502).check().is_empty());
        assert!(!sums(5239, 264, 5503).check().is_empty());
    }

    #[test]
    fn only_a_consumers_invoice_prints_no_tax() {
        assert!(!sums(1050, 0, 1050).check().is_empty());
        assert!(TaxSums { consumer: true, ..sums(1050, 0, 1050) }.check().is_empty());
        assert!(TaxSums { tax_type: TaxType::Exempt, ..sums(1050, 0, 1050) }.check().is_empty());
        assert!(!TaxSums { tax_type: TaxType::ZeroRated, ..sums(1000, 50, 1050) }.check().is_empty());
    }
}
