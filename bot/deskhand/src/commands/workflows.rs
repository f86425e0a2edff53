//! `deskhand workflows`: which there are, their versions, what changed, and the way back.

use std::process::ExitCode;

use anyhow::bail;
use engine::Version;
use similar::TextDiff;
use store::{Person, Role, Store};

use super::check::workflows;
use crate::cli::WorkflowsCommand;
use crate::config::Config;
use crate::{house, output, storage};

/// Lists, compares, or rolls back.
pub(super) async fn run(config: &Config, command: WorkflowsCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    let code = match command {
        WorkflowsCommand::List => list(config, &store, json).await?,
        WorkflowsCommand::Versions { workflow } => versions(config, &store, &workflow, json).await?,
        WorkflowsCommand::Diff { workflow, from, to } => {
            diff(config, &store, &workflow, from.as_deref(), to.as_deref()).await?
        }
        WorkflowsCommand::RollBack { workflow, version, person } => {
            let author = author(&store, &person).await?;
            let done = engine::roll_back(&store, &config.workflows, &workflow, &version, &author.id).await?;
            let said = if done { "is back at" } else { "was already at" };
            output::text(&format!(
                "{workflow} {said} {version}. Runs that go on stay on their own version.\n"
            ))?;
            output::DONE
        }
    };
    store.close().await;
    Ok(code)
}

/// The person who puts a version back.
async fn author(store: &Store, name: &str) -> anyhow::Result<Person> {
    let Some(person) = store.sign_in(name, &house::password()?).await? else {
        bail!("DH-1007: the name or the password is not right; nothing was changed");
    };
    if !matches!(person.role, Role::Admin | Role::Author) {
        bail!("DH-1008: {} may not change workflows; ask an author or an administrator", person.name);
    }
    Ok(person)
}

async fn list(config: &Config, store: &Store, json: bool) -> anyhow::Result<ExitCode> {
    let grants = house::grants(config);
    let mut rows = Vec::new();
    for file in workflows(&config.workflows)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let versions = engine::workflow_versions(store, &config.workflows, &name).await?;
        let problems = engine::check_script(&name, &std::fs::read_to_string(&file)?, &grants).len();
        let going: u64 = versions.iter().filter_map(|version| Some(version.used.as_ref()?.going)).sum();
        if json {
            let row = serde_json::json!({ "workflow": name, "version": versions[0].sha256, "versions": versions.len(), "going": going, "problems": problems });
            output::json(&row)?;
        }
        let checked = if problems == 0 { "good".to_owned() } else { format!("{problems} problems") };
        let (count, going) = (versions.len().to_string(), going.to_string());
        rows.push([name, versions[0].short().to_owned(), count, going, checked]);
    }
    if !json {
        output::table(["Workflow", "Version", "Versions", "Runs going", "Check"], rows)?;
    }
    Ok(output::DONE)
}

async fn versions(config: &Config, store: &Store, workflow: &str, json: bool) -> anyhow::Result<ExitCode> {
    let versions = engine::workflow_versions(store, &config.workflows, workflow).await?;
    if json {
        for version in &versions {
            output::json(version)?;
        }
        return Ok(output::DONE);
    }
    let rows = versions.iter().map(|version| {
        let used = version.used.as_ref();
        let when = |at| output::when(at, config.zone);
        [
            version.short().to_owned(),
            if version.current { "now".to_owned() } else { String::new() },
            used.map_or_else(|| "never".to_owned(), |used| when(used.first_at)),
            used.map_or_else(String::new, |used| when(used.last_at)),
            used.map_or(0, |used| used.runs).to_string(),
            used.map_or(0, |used| used.going).to_string(),
        ]
    });
    output::table(["Version", "", "First run", "Latest run", "Runs", "Going"], rows)?;
    Ok(output::DONE)
}

/// Without names: from the version before to what lies in the folder. Exit code 1 when they differ, as `diff` has it.
async fn diff(
    config: &Config,
    store: &Store,
    workflow: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let versions = engine::workflow_versions(store, &config.workflows, workflow).await?;
    let Some(from) = from.or_else(|| versions.get(1).map(|version| version.sha256.as_str())) else {
        bail!("DH-6530: {workflow} has no earlier version; nothing has run on another text yet");
    };
    let to = to.unwrap_or(&versions[0].sha256);
    let (from, before) = engine::version_text(store, &config.workflows, workflow, from).await?;
    let (to, after) = engine::version_text(store, &config.workflows, workflow, to).await?;
    let heading = |version: &Version| format!("{workflow}.rhai {}", version.short());
    let changes = TextDiff::from_lines(&before, &after);
    output::text(&changes.unified_diff().header(&heading(&from), &heading(&to)).to_string())?;
    Ok(if before == after { output::DONE } else { output::found_wrong() })
}
