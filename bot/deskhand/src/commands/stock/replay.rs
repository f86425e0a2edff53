//! `deskhand stock replay`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use rust_decimal::Decimal;
use stock::policy::{OrderRules, Pack};
use stock::replay::compare::Change;
use stock::replay::{
    Comparison, LeadDays, MovingAverage, Replay, ReplayPolicy, Scores, Series, Setup, Sight, compare, replay,
};
use stock::series::{Every, Mark, Panel};

use super::sales;
use crate::cli::ReplayArgs;
use crate::output;

/// Plays one policy, or two beside each other, on the same days, demands and lead times.
pub(super) fn run(args: &ReplayArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let policy = policy(&args.policy)?;
    let against = args.against.as_deref().map(self::policy).transpose()?;
    let panel = sales::read(&args.sales, Some(Every::Day))?;
    let pack = Pack::new(i64::from(args.pack))?;
    let series = series(&panel, pack);
    let setup = Setup {
        warm_up: usize::from(args.warm_up),
        lead: lead(&args.lead),
        seed: args.seed,
        sight: Sight::default(),
    };
    let forecaster = MovingAverage { days: usize::from(args.average) };
    match against {
        None => {
            let played = replay(&series, &policy, &forecaster, &setup)?;
            if as_json { output::json(&played)? } else { output::table(HEAD, [row(&played)])? }
        }
        Some(against) => {
            let compared = compare(&series, &policy, &against, &forecaster, &setup)?;
            if as_json { output::json(&compared)? } else { tell(&compared)? }
        }
    }
    if !as_json {
        sales::tell(&panel.findings);
    }
    Ok(output::DONE)
}

fn policy(path: &Path) -> anyhow::Result<ReplayPolicy> {
    let named = || format!("DH-1009: {} cannot be opened", path.display());
    let text = std::fs::read_to_string(path).with_context(named)?;
    toml::from_str(&text).with_context(|| {
        format!(
            "DH-1004: {} is no policy; it needs name, review_days and goal, such as goal = {{ fill_rate = 0.99 }}",
            path.display()
        )
    })
}

fn lead(days: &[u16]) -> LeadDays {
    match days {
        [from, to] => LeadDays::Between(*from.min(to), *from.max(to)),
        _ => LeadDays::Observed(days.to_vec()),
    }
}

/// The history as the replay takes it: whole units a day, with the days on which the shelf was empty.
fn series(panel: &Panel, pack: Pack) -> Vec<Series> {
    let one = |series: &stock::series::Series| Series {
        store: panel.store(series).to_owned(),
        sku: panel.item(series).to_owned(),
        first_day: series.first,
        sold: series.values.iter().map(|units| stock::count::nearest(f64::from(*units))).collect(),
        stocked_out: (0..series.values.len()).map(|day| series.has(Mark::StockOut, day)).collect(),
        rules: OrderRules { pack, ..OrderRules::default() },
        unit_cost: Decimal::ONE,
    };
    panel.series.iter().map(one).collect()
}

const HEAD: [&str; 7] = [
    "Policy",
    "Lost units",
    "Days out of stock",
    "Turns a year",
    "Average stock",
    "Order lines",
    "Units sold",
];

fn row(played: &Replay) -> [String; 7] {
    let scores: &Scores = &played.total;
    [
        played.policy.clone(),
        format!("{:.2} %", scores.lost_share() * 100.0),
        format!("{:.2} %", scores.out_day_share() * 100.0),
        format!("{:.1}", scores.turns()),
        format!("{:.0}", scores.average_stock()),
        scores.order_lines.to_string(),
        scores.sold.to_string(),
    ]
}

fn tell(compared: &Comparison) -> anyhow::Result<()> {
    let change = |change: &Change| {
        let relative =
            change.relative.map_or_else(|| "-".to_owned(), |part| format!("{:+.1} %", part * 100.0));
        change
            .standard_error
            .map_or_else(|| relative.clone(), |error| format!("{relative} (± {:.1})", error * 100.0))
    };
    let changes = [
        "change".to_owned(),
        change(&compared.lost_units),
        change(&compared.out_days),
        change(&compared.turns),
        change(&compared.stock),
        change(&compared.order_lines),
        String::new(),
    ];
    output::table(HEAD, [row(&compared.base), row(&compared.other), changes])
}
