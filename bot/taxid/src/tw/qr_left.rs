use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{InvoiceNumber, Ubn};
use crate::number::number;
use crate::rule::{Phrase, Rule};
use crate::{Note, Parts, Violation};

const FORMAT: &str = "tw.qr_left";

/// The left QR code of an e-invoice slip: 77 characters, then the items that fit.
///
/// What is encrypted in it can be checked only by the seller and the Ministry.
///
/// Standard: Ministry of Finance, e-invoice slip specification 1.9. A value that passes does not prove that the
/// slip is genuine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QrLeft {
    text: String,
    /// The invoice's number.
    pub number: InvoiceNumber,
    /// The issue date.
    pub date: NaiveDate,
    /// The random code.
    pub random: String,
    /// The sales amount without tax; 0 where the tax is not split off.
    pub sales: u32,
    /// The total.
    pub total: u32,
    /// The buyer; consumers have none.
    pub buyer: Option<Ubn>,
    /// The seller.
    pub seller: Ubn,
    /// Items in both codes, and items of the invoice.
    pub items: Option<(u32, u32)>,
    /// `Big5`, `UTF-8` or `Base64`.
    pub encoding: Option<&'static str>,
}

number!(QrLeft, "tw.qr_left", {
    fn notes(&self) -> Vec<Note> {
        let Some(tax) = self.tax().filter(|tax| *tax > 0) else { return Vec::new() };
        // 5 % of the sales, half up, within a dollar.
        let due = (u64::from(self.sales) * 5 + 50) / 100;
        if due.abs_diff(u64::from(tax)) <= 1 {
            return Vec::new();
        }
        vec![Note::review(
            "DH-2150",
            format!("The tax is {tax} but 5 % of the sales is {due}"),
            format!("稅額為 {tax}，銷售額的 5% 為 {due}"),
        )]
    }

    fn parts(&self) -> Parts {
        let mut parts = vec![
            ("number", self.number.to_string()),
            ("date", self.date.to_string()),
            ("random", self.random.clone()),
            ("sales", self.sales.to_string()),
            ("total", self.total.to_string()),
            ("buyer", self.buyer.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("seller", self.seller.to_string()),
        ];
        parts.extend(self.encoding.map(|encoding| ("encoding", encoding.to_owned())));
        parts
    }
});

impl QrLeft {
    /// Whether a decoded text is meant to be a left code, right or wrong.
    pub fn looks_like(payload: &str) -> bool {
        let head: Vec<u8> = payload.trim().bytes().take(21).collect();
        head.len() == 21
            && head[..2].iter().all(u8::is_ascii_uppercase)
            && head[2..].iter().all(u8::is_ascii_digit)
    }

    fn read(raw: &str) -> Result<Self, Violation> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Violation::whole(FORMAT, Rule::Empty));
        }
        let head = text.get(..77).filter(|head| head.is_ascii()).ok_or_else(|| {
            let found = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
            Violation::whole(
                FORMAT,
                Rule::Length { expected: Phrase::new("at least 77", "至少 77 個"), found },
            )
        })?;
        let number = InvoiceNumber::parse(&head[..10]).map_err(|wrong| wrong.inside(FORMAT, 0))?;
        let date = roc_date(&head[10..17])?;
        let random = figures(head, 17, 21)?;
        let (sales, total) = (hex(head, 21)?, hex(head, 29)?);
        let buyer = match &head[37..45] {
            "00000000" => None,
            id => {
                Some(Ubn::parse(id).map_err(|wrong| Violation { at: Some(38), ..wrong.inside(FORMAT, 0) })?)
            }
        };
        let seller = Ubn::parse(&head[45..53])
            .map_err(|wrong| Violation { at: Some(46), ..wrong.inside(FORMAT, 0) })?;
        if total < sales {
            return Err(Violation::whole(FORMAT, Rule::TotalBelowSales));
        }
        let (items, encoding) = tail(&text[77..])?;
        Ok(Self { number, date, random, sales, total, buyer, seller, items, encoding, text: text.to_owned() })
    }

    /// The tax; `None` where it is not split off.
    pub fn tax(&self) -> Option<u32> {
        (self.sales > 0).then(|| self.total - self.sales)
    }
}

fn figures(head: &str, from: usize, to: usize) -> Result<String, Violation> {
    crate::violation::digits(FORMAT, &head[from..to])
        .map_err(|wrong| wrong.inside(FORMAT, u16::try_from(from).unwrap_or(0)))?;
    Ok(head[from..to].to_owned())
}

fn hex(head: &str, from: usize) -> Result<u32, Violation> {
    let digits = &head[from..from + 8];
    if let Some((index, found)) = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let allowed = Phrase::new("amounts are written in hexadecimal digits", "金額以十六進位數字書寫");
        return Err(Violation::at(FORMAT, Rule::Character { found, allowed }, from + index));
    }
    u32::from_str_radix(digits, 16).map_err(|_| Violation::at(FORMAT, Rule::FiguresGrammar, from))
}

fn roc_date(digits: &str) -> Result<NaiveDate, Violation> {
    let wrong = Violation::at(FORMAT, Rule::ImpossibleDate, 10);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong);
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<u32>().map_err(|_| wrong);
    let year: i32 = digits[..3].parse().map_err(|_| wrong)?;
    NaiveDate::from_ymd_opt(year + 1911, part(3, 5)?, part(5, 7)?).filter(|_| year > 0).ok_or(wrong)
}

/// The counts of items, and the encoding.
type Tail = (Option<(u32, u32)>, Option<&'static str>);

/// `:**********:items in the codes:items:encoding:name:quantity:price…`
fn tail(rest: &str) -> Result<Tail, Violation> {
    if rest.is_empty() {
        return Ok((None, None));
    }
    let shape = || {
        Violation::whole(
            FORMAT,
            Rule::Shape(Phrase::new(
                "The part after the 77 characters begins with a colon and has three counts",
                "77 字元之後應以冒號分隔並有三個數值",
            )),
        )
    };
    let fields: Vec<&str> = rest.strip_prefix(':').ok_or_else(shape)?.split(':').collect();
    let Some([within, all, encoding]) = fields.get(1..4) else {
        return if fields.len() <= 1 { Ok((None, None)) } else { Err(shape()) };
    };
    let count = |field: &str| field.trim().parse::<u32>().map_err(|_| shape());
    let (within, all) = (count(within)?, count(all)?);
    if within > all {
        return Err(Violation::whole(FORMAT, Rule::ItemCount));
    }
    let encoding = match encoding.trim() {
        "0" => "Big5",
        "1" => "UTF-8",
        "2" => "Base64",
        _ => return Err(shape()),
    };
    Ok((Some((within, all)), Some(encoding)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn slip(date: &str, sales: u32, total: u32, buyer: &str, tail: &str) -> String {
        format!("AB12345678{date}1234{sales:08x}{total:08X}{buyer}22099131AAAAAAAAAAAAAAAAAAAAAA=={tail}")
    }

    #[test]
    fn a_slip_is_read_with_its_tax() {
        let qr =
            QrLeft::parse(&slip("1140305", 100, 105, "00000000", ":**********:1:2:1:茶:1:105:  ")).unwrap();
        assert_eq!((qr.tax(), qr.buyer, qr.items, qr.encoding), (Some(5), None, Some((1, 2)), Some("UTF-8")));
    }

    #[test]
    fn a_tax_that_is_not_split_off_is_unknown_and_not_the_total() {
        assert_eq!(QrLeft::parse(&slip("1140305", 0, 105, "00000000", "")).unwrap().tax(), None);
    }

    #[test]
    fn what_cannot_be_a_slip_is_refused() {
        for wrong in [
            slip("1141305", 100, 105, "00000000", ""),
            slip("1140305", 106, 105, "00000000", ""),
            slip("1140305", 100, 105, "22099132", ""),
            slip("1140305", 100, 105, "00000000", ":**********:3:2:1:"),
            slip("1140305", 100, 105, "00000000", "x"),
            "**more items".to_owned(),
        ] {
            assert!(QrLeft::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
