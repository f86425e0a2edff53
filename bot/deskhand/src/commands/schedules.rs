//! `deskhand schedules`: when each runs next, and why it ran or did not.

use std::process::ExitCode;

use chrono::NaiveDate;
use engine::ScheduleView;
use store::Clock as _;

use crate::cli::SchedulesCommand;
use crate::config::Config;
use crate::{house, output, storage};

/// Lists or explains.
pub(super) async fn run(config: &Config, command: SchedulesCommand, json: bool) -> anyhow::Result<ExitCode> {
    match command {
        SchedulesCommand::List => list(config, json),
        SchedulesCommand::Why { name, on } => why(config, &name, on, json).await,
    }
}

/// The times come from the clock, never from the last run.
fn list(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let (now, calendars) = (store::SystemClock.now(), house::calendars(config)?);
    for settings in house::schedules(config) {
        let schedule = engine::check_schedule(&settings, &calendars)?;
        let view = ScheduleView::of(&schedule, now);
        if json {
            output::json(&view)?;
            continue;
        }
        let zone = schedule.zone();
        let times = view.next.iter().map(|next| {
            let due = output::when(next.due, zone);
            let moved = next.nominal != next.due;
            if moved { format!("{due} (in place of {})", output::when(next.nominal, zone)) } else { due }
        });
        let times: Vec<String> = times.collect();
        output::text(&format!(
            "{} ({}): `{}` {}, caught up for {}, overlap {}, on hold {}\n",
            view.name,
            view.workflow,
            view.cron,
            view.zone,
            output::span(view.catch_up),
            house::word(&view.overlap),
            house::word(&view.on_hold),
        ))?;
        if !view.calendar.is_empty() {
            let known = schedule.days().known_until().map(|until| format!(" (known until {until})"));
            output::text(&format!(
                "  working days of {}{}, else {}\n",
                view.calendar.join(" and "),
                known.unwrap_or_default(),
                house::word(&view.not_working_day),
            ))?;
        }
        output::text(&format!("  next {}\n", times.join(", ")))?;
    }
    Ok(output::DONE)
}

async fn why(config: &Config, name: &str, on: Option<NaiveDate>, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    let (schedules, calendars) = (house::schedules(config), house::calendars(config)?);
    let why = engine::why(&store, &schedules, &calendars, name, on).await?;
    if json {
        output::json(&why)?;
    } else {
        output::text(&format!("{}\n", why.sentence.en))?;
    }
    Ok(output::DONE)
}
