//! `deskhand backtest`: what a changed script would have made of past runs.

use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use chrono::{NaiveTime, Utc};
use engine::{Backtested, Difference, Ending, StepGiven};

use crate::cli::BacktestArgs;
use crate::config::Config;
use crate::{output, storage};

/// Replays the script over the runs since the day; exit code 1 when something would come out differently.
pub(super) async fn run(config: &Config, args: &BacktestArgs, json: bool) -> anyhow::Result<ExitCode> {
    let now = config.workflows.join(format!("{}.rhai", args.workflow));
    let script = args.script.as_ref().unwrap_or(&now);
    let text = std::fs::read_to_string(script)
        .with_context(|| format!("DH-1009: {} cannot be opened", script.display()))?;
    let midnight = args.since.and_time(NaiveTime::MIN).and_local_timezone(config.zone).earliest();
    let since =
        midnight.ok_or_else(|| anyhow!("DH-1004: {} has no midnight; name the day after", args.since))?;
    let store = storage::open_store(config).await?;
    let tested = engine::backtest(&store, &args.workflow, &text, since.with_timezone(&Utc)).await?;
    store.close().await;
    let different = tested.iter().filter(|run| run.difference.is_some()).count();
    for run in &tested {
        if json {
            output::json(run)?;
        } else if let Some(difference) = &run.difference {
            output::text(&said(run, difference))?;
        }
    }
    if !json {
        output::text(&format!(
            "{} runs: {} the same, {different} different\n",
            tested.len(),
            tested.len() - different
        ))?;
    }
    Ok(if different == 0 { output::DONE } else { output::found_wrong() })
}

fn said(run: &Backtested, difference: &Difference) -> String {
    let name = run.document_name.as_deref().unwrap_or(&run.run);
    let Difference { step, was, now, would_end } = difference;
    let steps = if was.is_some() || now.is_some() {
        let (was, now) = (given(was.as_ref()), given(now.as_ref()));
        format!("  step {step} was {was}\n  step {step} is  {now}\n")
    } else {
        String::new()
    };
    let end = match would_end {
        Some(end) => format!("it would end {}", ending(end)),
        None => "its end depends on an answer that nobody has given".to_owned(),
    };
    format!("{name} ({})\n{steps}  it ended {}\n  {end}\n", run.run, ending(&run.ended))
}

fn given(step: Option<&StepGiven>) -> String {
    step.map_or_else(|| "the end".to_owned(), |step| format!("{} {}", step.step, step.given))
}

fn ending(end: &Ending) -> String {
    format!("{} \"{}\"", end.state, end.note)
}
