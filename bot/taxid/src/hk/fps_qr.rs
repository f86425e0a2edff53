use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{FpsId, Phone};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::{Note, Parts, Violation, crc, text};

const FORMAT: &str = "hk.fps_qr";
const HKICL: &str = "hk.com.hkicl";

/// Whom an FPS code pays. Compare it with the vendor's record before paying.
#[derive(Clone, PartialEq, Eq)]
pub enum Proxy {
    /// An FPS identifier.
    FpsId(String),
    /// A mobile number, `+852-91234567`.
    Mobile(String),
    /// A mail address.
    Email(String),
}

impl Proxy {
    /// `fps_id`, `mobile` or `email`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FpsId(_) => "fps_id",
            Self::Mobile(_) => "mobile",
            Self::Email(_) => "email",
        }
    }

    /// The identifier, number or address.
    pub fn value(&self) -> &str {
        match self {
            Self::FpsId(value) | Self::Mobile(value) | Self::Email(value) => value,
        }
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FpsId(value) => f.debug_tuple("FpsId").field(value).finish(),
            Self::Mobile(_) => f.write_str("Mobile(hidden)"),
            Self::Email(_) => f.write_str("Email(hidden)"),
        }
    }
}

/// The QR code of a Hong Kong FPS payment (轉數快): EMV merchant-presented, with a check sum.
///
/// Standard: EMVCo QR code, merchant-presented mode, with HKMA's common QR code; CRC-16/CCITT-FALSE. A value that
/// passes does not prove who is paid: anyone can print a code with a right check sum.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FpsQr {
    text: String,
    /// Whom it pays.
    pub proxy: Proxy,
    /// `HKD` or `CNY`.
    pub currency: &'static str,
    /// How much, if the code says.
    pub amount: Option<Decimal>,
    /// The payee's bill number.
    pub bill_number: Option<String>,
    /// The payee's reference.
    pub reference: Option<String>,
    /// The payee's name as the code has it.
    pub merchant: Option<String>,
    unusual_guid: bool,
}

number!(FpsQr, "hk.fps_qr", {
    fn notes(&self) -> Vec<Note> {
        let note = Note::remark(
            "DH-2110",
            "The code names the payment system in an unusual spelling",
            "二維碼內的支付系統名稱寫法不常見",
        );
        if self.unusual_guid { vec![note] } else { Vec::new() }
    }

    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("proxy_type", self.proxy.kind().to_owned()),
            ("proxy", self.proxy.value().to_owned()),
            ("currency", self.currency.to_owned()),
        ];
        parts.extend(self.amount.map(|amount| ("amount", amount.to_string())));
        parts.extend(self.bill_number.clone().map(|number| ("bill_number", number)));
        parts.extend(self.reference.clone().map(|reference| ("reference", reference)));
        parts
    }
});

impl std::fmt::Debug for FpsQr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FpsQr")
            .field("proxy", &self.proxy)
            .field("currency", &self.currency)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl FpsQr {
    /// Whether a decoded text is meant to be an FPS code, right or wrong.
    pub fn looks_like(payload: &str) -> bool {
        let payload = payload.trim();
        payload.starts_with("000201") && payload.to_ascii_lowercase().contains(HKICL)
    }

    fn read(raw: &str) -> Result<Self, Violation> {
        let folded = text::fold_width(raw);
        let text = folded.trim();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        if !text.starts_with("000201") {
            return Err(shape(Phrase::new("This is not a payment QR code", "這不是付款二維碼")));
        }
        check_sum(text)?;
        let fields = fields(text).ok_or_else(|| {
            shape(Phrase::new(
                "The fields of the payment code do not fit their lengths",
                "付款二維碼的欄位與長度不符",
            ))
        })?;
        let (account, unusual_guid) = account(&fields)?;
        let currency = match find(&fields, "53") {
            Some("344") => "HKD",
            Some("156") => "CNY",
            _ => return Err(Violation::whole(FORMAT, Rule::Currency)),
        };
        if find(&fields, "58") != Some("HK") {
            return Err(shape(Phrase::new("The payment code is not of Hong Kong", "付款二維碼並非香港所用")));
        }
        let amount = match find(&fields, "54") {
            None => None,
            Some(figures) => Some(amount(figures)?),
        };
        let more = find(&fields, "62").and_then(self::fields).unwrap_or_default();
        let owned = |id: &str| find(&more, id).map(str::to_owned);
        Ok(Self {
            proxy: proxy(&account)?,
            currency,
            amount,
            bill_number: owned("01"),
            reference: owned("05"),
            merchant: find(&fields, "59").filter(|name| *name != "NA").map(str::to_owned),
            unusual_guid,
            text: text.to_owned(),
        })
    }
}

fn shape(phrase: Phrase) -> Violation {
    Violation::whole(FORMAT, Rule::Shape(phrase))
}

/// `6304` and four hexadecimal digits end the text; the sum covers everything up to and with `6304`.
fn check_sum(text: &str) -> Result<(), Violation> {
    let missing = || {
        shape(Phrase::new(
            "The check sum at the end is missing: the code was cut off",
            "末尾沒有校驗值：二維碼不完整",
        ))
    };
    let covered = text.len().checked_sub(4).filter(|at| text.is_char_boundary(*at)).ok_or_else(missing)?;
    let (body, digits) = text.split_at(covered);
    if !body.ends_with("6304") {
        return Err(missing());
    }
    let found = u16::from_str_radix(digits, 16).map_err(|_| missing())?;
    let expected = crc::ccitt_false(body.as_bytes());
    if found == expected { Ok(()) } else { Err(Violation::whole(FORMAT, Rule::Crc { expected, found })) }
}

/// Tag and value.
type Field<'a> = (&'a str, &'a str);

/// Tag (2), length (2), value. Lengths count characters; some issuers count UTF-8 bytes.
fn fields(text: &str) -> Option<Vec<Field<'_>>> {
    let by = |bytes: bool| {
        let mut found = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (tag, length) = (rest.get(..2)?, rest.get(2..4)?);
            let length: usize =
                Some(length).filter(|l| l.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
            let tail = &rest[4..];
            let end = if bytes {
                length
            } else {
                tail.char_indices().nth(length).map_or_else(
                    || (tail.chars().count() == length).then_some(tail.len()),
                    |(at, _)| Some(at),
                )?
            };
            found.push((tag, tail.get(..end)?));
            rest = &tail[end..];
        }
        Some(found)
    };
    by(false).or_else(|| by(true))
}

fn find<'a>(fields: &[Field<'a>], tag: &str) -> Option<&'a str> {
    fields.iter().find(|(t, _)| *t == tag).map(|(_, value)| *value)
}

/// The merchant account of FPS among the tags 26-51, and whether its system name is spelt unusually.
fn account<'a>(fields: &[Field<'a>]) -> Result<(Vec<Field<'a>>, bool), Violation> {
    let accounts = fields
        .iter()
        .filter(|(tag, _)| ("26"..="51").contains(tag))
        .filter_map(|(_, value)| self::fields(value));
    for account in accounts {
        if let Some(guid) = find(&account, "00") {
            let lower = guid.to_ascii_lowercase();
            if lower == HKICL || lower == "hk.com.hkicl.fps" {
                return Ok((account, guid != HKICL));
            }
        }
    }
    Err(shape(Phrase::new(
        "The payment code is not of FPS (hk.com.hkicl)",
        "付款二維碼不屬轉數快（hk.com.hkicl）",
    )))
}

fn proxy(account: &[Field<'_>]) -> Result<Proxy, Violation> {
    let inside = |wrong: Violation| Violation::whole(FORMAT, wrong.rule);
    match (find(account, "02"), find(account, "03"), find(account, "04")) {
        (Some(id), None, None) => Ok(Proxy::FpsId(FpsId::parse(id).map_err(inside)?.to_string())),
        (None, Some(mobile), None) => {
            let abroad = mobile.starts_with('+') && !mobile.starts_with("+852");
            let digits = mobile.bytes().filter(u8::is_ascii_digit).count();
            if abroad && (7..=15).contains(&digits) {
                return Ok(Proxy::Mobile(mobile.to_owned()));
            }
            let phone = Phone::parse(mobile).map_err(inside)?;
            Ok(Proxy::Mobile(format!("+852-{}", &phone.normalised()[4..])))
        }
        (None, None, Some(email))
            if email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) =>
        {
            Ok(Proxy::Email(email.to_owned()))
        }
        _ => Err(shape(Phrase::new(
            "The payment code must name one payee: an FPS identifier, a mobile number or a mail address",
            "付款二維碼須有且只有一個收款人：轉數快識別碼、流動電話或電郵",
        ))),
    }
}

fn amount(figures: &str) -> Result<Decimal, Violation> {
    let wrong = Violation::whole(FORMAT, Rule::FiguresGrammar);
    let plain = figures.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && figures.starts_with(|c: char| c.is_ascii_digit());
    let value: Decimal = figures.parse().map_err(|_| wrong)?;
    if plain && value > Decimal::ZERO && value.normalize().scale() <= 2 { Ok(value) } else { Err(wrong) }
}

#[cfg(test)]
mod tests;
