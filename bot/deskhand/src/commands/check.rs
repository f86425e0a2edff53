//! `deskhand check`: workflows, schedules and portals, before anything runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use store::Clock as _;

use crate::config::Config;
use crate::{house, output};

/// Checks a workflow, a folder of them, or everything that is configured.
pub(super) fn run(config: &Config, path: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let mut results: Vec<(String, Result<(), String>)> = Vec::new();
    for file in workflows(path.unwrap_or(&config.workflows))? {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("DH-1009: {} cannot be opened", file.display()))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        results.push((
            file.display().to_string(),
            engine::check_workflow(&name, &text).map_err(|e| e.to_string()),
        ));
    }
    if path.is_none() {
        let calendars = house::calendars(config)?;
        let now = store::SystemClock.now();
        for schedule in house::schedules(config) {
            let checked = engine::check_schedule(&schedule, &calendars).map_err(|e| e.to_string());
            let known = checked.and_then(|schedule| match schedule.calendar_ends(now) {
                Some(until) => Err(format!("DH-6042: its calendar says nothing of the days after {until}; update Deskhand, or write a calendar of your own")),
                None => Ok(()),
            });
            results.push((format!("schedule {}", schedule.name), known));
        }
        for (name, portal) in &config.portals {
            let loaded =
                portal::Description::load(&portal.description).map(|_| ()).map_err(|e| e.to_string());
            results.push((format!("portal {name}"), loaded));
        }
    }
    let wrong = results.iter().any(|(_, result)| result.is_err());
    for (what, result) in results {
        if json {
            output::json(&serde_json::json!({ "what": what, "ok": result.is_ok(), "error": result.err() }))?;
        } else {
            output::text(&match result {
                Ok(()) => format!("✓ {what}\n"),
                Err(error) => format!("✕ {what}\n  {error}\n"),
            })?;
        }
    }
    Ok(if wrong { output::found_wrong() } else { output::DONE })
}

fn workflows(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let folder =
        std::fs::read_dir(path).with_context(|| format!("DH-1009: {} cannot be opened", path.display()))?;
    let mut files: Vec<PathBuf> = folder
        .flatten()
        .map(|entry| entry.path())
        .filter(|p| p.extension().is_some_and(|e| e == "rhai"))
        .collect();
    files.sort();
    Ok(files)
}
