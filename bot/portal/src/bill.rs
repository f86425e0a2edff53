//! The bill: what is to be entered into the accounting system.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A supplier's invoice, checked and ready to be entered. Money is decimal, never float.
///
/// A purchase order is handed over as one too: key and reference are our order number, the days are those of the
/// order and of the goods' arrival, and there is no tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// The business key: the same invoice has the same key, whatever file it came in.
    pub key: String,
    /// The supplier's invoice number: what is typed, and what is searched for.
    pub reference: String,
    /// The supplier as the accounting system knows it, or as printed.
    pub supplier_name: String,
    /// The supplier's tax or registration number.
    #[serde(default)]
    pub supplier_tax_id: Option<String>,
    /// The day on the invoice.
    pub issue_date: NaiveDate,
    /// The day by which it is to be paid.
    #[serde(default)]
    pub due_date: Option<NaiveDate>,
    /// ISO 4217, such as `HKD`.
    pub currency: String,
    /// Without tax.
    #[serde(default)]
    pub net: Option<Decimal>,
    /// The tax.
    #[serde(default)]
    pub tax: Option<Decimal>,
    /// What is owed.
    pub total: Decimal,
    /// The rows of goods or services, without tax.
    #[serde(default)]
    pub lines: Vec<BillLine>,
    /// A note for the people who look at the bill later.
    #[serde(default)]
    pub memo: String,
}

/// One row of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillLine {
    /// What was bought.
    pub description: String,
    /// How many, as printed.
    #[serde(default)]
    pub quantity: Option<Decimal>,
    /// The price of one, as printed.
    #[serde(default)]
    pub unit_price: Option<Decimal>,
    /// The row's amount without tax.
    pub amount: Decimal,
}

impl Bill {
    /// What the lines must add up to: the net amount, else the total less the tax, else the total.
    pub fn base(&self) -> Decimal {
        self.net.unwrap_or_else(|| self.total - self.tax.unwrap_or_default())
    }

    /// The tax that is to be entered, if there is any.
    pub fn tax_due(&self) -> Option<Decimal> {
        let tax = self.tax.unwrap_or_else(|| self.total - self.base());
        (!tax.is_zero()).then_some(tax)
    }
}

impl fmt::Display for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} ({} {})", self.reference, self.supplier_name, self.currency, self.total)
    }
}
