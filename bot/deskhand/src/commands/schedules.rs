//! `deskhand schedules`: each schedule with its next five fire times.

use std::process::ExitCode;

use store::Clock as _;

use crate::config::Config;
use crate::{house, output};

/// Lists them; the times come from the clock, never from the last run.
pub(super) fn list(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let now = store::SystemClock.now();
    for schedule in house::schedules(config) {
        let next = engine::check_schedule(&schedule)?.next(now, 5);
        if json {
            output::json(
                &serde_json::json!({ "name": schedule.name, "workflow": schedule.workflow, "cron": schedule.cron, "zone": schedule.zone, "next": next }),
            )?;
        } else {
            let times: Vec<String> = next.into_iter().map(|at| output::when(at, config.zone)).collect();
            output::text(&format!(
                "{} ({}): `{}` {}\n  next {}\n",
                schedule.name,
                schedule.workflow,
                schedule.cron,
                schedule.zone,
                times.join(", ")
            ))?;
        }
    }
    Ok(output::DONE)
}
