//! `deskhand stock replay --break-even`: how much better each SKU must be forecast, and what that is worth.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use rust_decimal::Decimal;
use serde_json::json;
use stock::Sentence;
use stock::policy::{LeadTime, Protection};
use stock::replay::improve::Target as Needed;
use stock::replay::{Improvement, LeadDays, ReplayPolicy, Trade, Wish, improvements};
use stock::series::{Panel, Series};

use super::sales;
use super::target::{Target, UNWRITTEN};
use super::terms::Terms;
use crate::cli::ReplayArgs;
use crate::output;

const COLUMNS: [&str; 19] = [
    "rank",
    "item_id",
    "store_id",
    "class",
    "units_a_week",
    "rmse_now",
    "ratio_by_cycles",
    "rmse_by_cycles",
    "ratio_by_units",
    "rmse_by_units",
    "mape_now",
    "mape_by_cycles",
    "mape_by_units",
    "best_ratio",
    "best_model",
    "units_saved_a_week",
    "value_a_week",
    "verdict",
    "結論",
];

/// Writes the table, the most valuable improvement first.
pub(super) fn run(
    args: &ReplayArgs,
    out: &Path,
    panel: &Panel,
    terms: &Terms,
    (policy, lead): (&ReplayPolicy, &LeadDays),
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let usual = lead.known()?;
    let trade = |series: &Series| trade(panel, series, terms, f64::from(policy.review_days), &usual);
    let trades: Vec<Trade> = panel.series.iter().map(trade).collect::<anyhow::Result<_>>()?;
    let wish = Wish { service: args.service, fall: args.fall, average: usize::from(args.average) };
    let calendar = sales::calendar(args.calendar.as_deref(), args.festivals, panel, 0)?;
    let rows = improvements(panel, &calendar, &trades, &wish)?;
    let mut table = csv::Writer::from_writer(Target::of(Some(out), as_json)?);
    table.write_record(COLUMNS).context(UNWRITTEN)?;
    for (place, row) in rows.iter().enumerate() {
        table.write_record(cells(place + 1, row)).context(UNWRITTEN)?;
    }
    table.into_inner().map_err(csv::IntoInnerError::into_error).context(UNWRITTEN)?.finish()?;
    let within = rows.iter().filter(|row| !row.by_cycles.unreachable).count();
    let left_out = panel.series.len() - rows.len();
    if as_json {
        output::json(&json!({ "out": out, "rows": rows, "within_reach": within, "left_out": left_out }))?;
    } else {
        sales::tell(&panel.findings);
        terms.tell(panel);
        output::text(&format!(
            "{within} of {} series can come so far by a better forecast; {left_out} have too little history; written to {}\n",
            rows.len(),
            out.display()
        ))?;
    }
    Ok(if terms.list.unread.is_empty() { output::DONE } else { output::found_wrong() })
}

/// The terms of a series: its own where the stock list has them, the usual lead time otherwise.
fn trade(
    panel: &Panel,
    series: &Series,
    terms: &Terms,
    review_days: f64,
    usual: &LeadTime,
) -> anyhow::Result<Trade> {
    let own = terms.of(panel, series);
    let certain = own.and_then(|own| own.lead_days).map(|days| LeadTime::certain(f64::from(days)));
    let lead = certain.transpose()?.unwrap_or(*usual);
    let last = series.values.len().saturating_sub(1);
    let price = series.marks.as_ref().and_then(|marks| marks.price(last));
    let price = price.and_then(|price| Decimal::try_from(price).ok());
    let known = |amount: Decimal| (amount > Decimal::ZERO).then_some(amount);
    let (cost, margin) = own.map_or((None, None), |own| (known(own.unit_cost), known(own.unit_margin)));
    Ok(Trade {
        protection: Protection::new(review_days, &lead)?,
        unit_value: price.or_else(|| cost.map(|cost| cost + margin.unwrap_or_default())),
        unit_margin: margin,
    })
}

fn cells(rank: usize, row: &Improvement) -> [String; 19] {
    let share = |share: Option<f64>| share.map(|share| format!("{share:.3}")).unwrap_or_default();
    let verdict = verdict(&row.by_cycles, &row.by_units);
    [
        rank.to_string(),
        row.sku.clone(),
        row.store.clone(),
        row.class.to_string(),
        format!("{:.1}", row.weekly_units),
        format!("{:.3}", row.rmse),
        share(row.by_cycles.ratio),
        share(row.by_cycles.rmse),
        share(row.by_units.ratio),
        share(row.by_units.rmse),
        share(row.mape),
        share(row.by_cycles.mape),
        share(row.by_units.mape),
        format!("{:.3}", row.best_ratio),
        row.best.name().en.to_string(),
        format!("{:.2}", row.units_a_week),
        row.gain_a_week.map(|gain| format!("{gain:.2}")).unwrap_or_default(),
        verdict.en.to_string(),
        verdict.zh.to_string(),
    ]
}

fn verdict(by_cycles: &Needed, by_units: &Needed) -> Sentence {
    match (by_cycles.unreachable, by_units.unreachable) {
        (false, _) => Sentence::fixed("within reach", "可以達到"),
        (true, false) => Sentence::fixed(
            "within reach counted by units, unreachable by cycles",
            "按件數可以達到，按周期未能達到",
        ),
        (true, true) => Sentence::fixed(
            "unreachable: no model came so far; order more often or shorten the lead time",
            "未能達到：沒有模型做到；請更常訂貨或縮短交貨期",
        ),
    }
}
