//! The business key: what makes two documents the same invoice.

use crate::invoice::{Field, FieldName, Invoice, Kind};
use crate::labels;

impl Invoice {
    /// The value of a field, if it was found.
    pub fn value(&self, field: FieldName) -> Option<&str> {
        self.fields.get(&field).map(|f| f.value.as_str())
    }

    /// The field with its evidence.
    pub fn field(&self, field: FieldName) -> Option<&Field> {
        self.fields.get(&field)
    }

    /// The key under which the same invoice would come again: `cn:CODE:NUMBER`, `cn:NUMBER20`, `hk:SELLER:NUMBER`,
    /// `tw:SELLER:NUMBER:YEAR`.
    ///
    /// `None` while a part of it is missing.
    pub fn key(&self) -> Option<String> {
        let number = plain(self.value(FieldName::InvoiceNumber)?);
        if number.is_empty() || !self.is_invoice {
            return None;
        }
        if self.kind.is_taiwan() {
            let seller = plain(self.value(FieldName::SellerTaxId)?);
            let year = self.value(FieldName::IssueDate)?.get(..4)?.to_owned();
            return Some(format!("tw:{seller}:{number}:{year}"));
        }
        if self.kind.is_mainland() {
            if number.len() == 20 {
                return Some(format!("cn:{number}"));
            }
            let code = plain(self.value(FieldName::InvoiceCode)?);
            return (!code.is_empty()).then(|| format!("cn:{code}:{number}"));
        }
        let seller = plain(self.value(FieldName::SellerName)?);
        (!seller.is_empty()).then(|| format!("hk:{seller}:{number}"))
    }
}

impl Kind {
    /// Issued on the mainland.
    pub fn is_mainland(self) -> bool {
        use Kind::{
            CnAir, CnDigitalNormal, CnDigitalSpecial, CnMotorVehicle, CnRail, CnTaxiReceipt, CnToll,
            CnVatElectronicNormal, CnVatElectronicSpecial, CnVatPaperNormal, CnVatPaperSpecial,
        };
        matches!(
            self,
            CnAir
                | CnDigitalNormal
                | CnDigitalSpecial
                | CnMotorVehicle
                | CnRail
                | CnTaxiReceipt
                | CnToll
                | CnVatElectronicNormal
                | CnVatElectronicSpecial
                | CnVatPaperNormal
                | CnVatPaperSpecial
        )
    }

    /// Issued on the mainland with the twenty-digit number and no code.
    pub fn is_digital(self) -> bool {
        matches!(self, Kind::CnDigitalNormal | Kind::CnDigitalSpecial | Kind::CnRail | Kind::CnAir)
    }

    /// Issued in Taiwan.
    pub fn is_taiwan(self) -> bool {
        use Kind::{TwCashRegister, TwCustoms, TwEinvoiceB2b, TwEinvoiceSlip, TwTelecomBill, TwTriplicate};
        matches!(
            self,
            TwCashRegister | TwCustoms | TwEinvoiceB2b | TwEinvoiceSlip | TwTelecomBill | TwTriplicate
        )
    }

    /// Read well enough to be posted without a person.
    pub fn is_supported(self) -> bool {
        use Kind::{
            CnDigitalNormal, CnDigitalSpecial, CnToll, CnVatElectronicNormal, CnVatElectronicSpecial,
            CnVatPaperNormal, CnVatPaperSpecial, HkInvoice, HkReceipt, TwEinvoiceB2b, Ubl,
        };
        matches!(
            self,
            CnDigitalNormal
                | CnDigitalSpecial
                | CnToll
                | CnVatElectronicNormal
                | CnVatElectronicSpecial
                | CnVatPaperNormal
                | CnVatPaperSpecial
                | HkInvoice
                | HkReceipt
                | TwEinvoiceB2b
                | Ubl
        )
    }
}

/// Letters and digits only, folded.
fn plain(text: &str) -> String {
    labels::fold_text(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
