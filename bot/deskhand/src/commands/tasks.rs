//! `deskhand tasks`: the review queue from a terminal.

use std::process::ExitCode;

use anyhow::bail;
use store::{Decided, Decision, TaskFilter};

use crate::cli::{DecisionArg, TasksCommand};
use crate::config::Config;
use crate::{house, output, storage};

/// Lists, shows or decides.
pub(super) async fn run(config: &Config, command: TasksCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        TasksCommand::List { all } => {
            let filter = if all { TaskFilter::all(500) } else { TaskFilter::open(500) };
            let tasks = store.tasks(&filter).await?;
            if json {
                for task in &tasks {
                    output::json(task)?;
                }
            } else {
                let rows = tasks.into_iter().map(|t| {
                    [
                        t.id,
                        t.document_name,
                        t.total.unwrap_or_default(),
                        t.state.to_string(),
                        t.reason,
                        output::when(t.created_at, config.zone),
                    ]
                });
                output::table(["Task", "Document", "Total", "State", "Reason", "Since"], rows)?;
            }
        }
        TasksCommand::Show { id } => {
            let Some(task) = store.task(&id).await? else {
                bail!("DH-1006: there is no task {id}; `deskhand tasks list` shows them");
            };
            output::json(&task)?;
        }
        TasksCommand::Decide { id, decision, person, corrections, note } => {
            let Some(person) = store.sign_in(&person, &house::password()?).await? else {
                bail!("DH-1007: the name or the password is not right; nothing was decided");
            };
            let Some(task) = store.task(&id).await? else {
                bail!("DH-1006: there is no task {id}; `deskhand tasks list` shows them");
            };
            if !matches!(person.role, store::Role::Admin | store::Role::Reviewer) {
                bail!("DH-1008: {} may look but not decide; ask a reviewer", person.name);
            }
            let corrections = pairs(&corrections)?;
            let decided = Decided { decision: decision.into(), corrections: corrections.into(), note };
            let task = store.decide(&task.id, task.version, &person.id, &decided).await?;
            // A running `deskhand serve` finds the decision by itself.
            if json { output::json(&task)? } else { output::text(&format!("{} is decided.\n", task.id))? }
        }
    }
    Ok(output::DONE)
}

/// FIELD=VALUE pairs as an object.
pub(super) fn pairs(pairs: &[String]) -> anyhow::Result<serde_json::Map<String, serde_json::Value>> {
    pairs
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().into())),
            None => bail!("DH-1004: `{pair}` is not of the form FIELD=VALUE"),
        })
        .collect()
}

impl From<DecisionArg> for Decision {
    fn from(decision: DecisionArg) -> Self {
        match decision {
            DecisionArg::Approve => Self::Approve,
            DecisionArg::Correct => Self::Correct,
            DecisionArg::Reject => Self::Reject,
        }
    }
}
