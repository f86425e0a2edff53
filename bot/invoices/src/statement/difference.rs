//! A difference between a statement and what was posted, in words.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::finding::finding;
use crate::invoice::{Finding, Message, Severity};
use crate::statement::{Fault, FaultWhat, Line, Paper, PaperState, Place, Unread, UnreadWhy};

/// In what a statement and the postings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// On the statement and not posted.
    NotPosted,
    /// Posted and not on the statement.
    NotOnStatement,
    /// Another amount was posted.
    Amount,
    /// It was posted under another date.
    Date,
    /// One character of the number differs, and all else agrees: a hint, never taken as the same.
    Number,
    /// It stands on the statement twice.
    Twice,
    /// A credit note that was not posted, or that was posted as something that is owed.
    CreditNote,
    /// It was posted in another currency.
    Currency,
    /// A row of the statement cannot be read, or a line cannot be compared because it has no number.
    Unread,
    /// The statement's own arithmetic does not hold.
    Arithmetic,
}

impl DifferenceKind {
    /// The code of its page in `docs/errors/`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPosted => "DH-6090",
            Self::NotOnStatement => "DH-6091",
            Self::Amount => "DH-6092",
            Self::Date => "DH-6093",
            Self::Number => "DH-6094",
            Self::Twice => "DH-6095",
            Self::CreditNote => "DH-6096",
            Self::Currency => "DH-6097",
            Self::Unread => "DH-6098",
            Self::Arithmetic => "DH-6099",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// In what.
    pub kind: DifferenceKind,
    /// The row of the statement, where it is about one.
    pub place: Option<Place>,
    /// The number of the invoice.
    pub number: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// What the statement says.
    pub stated: Option<Decimal>,
    /// What was posted.
    pub posted: Option<Decimal>,
    /// The document that it is about, where there is one.
    pub document: Option<String>,
    /// Worth saying, and nothing that a person has to settle.
    pub is_note: bool,
    /// One sentence in each language.
    pub message: Message,
}

impl Difference {
    /// The difference as a finding of a review task.
    pub fn finding(&self) -> Finding {
        let severity = if self.is_note { Severity::Note } else { Severity::Review };
        finding(self.kind.code(), severity, &[], &self.message.en, &self.message.zh_hant)
    }

    pub(super) fn of_line(
        kind: DifferenceKind,
        line: &Line,
        paper: Option<&Paper>,
        en: String,
        zh_hant: String,
    ) -> Self {
        Self {
            kind,
            place: Some(line.place),
            number: line.number.clone(),
            date: line.date,
            stated: Some(line.amount),
            posted: paper.and_then(|paper| paper.total).filter(|_| kind != DifferenceKind::NotPosted),
            document: paper.map(|paper| paper.document.clone()),
            is_note: false,
            message: Message { en, zh_hant },
        }
    }
}

/// A line or a paper by its number, as sentences name it.
pub(super) fn shown(number: Option<&str>) -> (String, String) {
    match number {
        Some(number) => (number.to_owned(), number.to_owned()),
        None => ("a line without a number".to_owned(), "沒有號碼的一行".to_owned()),
    }
}

pub(super) fn not_posted(line: &Line, here: Option<&Paper>) -> Difference {
    let ((en, zh), place, amount) = (shown(line.number.as_deref()), line.place, money(line.amount));
    let (known_en, known_zh) = match here.map(|paper| paper.state) {
        None | Some(PaperState::Posted) => ("It has not arrived here.", "這裏沒有收過這張單據。"),
        Some(PaperState::Unknown) => (
            "Its posting has an unknown outcome: see whether it is in the books.",
            "過賬結果不明，請到會計系統查看。",
        ),
        Some(PaperState::Waiting) => ("It is here and waits for a person.", "已收到，正待覆核。"),
        Some(PaperState::Rejected) => ("It is here and was rejected.", "已收到，但已被退回。"),
        Some(PaperState::Failed) => ("It is here, and its run failed.", "已收到，但處理失敗。"),
        Some(PaperState::NotPosted) => ("It is here and was not posted.", "已收到，但未過賬。"),
        Some(PaperState::UnderWay) => ("It is here and under way.", "已收到，處理中。"),
    };
    let credit = line.amount.is_sign_negative();
    let kind = if credit { DifferenceKind::CreditNote } else { DifferenceKind::NotPosted };
    let (what_en, what_zh) = if credit { ("The credit note ", "貸項通知 ") } else { ("", "") };
    Difference::of_line(
        kind,
        line,
        here,
        format!("{what_en}{en} ({amount}) is on the statement (row {place}) and was not posted. {known_en}"),
        format!("{what_zh}{zh}（{amount}）在月結單上（第 {place} 行），但未過賬。{known_zh}"),
    )
}

pub(super) fn not_on_statement(paper: &Paper, open_items: bool) -> Difference {
    let (en, zh) = shown(paper.number.as_deref());
    let (amount, day) = (paper.total.map(money).unwrap_or_default(), day(paper.date));
    let (paid_en, paid_zh) = if open_items {
        (
            " The statement lists open invoices only: it may have been paid.",
            "此月結單只列未付項目，可能已付清。",
        )
    } else {
        ("", "")
    };
    Difference {
        kind: DifferenceKind::NotOnStatement,
        place: None,
        number: paper.number.clone(),
        date: paper.date,
        stated: None,
        posted: paper.total,
        document: Some(paper.document.clone()),
        is_note: open_items,
        message: Message {
            en: format!("{en} of {day} ({amount}) was posted and is not on the statement.{paid_en}"),
            zh_hant: format!("{zh}（{day}，{amount}）已過賬，但不在月結單上。{paid_zh}"),
        },
    }
}

pub(super) fn unread(row: &Unread) -> Difference {
    let (en, zh) = match row.why {
        UnreadWhy::Amount => ("an amount on it cannot be read", "金額未能讀出"),
        UnreadWhy::Date => ("its date cannot be read", "日期未能讀出"),
        UnreadWhy::NoAmount => ("it has no amount", "沒有金額"),
        UnreadWhy::Side => ("it does not say whether it adds or takes away", "未能判斷是借方還是貸方"),
        UnreadWhy::Outside => ("it stands outside of the table", "位於表格以外"),
    };
    let place = row.place;
    Difference {
        kind: DifferenceKind::Unread,
        place: Some(place),
        number: None,
        date: None,
        stated: None,
        posted: None,
        document: None,
        is_note: false,
        message: Message {
            en: format!("Row {place} of the statement was not compared: {en}. It says: {}", short(&row.text)),
            zh_hant: format!("月結單第 {place} 行未能核對：{zh}。原文：{}", short(&row.text)),
        },
    }
}

pub(super) fn fault(fault: &Fault) -> Difference {
    let (what, what_zh) = match fault.what {
        FaultWhat::Balance => ("The balance", "結餘"),
        FaultWhat::Carried => ("What is carried forward", "承轉結餘"),
        FaultWhat::Total => ("A total", "合計"),
        FaultWhat::Closing => ("The amount due", "應付總額"),
        FaultWhat::Ageing => ("The amount due, beside the ageing,", "應付總額（與賬齡比較）"),
        FaultWhat::Count => ("The number of lines", "行數"),
    };
    let (en, zh) = fault.place.map_or((String::new(), String::new()), |place| {
        (format!(" in row {place}"), format!("（第 {place} 行）"))
    });
    let (printed, comes_to) = match fault.what {
        FaultWhat::Count => (fault.printed.to_string(), fault.comes_to.to_string()),
        _ => (money(fault.printed), money(fault.comes_to)),
    };
    Difference {
        kind: DifferenceKind::Arithmetic,
        place: fault.place,
        number: None,
        date: None,
        stated: Some(fault.printed),
        posted: None,
        document: None,
        is_note: false,
        message: Message {
            en: format!("{what}{en} is stated as {printed}, and comes to {comes_to}."),
            zh_hant: format!("月結單上的{what_zh}{zh}為 {printed}，計算所得為 {comes_to}。"),
        },
    }
}

pub(super) fn money(amount: Decimal) -> String {
    let mut text = amount.abs().to_string();
    if amount.scale() < 2 {
        text = format!("{:.2}", amount.abs());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" };
    format!("{sign}{grouped}.{fraction}")
}

pub(super) fn day(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "?".to_owned(), |date| date.to_string())
}

fn short(text: &str) -> String {
    const MOST: usize = 160;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}
