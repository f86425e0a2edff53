//! Promotions that sales tell of are in the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, Weekday};
use rust_decimal::Decimal;

use super::Evidence;
use super::check::{Check, CheckId, Defect, found, pass_if};
use crate::event::{Body, Event};
use crate::sentence::Sentence;
use crate::share::Share;

/// A week of a SKU in a store is a promotion week when its sales carry a discount or a promotion's id. It has its id when
/// a promotion of the log covers it: the one that is named, or any where none is.
pub(super) fn check(evidence: &Evidence<'_>, holding: &[&Event]) -> Check {
    let mut weeks: BTreeMap<(&str, &str, NaiveDate), BTreeSet<Option<&str>>> = BTreeMap::new();
    for event in holding {
        let Body::Sale(sale) = &event.body else { continue };
        let promo_id = sale.promo_id.as_deref();
        if promo_id.is_some() || sale.discount.is_some_and(|discount| discount > Decimal::ZERO) {
            let monday = event.date().week(Weekday::Mon).first_day();
            weeks.entry((&event.store_id, &event.sku, monday)).or_default().insert(promo_id);
        }
    }
    let mut share = Share::default();
    let mut defects = Vec::new();
    for ((store_id, sku, monday), named) in weeks {
        let week: Vec<NaiveDate> =
            monday.iter_days().take_while(|day| *day < monday + Days::new(7)).collect();
        let covered = |promo_id: Option<&str>| {
            evidence.ledger.promotions.iter().any(|promotion| {
                promo_id.is_none_or(|id| id == promotion.promo_id)
                    && promotion.covers(store_id, sku)
                    && promotion.days().any(|day| week.contains(&day))
            })
        };
        let holds = named.iter().all(|promo_id| covered(*promo_id));
        share.count(holds);
        if !holds {
            let defect = Defect::new(
                "Sold under an offer in this week, and no promotion of the log covers it.",
                "本週有優惠銷售，但促銷記錄沒有相應的促銷。",
            );
            defects.push(defect.store(store_id).key(sku).day(monday));
        }
    }
    let holds = share.part == share.whole;
    let message = match (holds, share.whole) {
        (true, 0) => Sentence::new("No sale tells of a promotion.", "沒有銷售涉及促銷。"),
        (true, _) => Sentence::new(
            "Every week with an offer has its promotion in the log.",
            "每個有優惠的星期均有促銷記錄。",
        ),
        (false, _) => Sentence::new(
            "Some weeks with offers are not in the promotion log; send those promotions with their ids.",
            "部分有優惠的星期沒有促銷記錄；請補傳促銷及其編號。",
        ),
    };
    let value = if share.whole == 0 { "–".to_owned() } else { share.to_string() };
    found(CheckId::PromotionLog, ("100 %".to_owned(), value), pass_if(holds), message, defects)
}
