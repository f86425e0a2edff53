//! Events that came twice, and records below zero.

use super::check::{Check, CheckId, Defect, Verdict, found, pass_if};
use super::limits::percent;
use super::{Evidence, Limits};
use crate::sentence::Sentence;
use crate::share::Share;

pub(super) fn duplicates(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let share = Share::new(evidence.tally.duplicates, evidence.tally.received);
    let holds = share.at_most(limits.duplicates);
    let message = if holds {
        Sentence::new("Few events come twice.", "重複的事件很少。")
    } else {
        Sentence::new(
            "Too many events come twice; a source sends again what was accepted. Nothing was counted twice.",
            "重複的事件過多；有來源重傳已接受的事件。並無重複計算。",
        )
    };
    let limit = format!("≤ {}", percent(limits.duplicates));
    found(CheckId::Duplicates, (limit, share.to_string()), pass_if(holds), message, Vec::new())
}

pub(super) fn negative_on_hand(evidence: &Evidence<'_>, limits: &Limits) -> Check {
    let mut share = Share::default();
    let mut defects = Vec::new();
    for (store_id, sku, account) in evidence.ledger.iter() {
        let Some(on_hand) = account.on_hand else { continue };
        share.count(on_hand < 0);
        if on_hand < 0 {
            let defect = Defect::new(
                format!("The record says {on_hand}; count it."),
                format!("記錄為 {on_hand}，請盤點。"),
            );
            defects.push(defect.store(store_id).key(sku));
        }
    }
    let verdict = match (share.whole, share.at_most(limits.negative_on_hand)) {
        (0, _) => Verdict::Warn,
        (_, holds) => pass_if(holds),
    };
    let message = match (verdict, defects.is_empty()) {
        (Verdict::Warn, _) => Sentence::new(
            "No record of stock is known yet; count once, or send deliveries from the start.",
            "尚未有庫存記錄；請先盤點一次，或由首次收貨起傳送。",
        ),
        (_, true) => Sentence::new("No record is below zero.", "沒有負數庫存。"),
        (Verdict::Pass, false) => {
            Sentence::new("Few records are below zero; count those.", "負數庫存很少；請盤點該等貨品。")
        }
        (Verdict::Fail, _) => Sentence::new(
            "Too many records are below zero: deliveries or returns are missing. Count those goods.",
            "負數庫存過多：可能欠缺收貨或退貨。請盤點該等貨品。",
        ),
    };
    let limit = format!("≤ {}", percent(limits.negative_on_hand));
    found(CheckId::NegativeOnHand, (limit, share.to_string()), verdict, message, defects)
}
