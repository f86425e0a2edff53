//! `deskhand stock alarms`: how often the triggers would have fired on a past in which nothing was wrong.

use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use stock::guard::{
    FalseAlarms, Form, Records, Rules, Unasked, false_alarms, forecast_weeks, records, unasked, weeks,
};
use stock::series::Every;

use super::sales;
use crate::cli::AlarmsArgs;
use crate::output;

const HEAD: [&str; 8] =
    ["Trigger", "Watches", "Form", "Stretches", "Fired", "Rate", "All back", "Named in each"];

/// Forecasts the weeks of the past, asks every trigger in both forms, and says which cannot be asked.
pub(super) fn run(args: &AlarmsArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let panel = sales::read(&args.sales, Some(Every::Day))?;
    let calendar = sales::calendar(args.calendar.as_deref(), args.festivals, &panel, 7)?;
    let past = weeks(&panel, usize::from(args.past));
    if past.len() < usize::from(args.weeks) {
        anyhow::bail!(
            "DH-8056: {} whole weeks can be forecast, fewer than the {} that a stretch lasts; hand in a quarter of history more than that. 可預測的完整星期只有 {}，少於一段所需的 {}；請提供更長的銷售記錄。",
            past.len(),
            args.weeks,
            past.len(),
            args.weeks
        );
    }
    let made = forecast_weeks(&panel, &calendar, &past, |_| ());
    // before a pilot there is no canary: every SKU of every store may be chosen
    let records = records(&panel, &made, |_, _| true);
    let alarms: Vec<FalseAlarms> = [Form::Literal, Form::Default]
        .into_iter()
        .flat_map(|form| false_alarms(&records, &Rules::all(form), args.weeks))
        .collect();
    let unasked = unasked(&records);
    if as_json {
        output::json(&json!({
            "weeks": args.weeks,
            "first": past.first(),
            "last": past.last(),
            "alarms": alarms.iter().map(told).collect::<Vec<_>>(),
            "unasked": unasked,
            "seconds": begun.elapsed().as_secs_f64(),
        }))?;
        return Ok(output::DONE);
    }
    output::table(HEAD, rows(&alarms))?;
    output::text(&below(&records, &unasked, args.weeks))?;
    sales::tell(&panel.findings);
    Ok(output::DONE)
}

fn told(alarms: &FalseAlarms) -> Value {
    json!({
        "trigger": alarms.trigger,
        "watches": alarms.trigger.watches(),
        "form": alarms.form,
        "stretches": alarms.windows,
        "fired": alarms.fired,
        "rate": alarms.rate,
        "rate_all": alarms.rate_all,
        "named": alarms.named,
    })
}

fn rows(alarms: &[FalseAlarms]) -> Vec<[String; 8]> {
    let mut sorted: Vec<&FalseAlarms> = alarms.iter().collect();
    sorted.sort_by_key(|alarms| (alarms.trigger, alarms.form));
    let row = |alarms: &&FalseAlarms| {
        let form = match alarms.form {
            Form::Literal => "literal",
            Form::Default => "default",
        };
        [
            alarms.trigger.to_string(),
            alarms.trigger.watches().en.to_string(),
            form.to_owned(),
            alarms.windows.to_string(),
            alarms.fired.to_string(),
            format!("{:.0} %", alarms.rate * 100.0),
            format!("{:.0} %", alarms.rate_all * 100.0),
            if alarms.named > 0.0 { format!("{:.1}", alarms.named) } else { String::new() },
        ]
    };
    sorted.iter().map(row).collect()
}

/// What the table is of, and which triggers it does not have.
fn below(records: &Records, unasked: &[Unasked], weeks: u8) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    if let (Some(first), Some(last)) = (records.accuracy.first(), records.accuracy.last()) {
        let _ = writeln!(
            text,
            "Stretches of {weeks} weeks, begun in each week from {} to {}, forecast from what was known before.",
            first.week, last.week
        );
    }
    for unasked in unasked {
        let how = if unasked.in_part { "asked in part" } else { "not asked" };
        let _ = writeln!(text, "{} {how}: {}", unasked.trigger, unasked.missing.en);
    }
    text
}
