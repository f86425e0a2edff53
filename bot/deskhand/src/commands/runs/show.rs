//! `deskhand runs show`: one run with its steps, what it waits for, and the runs that it has started.

use anyhow::bail;
use serde_json::{Value, json};
use store::{FailureClass, Held, RunFailure, RunRow, RunState, Store};

use super::state;
use crate::config::Config;
use crate::{house, output};

pub(super) async fn show(config: &Config, store: &Store, id: &str, json: bool) -> anyhow::Result<()> {
    let Some((run, steps)) = store.run(id).await? else {
        bail!("DH-1006: there is no run {id}; `deskhand runs list` shows them");
    };
    let held = match run.state {
        RunState::Queued => Some(store.why_queued(&run, &house::limits(config)).await?),
        _ => None,
    };
    let children = store.children(id, None).await?;
    if json {
        let started: Vec<Value> = children
            .iter()
            .map(|row| json!({ "run": row.id, "state": row.state, "note": row.note }))
            .collect();
        return output::json(&json!({ "run": run, "steps": steps, "held": held, "started": started }));
    }
    let started = output::when(run.started_at, config.zone);
    output::text(&format!("{}  {}  {started}\n{}\n", run.id, state(run.state), run.note))?;
    for line in lines(config, store, &run, held).await? {
        output::text(&format!("{line}\n"))?;
    }
    let rows = steps.into_iter().map(|step| {
        let took = step.ended_at.map_or_else(
            || "…".to_owned(),
            |end| format!("{} ms", (end - step.started_at).num_milliseconds()),
        );
        let kind = step.failure_class().map_or("", word).to_owned();
        let state = step.state.to_string().replace('_', " ");
        [step.index.to_string(), step.name, state, kind, step.attempt.to_string(), took]
    });
    output::table(["#", "Step", "State", "Kind", "Attempt", "Took"], rows)?;
    if children.is_empty() {
        return Ok(());
    }
    let rows = children.into_iter().map(|row| {
        let step = row.parent_step.map(|step| step.to_string()).unwrap_or_default();
        [step, row.id, state(row.state).to_owned(), row.note]
    });
    output::table(["By step", "Run", "State", "Outcome"], rows)
}

/// What there is to say of a run beside its steps.
async fn lines(
    config: &Config,
    store: &Store,
    run: &RunRow,
    held: Option<Held>,
) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    if let Some(parent) = &run.parent {
        lines.push(format!("Started by {parent}, step {}.", run.parent_step.unwrap_or_default()));
    }
    if let (Some(held), Some(position)) = (held, run.position) {
        lines.push(format!("Number {position} of its workflow in the queue: {}.", waits_for(held)));
    }
    if let Some(at) = run.wakes_at {
        lines.push(format!("Sleeps until {}.", output::when(at, config.zone)));
    }
    if let Some(step) = run.awaits {
        lines.push(format!("Waits for the runs that step {step} has started."));
    }
    if run.failure.is_some() {
        let (class, place) = (class(run.failure.as_ref()), place(run.failure.as_ref()));
        lines.push(format!("Kind of failure: {class}{}{place}.", if place.is_empty() { "" } else { ", " }));
    }
    if run.generation > 0 {
        lines.push(format!("Tried again by a person: {} times.", run.generation));
    }
    if let Some(away) = &run.put_away {
        let people = store.people().await?;
        let name = people.into_iter().find(|person| person.id == away.by).map(|person| person.name);
        let (name, at) = (name.unwrap_or_else(|| away.by.clone()), output::when(away.at, config.zone));
        lines.push(format!("Put away by {name} on {at}: {}", away.why));
    }
    Ok(lines)
}

/// The kind of a failure in words for people.
pub(super) fn class(failure: Option<&RunFailure>) -> &'static str {
    failure.map_or("", |failure| word(failure.class))
}

const fn word(class: FailureClass) -> &'static str {
    match class {
        FailureClass::Business => "business",
        FailureClass::Application => "application",
        FailureClass::OutcomeUnknown => "outcome unknown",
    }
}

/// Where a run failed.
pub(super) fn place(failure: Option<&RunFailure>) -> String {
    let Some(failure) = failure else { return String::new() };
    let step = failure.step.map(|step| format!("step {step}"));
    let line = failure.line.map(|line| format!("line {line}"));
    [step, line].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a queued run waits for, in words for people.
fn waits_for(held: Held) -> String {
    match held {
        Held::AtOnce(most) => format!("{most} runs of the workflow are at work, and no more may be"),
        Held::PerMinute(most) => {
            format!("{most} runs of the workflow have begun within a minute, and no more may")
        }
        Held::All(most) => format!("{most} runs are at work, and no more may be"),
        Held::Siblings(most) => format!("{most} of the runs that were started with it have not ended"),
        Held::Turn => "it begins next, or after those before it".to_owned(),
    }
}
