//! `deskhand test`: the tests of workflows, without touching the world.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use engine::{TESTS, TestOutcome};

use super::check::workflows;
use crate::cli::{CheckArgs, LangArg};
use crate::config::Config;
use crate::output;
use crate::place::at_its_place;

/// Runs the tests of a workflow, of a folder of them, or of the configured folder.
pub(super) fn run(config: &Config, args: &CheckArgs, json: bool) -> anyhow::Result<ExitCode> {
    let (mut passed, mut failed) = (0, 0);
    for file in files(args.path.as_deref().unwrap_or(&config.workflows))? {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("DH-1009: {} cannot be opened", file.display()))?;
        for outcome in engine::run_script_tests(&file, &text) {
            *if outcome.failure.is_none() { &mut passed } else { &mut failed } += 1;
            if json {
                output::json(&outcome)?;
            } else {
                output::text(&said(&outcome, args.lang))?;
            }
        }
    }
    if !json {
        output::text(&format!("{passed} passed, {failed} failed\n"))?;
    }
    Ok(if failed == 0 { output::DONE } else { output::found_wrong() })
}

/// The test files at a path: the file itself, the one beside a workflow, or those of a folder.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.to_string_lossy().ends_with(TESTS) {
        return Ok(vec![path.to_path_buf()]);
    }
    let beside = |script: &PathBuf| {
        let name = script.file_stem().unwrap_or_default().to_string_lossy();
        script.with_file_name(format!("{name}{TESTS}"))
    };
    let mut files: Vec<PathBuf> = workflows(path)?.iter().map(beside).collect();
    // A workflow of a folder may have no tests; one that is named must have some.
    files.retain(|file| path.is_file() || file.exists());
    Ok(files)
}

fn said(outcome: &TestOutcome, lang: LangArg) -> String {
    let file = outcome.file.display().to_string();
    let name = outcome.file.file_name().unwrap_or_default().to_string_lossy();
    let workflow = name.strip_suffix(TESTS).unwrap_or(&name);
    let title = format!("{workflow}: {}", outcome.name.replace('_', " "));
    match &outcome.failure {
        None => format!("✓ {title} ({} steps)\n", outcome.steps),
        Some(problem) => format!("✕ {title}\n{}", at_its_place(&file, problem, lang)),
    }
}
