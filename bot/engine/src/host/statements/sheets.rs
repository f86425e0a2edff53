//! The workbook of a comparison: what differs, and the statement as it was read.

use invoices::statement::{Comparison, Difference, DifferenceKind, LineKind, Statement};
use notify::Language;

use crate::book::{Cell, Page, Words};

pub(super) fn pages(
    language: Language,
    supplier: Option<&str>,
    statement: &Statement,
    comparison: &Comparison,
    several: &[String],
) -> Vec<Page> {
    let words = Words(language);
    vec![differences(&words, supplier, statement, comparison, several), lines(&words, statement, comparison)]
}

impl Words {
    fn kind(&self, kind: DifferenceKind) -> &'static str {
        let (en, zh_hant) = match kind {
            DifferenceKind::NotPosted => ("Not posted", "未過賬"),
            DifferenceKind::NotOnStatement => ("Not on the statement", "不在月結單上"),
            DifferenceKind::Amount => ("Amount differs", "金額不同"),
            DifferenceKind::Date => ("Date differs", "日期不同"),
            DifferenceKind::Number => ("Number differs by one character", "號碼差一個字元"),
            DifferenceKind::Twice => ("Twice on the statement", "在月結單上重複"),
            DifferenceKind::CreditNote => ("Credit note", "貸項通知"),
            DifferenceKind::Currency => ("Currency differs", "貨幣不同"),
            DifferenceKind::Unread => ("Not compared", "未能核對"),
            DifferenceKind::Arithmetic => ("Statement's arithmetic", "月結單計算有誤"),
        };
        if self.0 == Language::En { en } else { zh_hant }
    }

    fn line(&self, kind: LineKind) -> &'static str {
        let (en, zh_hant) = match kind {
            LineKind::Invoice => ("Invoice", "發票"),
            LineKind::DebitNote => ("Debit note", "借項通知"),
            LineKind::CreditNote => ("Credit note", "貸項通知"),
            LineKind::Payment => ("Payment", "付款"),
            LineKind::Other => ("Other", "其他"),
        };
        if self.0 == Language::En { en } else { zh_hant }
    }
}

fn differences(
    words: &Words,
    supplier: Option<&str>,
    statement: &Statement,
    comparison: &Comparison,
    several: &[String],
) -> Page {
    let unknown = words.say("supplier not known", "未能辨認供應商");
    let title = words.say("Supplier statement reconciliation", "供應商月結單核對");
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let (from, to) = (day(comparison.from), day(comparison.to));
    let rows = statement.lines.len() + statement.unread.len();
    let (agreeing, unread, payments, paid) =
        (comparison.agreeing, statement.unread.len(), comparison.payments, comparison.paid);
    let colon = words.say(": ", "：");
    let mut above = vec![format!("{title}{colon}{}", supplier.unwrap_or(unknown))];
    above.push(format!("{from} – {to}  {}", statement.currency.as_deref().unwrap_or_default()));
    above.push(match words.0 {
        Language::En => format!(
            "{rows} lines on the statement: {agreeing} agree, {payments} are payments ({paid:.2}), which are not kept here and not compared, {unread} could not be read"
        ),
        Language::ZhHant => format!(
            "月結單共 {rows} 行：{agreeing} 行相符；{payments} 行為付款（{paid:.2}），這裏沒有付款紀錄，不作核對；{unread} 行未能讀出"
        ),
    });
    if supplier.is_none() {
        above.push(match (words.0, several) {
            (Language::En, []) => {
                "No supplier of a paper that was read is named on it: nothing was compared.".to_owned()
            }
            (Language::ZhHant, []) => "月結單上沒有已知的供應商名稱，未作核對。".to_owned(),
            (Language::En, names) => {
                format!("It names several suppliers, so nothing was compared: {}", names.join("; "))
            }
            (Language::ZhHant, names) => {
                format!("月結單上有多於一個供應商名稱，未作核對：{}", names.join("；"))
            }
        });
    }
    let headings = [
        ("Difference", "差異"),
        ("Row", "行"),
        ("Number", "號碼"),
        ("Date", "日期"),
        ("On the statement", "月結單金額"),
        ("Posted", "過賬金額"),
        ("What differs", "說明"),
        ("Code", "代碼"),
    ];
    let row = |difference: &Difference| {
        vec![
            Cell::text(words.kind(difference.kind)),
            Cell::maybe_text(difference.place.map(|place| place.to_string())),
            Cell::maybe_text(difference.number.clone()),
            Cell::day(difference.date),
            Cell::money(difference.stated),
            Cell::money(difference.posted),
            Cell::text(words.say(&difference.message.en, &difference.message.zh_hant)),
            Cell::text(difference.kind.code()),
        ]
    };
    Page {
        name: words.say("Differences", "差異").to_owned(),
        above,
        headings: words.headings(&headings),
        rows: comparison.differences.iter().map(row).collect(),
        sums: Vec::new(),
    }
}

fn lines(words: &Words, statement: &Statement, comparison: &Comparison) -> Page {
    let headings = [
        ("Row", "行"),
        ("Date", "日期"),
        ("Kind", "類別"),
        ("Number", "號碼"),
        ("Text", "摘要"),
        ("Amount", "金額"),
        ("Balance", "結餘"),
        ("Currency", "貨幣"),
        ("Result", "結果"),
    ];
    let result = |at: usize, place| {
        let kinds: Vec<&str> = comparison
            .differences
            .iter()
            .filter(|d| d.place == Some(place))
            .map(|d| words.kind(d.kind))
            .collect();
        match (kinds.is_empty(), comparison.found.get(at).is_some_and(Option::is_some)) {
            (false, _) => kinds.join(", "),
            (true, true) => words.say("agrees", "相符").to_owned(),
            (true, false) => String::new(),
        }
    };
    let read = statement.lines.iter().enumerate().map(|(at, line)| {
        let cells = vec![
            Cell::text(line.place.to_string()),
            Cell::day(line.date),
            Cell::text(words.line(line.kind)),
            Cell::maybe_text(line.number.clone()),
            Cell::text(line.text.trim()),
            Cell::Money(line.amount),
            Cell::money(line.balance.or(line.outstanding)),
            Cell::maybe_text(line.currency.as_deref().or(statement.currency.as_deref())),
            Cell::text(result(at, line.place)),
        ];
        (line.place, cells)
    });
    let unread = statement.unread.iter().map(|row| {
        let mut cells = vec![Cell::text(row.place.to_string()), Cell::Blank, Cell::Blank, Cell::Blank];
        cells.extend([Cell::text(&*row.text), Cell::Blank, Cell::Blank, Cell::Blank]);
        cells.push(Cell::text(words.kind(DifferenceKind::Unread)));
        (row.place, cells)
    });
    let mut rows: Vec<_> = read.chain(unread).collect();
    rows.sort_by_key(|(place, _)| *place);
    Page {
        name: words.say("Statement", "月結單").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: rows.into_iter().map(|(_, cells)| cells).collect(),
        sums: Vec::new(),
    }
}
