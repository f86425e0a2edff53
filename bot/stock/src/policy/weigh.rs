//! One item: from its forecast to its target, its need and the units to order.

use crate::policy::cap::{Cap, CapKind, Terms};
use crate::policy::demand::Demand;
use crate::policy::item::{Item, OrderRules};
use crate::policy::line::Explanation;
use crate::policy::no_order::NoOrder;
use crate::policy::position::Position;
use crate::policy::protection::{DailyDemand, Protection};
use crate::policy::target::Target;

/// Target, need and order of one item; none when a setting makes no sense.
pub(crate) fn weigh(item: &Item, daily: DailyDemand) -> Option<(Result<i64, NoOrder>, Explanation)> {
    let rules = item.rules.checked().ok()?;
    let protection = &item.protection;
    let days = [protection.review_days, protection.lead_days, protection.lead_sd_days];
    if !days.iter().all(|days| days.is_finite() && *days >= 0.0) || protection.review_days <= 0.0 {
        return None;
    }
    let demand = protection.demand(daily).ok()?;
    let target = Target::new(item.goal, protection, daily, &demand, rules.presentation).ok()?;
    let inventory = item.position.inventory();
    let need = target.level.saturating_sub(inventory).max(0);
    let terms = Terms {
        pack: rules.pack,
        moq: rules.moq,
        moq_rule: rules.moq_rule,
        cap: cap(&rules, protection, daily)?,
        open: item.position.on_order > 0 || item.position.in_transit > 0,
    };
    let uncapped = Terms { cap: None, ..terms };
    let units = if need > 0 { terms.order(need, inventory) } else { Err(idle(&target, &item.position)) };
    let explanation = Explanation {
        daily,
        protection_days: protection.days(),
        mean_over: demand.mean(),
        sigma_over: demand.variance().sqrt(),
        shape: demand.shape(),
        target,
        position: item.position,
        inventory,
        need,
        pack: rules.pack,
        moq: rules.moq,
        cap: terms.cap,
        uncapped: if need > 0 { uncapped.order(need, inventory).unwrap_or(0) } else { 0 },
    };
    Some((units, explanation))
}

/// Why nothing is needed.
fn idle(target: &Target, position: &Position) -> NoOrder {
    if target.level <= 0 {
        NoOrder::NoDemand
    } else if position.free() >= target.level {
        NoOrder::EnoughStock
    } else {
        NoOrder::AlreadyOrdered
    }
}

/// The lower of the caps; the outer `None` is a shelf life that makes no sense.
#[expect(clippy::option_option, reason = "no cap and no sense are two answers")]
fn cap(rules: &OrderRules, protection: &Protection, daily: DailyDemand) -> Option<Option<Cap>> {
    let rule = rules.cap_rule;
    let most = rules.max_stock.map(|level| Cap { kind: CapKind::MaxStock, level, rule });
    let Some(shelf) = rules.shelf_life else { return Some(most) };
    if !shelf.days.is_finite() || shelf.days < 0.0 {
        return None;
    }
    // what is ordered now must be sold in what is left of its life once it lies on the shelf
    let days = (shelf.days - protection.days()).max(0.0);
    let sold = Demand::over(daily.mean * days, daily.sigma * daily.sigma * days).ok()?;
    let level = sold.quantile(shelf.quantile).ok()?;
    let expiry = Cap { kind: CapKind::ShelfLife, level, rule };
    Some(Some(most.filter(|most| most.level <= level).unwrap_or(expiry)))
}
