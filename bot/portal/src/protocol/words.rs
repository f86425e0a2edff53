//! How a posting ended, in words.

use store::PostingRow;

use crate::{Difference, Outcome, Portal, PortalError, Record, Words};

pub(super) fn signed_out(portal: &str) -> PortalError {
    PortalError::Page {
        portal: portal.to_owned(),
        doing: "go on".to_owned(),
        why: "the sign-in had ended and the site asked for it again".to_owned(),
    }
}

/// The portal's name, and what is entered there in both languages.
fn names(portal: &dyn Portal) -> (&str, &str, &str) {
    let what = &portal.policy().what;
    (portal.name(), &what.en, &what.zh_hant)
}

pub(super) fn other_currency(portal: &dyn Portal, only: &str, ours: &str) -> Outcome {
    let (portal, what, zh) = names(portal);
    let why = Words::new(
        format!(
            "The {what} is in {ours}, but the books in {portal} are kept in {only}. Nothing was entered."
        ),
        format!("{zh}貨幣為 {ours}，但 {portal} 的帳簿以 {only} 記帳。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4103", why)
}

pub(super) fn there_with_another_total(portal: &dyn Portal, record: &Record) -> Outcome {
    let (portal, what, zh) = names(portal);
    let (name, total) = (record.name(), record.total.map(|t| t.to_string()).unwrap_or_default());
    let why = Words::new(
        format!(
            "{portal} has the number of this {what} already for this supplier, as {name}, with another total: {total}. Nothing was entered."
        ),
        format!("{portal} 已有這家供應商同一號碼的{zh}（{name}），但總額不同：{total}。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4101", why)
}

pub(super) fn perhaps_there(portal: &dyn Portal, record: &Record) -> Outcome {
    let (portal, what, zh) = names(portal);
    let name = record.name();
    let why = Words::new(
        format!(
            "{portal} has the same number already, as {name}, and it cannot be told whether that is this {what}. Nothing was entered."
        ),
        format!("{portal} 有一張相同號碼的{zh}（{name}），無法確定是否同一張。未有輸入任何資料。"),
    );
    Outcome::refused("DH-4102", why)
}

pub(super) fn another_at_work(portal: &dyn Portal, row: &PostingRow) -> Outcome {
    let (portal, what, zh) = names(portal);
    let state = row.state;
    let why = Words::new(
        format!(
            "The same {what} is being entered into {portal} from another document or by another run (its posting is {state}). Nothing was entered now."
        ),
        format!(
            "同一張{zh}正由另一份文件或另一次執行輸入 {portal}（過帳狀態：{state}）。今次未有輸入任何資料。"
        ),
    );
    Outcome::refused("DH-4108", why)
}

pub(super) fn not_found(portal: &dyn Portal) -> Outcome {
    let (portal, what, zh) = names(portal);
    let why = Words::new(
        format!(
            "The {what} was sent to {portal}, no answer came, and it cannot be found there. It may still appear. It is not sent again by itself."
        ),
        format!("{zh}已送往 {portal}，但未收到回覆，亦搜尋不到。它仍可能稍後出現，系統不會自行再次輸入。"),
    );
    Outcome::unknown("DH-4201", why)
}

pub(super) fn still_unknown(portal: &dyn Portal) -> Outcome {
    let (portal, what, zh) = names(portal);
    let why = Words::new(
        format!(
            "Whether {portal} has this {what} was unknown before, and it still cannot be found there. A person must say that it is not there before it is entered again."
        ),
        format!(
            "這張{zh}之前未能確定是否已輸入 {portal}，現在仍搜尋不到。須由人員確認未有輸入，才可再次輸入。"
        ),
    );
    Outcome::unknown("DH-4203", why)
}

pub(super) fn more_than_once(portal: &dyn Portal, copies: usize) -> Outcome {
    let (portal, what, zh) = names(portal);
    let why = Words::new(
        format!("{portal} shows this {what} {copies} times. One must be removed there by a person."),
        format!("{portal} 有 {copies} 張相同的{zh}，須由人員刪除多出的{zh}。"),
    );
    Outcome::unknown("DH-4204", why)
}

pub(super) fn mismatch(portal: &dyn Portal, record: &Record, wrong: &[Difference]) -> Outcome {
    let (portal, what, zh) = names(portal);
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
            "{portal} saved the {what} as {name}, but not as it was typed ({}). A person must correct it there.",
            list("; ")
        ),
        format!("{portal} 已儲存{zh} {name}，但內容與輸入不同（{}）。須由人員在該系統更正。", list("；")),
    );
    Outcome::unknown("DH-4202", why)
}
