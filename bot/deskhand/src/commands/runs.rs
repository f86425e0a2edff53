//! `deskhand runs`: what happened, step by step.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::bail;
use store::{PostingState, RunRow, RunState, Store, TaskFilter};

use crate::cli::RunsCommand;
use crate::config::Config;
use crate::{output, storage};

/// Lists, shows or cancels.
pub(super) async fn run(config: &Config, command: RunsCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        RunsCommand::List { limit } => list(config, &store, limit, json).await?,
        RunsCommand::Show { id } => show(config, &store, &id, json).await?,
        RunsCommand::Cancel { id, why } => {
            let ended = engine::cancel_run(&store, &id, &why).await?;
            output::text(&format!("{id} {}.\n", if ended { "is cancelled" } else { "had ended before" }))?;
        }
    }
    Ok(output::DONE)
}

async fn list(config: &Config, store: &Store, limit: u32, json: bool) -> anyhow::Result<()> {
    let runs = store.runs(limit).await?;
    let outcomes = outcomes(store, &runs).await?;
    if json {
        for run in &runs {
            let mut row = serde_json::to_value(run)?;
            row["outcome"] = outcomes.get(&run.id).cloned().unwrap_or_default().into();
            output::json(&row)?;
        }
        return Ok(());
    }
    let rows = runs.into_iter().map(|run| {
        let outcome = outcomes.get(&run.id).cloned().unwrap_or_default();
        [
            run.document_name.unwrap_or_else(|| run.id.clone()),
            run.workflow,
            state(run.state).to_owned(),
            outcome,
            output::when(run.started_at, config.zone),
        ]
    });
    output::table(["Document", "Workflow", "State", "Outcome", "Started"], rows)
}

/// What a person wants to know of each run: the reference it was posted under, or what it waits for.
async fn outcomes(store: &Store, runs: &[RunRow]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut said: BTreeMap<String, String> =
        runs.iter().map(|run| (run.id.clone(), run.note.clone())).collect();
    for posting in store.postings(10_000).await? {
        if let (PostingState::Confirmed, Some(reference)) = (posting.state, posting.reference) {
            said.insert(posting.run, format!("{} {reference}", posting.portal));
        }
    }
    for task in store.tasks(&TaskFilter::open(10_000)).await? {
        let worst = worst_finding(&task.findings).unwrap_or(task.reason);
        said.insert(task.run, worst);
    }
    Ok(said)
}

/// The first finding, which is the worst, in a sentence with its code.
fn worst_finding(findings: &serde_json::Value) -> Option<String> {
    let worst = findings.get(0)?;
    Some(format!("{} {}", worst["code"].as_str()?, worst["message"]["en"].as_str()?))
}

async fn show(config: &Config, store: &Store, id: &str, json: bool) -> anyhow::Result<()> {
    let Some((run, steps)) = store.run(id).await? else {
        bail!("DH-1006: there is no run {id}; `deskhand runs list` shows them");
    };
    if json {
        return output::json(&serde_json::json!({ "run": run, "steps": steps }));
    }
    output::text(&format!(
        "{}  {}  {}\n{}\n",
        run.id,
        state(run.state),
        output::when(run.started_at, config.zone),
        run.note
    ))?;
    let rows = steps.into_iter().map(|step| {
        let took = step.ended_at.map_or_else(
            || "…".to_owned(),
            |end| format!("{} ms", (end - step.started_at).num_milliseconds()),
        );
        [step.index.to_string(), step.name, step.state.to_string(), step.attempt.to_string(), took]
    });
    output::table(["#", "Step", "State", "Attempt", "Took"], rows)
}

/// The state in words for people.
fn state(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Waiting => "waiting",
        RunState::Done => "done",
        RunState::Rejected => "rejected",
        RunState::NotPosted => "not posted",
        RunState::Failed => "failed",
        RunState::Cancelled => "cancelled",
    }
}
