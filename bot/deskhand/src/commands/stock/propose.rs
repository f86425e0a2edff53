//! `deskhand stock propose`: a forecast, what the stores have, and the lines that come of it. Nothing is sent to anybody.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::json;
use stock::forecast::{Forecast, Forecaster, Options};
use stock::plan;
use stock::policy::{DayLimits, Goal, Item, LeadTime, Line, Outcome, propose};
use stock::series::{Every, Panel};
use stock::stock_list::{self, StockList, Terms};

use super::sales;
use super::target::{Target, UNWRITTEN};
use crate::cli::ProposeArgs;
use crate::commands::read::open;
use crate::output;

const COLUMNS: [&str; 20] = [
    "day",
    "supplier",
    "store_id",
    "item_id",
    "name",
    "order",
    "packs",
    "pack",
    "on_hand",
    "position",
    "target",
    "forecast_per_day",
    "sigma_per_day",
    "protection_days",
    "uncapped",
    "cost",
    "outcome",
    "reason",
    "原因",
    "line_id",
];

/// Forecasts, reads the stock list, and writes a line for each row of it.
pub(super) fn run(args: &ProposeArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let goal = Goal::FillRate(args.fill_rate).checked()?;
    let panel = sales::read(&args.sales, Some(Every::Day))?;
    let list = stock_list::read(&open(&args.stock)?).with_context(|| args.stock.display().to_string())?;
    let day = args.day.unwrap_or_else(|| panel.next());
    let items = items(args, goal, &panel, &list)?;
    let lines = propose(day, &items, &[], &DayLimits { budget: args.budget, ..DayLimits::default() });
    write(args, as_json, &lines, &list.terms)?;
    if as_json {
        output::json(&json!({
            "day": day,
            "out": args.out,
            "lines": lines,
            "unread": list.unread,
            "findings": panel.findings,
        }))?;
    } else {
        sales::tell(&panel.findings);
        for unread in &list.unread {
            let finding = &unread.finding;
            output::notice(&format!("row {}: {}: {}", unread.row, finding.code, finding.message.en));
        }
        if let Some(out) = &args.out {
            output::text(&told(day, &lines, &out.display().to_string()))?;
        }
    }
    Ok(if list.unread.is_empty() { output::DONE } else { output::found_wrong() })
}

/// What decides each line: the row of the stock list, and the forecast over the days that its order must last for.
fn items(args: &ProposeArgs, goal: Goal, panel: &Panel, list: &StockList) -> anyhow::Result<Vec<Item>> {
    let lead_of = |terms: &Terms| terms.lead_days.unwrap_or_else(|| u32::from(args.lead));
    let longest = list.terms.iter().map(lead_of).max().unwrap_or_default();
    let horizon = usize::from(args.review) + usize::try_from(longest)?;
    let calendar = sales::calendar(args.calendar.as_deref(), args.festivals, panel, horizon)?;
    let forecasts = Forecaster::learn(panel, &calendar, &Options::new(horizon)).all();
    let by_key: BTreeMap<(&str, &str), &Forecast> = forecasts
        .iter()
        .map(|forecast| {
            let series = &panel.series[forecast.series];
            ((panel.store(series), panel.item(series)), forecast)
        })
        .collect();
    let item = |terms: &Terms| {
        let forecast = by_key.get(&(terms.store.as_str(), terms.sku.as_str())).copied();
        let lead = LeadTime::certain(f64::from(lead_of(terms)))?;
        Ok(plan::item(terms, forecast.map(|forecast| (panel, forecast)), &lead, args.review, goal)?)
    };
    list.terms.iter().map(item).collect()
}

fn write(args: &ProposeArgs, as_json: bool, lines: &[Line], terms: &[Terms]) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(Target::of(args.out.as_deref(), as_json)?);
    out.write_record(COLUMNS).context(UNWRITTEN)?;
    for (line, terms) in lines.iter().zip(terms) {
        out.write_record(cells(line, terms)).context(UNWRITTEN)?;
    }
    out.into_inner().map_err(csv::IntoInnerError::into_error).context(UNWRITTEN)?.finish()
}

fn cells(line: &Line, terms: &Terms) -> [String; 20] {
    let (packs, outcome) = match &line.outcome {
        Outcome::Order { packs, .. } => (*packs, "order"),
        Outcome::NoOrder(reason) => (0, reason.code()),
    };
    let told = line.explanation.as_ref();
    let figure = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
    let whole = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        line.id.day.to_string(),
        line.supplier.clone().unwrap_or_default(),
        line.id.store.clone(),
        line.id.sku.clone(),
        terms.name.clone().unwrap_or_default(),
        line.outcome.units().to_string(),
        packs.to_string(),
        terms.rules.pack.units().to_string(),
        terms.position.on_hand.to_string(),
        terms.position.inventory().to_string(),
        whole(told.map(|told| told.target.level)),
        figure(told.map(|told| told.daily.mean)),
        figure(told.map(|told| told.daily.sigma)),
        figure(told.map(|told| told.protection_days)),
        whole(told.map(|told| told.uncapped)),
        line.cost.to_string(),
        outcome.to_owned(),
        line.reason.en.to_string(),
        line.reason.zh.to_string(),
        line.id.to_string(),
    ]
}

fn told(day: NaiveDate, lines: &[Line], out: &str) -> String {
    let ordered: Vec<&Line> = lines.iter().filter(|line| line.outcome.units() > 0).collect();
    let cost: rust_decimal::Decimal = ordered.iter().map(|line| line.cost).sum();
    format!(
        "{day}: {} of {} lines order something, {cost} in all, written to {out}\n",
        ordered.len(),
        lines.len()
    )
}
