//! T3: stock grows and sales do not.

use rust_decimal::prelude::ToPrimitive;

use crate::count;
use crate::guard::record::StockWeek;
use crate::guard::verdict::{Finding, Form, Reach, Trigger, Verdict, percent};

/// Growth of days of cover, or of the share of stock, above which T3 fires.
pub const T3_LIMIT: f64 = 0.15;

/// T3 for the last of `weeks`, against the weeks before the canary.
///
/// Both measures count: days of cover and the share of all stock at cost; either above 115 % of its mean before fires, if
/// sales are not above theirs. Literal: this week alone. Default: stock, sales and share of the last two weeks together.
/// None without a week or a baseline.
pub fn t3(form: Form, baseline: &[StockWeek], weeks: &[StockWeek]) -> Option<Verdict> {
    let last = weeks.last()?;
    let trailing = match form {
        Form::Literal => 1,
        Form::Default => 2,
    };
    let now = measure(&weeks[weeks.len().saturating_sub(trailing)..])?;
    let before = measure(baseline)?;
    let growth = |now: f64, before: f64| if before > 0.0 { now / before - 1.0 } else { 0.0 };
    let (cover, share) = (growth(now.cover, before.cover), growth(now.share, before.share));
    let figure = cover.max(share);
    let fired = figure > T3_LIMIT && now.sold <= before.sold;
    let en = format!(
        "days of cover {:.1} ({:+.0} %), share of stock {} ({:+.0} %), weekly sales {:.0} against {:.0} before (limit +{:.0} % without more sales)",
        now.cover,
        cover * 100.0,
        percent(now.share),
        share * 100.0,
        now.sold,
        before.sold,
        T3_LIMIT * 100.0
    );
    let zh = format!(
        "庫存天數 {:.1}（{:+.0}%），庫存佔比 {}（{:+.0}%），每周銷量 {:.0}，之前 {:.0}（限度為銷量沒有增加而上升 {:.0}%）",
        now.cover,
        cover * 100.0,
        percent(now.share),
        share * 100.0,
        now.sold,
        before.sold,
        T3_LIMIT * 100.0
    );
    let finding = Finding {
        trigger: Trigger::T3,
        form,
        week: last.week,
        figure,
        limit: T3_LIMIT,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(fired))
}

/// Means over some weeks.
struct Measure {
    /// Days that the stock lasts at the sales of these weeks.
    cover: f64,
    /// Share of all stock at cost.
    share: f64,
    /// Units sold a week.
    sold: f64,
}

fn measure(weeks: &[StockWeek]) -> Option<Measure> {
    if weeks.is_empty() {
        return None;
    }
    let n = count::len_as_float(weeks.len());
    let stock: f64 = weeks.iter().map(|week| count::as_float(week.stock_units)).sum();
    let sold: f64 = weeks.iter().map(|week| count::as_float(week.sold_units.max(0))).sum();
    let share = |week: &StockWeek| {
        let whole = week.all_stock_value.to_f64().unwrap_or(0.0);
        if whole > 0.0 { week.stock_value.to_f64().unwrap_or(0.0) / whole } else { 0.0 }
    };
    // without any sale the stock lasts for ever; a unit sold in all keeps the figure finite
    Some(Measure {
        cover: 7.0 * stock / sold.max(1.0),
        share: weeks.iter().map(share).sum::<f64>() / n,
        sold: sold / n,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use rust_decimal::Decimal;

    use super::*;
    use crate::guard::accuracy::tests::monday;

    fn week(number: u64, stock_units: i64, sold_units: i64, value: i64) -> StockWeek {
        let (stock_value, all_stock_value) = (Decimal::from(value), Decimal::from(1_000));
        StockWeek { week: monday(number), stock_units, sold_units, stock_value, all_stock_value }
    }

    fn baseline() -> Vec<StockWeek> {
        (0..4).map(|number| week(number, 200, 100, 300)).collect()
    }

    #[test]
    fn more_stock_without_more_sales_fires_and_with_more_sales_does_not() {
        let heavy = [week(4, 240, 98, 300), week(5, 240, 98, 300)];
        for form in [Form::Literal, Form::Default] {
            assert!(t3(form, &baseline(), &heavy).unwrap().fired);
        }
        let busy = [week(4, 260, 110, 300), week(5, 260, 110, 300)];
        assert!(!t3(Form::Default, &baseline(), &busy).unwrap().fired);
    }

    #[test]
    fn one_bad_week_fires_the_literal_form_only() {
        let once = [week(4, 200, 100, 300), week(5, 225, 95, 300)];
        assert!(t3(Form::Literal, &baseline(), &once).unwrap().fired);
        assert!(!t3(Form::Default, &baseline(), &once).unwrap().fired);
    }

    #[test]
    fn the_share_of_stock_counts_as_well_and_no_sales_stay_finite() {
        let share = [week(4, 200, 100, 360), week(5, 200, 100, 360)];
        assert!(t3(Form::Default, &baseline(), &share).unwrap().fired);
        assert!(t3(Form::Default, &baseline(), &[week(5, 200, 0, 300)]).unwrap().figure.is_finite());
        assert!(t3(Form::Default, &[], &share).is_none());
    }
}
