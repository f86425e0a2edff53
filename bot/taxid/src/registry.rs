//! Every format by its name.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::cn::{self, RedLetter, VatRate};
use crate::rule::{Phrase, Rule};
use crate::{Note, Number, Parts, Violation, amount, bank, date, gs1, hk, mo, privacy, tw, words};

mod structured;

/// A format that can be called by name.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Such as `cn.uscc`.
    pub name: &'static str,
    /// What it is, in English.
    pub en: &'static str,
    /// What it is, in 繁體中文.
    pub zh_hant: &'static str,
    read: fn(&str) -> Result<Checked, Violation>,
}

/// What a format made of a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The format.
    pub format: &'static str,
    /// The one spelling: a text, or an object for QR codes and tags.
    pub normalised: Value,
    /// Doubts.
    pub notes: Vec<Note>,
    /// The parts by name.
    #[serde(serialize_with = "as_map")]
    pub parts: Parts,
}

fn as_map<S: serde::Serializer>(parts: &Parts, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parts.iter().map(|(name, value)| (*name, value)))
}

/// Calls a format by its name. Formats that test several figures against each other take a JSON object;
/// a rate and a 20-digit number may be given with their issue date in one.
///
/// ```
/// let checked = taxid::check("amount.numeric", "HK$1,280.50")?;
/// assert_eq!(checked.normalised, "1280.50 HKD");
/// # Ok::<(), taxid::Violation>(())
/// ```
///
/// # Errors
/// Which rule of the format failed, or that there is no such format.
pub fn check(format: &str, text: &str) -> Result<Checked, Violation> {
    let found = FORMATS.iter().find(|f| f.name == format);
    let found = found.ok_or(Violation::whole("taxid", Rule::UnknownFormat))?;
    (found.read)(text).map_err(|wrong| Violation { format: found.name, ..wrong })
}

/// The formats, in the order of the map.
pub const FORMATS: &[Format] = &[
    Format {
        name: "cn.uscc",
        en: "Unified social credit code",
        zh_hant: "統一社會信用代碼",
        read: number::<cn::Uscc>,
    },
    Format {
        name: "cn.orgcode",
        en: "Organisation code",
        zh_hant: "組織機構代碼",
        read: number::<cn::OrgCode>,
    },
    Format {
        name: "cn.resident_id",
        en: "Resident identity number",
        zh_hant: "居民身份證號碼",
        read: number::<cn::ResidentId>,
    },
    Format {
        name: "cn.taxid_any",
        en: "Taxpayer number of any length",
        zh_hant: "納稅人識別號",
        read: number::<cn::TaxpayerId>,
    },
    Format {
        name: "cn.fapiao.code", en: "Fapiao code", zh_hant: "發票代碼", read: number::<cn::FapiaoCode>
    },
    Format {
        name: "cn.fapiao.number8",
        en: "Fapiao number, 8 digits",
        zh_hant: "發票號碼（8 位）",
        read: number::<cn::FapiaoNumber8>,
    },
    Format {
        name: "cn.fapiao.number20",
        en: "Digital fapiao number, 20 digits",
        zh_hant: "數電發票號碼（20 位）",
        read: number20,
    },
    Format {
        name: "cn.fapiao.check_code",
        en: "Fapiao check code",
        zh_hant: "校驗碼",
        read: number::<cn::CheckCode>,
    },
    Format {
        name: "cn.fapiao.qr",
        en: "Fapiao QR payload",
        zh_hant: "發票二維碼",
        read: of_parts::<cn::FapiaoQr>,
    },
    Format { name: "cn.vat.rate", en: "VAT rate", zh_hant: "增值稅稅率", read: vat_rate },
    Format {
        name: "cn.fapiao.arith",
        en: "Figures of a fapiao",
        zh_hant: "發票金額勾稽",
        read: structured::fapiao,
    },
    Format { name: "cn.amount_upper", en: "Amount in words", zh_hant: "大寫金額", read: amount_in_words },
    Format {
        name: "cn.red_letter_remark",
        en: "Remark of a red-letter invoice",
        zh_hant: "紅字發票備註",
        read: red_letter,
    },
    Format {
        name: "hk.brn",
        en: "Business registration number",
        zh_hant: "商業登記號碼",
        read: number::<hk::Brn>,
    },
    Format {
        name: "hk.br_certificate_no",
        en: "Business registration certificate number",
        zh_hant: "商業登記證號碼",
        read: number::<hk::BrCertificate>,
    },
    Format {
        name: "hk.ubi",
        en: "Unique business identifier",
        zh_hant: "唯一業務識別號",
        read: number::<hk::Ubi>,
    },
    Format {
        name: "hk.company_no",
        en: "Company number",
        zh_hant: "公司編號",
        read: number::<hk::CompanyNumber>,
    },
    Format {
        name: "hk.hkid",
        en: "Hong Kong identity card",
        zh_hant: "香港身份證號碼",
        read: number::<hk::Hkid>,
    },
    Format {
        name: "hk.phone",
        en: "Hong Kong phone number",
        zh_hant: "香港電話號碼",
        read: number::<hk::Phone>,
    },
    Format {
        name: "hk.fps_id", en: "FPS identifier", zh_hant: "轉數快識別碼", read: number::<hk::FpsId>
    },
    Format { name: "hk.fps_qr", en: "FPS payment code", zh_hant: "轉數快二維碼", read: fps_qr },
    Format {
        name: "hk.bank_account",
        en: "Hong Kong bank account",
        zh_hant: "香港銀行帳號",
        read: number::<hk::BankAccount>,
    },
    Format { name: "tw.ubn", en: "Taiwan business number", zh_hant: "統一編號", read: number::<tw::Ubn> },
    Format {
        name: "tw.invoice_number",
        en: "Uniform invoice number",
        zh_hant: "統一發票號碼",
        read: number::<tw::InvoiceNumber>,
    },
    Format {
        name: "tw.invoice_period",
        en: "Uniform invoice period",
        zh_hant: "統一發票期別",
        read: number::<tw::InvoicePeriod>,
    },
    Format {
        name: "tw.barcode_1d",
        en: "Uniform invoice barcode",
        zh_hant: "電子發票一維條碼",
        read: of_parts::<tw::Barcode>,
    },
    Format {
        name: "tw.qr_left",
        en: "E-invoice slip, left QR code",
        zh_hant: "電子發票左側二維條碼",
        read: qr_left,
    },
    Format {
        name: "tw.tax_arith",
        en: "Figures of a uniform invoice",
        zh_hant: "統一發票金額勾稽",
        read: structured::uniform_invoice,
    },
    Format {
        name: "mo.tin",
        en: "Macau taxpayer number",
        zh_hant: "澳門納稅人編號",
        read: number::<mo::TaxNumber>,
    },
    Format { name: "date.zh", en: "Date", zh_hant: "日期", read: paper_date },
    Format { name: "amount.numeric", en: "Amount in figures", zh_hant: "小寫金額", read: figures },
    Format { name: "bank.iban", en: "IBAN", zh_hant: "國際銀行帳號", read: number::<bank::Iban> },
    Format {
        name: "bank.bic", en: "BIC / SWIFT code", zh_hant: "銀行識別代碼", read: number::<bank::Bic>
    },
    Format {
        name: "bank.cnaps", en: "CNAPS branch number", zh_hant: "聯行號", read: number::<bank::Cnaps>
    },
    Format { name: "bank.card", en: "Bank card", zh_hant: "銀行卡號", read: number::<bank::Card> },
    Format { name: "gs1.gtin", en: "GTIN", zh_hant: "全球貿易項目代碼", read: number::<gs1::Gtin> },
    Format {
        name: "epc.sgtin96",
        en: "SGTIN-96 tag",
        zh_hant: "SGTIN-96 標籤",
        read: of_parts::<gs1::Sgtin96>,
    },
    Format {
        name: "epc.grai96", en: "GRAI-96 tag", zh_hant: "GRAI-96 標籤", read: of_parts::<gs1::Grai96>
    },
    Format {
        name: "epc.giai96", en: "GIAI-96 tag", zh_hant: "GIAI-96 標籤", read: of_parts::<gs1::Giai96>
    },
    Format {
        name: "ubl.totals",
        en: "Totals of a UBL invoice",
        zh_hant: "UBL 發票總額",
        read: structured::ubl,
    },
    Format {
        name: "privacy.cv_mask",
        en: "Masking of personal numbers",
        zh_hant: "個人號碼遮蓋",
        read: masked,
    },
    Format {
        name: "ocr.repair_uscc",
        en: "Repair of a credit code read by OCR",
        zh_hant: "修復 OCR 讀取的信用代碼",
        read: repaired,
    },
    Format {
        name: "invoice.kind_title",
        en: "Kind of invoice by its title",
        zh_hant: "按名稱判斷發票種類",
        read: kind_of_title,
    },
];

fn text(format: &'static str, normalised: impl Into<String>, notes: Vec<Note>, parts: Parts) -> Checked {
    Checked { format, normalised: Value::String(normalised.into()), notes, parts }
}

fn number<T: Number>(raw: &str) -> Result<Checked, Violation> {
    let number = T::parse(raw)?;
    Ok(text(T::FORMAT, number.normalised(), number.notes(), number.parts()))
}

/// A number or a rate alone, or an object that has it beside an issue date.
fn dated(
    raw: &str,
    format: &'static str,
    name: &str,
) -> Result<(String, Option<chrono::NaiveDate>), Violation> {
    if !raw.trim_start().starts_with('{') {
        return Ok((raw.to_owned(), None));
    }
    let object = structured::object(format, raw)?;
    let missing = Rule::Input(Phrase::new(
        "The object needs the number and the issue date",
        "物件須包含號碼及開具日期",
    ));
    let value = object.get(name).and_then(Value::as_str).ok_or(Violation::whole(format, missing))?;
    let issued = object.get("issue_date").and_then(Value::as_str).ok_or(Violation::whole(format, missing))?;
    Ok((value.to_owned(), Some(date::PaperDate::parse(issued)?.date())))
}

fn number20(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "cn.fapiao.number20";
    let (printed, issued) = dated(raw, FORMAT, "number")?;
    let number = cn::FapiaoNumber20::parse(&printed)?;
    if let Some(issued) = issued {
        number.agrees_with(issued)?;
    }
    Ok(text(FORMAT, number.normalised(), number.notes(), number.parts()))
}

fn vat_rate(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "cn.vat.rate";
    let (printed, issued) = dated(raw, FORMAT, "rate")?;
    let rate = match issued {
        Some(day) => VatRate::parse_on(&printed, day)?,
        None => VatRate::parse(&printed)?,
    };
    let notes = if issued.is_some() { Vec::new() } else { rate.notes() };
    Ok(text(FORMAT, rate.to_string(), notes, Parts::new()))
}

/// The parts as an object, with `null` for what is empty.
fn object_of(parts: &Parts) -> Value {
    let value = |text: &String| if text.is_empty() { Value::Null } else { Value::String(text.clone()) };
    Value::Object(parts.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect::<Map<_, _>>())
}

fn fps_qr(raw: &str) -> Result<Checked, Violation> {
    let qr = hk::FpsQr::parse(raw)?;
    let normalised = json!({
        "proxy_type": qr.proxy.kind(),
        "proxy": qr.proxy.value(),
        "currency": qr.currency,
        "amount": qr.amount.map(|amount| amount.to_string()),
    });
    Ok(Checked { format: hk::FpsQr::FORMAT, normalised, notes: qr.notes(), parts: qr.parts() })
}

/// Formats whose parts are their normal form.
fn of_parts<T: Number>(raw: &str) -> Result<Checked, Violation> {
    let read = T::parse(raw)?;
    let parts = read.parts();
    Ok(Checked { format: T::FORMAT, normalised: object_of(&parts), notes: read.notes(), parts })
}

fn qr_left(raw: &str) -> Result<Checked, Violation> {
    let qr = tw::QrLeft::parse(raw)?;
    let normalised = json!({
        "number": qr.number,
        "date": qr.date,
        "random": qr.random,
        "sales": qr.sales,
        "total": qr.total,
        "tax": qr.tax(),
        "buyer": qr.buyer,
        "seller": qr.seller,
    });
    Ok(Checked { format: tw::QrLeft::FORMAT, normalised, notes: qr.notes(), parts: qr.parts() })
}

fn amount_in_words(raw: &str) -> Result<Checked, Violation> {
    let amount = words::AmountInWords::parse(raw)?;
    Ok(text("cn.amount_upper", amount.to_string(), amount.notes(), Parts::new()))
}

fn red_letter(raw: &str) -> Result<Checked, Violation> {
    let red = RedLetter::in_remark(raw);
    let mut parts = Parts::new();
    if let RedLetter::Digital { confirmation: Some(confirmation), .. } = &red {
        parts.push(("confirmation", confirmation.clone()));
    }
    Ok(text("cn.red_letter_remark", red.reference()?, Vec::new(), parts))
}

fn paper_date(raw: &str) -> Result<Checked, Violation> {
    let date = date::PaperDate::parse(raw)?;
    let calendar = match date.calendar() {
        date::Calendar::Gregorian => "gregorian",
        date::Calendar::Roc => "roc",
    };
    Ok(text("date.zh", date.to_string(), date.notes(), vec![("calendar", calendar.to_owned())]))
}

fn figures(raw: &str) -> Result<Checked, Violation> {
    let amount = amount::Amount::parse(raw)?;
    let mut parts = vec![("value", amount.value().to_string())];
    parts.extend(amount.code().map(|code| ("currency", code.to_owned())));
    Ok(text("amount.numeric", amount.to_string(), amount.notes(), parts))
}

fn masked(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "privacy.cv_mask";
    let masked = privacy::mask(raw);
    if masked == raw {
        return Err(Violation::whole(FORMAT, Rule::NothingToMask));
    }
    Ok(text(FORMAT, masked, Vec::new(), Parts::new()))
}

fn repaired(raw: &str) -> Result<Checked, Violation> {
    let repaired = cn::repair_uscc(raw)?;
    let changes: Vec<String> =
        repaired.changes.iter().map(|c| format!("{}: {}->{}", c.at, c.from, c.to)).collect();
    let note = if repaired.confirm {
        Some(Note::review(
            "DH-2181",
            "One character was guessed from the checks: compare it with the paper",
            "有一個字元是按校驗推定的，請與原件核對",
        ))
    } else if changes.is_empty() {
        None
    } else {
        Some(Note::remark(
            "DH-2181",
            "Letters that no code has were read as digits",
            "代碼中不會出現的字母已讀作數字",
        ))
    };
    let parts = if changes.is_empty() { Parts::new() } else { vec![("changes", changes.join(", "))] };
    Ok(text("ocr.repair_uscc", repaired.uscc.normalised(), note.into_iter().collect(), parts))
}

fn kind_of_title(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "invoice.kind_title";
    let kind = cn::kind_of_title(raw).ok_or(Violation::whole(FORMAT, Rule::NoKnownTitle))?;
    Ok(text(FORMAT, kind.as_str(), Vec::new(), Parts::new()))
}

#[cfg(test)]
mod tests;
