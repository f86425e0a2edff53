use chrono::NaiveDate;
use rust_decimal::Decimal;

/// One wording in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// English.
    pub en: &'static str,
    /// 繁體中文.
    pub zh: &'static str,
}

impl Phrase {
    pub(crate) const DIGITS: Self = Self::new("only digits 0-9 may stand here", "此處只可為數字 0-9");

    pub(crate) const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }
}

/// The rules that a printed number can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each rule is said in words by `en`, and has its page in docs/errors")]
pub enum Rule {
    UnknownFormat,
    Empty,
    Length { expected: Phrase, found: u16 },
    Character { found: char, allowed: Phrase },
    CheckCharacter { expected: char, found: char },
    OrganisationCheck { expected: char, found: char },
    Region,
    ImpossibleDate,
    YearPrefix,
    Placeholder,
    IssueYear { number: i32, date: i32 },
    Shape(Phrase),
    Crc { expected: u16, found: u16 },
    CodeWithTwentyDigits,
    NoSuchRate,
    RateNotInForce { on: NaiveDate },
    RateAmbiguous,
    KindDigit { found: char },
    WordsGrammar(Phrase),
    FiguresGrammar,
    TwoDigitYear,
    MonthFirst,
    YearRange,
    NoKnownTitle,
    NoReference(Phrase),
    PeriodMonth,
    WeightedSum { sum: u16 },
    TotalBelowSales,
    ItemCount,
    Sum { rule: &'static str, line: Option<u16>, expected: Decimal, found: Decimal },
    EmergencyNumber,
    NoIbanThere,
    NoCountry,
    Remainder { found: u8 },
    Currency,
    EpcHeader { expected: u8, found: u8 },
    EpcPartition,
    EpcOverflow(Phrase),
    NothingToMask,
    NotRepairable { candidates: u16 },
    Input(Phrase),
}

const COMPARE: Phrase = Phrase::new("Compare it with the paper and correct it.", "請與原件核對並更正。");
const SUPPLIER: Phrase = Phrase::new(
    "Compare it with the paper; if it is printed so, ask the supplier before paying.",
    "請與原件核對；如原件如此，付款前請向供應商查詢。",
);
const BUREAU: Phrase = Phrase::new(
    "Compare it with the paper and query the invoice at the tax bureau's site before paying.",
    "請與原件核對，付款前到稅務機關網站查驗。",
);

impl Rule {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "DH-2100",
            Self::Empty | Self::Length { .. } => "DH-2101",
            Self::Character { .. } => "DH-2102",
            Self::CheckCharacter { .. } => "DH-2103",
            Self::OrganisationCheck { .. } => "DH-2104",
            Self::Region => "DH-2105",
            Self::ImpossibleDate => "DH-2106",
            Self::YearPrefix => "DH-2107",
            Self::Placeholder => "DH-2108",
            Self::IssueYear { .. } => "DH-2109",
            Self::Shape(_) => "DH-2110",
            Self::Crc { .. } => "DH-2111",
            Self::CodeWithTwentyDigits => "DH-2112",
            Self::NoSuchRate => "DH-2113",
            Self::RateNotInForce { .. } => "DH-2114",
            Self::RateAmbiguous => "DH-2115",
            Self::KindDigit { .. } => "DH-2116",
            Self::WordsGrammar(_) => "DH-2120",
            Self::FiguresGrammar => "DH-2121",
            Self::TwoDigitYear => "DH-2122",
            Self::MonthFirst => "DH-2123",
            Self::YearRange => "DH-2124",
            Self::NoKnownTitle => "DH-2130",
            Self::NoReference(_) => "DH-2131",
            Self::PeriodMonth => "DH-2140",
            Self::WeightedSum { .. } => "DH-2141",
            Self::TotalBelowSales => "DH-2142",
            Self::ItemCount => "DH-2143",
            Self::Sum { .. } => "DH-2150",
            Self::EmergencyNumber => "DH-2160",
            Self::NoIbanThere => "DH-2161",
            Self::NoCountry => "DH-2166",
            Self::Remainder { .. } => "DH-2162",
            Self::Currency => "DH-2163",
            Self::EpcHeader { .. } => "DH-2170",
            Self::EpcPartition => "DH-2171",
            Self::EpcOverflow(_) => "DH-2172",
            Self::NothingToMask => "DH-2180",
            Self::NotRepairable { .. } => "DH-2181",
            Self::Input(_) => "DH-2190",
        }
    }

    /// What failed, in English, without a full stop.
    pub fn en(&self) -> String {
        match self {
            Self::Length { expected, found } => {
                format!("It has {found} characters; it must have {}", expected.en)
            }
            Self::Character { found, allowed } => {
                format!("The character \"{}\" is not possible: {}", show(*found), allowed.en)
            }
            Self::CheckCharacter { expected, found } => {
                format!("The check character is \"{}\" but should be {}", show(*found), show(*expected))
            }
            Self::OrganisationCheck { expected, found } => format!(
                "The check digit of the organisation code inside is \"{}\" but should be {}",
                show(*found),
                show(*expected)
            ),
            Self::IssueYear { number, date } => {
                format!("The number says that it was issued in {number}, the date says {date}")
            }
            Self::Crc { expected, found } => {
                format!("The check sum of the QR code is {found:04X} but its text gives {expected:04X}")
            }
            Self::RateNotInForce { on } => format!("This tax rate was not in force on {on}"),
            Self::KindDigit { found } => {
                format!("\"{}\" is not the digit of any kind of invoice", show(*found))
            }
            Self::WeightedSum { sum } => {
                format!("The weighted sum of its digits is {sum}, which the rule does not allow")
            }
            Self::Sum { rule, line, expected, found } => {
                let place = line.map(|n| format!(" on line {}", n + 1)).unwrap_or_default();
                format!("The rule {rule} fails{place}: {found} is printed, {expected} is right")
            }
            Self::Remainder { found } => {
                format!("The remainder of the check (modulo 97) is {found}; it must be 1")
            }
            Self::EpcHeader { expected, found } => {
                format!("The tag begins with {found:02X}, not {expected:02X}")
            }
            Self::NotRepairable { candidates } => {
                format!("It cannot be repaired with certainty: {candidates} codes are equally possible")
            }
            Self::Shape(phrase)
            | Self::WordsGrammar(phrase)
            | Self::NoReference(phrase)
            | Self::EpcOverflow(phrase)
            | Self::Input(phrase) => phrase.en.to_owned(),
            _ => self.fixed().en.to_owned(),
        }
    }

    /// What failed, in 繁體中文, without a full stop.
    pub fn zh_hant(&self) -> String {
        match self {
            Self::Length { expected, found } => format!("共有 {found} 個字元，應為{}", expected.zh),
            Self::Character { found, allowed } => {
                format!("不可能出現字元「{}」：{}", show(*found), allowed.zh)
            }
            Self::CheckCharacter { expected, found } => {
                format!("校驗字元是「{}」，應為 {}", show(*found), show(*expected))
            }
            Self::OrganisationCheck { expected, found } => {
                format!("內含的組織機構代碼校驗位是「{}」，應為 {}", show(*found), show(*expected))
            }
            Self::IssueYear { number, date } => format!("號碼顯示於 {number} 年開具，日期卻是 {date} 年"),
            Self::Crc { expected, found } => {
                format!("二維碼的校驗值是 {found:04X}，按內容計算應為 {expected:04X}")
            }
            Self::RateNotInForce { on } => format!("此稅率於 {on} 並未生效"),
            Self::KindDigit { found } => format!("「{}」不是任何發票種類的代號", show(*found)),
            Self::WeightedSum { sum } => format!("各位數加權和為 {sum}，不合規則"),
            Self::Sum { rule, line, expected, found } => {
                let place = line.map(|n| format!("第 {} 行", n + 1)).unwrap_or_default();
                format!("{place}不符合規則 {rule}：印出 {found}，應為 {expected}")
            }
            Self::Remainder { found } => format!("校驗（模 97）餘數為 {found}，應為 1"),
            Self::EpcHeader { expected, found } => format!("標籤以 {found:02X} 開頭，應為 {expected:02X}"),
            Self::NotRepairable { candidates } => format!("無法確定地修復：有 {candidates} 個同樣可能的代碼"),
            Self::Shape(phrase)
            | Self::WordsGrammar(phrase)
            | Self::NoReference(phrase)
            | Self::EpcOverflow(phrase)
            | Self::Input(phrase) => phrase.zh.to_owned(),
            _ => self.fixed().zh.to_owned(),
        }
    }

    /// The rules whose wording carries no value.
    fn fixed(&self) -> Phrase {
        match self {
            Self::UnknownFormat => Phrase::new("There is no format of this name", "沒有此名稱的格式"),
            Self::Empty => Phrase::new("There is nothing here", "沒有內容"),
            Self::Region => Phrase::new("No province or city has this code", "沒有此代碼的省市"),
            Self::ImpossibleDate => {
                Phrase::new("This date does not exist in the calendar", "日曆上沒有這個日期")
            }
            Self::YearPrefix => Phrase::new(
                "The first two digits are not a year in which such invoices were issued",
                "首兩位不是此類發票可能的開具年份",
            ),
            Self::Placeholder => Phrase::new("This is a placeholder, not a number", "這是佔位值，不是號碼"),
            Self::CodeWithTwentyDigits => Phrase::new(
                "A 20-digit invoice number never has an invoice code beside it",
                "20 位發票號碼不會同時有發票代碼",
            ),
            Self::NoSuchRate => Phrase::new("China has no such VAT rate", "中國沒有此增值稅稅率"),
            Self::RateAmbiguous => Phrase::new(
                "A tax rate needs a % sign, or must be written as a fraction below 1",
                "稅率須帶 % 或寫成小於 1 的小數",
            ),
            Self::FiguresGrammar => Phrase::new(
                "This is not an amount: digits with commas in groups of three and one decimal point are expected",
                "這不是金額：應為數字，千位以逗號分隔，最多一個小數點",
            ),
            Self::TwoDigitYear => {
                Phrase::new("A year of two digits can mean several years", "兩位數年份可指多個年份")
            }
            Self::MonthFirst => Phrase::new(
                "It looks like month/day/year; Hong Kong papers print day/month/year",
                "看似「月/日/年」；香港單據應為「日/月/年」",
            ),
            Self::YearRange => Phrase::new("The year is out of range", "年份超出範圍"),
            Self::NoKnownTitle => {
                Phrase::new("This is not the title of a known tax invoice", "這不是已知的發票名稱")
            }
            Self::PeriodMonth => Phrase::new(
                "A period is an odd month with the even month that follows it",
                "期別應為單數月及其後的雙數月",
            ),
            Self::TotalBelowSales => {
                Phrase::new("The total is less than the sales amount", "總計額小於銷售額")
            }
            Self::ItemCount => Phrase::new(
                "More items are said to be in the code than the invoice has",
                "碼內品項數多於發票品項總數",
            ),
            Self::EmergencyNumber => {
                Phrase::new("A number that begins with 999 is an emergency number", "以 999 開頭的是緊急電話")
            }
            Self::NoIbanThere => Phrase::new("The country issues no IBANs", "該國家或地區並不使用 IBAN"),
            Self::NoCountry => Phrase::new("No country has this code", "沒有此國家代碼"),
            Self::Currency => Phrase::new(
                "The currency must be HKD (344) or CNY (156)",
                "貨幣須為港元（344）或人民幣（156）",
            ),
            Self::EpcPartition => Phrase::new("The partition value is not possible", "分區值不可能存在"),
            _ => Phrase::new("There is nothing to mask", "沒有需要遮蓋的內容"),
        }
    }

    /// What to do about it, a sentence.
    pub fn advice(&self) -> Phrase {
        match self {
            Self::UnknownFormat => Phrase::new(
                "Run `deskhand taxid` without arguments to see the names.",
                "請執行 `deskhand taxid` 查看名稱。",
            ),
            Self::Crc { .. } | Self::IssueYear { .. } | Self::YearPrefix | Self::CodeWithTwentyDigits => {
                BUREAU
            }
            Self::OrganisationCheck { .. }
            | Self::NoIbanThere
            | Self::NoCountry
            | Self::Remainder { .. }
            | Self::Sum { .. } => SUPPLIER,
            Self::RateAmbiguous => Phrase::new("Write 6% or 0.06.", "請寫成 6% 或 0.06。"),
            Self::TwoDigitYear => Phrase::new("Write the year with four digits.", "請以四位數寫年份。"),
            Self::MonthFirst => Phrase::new("Ask which date is meant.", "請查明所指日期。"),
            Self::NoKnownTitle => {
                Phrase::new("Let a person decide what the paper is.", "請由人員判斷文件種類。")
            }
            Self::NoReference(_) => {
                Phrase::new("Ask for the number of the original invoice.", "請索取原發票號碼。")
            }
            Self::EpcHeader { .. } | Self::EpcPartition | Self::EpcOverflow(_) => Phrase::new(
                "Treat the tag as an opaque key; do not decode it.",
                "請把標籤視為不透明的鍵值，不要解碼。",
            ),
            Self::NothingToMask => Phrase::new("Nothing needs to be done.", "無需處理。"),
            Self::Input(_) => {
                Phrase::new("Give the object that the format's page describes.", "請提供該格式所述的物件。")
            }
            _ => COMPARE,
        }
    }
}

/// A character as it can be shown: blanks and controls by name.
fn show(c: char) -> String {
    match c {
        ' ' => "blank".to_owned(),
        c if c.is_control() => format!("U+{:04X}", u32::from(c)),
        c => c.to_string(),
    }
}
