use std::sync::LazyLock;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CheckCode, FapiaoCode, FapiaoKind, FapiaoNumber};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::table::{self, Row};
use crate::{Note, Parts, Violation, crc, text};

const FORMAT: &str = "cn.fapiao.qr";

static KINDS: LazyLock<Vec<Row>> = LazyLock::new(|| table::rows(include_str!("../../data/cn_qr_kinds.csv")));

/// What the amount in a QR code means. Many readers get this wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountMeaning {
    /// Paper and early electronic invoices: without tax.
    TaxExclusiveAmount,
    /// Digital invoices: the total, tax included.
    TaxInclusiveTotal,
}

impl AmountMeaning {
    /// The name in vectors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaxExclusiveAmount => "tax_exclusive_amount",
            Self::TaxInclusiveTotal => "tax_inclusive_total",
        }
    }
}

/// How the check sum of a payload came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crc {
    /// CRC-16/UMTS over the text up to and with the comma after the check code.
    WithComma,
    /// The same without that comma (some issuers of 2018-2021).
    WithoutComma,
    /// CRC-16/MODBUS with the comma (rail tickets).
    Modbus,
    /// The payload has none.
    Absent,
    /// It fits no convention, on a kind of invoice whose convention is not known for certain (rail, air).
    Unproven,
}

/// The payload of the QR code at the top left of a fapiao: the anchor of number, date and amount against OCR.
///
/// The check sum catches misread and edited payloads. It is not a signature: nothing here proves an invoice genuine.
///
/// Standard: the payload that the issuing software prints, with its CRC-16 (two conventions are in use). A value
/// that passes does not prove that the tax bureau knows the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FapiaoQr {
    text: String,
    /// The kind of invoice; `Unknown` for a code that is not in the table.
    pub kind: FapiaoKind,
    /// The fapiao code; digital invoices have none.
    pub code: Option<FapiaoCode>,
    /// The number.
    pub number: FapiaoNumber,
    /// The amount, see `amount_is`.
    pub amount: Decimal,
    /// What the amount means.
    pub amount_is: AmountMeaning,
    /// The issue date.
    pub date: NaiveDate,
    /// The check code of general invoices.
    pub check_code: Option<CheckCode>,
    /// How the check sum came out.
    pub crc: Crc,
}

number!(FapiaoQr, "cn.fapiao.qr", {
    fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.crc == Crc::Unproven {
            notes.push(Note::remark(
                "DH-2111",
                "The check sum fits no known rule; for rail and air invoices the rule is not certain",
                "校驗值不合已知規則；鐵路及航空發票的規則尚未確定",
            ));
        }
        if self.kind == FapiaoKind::Unknown {
            notes.push(Note::review(
                "DH-2116",
                "The QR code names a kind of invoice that is not in the table",
                "二維碼所示的發票種類不在表內",
            ));
        }
        if self.code.is_none() && !self.kind.is_digital() && self.kind != FapiaoKind::Unknown {
            notes.push(Note::review("DH-2116", "A 20-digit number stands beside a kind of invoice that has codes; what the amount means is not certain", "20 位號碼與該發票種類不符；金額含義不確定"));
        }
        if let Some(code) = &self.code {
            notes.extend(code.notes());
            if code.kind().is_some_and(|kind| self.kind != FapiaoKind::Unknown && kind != self.kind) {
                notes.push(Note::review(
                    "DH-2116",
                    "The QR code and the invoice code name different kinds of invoice",
                    "二維碼與發票代碼所示的種類不同",
                ));
            }
        }
        notes
    }

    fn parts(&self) -> Parts {
        vec![
            ("kind", self.kind.to_string()),
            ("code", self.code.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("number", self.number.to_string()),
            ("amount", format!("{:.2}", self.amount)),
            ("amount_is", self.amount_is.as_str().to_owned()),
            ("date", self.date.to_string()),
            ("check_code", self.check_code.as_ref().map(ToString::to_string).unwrap_or_default()),
        ]
    }
});

impl FapiaoQr {
    /// Whether a decoded text is meant to be a fapiao payload, right or wrong. Texts that are not (web addresses above
    /// all, which are never opened) are other codes on the page.
    pub fn looks_like(payload: &str) -> bool {
        let text = text::fold_width(payload);
        let mut fields = text.trim().split(',').map(str::trim);
        fields.next() == Some("01")
            && fields.next().is_some_and(|kind| kind.len() == 2 && kind.bytes().all(|b| b.is_ascii_digit()))
            && fields.count() >= 4
    }

    fn read(raw: &str) -> Result<Self, Violation> {
        if raw.trim().is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        if !Self::looks_like(raw) {
            return Err(shape(Phrase::new("This is not the QR code of a fapiao", "這不是發票二維碼")));
        }
        let folded = text::fold_width(raw);
        let payload = folded.trim();
        let fields: Vec<&str> = payload.split(',').map(str::trim).collect();
        if !(7..=9).contains(&fields.len()) || fields.get(8).is_some_and(|last| !last.is_empty()) {
            return Err(shape(Phrase::new(
                "A fapiao payload has seven fields, a check sum and a comma",
                "發票二維碼應有七個欄位、校驗值及逗號",
            )));
        }
        let row = KINDS.iter().find(|row| row.cells[0] == fields[1]);
        let kind = row.and_then(|row| FapiaoKind::of_name(row.cells[1])).unwrap_or(FapiaoKind::Unknown);

        let (code, number) = code_and_number(fields[2], fields[3], kind)?;
        let amount = amount(fields[4])?;
        let date = date(fields[5])?;
        if let FapiaoNumber::Twenty(number) = &number {
            number.agrees_with(date).map_err(|wrong| Violation::whole(FORMAT, wrong.rule))?;
        }
        let check_code = match fields[6] {
            "" => None,
            digits => Some(CheckCode::parse(digits).map_err(inside)?),
        };
        let strict = row.is_none_or(|row| row.cells[3] == "strict");
        let crc = check_sum(payload, fields.get(7).copied().unwrap_or(""), strict)?;
        let amount_is = match row.map(|row| row.cells[2]) {
            Some("tax_inclusive_total") => AmountMeaning::TaxInclusiveTotal,
            // A kind that is not in the table: digital invoices are those without a code.
            None if code.is_none() => AmountMeaning::TaxInclusiveTotal,
            _ => AmountMeaning::TaxExclusiveAmount,
        };
        Ok(Self { text: payload.to_owned(), kind, code, number, amount, amount_is, date, check_code, crc })
    }
}

fn shape(phrase: Phrase) -> Violation {
    Violation::whole(FORMAT, Rule::Shape(phrase))
}

/// A violation of a field, said of the payload; the place inside the field is dropped.
fn inside(wrong: Violation) -> Violation {
    Violation::whole(FORMAT, wrong.rule)
}

fn code_and_number(
    code: &str,
    number: &str,
    kind: FapiaoKind,
) -> Result<(Option<FapiaoCode>, FapiaoNumber), Violation> {
    let parsed = FapiaoNumber::parse(number).map_err(inside)?;
    match (&parsed, code) {
        (FapiaoNumber::Twenty(_), "") => Ok((None, parsed)),
        (FapiaoNumber::Twenty(_), _) => Err(Violation::whole(FORMAT, Rule::CodeWithTwentyDigits)),
        (FapiaoNumber::Eight(_), "") => Err(shape(Phrase::new(
            "An 8-digit invoice number needs an invoice code beside it",
            "8 位發票號碼須有發票代碼",
        ))),
        (FapiaoNumber::Eight(_), _) if kind.is_digital() => {
            Err(shape(Phrase::new("A digital invoice has a number of 20 digits", "數電發票號碼應為 20 位")))
        }
        (FapiaoNumber::Eight(_), code) => Ok((Some(FapiaoCode::parse(code).map_err(inside)?), parsed)),
    }
}

fn amount(field: &str) -> Result<Decimal, Violation> {
    let digits = field.strip_prefix('-').unwrap_or(field);
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !numeric(whole) || !numeric(cents) {
        return Err(Violation::whole(FORMAT, Rule::FiguresGrammar));
    }
    let value: Decimal = field.parse().map_err(|_| Violation::whole(FORMAT, Rule::FiguresGrammar))?;
    if value.normalize().scale() > 2 {
        return Err(Violation::whole(FORMAT, Rule::FiguresGrammar));
    }
    Ok(value)
}

fn date(field: &str) -> Result<NaiveDate, Violation> {
    let wrong = Violation::whole(FORMAT, Rule::ImpossibleDate);
    if field.len() != 8 || !field.bytes().all(|b| b.is_ascii_digit()) {
        return Err(shape(Phrase::new(
            "The date in the QR code must be eight digits",
            "二維碼內的日期應為八位數字",
        )));
    }
    let date = NaiveDate::parse_from_str(field, "%Y%m%d").map_err(|_| wrong)?;
    if date < NaiveDate::from_ymd_opt(1994, 1, 1).ok_or(wrong)? {
        Err(Violation::whole(FORMAT, Rule::YearRange))
    } else {
        Ok(date)
    }
}

/// The check sum covers the text as printed, with the blanks that some issuers put into empty fields.
fn check_sum(payload: &str, field: &str, strict: bool) -> Result<Crc, Violation> {
    if field.is_empty() {
        return Ok(Crc::Absent);
    }
    let found = (field.len() == 4).then(|| u16::from_str_radix(field, 16).ok()).flatten();
    let found = found.ok_or_else(|| {
        shape(Phrase::new("The check sum must be four hexadecimal digits", "校驗值應為四位十六進位數字"))
    })?;
    let without = payload.match_indices(',').nth(6).map_or(payload, |(at, _)| &payload[..at]).as_bytes();
    let with: Vec<u8> = without.iter().copied().chain([b',']).collect();
    let expected = crc::umts(&with);
    if found == expected {
        Ok(Crc::WithComma)
    } else if found == crc::umts(without) {
        Ok(Crc::WithoutComma)
    } else if strict {
        Err(Violation::whole(FORMAT, Rule::Crc { expected, found }))
    } else if found == crc::modbus(&with) {
        Ok(Crc::Modbus)
    } else {
        Ok(Crc::Unproven)
    }
}

#[cfg(test)]
mod tests;
