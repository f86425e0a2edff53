mod sentences;

use rust_decimal::{Decimal, RoundingStrategy};

use super::VatRate;
use crate::{Severity, text};

/// One line of a fapiao, as far as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct LineSums {
    pub amount: Option<Decimal>,
    pub rate: Option<VatRate>,
    /// `None` where `***` or nothing is printed.
    pub tax: Option<Decimal>,
    pub quantity: Option<Decimal>,
    pub unit_price: Option<Decimal>,
}

/// The figures on the face of a fapiao. What is not printed is `None`; nothing is ever computed from the identity that
/// it is meant to test.
///
/// Standard: the tolerances that the issuing software enforces: 0.01 a line, 0.06 a line's tax, 1.27 in all. A
/// value that passes does not prove that the goods were delivered at this price; agreeing figures may all be false.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// The lines.
    pub lines: Vec<LineSums>,
    /// 合計 amount.
    pub amount: Option<Decimal>,
    /// 合計 tax; `None` where `***` is printed.
    pub tax: Option<Decimal>,
    /// 價稅合計 in figures.
    pub total: Option<Decimal>,
    /// 價稅合計 in words.
    pub words: Option<Decimal>,
    /// What is in the total beside amount and tax (airport fund and other taxes on an air itinerary).
    pub other_charges: Decimal,
    /// 差額徵稅: what is deducted before tax.
    pub deduction: Option<Decimal>,
    /// The rate of the margin scheme, in per cent.
    pub margin_rate: Option<Decimal>,
    /// The figures were read by OCR: a difference of one cent in the total sends to a person and does not refuse.
    pub read_by_ocr: bool,
}

/// The identities of a fapiao's face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SumRule {
    /// Quantity × price = amount, within 0.01.
    QuantityPrice,
    /// Amount × rate = tax on each line: within 0.01, a note to 0.06, refused above.
    LineTax,
    /// The differences of all lines' tax add up to no more than 1.27.
    AccumulatedTax,
    /// No tax on exempt lines.
    ExemptTax,
    /// The lines' amounts add up to the header's.
    LinesAmount,
    /// The lines' taxes add up to the header's.
    LinesTax,
    /// Amount + tax + other charges = total.
    Total,
    /// The total in words = the total in figures.
    Words,
    /// Tax = (total − deduction) ÷ (1 + rate) × rate.
    MarginTax,
    /// `***` without the figures to recompute it.
    MaskedRate,
    /// A discount line stands below its item and has its rate.
    DiscountRate,
}

/// One identity that does not hold, or cannot be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumFinding {
    /// Which.
    pub rule: SumRule,
    /// How bad.
    pub severity: Severity,
    /// The 0-based line, where one line is to blame.
    pub line: Option<usize>,
    /// What would be right.
    pub expected: Decimal,
    /// What is printed.
    pub found: Decimal,
}

const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
const SIX_CENTS: Decimal = Decimal::from_parts(6, 0, 0, false, 2);
const ACCUMULATED: Decimal = Decimal::from_parts(127, 0, 0, false, 2);

impl Sums {
    /// Tests every identity whose figures are printed. Empty: all agree.
    pub fn check(&self) -> Vec<SumFinding> {
        let mut findings = Vec::new();
        self.check_lines(&mut findings);
        self.check_headers(&mut findings);
        self.check_margin(&mut findings);
        findings
    }

    fn check_lines(&self, findings: &mut Vec<SumFinding>) {
        let mut drift = Decimal::ZERO;
        for (i, line) in self.lines.iter().enumerate() {
            let mut tell = |rule, severity, expected, found| {
                findings.push(SumFinding { rule, severity, line: Some(i), expected, found });
            };
            let Some(amount) = line.amount else { continue };
            if let (Some(quantity), Some(price)) = (line.quantity, line.unit_price)
                && let Some(product) = quantity.checked_mul(price)
                && (product - amount).abs() > CENT
            {
                tell(SumRule::QuantityPrice, Severity::Note, cents(product), amount);
            }
            let tax = line.tax.unwrap_or_default();
            match line.rate {
                Some(rate) if rate.is_untaxed() && !tax.is_zero() => {
                    tell(SumRule::ExemptTax, Severity::Reject, Decimal::ZERO, tax);
                }
                Some(VatRate::Percent(_)) => {
                    let exact = rate_of(line) * amount;
                    // A blank tax cell is a blank, not a zero.
                    if let Some(tax) = line.tax {
                        let off = (exact - tax).abs();
                        drift += exact - tax;
                        if off > CENT {
                            let severity = if off > SIX_CENTS { Severity::Reject } else { Severity::Note };
                            tell(SumRule::LineTax, severity, cents(exact), tax);
                        }
                    }
                }
                _ => {}
            }
            if amount < Decimal::ZERO && i > 0 && self.is_discount(i) && line.rate != self.lines[i - 1].rate {
                tell(SumRule::DiscountRate, Severity::Review, Decimal::ZERO, amount);
            }
        }
        if drift.abs() > ACCUMULATED {
            findings.push(SumFinding {
                rule: SumRule::AccumulatedTax,
                severity: Severity::Reject,
                line: None,
                expected: Decimal::ZERO,
                found: cents(drift),
            });
        }
    }

    /// A negative amount without quantity and price directly below a positive one.
    fn is_discount(&self, i: usize) -> bool {
        let line = &self.lines[i];
        line.quantity.is_none()
            && line.unit_price.is_none()
            && self.lines[i - 1].amount.is_some_and(|above| above > Decimal::ZERO)
    }

    fn check_headers(&self, findings: &mut Vec<SumFinding>) {
        let mut compare = |rule, severity, expected: Decimal, found: Decimal| {
            if expected != found {
                findings.push(SumFinding { rule, severity, line: None, expected, found });
            }
        };
        if let (Some(amount), Some(sum)) = (self.amount, whole_sum(self.lines.iter().map(|line| line.amount)))
        {
            compare(SumRule::LinesAmount, Severity::Reject, sum, amount);
        }
        // `***` on a line is no tax; the header then prints `***` or the sum of the others.
        let untaxed = |line: &LineSums| {
            line.rate.is_some_and(|rate| rate.is_untaxed() || rate == VatRate::MixedOrMasked)
        };
        let taxes = self.lines.iter().map(|line| line.tax.or_else(|| untaxed(line).then_some(Decimal::ZERO)));
        if let (Some(tax), Some(sum)) = (self.tax, whole_sum(taxes)) {
            compare(SumRule::LinesTax, Severity::Reject, sum, tax);
        }
        if let (Some(amount), Some(total)) = (self.amount, self.total) {
            let expected = amount + self.tax.unwrap_or_default() + self.other_charges;
            let slight = self.read_by_ocr && (expected - total).abs() <= CENT;
            compare(
                SumRule::Total,
                if slight { Severity::Review } else { Severity::Reject },
                expected,
                total,
            );
        }
        if let (Some(words), Some(total)) = (self.words, self.total) {
            compare(SumRule::Words, Severity::Reject, words, total);
        }
    }

    fn check_margin(&self, findings: &mut Vec<SumFinding>) {
        let masked = self.lines.iter().any(|line| line.rate == Some(VatRate::MixedOrMasked));
        let found = self.tax.unwrap_or_default();
        let mut tell = |rule, severity, expected| {
            findings.push(SumFinding { rule, severity, line: None, expected, found });
        };
        match (self.deduction, self.margin_rate, self.total) {
            (Some(deduction), Some(rate), Some(total)) => {
                let rate = rate / Decimal::ONE_HUNDRED;
                let exact = (total - self.other_charges - deduction) / (Decimal::ONE + rate) * rate;
                let off = (exact - found).abs();
                if off > CENT {
                    tell(
                        SumRule::MarginTax,
                        if off > SIX_CENTS { Severity::Reject } else { Severity::Note },
                        cents(exact),
                    );
                }
            }
            _ if masked && !found.is_zero() => tell(SumRule::MaskedRate, Severity::Review, found),
            _ => {}
        }
    }
}

fn rate_of(line: &LineSums) -> Decimal {
    line.rate.and_then(VatRate::fraction).unwrap_or_default()
}

/// The sum, if there is something to add and nothing is missing.
fn whole_sum(figures: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    let figures: Vec<Decimal> = figures.collect::<Option<_>>()?;
    (!figures.is_empty()).then(|| figures.iter().sum())
}

fn cents(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

impl SumRule {
    /// The name of the identity.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuantityPrice => "quantity × price = amount",
            Self::LineTax => "amount × rate = tax",
            Self::AccumulatedTax => "sum of tax differences ≤ 1.27",
            Self::ExemptTax => "no tax on exempt lines",
            Self::LinesAmount => "sum of line amounts = amount",
            Self::LinesTax => "sum of line taxes = tax",
            Self::Total => "amount + tax + other = total",
            Self::Words => "total in words = total in figures",
            Self::MarginTax => "tax = (total - deduction) / (1 + rate) * rate",
            Self::MaskedRate => "*** needs the deduction and the rate",
            Self::DiscountRate => "a discount has the rate of its item",
        }
    }
}

impl SumFinding {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        "DH-2150"
    }

    /// As the rule of a violation.
    pub fn rule(&self) -> crate::Rule {
        let line = self.line.and_then(|line| u16::try_from(line).ok());
        crate::Rule::Sum { rule: self.rule.as_str(), line, expected: self.expected, found: self.found }
    }
}

/// The deduction that the remark of a margin-scheme invoice states: 差額徵稅：2.00。
pub fn margin_deduction(remark: &str) -> Option<Decimal> {
    let remark = text::solid(remark);
    let label = ["差额征税", "差額徵稅", "差額征稅"].into_iter().find(|label| remark.contains(label))?;
    let rest = remark[remark.find(label)? + label.len()..]
        .trim_start_matches([':', '-', '¥', '￥', '扣', '除', '额', '額']);
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests;
