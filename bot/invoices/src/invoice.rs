//! The invoice as the program knows it, and as `deskhand extract --json` prints it.

use std::collections::BTreeMap;
use std::fmt;

use documents::{BBox, Source};
use serde::{Deserialize, Serialize};

/// An invoice read from a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invoice {
    /// What kind of paper it is.
    pub kind: Kind,
    /// False for orders, statements, delivery notes, letters.
    pub is_invoice: bool,
    /// The header fields that were found.
    pub fields: BTreeMap<FieldName, Field>,
    /// The line items, in page order.
    #[serde(default)]
    pub lines: Vec<LineItem>,
    /// What is wrong or doubtful, worst first.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Whether a person is needed.
    pub decision: Decision,
}

/// The name of a header field, as in `deskhand extract --json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation; the glossary has both languages")]
pub enum FieldName {
    InvoiceCode,
    InvoiceNumber,
    IssueDate,
    DueDate,
    SellerName,
    SellerTaxId,
    BuyerName,
    BuyerTaxId,
    AmountExTax,
    Tax,
    Total,
    CheckCode,
    Currency,
    PoNumber,
    BankAccount,
    FpsId,
    Brn,
    Remarks,
    RandomCode,
    /// 價稅合計（大寫）: the total in words, as printed.
    TotalInWords,
    /// The lines' sum on a Hong Kong paper, before discount and charges.
    Subtotal,
    /// What is taken off the subtotal; positive.
    Discount,
    /// What is added to the subtotal: freight, service, rounding.
    Charges,
    /// What is still to be paid, where it is not the total.
    AmountDue,
    /// What was paid before.
    Deposit,
}

impl FieldName {
    /// Whether its value is an amount.
    pub(crate) fn is_money(self) -> bool {
        matches!(
            self,
            Self::AmountExTax
                | Self::Tax
                | Self::Total
                | Self::Subtotal
                | Self::Discount
                | Self::Charges
                | Self::AmountDue
                | Self::Deposit
        )
    }
}

/// The name that every file and page uses, such as `seller_tax_id`.
impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One value with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Normalised: dates ISO 8601, money plain decimals, ids upper-case without blanks, names as printed.
    pub value: String,
    /// As it stands on the page.
    pub raw: String,
    /// 1 for the first page.
    pub page: u32,
    /// Where it stands, if it stands anywhere.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub bbox: Option<BBox>,
    /// The probability that the value is right, 0..=1.
    pub confidence: f64,
    /// Who says so.
    pub source: Source,
    /// The other sources that gave the same value.
    #[serde(default)]
    pub agrees: Vec<Source>,
    /// The other sources that gave another value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherReading>,
    /// The id of the memory that it rests on, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<String>,
}

/// What another source read in the same place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherReading {
    /// Who.
    pub source: Source,
    /// What.
    pub value: String,
}

/// One row of the table of goods or services. Blank cells are `None`; values are plain decimals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation; the glossary has both languages")]
pub struct LineItem {
    pub name: String,
    pub spec: Option<String>,
    pub unit: Option<String>,
    pub quantity: Option<String>,
    pub unit_price: Option<String>,
    pub amount: Option<String>,
    pub tax_rate: Option<String>,
    pub tax: Option<String>,
    /// 1 for the first page.
    #[serde(default)]
    pub page: u32,
    /// The row's place on its page.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub bbox: Option<BBox>,
}

/// Something wrong or doubtful, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The code of the page in `docs/errors/`, such as `DH-2104`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// The fields concerned.
    #[serde(default)]
    pub fields: Vec<FieldName>,
    /// One sentence in each language.
    pub message: Message,
}

impl Finding {
    /// Whether a person has to decide on it.
    pub fn blocks(&self) -> bool {
        self.severity != Severity::Note
    }

    /// The finding in a few characters, to tell whether a person has seen it.
    pub fn mark(&self) -> String {
        let fields: Vec<String> = self.fields.iter().map(FieldName::to_string).collect();
        format!("{}:{}", self.code, fields.join("+"))
    }
}

/// One sentence in each language that the pages speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// English.
    pub en: String,
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
}

/// How bad a finding is. The order is worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be what it claims to be.
    Reject,
    /// A person must look.
    Review,
    /// Worth saying; blocks nothing.
    Note,
}

/// Whether a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Would be posted without a person.
    StraightThrough,
    /// A person must decide.
    Review,
    /// Not an invoice at all; a person sees it, nothing is posted.
    NotAnInvoice,
}

/// The kinds of paper, as in `deskhand extract --json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation; the glossary has both languages")]
pub enum Kind {
    CnDigitalSpecial,
    CnDigitalNormal,
    CnVatElectronicNormal,
    CnVatElectronicSpecial,
    CnVatPaperSpecial,
    CnVatPaperNormal,
    CnMotorVehicle,
    CnToll,
    CnRail,
    CnAir,
    CnTaxiReceipt,
    HkInvoice,
    HkReceipt,
    TwEinvoiceB2b,
    TwEinvoiceSlip,
    TwTriplicate,
    TwCashRegister,
    TwTelecomBill,
    TwCustoms,
    Ubl,
    Other,
    Unknown,
}
