//! `deskhand runs`: what happened, step by step.

mod show;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::bail;
use engine::Retry;
use store::{PostingState, RunRow, RunState, Store, TaskFilter};

use crate::cli::{RetryArgs, RunsCommand};
use crate::config::Config;
use crate::{house, output, storage};

/// Lists, shows, tries again, puts away or cancels.
pub(super) async fn run(config: &Config, command: RunsCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        RunsCommand::List { limit, failed: true } => return dead_letters(config, &store, limit, json).await,
        RunsCommand::List { limit, failed: false } => list(config, &store, limit, json).await?,
        RunsCommand::Show { id } => show::show(config, &store, &id, json).await?,
        RunsCommand::Retry(args) => retry(config, store, args, json).await?,
        RunsCommand::PutAway { id, why, person } => {
            let person = house::operator(&store, &person).await?;
            if !store.put_away(&id, &person.id, &why).await? {
                bail!(
                    "DH-6057: {id} is not on the list of failed runs; `deskhand runs list --failed` shows it"
                );
            }
            output::text(&format!("{id} is put away.\n"))?;
        }
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

/// The failed runs that somebody must look at, and 1 as exit code when there are any.
async fn dead_letters(config: &Config, store: &Store, limit: u32, json: bool) -> anyhow::Result<ExitCode> {
    let runs = store.dead_letters(limit).await?;
    if json {
        runs.iter().try_for_each(output::json)?;
    } else {
        let rows = runs.iter().map(|run| {
            [
                run.id.clone(),
                show::class(run.failure.as_ref()).to_owned(),
                show::place(run.failure.as_ref()),
                run.note.clone(),
                run.ended_at.map(|at| output::when(at, config.zone)).unwrap_or_default(),
            ]
        });
        output::table(["Run", "Kind", "Where", "Why", "Since"], rows)?;
    }
    Ok(if runs.is_empty() { output::DONE } else { output::found_wrong() })
}

async fn retry(config: &Config, store: Store, args: RetryArgs, json: bool) -> anyhow::Result<()> {
    let store = match &args.person {
        Some(name) => store.acting_as(&house::operator(&store, name).await?.id),
        None => store,
    };
    let RetryArgs { id, from, repeat_effects, on_new_version, why, person: _ } = args;
    let retry = Retry { from, repeat_effects, on_new_version, why };
    let plan = engine::retry_run(&store, &config.workflows, &id, &retry).await?;
    if json {
        return output::json(&plan);
    }
    let version = plan.version.get(..12).unwrap_or_default();
    output::text(&format!("{id} goes on from step {} on version {version}.\n", plan.from))?;
    if plan.newer.is_some() && !on_new_version {
        output::text(
            "Its workflow has been changed since: --on-new-version goes on with what lies in the folder.\n",
        )?;
    }
    for repeat in &plan.repeats {
        output::text(&format!("It repeats step {}, {}.\n", repeat.index, repeat.step))?;
    }
    Ok(())
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

/// The state in words for people.
fn state(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "queued",
        RunState::Running => "running",
        RunState::Waiting => "waiting",
        RunState::Done => "done",
        RunState::Rejected => "rejected",
        RunState::NotPosted => "not posted",
        RunState::Failed => "failed",
        RunState::Cancelled => "cancelled",
    }
}
