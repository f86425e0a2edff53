//! `deskhand stock replay`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use stock::policy::Protection;
use stock::replay::compare::Change;
use stock::replay::{
    Comparison, House, LeadDays, MovingAverage, Replay, ReplayPolicy, Scores, Series, Setup, Sight, Together,
    compare, replay,
};
use stock::series::{Every, Mark, Panel};

use super::terms::Terms;
use super::{break_even, sales};
use crate::cli::{ForecastBy, ReplayArgs};
use crate::output;

/// Plays one policy, or two beside each other, on the same days, demands and lead times.
pub(super) fn run(args: &ReplayArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let policy = policy(&args.policy)?;
    let against = args.against.as_deref().map(self::policy).transpose()?;
    let panel = sales::read(&args.sales, Some(Every::Day))?;
    let terms = Terms::read(args.stock.as_deref(), args.pack)?;
    let lead = lead(&args.lead);
    if let Some(out) = &args.break_even {
        return break_even::run(args, out, &panel, &terms, (&policy, &lead), as_json);
    }
    let series = series(&panel, &terms);
    let setup = Setup { warm_up: usize::from(args.warm_up), lead, seed: args.seed, sight: Sight::default() };
    let played = match args.forecaster {
        ForecastBy::Average => {
            let average = MovingAverage { days: usize::from(args.average) };
            play(&series, (&policy, against.as_ref()), &average, &setup)?
        }
        ForecastBy::Own => {
            let protections = [Some(&policy), against.as_ref()].into_iter().flatten();
            let protections: Vec<Protection> = protections
                .map(|policy| {
                    Ok(Protection::new(f64::from(policy.review_days.max(1)), &setup.lead.known()?)?)
                })
                .collect::<anyhow::Result<_>>()?;
            let horizon = protections.iter().map(Protection::days).fold(0.0, f64::max);
            let horizon = stock::count::index(stock::count::ceil(horizon));
            let calendar = sales::calendar(args.calendar.as_deref(), args.festivals, &panel, horizon)?;
            let house = House::new(&panel, &calendar, &protections);
            play(&series, (&policy, against.as_ref()), &house, &setup)?
        }
    };
    match played {
        Played::One(played) if as_json => output::json(&played)?,
        Played::Two(compared) if as_json => output::json(&compared)?,
        Played::One(played) => output::table(HEAD, [row(&played)])?,
        Played::Two(compared) => tell(&compared)?,
    }
    if !as_json {
        sales::tell(&panel.findings);
        terms.tell(&panel);
    }
    Ok(if terms.list.unread.is_empty() { output::DONE } else { output::found_wrong() })
}

enum Played {
    One(Box<Replay>),
    Two(Box<Comparison>),
}

fn play(
    series: &[Series],
    (policy, against): (&ReplayPolicy, Option<&ReplayPolicy>),
    forecaster: &impl Together,
    setup: &Setup,
) -> anyhow::Result<Played> {
    Ok(match against {
        None => Played::One(Box::new(replay(series, policy, forecaster, setup)?)),
        Some(against) => Played::Two(Box::new(compare(series, policy, against, forecaster, setup)?)),
    })
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
fn series(panel: &Panel, terms: &Terms) -> Vec<Series> {
    let one = |series: &stock::series::Series| Series {
        store: panel.store(series).to_owned(),
        sku: panel.item(series).to_owned(),
        first_day: series.first,
        sold: series.values.iter().map(|units| stock::count::nearest(f64::from(*units))).collect(),
        stocked_out: (0..series.values.len()).map(|day| series.has(Mark::StockOut, day)).collect(),
        rules: terms.rules(panel, series),
        unit_cost: terms.cost(panel, series),
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
