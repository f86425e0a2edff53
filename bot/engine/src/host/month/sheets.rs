//! The workbook of a month.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use notify::Language;
use rust_decimal::Decimal;
use store::TaskRow;

use super::{Month, Posted, Sum};
use crate::book::{Cell, Page, Words};

pub(super) fn pages(language: Language, month: &Month) -> Vec<Page> {
    let words = Words(language);
    vec![
        summary(&words, month),
        suppliers(&words, month),
        exceptions(&words, month),
        reasons(&words, month),
        open(&words, month),
        postings(&words, month),
    ]
}

impl Words {
    /// The first finding of a task as its code and its sentence.
    fn reason(&self, task: &TaskRow) -> (String, String) {
        let first = task.findings.as_array().and_then(|findings| findings.first());
        let code = first.and_then(|finding| finding["code"].as_str()).unwrap_or_default().to_owned();
        let said = first.and_then(|finding| finding["message"][self.0.as_str()].as_str());
        (code, said.unwrap_or(&task.reason).to_owned())
    }
}

fn summary(words: &Words, month: &Month) -> Page {
    let say = |en, zh_hant| words.say(en, zh_hant).to_owned();
    let figures = &month.figures;
    let row = |en: &str, zh_hant: &str, value: Cell, note: String| {
        vec![
            Cell::text(words.say(en, zh_hant)),
            value,
            if note.is_empty() { Cell::Blank } else { Cell::Text(note) },
        ]
    };
    let none = String::new;
    let rate = figures.straight_through_rate().map_or(Cell::Blank, Cell::Percent);
    let minutes = month.by_hand;
    let assumption = match words.0 {
        Language::En => format!(
            "assumption: {minutes} minutes by hand for each invoice that was posted without a person ([reports] by_hand)"
        ),
        Language::ZhHant => {
            format!("假設：每張無需人手覆核而過賬的發票，人手輸入需時 {minutes} 分鐘（[reports] by_hand）")
        }
    };
    let mut rows = vec![
        row("Documents received", "收到文件", Cell::Count(figures.recorded), none()),
        row("Duplicates: the same file again", "重複：相同檔案", Cell::Count(figures.duplicates), none()),
        row(
            "Duplicates: the same invoice in another file",
            "重複：同一發票的其他檔案",
            Cell::Count(month.carriers),
            none(),
        ),
        row("Invoices posted", "已過賬發票", Cell::Count(figures.posted), none()),
        row("  of these without a person", "　其中無需人手覆核", Cell::Count(month.straight()), none()),
        row(
            "Straight-through rate",
            "直通率",
            rate,
            say("of the runs that ended or came to a person", "佔已完成或須人手覆核的流程"),
        ),
        row(
            "Exceptions (a person was asked)",
            "例外（須人手覆核）",
            Cell::Count(u64::try_from(month.exceptions().count()).unwrap_or(u64::MAX)),
            none(),
        ),
        row("Rejected by a person", "由人手退回", Cell::Count(figures.rejected), none()),
        row("Ended without a posting", "完成但未過賬", Cell::Count(figures.not_posted), none()),
        row("Failed", "失敗", Cell::Count(figures.failed), none()),
        row(
            "Open at month end",
            "月底未完成",
            Cell::Count(u64::try_from(month.open().count()).unwrap_or(u64::MAX)),
            none(),
        ),
        row("Hours saved", "節省工時", Cell::Hours(month.hours_saved()), assumption),
    ];
    if month.unreadable > 0 {
        let older = say(
            "posted by an older version: they count above and stand in no sum",
            "由舊版本過賬：已計入張數，未計入金額",
        );
        rows.push(row("Bills that cannot be read", "未能讀出的過賬", Cell::Count(month.unreadable), older));
    }
    for (currency, posted) in month.by_currency() {
        let total = format!("{} {currency}", words.say("Total posted", "過賬總額"));
        rows.push(vec![Cell::Text(total), Cell::Money(posted.total), Cell::Blank]);
        let of_these = format!("{} {currency}", words.say("  of these tax", "　其中稅額"));
        rows.push(vec![Cell::Text(of_these), Cell::Money(posted.tax), Cell::Blank]);
    }
    let mut above = vec![format!("Deskhand {} {}", month.name, words.say("month-end report", "月報"))];
    if month.now < month.until {
        above.push(say(
            "This month has not ended: the figures are those of now.",
            "本月尚未結束，以下為截至現時的數字。",
        ));
    }
    Page {
        name: say("Summary", "摘要"),
        above,
        headings: words
            .headings(&[("Figure", "項目"), ("Value", "數值")])
            .into_iter()
            .chain([say("Note", "說明")])
            .collect(),
        rows,
        sums: Vec::new(),
    }
}

fn suppliers(words: &Words, month: &Month) -> Page {
    let headings = [
        ("Supplier", "供應商"),
        ("Currency", "貨幣"),
        ("Invoices", "發票數目"),
        ("Straight through", "無需人手"),
        ("Net", "不含稅金額"),
        ("Tax", "稅額"),
        ("Total", "總額"),
    ];
    let cells = |name: String, currency: &str, sum: &Sum| {
        vec![
            Cell::Text(name),
            Cell::text(currency),
            Cell::Count(sum.count),
            Cell::Count(sum.straight),
            Cell::Money(sum.net),
            Cell::Money(sum.tax),
            Cell::Money(sum.total),
        ]
    };
    let rows = month.by_supplier();
    let sums = month.by_currency();
    let all = words.say("All suppliers", "全部供應商");
    Page {
        name: words.say("Suppliers", "供應商").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: rows.iter().map(|((name, currency), sum)| cells(name.clone(), currency, sum)).collect(),
        sums: sums.iter().map(|(currency, sum)| cells(all.to_owned(), currency, sum)).collect(),
    }
}

fn exceptions(words: &Words, month: &Month) -> Page {
    let headings = [
        ("Opened", "開始"),
        ("Supplier", "供應商"),
        ("Number", "號碼"),
        ("Reason", "原因"),
        ("Code", "代碼"),
        ("Decision", "決定"),
        ("Hours to the decision", "決定需時（小時）"),
    ];
    let row = |task: &TaskRow| {
        let (code, said) = words.reason(task);
        let decided = task.decided_at.filter(|at| *at < month.until);
        vec![
            Cell::Text(moment(task.created_at, month)),
            Cell::maybe_text(task.supplier.clone()),
            Cell::maybe_text(number(task)),
            Cell::Text(said),
            Cell::Text(code),
            Cell::maybe_text(
                task.decision.filter(|_| decided.is_some()).map(|decision| decision_word(words, decision)),
            ),
            decided.map_or(Cell::Blank, |at| Cell::Hours(hours(at - task.created_at))),
        ]
    };
    Page {
        name: words.say("Exceptions", "例外").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: month.exceptions().map(row).collect(),
        sums: Vec::new(),
    }
}

/// The exceptions by their reasons, most frequent first.
fn reasons(words: &Words, month: &Month) -> Page {
    let mut groups: BTreeMap<String, (String, Vec<Decimal>, u64)> = BTreeMap::new();
    for task in month.exceptions() {
        let (code, said) = words.reason(task);
        let group = groups.entry(code).or_insert_with(|| (said, Vec::new(), 0));
        match task.decided_at.filter(|at| *at < month.until) {
            Some(at) => group.1.push(hours(at - task.created_at)),
            None => group.2 += 1,
        }
    }
    let mut rows: Vec<(u64, Vec<Cell>)> = groups
        .into_iter()
        .map(|(code, (said, mut times, open))| {
            times.sort();
            let count = u64::try_from(times.len()).unwrap_or(u64::MAX) + open;
            let median = times.get(times.len() / 2).map_or(Cell::Blank, |hours| Cell::Hours(*hours));
            let longest = times.last().map_or(Cell::Blank, |hours| Cell::Hours(*hours));
            (
                count,
                vec![
                    Cell::Text(code),
                    Cell::Text(said),
                    Cell::Count(count),
                    median,
                    longest,
                    Cell::Count(open),
                ],
            )
        })
        .collect();
    rows.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let headings = [
        ("Code", "代碼"),
        ("Reason (first example)", "原因（首例）"),
        ("Exceptions", "例外數目"),
        ("Median hours", "需時中位數（小時）"),
        ("Longest hours", "最長需時（小時）"),
        ("Open at month end", "月底未完成"),
    ];
    Page {
        name: words.say("Reasons", "原因").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: rows.into_iter().map(|(_, cells)| cells).collect(),
        sums: Vec::new(),
    }
}

fn open(words: &Words, month: &Month) -> Page {
    let headings = [
        ("Waiting since", "等候自"),
        ("Days at month end", "月底賬齡（日）"),
        ("Supplier", "供應商"),
        ("Number", "號碼"),
        ("Total", "總額"),
        ("Reason", "原因"),
        ("File", "檔案"),
    ];
    let row = |task: &TaskRow| {
        let days = (month.until.min(month.now) - task.created_at).num_days().max(0);
        vec![
            Cell::Text(moment(task.created_at, month)),
            Cell::Count(days.unsigned_abs()),
            Cell::maybe_text(task.supplier.clone()),
            Cell::maybe_text(number(task)),
            Cell::money(task.total.as_deref().and_then(|total| total.parse().ok())),
            Cell::Text(words.reason(task).1),
            Cell::text(&*task.document_name),
        ]
    };
    Page {
        name: words.say("Open at month end", "月底未完成").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: month.open().map(row).collect(),
        sums: Vec::new(),
    }
}

fn postings(words: &Words, month: &Month) -> Page {
    let headings = [
        ("Posted", "過賬時間"),
        ("Supplier", "供應商"),
        ("Number", "號碼"),
        ("Invoice date", "發票日期"),
        ("Currency", "貨幣"),
        ("Net", "不含稅金額"),
        ("Tax", "稅額"),
        ("Total", "總額"),
        ("Reference", "參考編號"),
        ("Portal", "系統"),
        ("By", "方式"),
    ];
    let by = |asked| {
        if asked {
            words.say("with a person", "經人手覆核")
        } else {
            words.say("straight through", "直通")
        }
    };
    let row = |posted: &Posted| {
        let Posted { bill, .. } = posted;
        vec![
            Cell::Text(moment(posted.at, month)),
            Cell::text(&*bill.supplier_name),
            Cell::text(&*bill.reference),
            Cell::Day(bill.issue_date),
            Cell::text(&*bill.currency),
            Cell::Money(bill.base()),
            Cell::Money(bill.tax_due().unwrap_or_default()),
            Cell::Money(bill.total),
            Cell::text(&*posted.reference),
            Cell::text(&*posted.portal),
            Cell::text(by(posted.asked)),
        ]
    };
    Page {
        name: words.say("Postings", "過賬明細").to_owned(),
        above: Vec::new(),
        headings: words.headings(&headings),
        rows: month.postings.iter().map(row).collect(),
        sums: Vec::new(),
    }
}

fn decision_word(words: &Words, decision: store::Decision) -> String {
    let (en, zh_hant) = match decision {
        store::Decision::Approve => ("approved", "批准"),
        store::Decision::Correct => ("corrected", "更正"),
        store::Decision::Reject => ("rejected", "退回"),
    };
    words.say(en, zh_hant).to_owned()
}

fn number(task: &TaskRow) -> Option<String> {
    task.invoice["fields"]["invoice_number"]["value"].as_str().map(str::to_owned)
}

fn moment(at: DateTime<Utc>, month: &Month) -> String {
    at.with_timezone(&month.zone).format("%Y-%m-%d %H:%M").to_string()
}

/// With one place, for people.
fn hours(time: TimeDelta) -> Decimal {
    (Decimal::from(time.num_minutes().max(0)) / Decimal::from(60)).round_dp(1)
}
