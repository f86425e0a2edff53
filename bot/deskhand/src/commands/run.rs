//! `deskhand run`: one run by hand.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use engine::{Intake, Upload};
use store::RunState;

use super::read::{name, open};
use super::tasks::pairs;
use crate::cli::RunArgs;
use crate::config::Config;
use crate::{house, output};

/// How long `--wait` waits.
const PATIENCE: Duration = Duration::from_hours(1);

/// Starts the run in this process; `deskhand serve` must not be running on the same data.
pub(super) async fn run(config: Config, args: RunArgs, json: bool) -> anyhow::Result<ExitCode> {
    let (engine, store) = house::engine_without_triggers(&config).await?;
    let id = match &args.file {
        Some(file) => {
            let upload = Upload {
                name: name(file),
                bytes: open(file)?,
                workflow: args.workflow.clone(),
                portal: args.portal.clone(),
                origin: "command line".into(),
            };
            match engine.take(upload).await? {
                Intake::Started { run, .. } => run,
                Intake::Duplicate { document, first_name, first_at } => {
                    output::text(&format!(
                        "The same bytes came on {} as {first_name}.\n",
                        output::when(first_at, config.zone)
                    ))?;
                    format!("{}/{document}", args.workflow)
                }
                Intake::Refused { code, reason } => bail!("{code}: {reason}"),
            }
        }
        None => engine.start_with(&args.workflow, &pairs(&args.params)?, "command line").await?,
    };
    if args.wait {
        engine.wait(&id, PATIENCE).await?;
    }
    engine.shutdown().await;
    let state = store.run(&id).await?.map(|(run, _)| run);
    store.close().await;
    if json {
        output::json(&state)?;
    } else {
        let said = state.as_ref().map_or_else(String::new, |run| format!("{} {}", run.state, run.note));
        output::text(&format!("{id}: {said}\n"))?;
    }
    let well = state.is_some_and(|run| !matches!(run.state, RunState::Failed | RunState::Waiting));
    Ok(if well || !args.wait { output::DONE } else { output::found_wrong() })
}
