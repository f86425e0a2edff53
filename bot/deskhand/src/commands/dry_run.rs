//! `deskhand run --dry-run`: what a run would do, and nothing done.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use engine::{DryRun, DryRunReport};

use super::read::{name, open};
use super::tasks::pairs;
use crate::cli::RunArgs;
use crate::config::Config;
use crate::{house, output, storage};

/// Shows each step with what it would do. `deskhand serve` may be running on the same data.
pub(super) async fn run(config: &Config, args: &RunArgs, json: bool) -> anyhow::Result<ExitCode> {
    let file = config.workflows.join(format!("{}.rhai", args.workflow));
    let script = std::fs::read_to_string(&file)
        .with_context(|| format!("DH-1009: {} cannot be opened", file.display()))?;
    let paper =
        args.file.as_ref().map(|file| Ok::<_, anyhow::Error>((name(file), open(file)?))).transpose()?;
    let mut params = pairs(&args.params)?;
    if let Some(portal) = &args.portal {
        params.insert("portal".to_owned(), portal.clone().into());
    }
    let (store, _thrown_away) = storage::look_into_store(config).await?;
    let house = house::house_that_mails_by(Arc::new(notify::Memory::new()), config, store.clone())?;
    let report =
        engine::dry_run(&house, DryRun { workflow: args.workflow.clone(), script, paper, params }).await?;
    store.close().await;
    if json {
        output::json(&report)?;
    } else {
        output::text(&said(&report))?;
    }
    Ok(output::DONE)
}

fn said(report: &DryRunReport) -> String {
    let mut lines = Vec::new();
    for (place, step) in report.steps.iter().enumerate() {
        lines.push(format!("{place:>3}  {}", step.step));
        lines.extend(step.would.iter().map(|would| format!("       {would}")));
    }
    let end = &report.would_end;
    lines.push(format!("The run would end as {}: {}", end.state, end.note));
    lines.push("Nothing was done.\n".to_owned());
    lines.join("\n")
}
