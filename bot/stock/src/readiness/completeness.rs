//! Mandatory fields, by store and field.

use super::check::{Check, CheckId, Defect, found, pass_if};
use super::limits::percent;
use super::{Evidence, Limits};
use crate::sentence::Sentence;
use crate::share::Share;

pub(super) fn check(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let mut worst: Option<Share> = None;
    let mut defects = Vec::new();
    let fields = evidence
        .tally
        .complete
        .iter()
        .flat_map(|(store, fields)| fields.iter().map(move |(field, share)| (store, *field, *share)));
    for (store_id, field, share) in fields {
        if worst.is_none_or(|worst| less(share, worst)) {
            worst = Some(share);
        }
        if !share.at_least(limits.complete) {
            let name = field.name();
            let lacking = share.whole - share.part;
            let defect = Defect::new(
                format!(
                    "{name} is missing or cannot be read in {lacking} of {} rows ({share}).",
                    share.whole
                ),
                format!("{} 行中有 {lacking} 行欠缺 {name} 或無法讀取（{share}）。", share.whole),
            );
            defects.push(Defect { field: Some(field), ..defect.store(store_id) });
        }
    }
    let value = worst.map_or_else(|| "–".to_owned(), |share| share.to_string());
    let holds = worst.is_some() && defects.is_empty();
    let message = match (worst, holds) {
        (None, _) => Sentence::new(
            "Nothing has come in yet; connect a till, or drop a file.",
            "尚未有任何數據；請連接收銀機或放入檔案。",
        ),
        (_, true) => Sentence::new("Every store sends its mandatory fields.", "各分店的必填欄位齊全。"),
        _ => Sentence::new(
            "Some stores leave mandatory fields out; complete them at the source and send the rows again.",
            "部分分店欠缺必填欄位；請在來源補齊後重新傳送。",
        ),
    };
    let limit = format!("≥ {}", percent(limits.complete));
    found(CheckId::Completeness, (limit, value), pass_if(holds), message, defects)
}

fn less(a: Share, b: Share) -> bool {
    u128::from(a.part) * u128::from(b.whole) < u128::from(b.part) * u128::from(a.whole)
}
