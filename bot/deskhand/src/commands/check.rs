//! `deskhand check`: workflows, schedules and portals, before anything runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use engine::{Problem, TESTS};
use serde::Serialize;
use store::Clock as _;

use crate::cli::{CheckArgs, LangArg};
use crate::config::Config;
use crate::place::at_its_place;
use crate::{house, output};

/// One thing that was checked.
#[derive(Serialize)]
struct Checked {
    what: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

impl Checked {
    fn script(what: String, problems: Vec<Problem>) -> Self {
        Self { what, ok: problems.is_empty(), error: None, problems }
    }

    fn setting<T, E: ToString>(what: String, result: Result<T, E>) -> Self {
        let error = result.err().map(|error| error.to_string());
        Self { what, ok: error.is_none(), error, problems: Vec::new() }
    }
}

/// Checks a workflow, a folder of them, or everything that is configured.
pub(super) fn run(config: &Config, args: &CheckArgs, json: bool) -> anyhow::Result<ExitCode> {
    if let Some(tests) = args.path.as_ref().filter(|path| path.to_string_lossy().ends_with(TESTS)) {
        bail!("DH-1004: {} holds tests; `deskhand test` runs them", tests.display());
    }
    let grants = house::grants(config);
    let mut all = Vec::new();
    for file in workflows(args.path.as_deref().unwrap_or(&config.workflows))? {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("DH-1009: {} cannot be opened", file.display()))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let problems = engine::check_script(&name, &text, &grants);
        all.push(Checked::script(file.display().to_string(), problems));
    }
    if args.path.is_none() {
        let calendars = house::calendars(config)?;
        let now = store::SystemClock.now();
        for schedule in house::schedules(config) {
            let name = format!("schedule {}", schedule.name);
            let checked = engine::check_schedule(&schedule, &calendars).map_err(|e| e.to_string());
            let known = checked.and_then(|schedule| match schedule.calendar_ends(now) {
                Some(until) => Err(format!("DH-6042: its calendar says nothing of the days after {until}; update Deskhand, or write a calendar of your own")),
                None => Ok(()),
            });
            all.push(Checked::setting(name, known));
        }
        for (name, portal) in &config.portals {
            let loaded = portal::Description::load(&portal.description);
            all.push(Checked::setting(format!("portal {name}"), loaded));
        }
    }
    for checked in &all {
        if json {
            output::json(checked)?;
        } else {
            output::text(&said(checked, args.lang))?;
        }
    }
    Ok(if all.iter().all(|checked| checked.ok) { output::DONE } else { output::found_wrong() })
}

/// The scripts at a path: the file itself, or those of a folder, without their tests.
pub(super) fn workflows(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let folder =
        std::fs::read_dir(path).with_context(|| format!("DH-1009: {} cannot be opened", path.display()))?;
    let mut files: Vec<PathBuf> = folder
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| {
            file.extension().is_some_and(|end| end == "rhai")
                && file.file_stem().is_some_and(|stem| Path::new(stem).extension().is_none())
        })
        .collect();
    files.sort();
    Ok(files)
}

fn said(checked: &Checked, lang: LangArg) -> String {
    let mut text = format!("{} {}\n", if checked.ok { "✓" } else { "✕" }, checked.what);
    if let Some(error) = &checked.error {
        text.extend(["  ", error, "\n"]);
    }
    for problem in &checked.problems {
        text += &at_its_place(&checked.what, problem, lang);
    }
    text
}
