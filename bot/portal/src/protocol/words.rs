//! How a posting ended, in words.

use store::PostingRow;

use crate::{Difference, Outcome, PortalError, Record, Words};

pub(super) fn signed_out(portal: &str) -> PortalError {
    PortalError::Page {
        portal: portal.to_owned(),
        doing: "go on".to_owned(),
        why: "the sign-in had ended and the site asked for it again".to_owned(),
    }
}

pub(super) fn other_currency(portal: &str, only: &str, ours: &str) -> Outcome {
    let why = Words::new(
        format!("The bill is in {ours}, but the books in {portal} are kept in {only}. Nothing was entered."),
        format!("單據貨幣為 {ours}，但 {portal} 的帳簿以 {only} 記帳。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4103", why)
}

pub(super) fn there_with_another_total(portal: &str, record: &Record) -> Outcome {
    let (name, total) = (record.name(), record.total.map(|t| t.to_string()).unwrap_or_default());
    let why = Words::new(
        format!(
            "{portal} has this supplier's number already, as {name}, with another total: {total}. Nothing was entered."
        ),
        format!("{portal} 已有這家供應商的同一號碼（{name}），但總額不同：{total}。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4101", why)
}

pub(super) fn perhaps_there(portal: &str, record: &Record) -> Outcome {
    let name = record.name();
    let why = Words::new(
        format!(
            "{portal} has a bill with the same number, {name}, and it cannot be told whether it is this one. Nothing was entered."
        ),
        format!("{portal} 有一張相同號碼的單據（{name}），無法確定是否同一張。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4102", why)
}

pub(super) fn another_at_work(row: &PostingRow) -> Outcome {
    let (portal, state) = (&row.portal, row.state);
    let why = Words::new(
        format!(
            "The same invoice is being entered into {portal} from another document or by another run (its posting is {state}). Nothing was entered now."
        ),
        format!(
            "同一張發票正由另一份文件或另一次執行輸入 {portal}（過帳狀態：{state}）。今次未有輸入任何資料。"
        ),
    );
    Outcome::refused("DH-4108", why)
}

pub(super) fn not_found(portal: &str) -> Outcome {
    let why = Words::new(
        format!(
            "The bill was sent to {portal}, no answer came, and it cannot be found there. It may still appear. It is not sent again by itself."
        ),
        format!("單據已送往 {portal}，但未收到回覆，亦搜尋不到。它仍可能稍後出現，系統不會自行再次輸入。"),
    );
    Outcome::unknown("DH-4201", why)
}

pub(super) fn still_unknown(portal: &str) -> Outcome {
    let why = Words::new(
        format!(
            "Whether {portal} has this bill was unknown before, and it still cannot be found there. A person must say that it is not there before it is entered again."
        ),
        format!(
            "這張單據之前未能確定是否已輸入 {portal}，現在仍搜尋不到。須由人員確認未有輸入，才可再次輸入。"
        ),
    );
    Outcome::unknown("DH-4203", why)
}

pub(super) fn more_than_once(portal: &str, copies: usize) -> Outcome {
    let why = Words::new(
        format!("{portal} shows this bill {copies} times. One must be removed there by a person."),
        format!("{portal} 有 {copies} 張相同的單據，須由人員刪除多出的單據。"),
    );
    Outcome::unknown("DH-4204", why)
}

pub(super) fn mismatch(portal: &str, record: &Record, wrong: &[Difference]) -> Outcome {
    let list = |between: &str| {
        wrong
            .iter()
            .map(|d| format!("{}: {} → {}", d.field, d.typed, d.shown))
            .collect::<Vec<_>>()
            .join(between)
    };
    let name = record.name();
    let why = Words::new(
        format!(
            "{portal} saved the bill as {name}, but not as it was typed ({}). A person must correct it there.",
            list("; ")
        ),
        format!("{portal} 已儲存單據 {name}，但內容與輸入不同（{}）。須由人員在該系統更正。", list("；")),
    );
    Outcome::unknown("DH-4202", why)
}
