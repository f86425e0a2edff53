//! `deskhand new`: a workflow and its test, from a template.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use engine::TESTS;

use crate::config::Config;
use crate::output;

const WORKFLOW: &str = include_str!("../../templates/workflow.rhai");
const TEST: &str = include_str!("../../templates/workflow.test.rhai");

/// Writes both files; what is there already is never written over.
pub(super) fn run(config: &Config, workflow: &str) -> anyhow::Result<ExitCode> {
    if !engine::is_workflow_name(workflow) {
        bail!(
            "DH-6512: `{workflow}` is no name for a workflow; use letters, digits, - and _, such as statement_match"
        );
    }
    let script = config.workflows.join(format!("{workflow}.rhai"));
    let test = config.workflows.join(format!("{workflow}{TESTS}"));
    if let Some(there) = [&script, &test].into_iter().find(|file| file.exists()) {
        bail!("DH-6511: {} is there already; choose another name, or change that file", there.display());
    }
    for (file, template) in [(&script, WORKFLOW), (&test, TEST)] {
        write(file, &template.replace("{workflow}", workflow))?;
        output::text(&format!("{}\n", file.display()))?;
    }
    output::text(&format!("Change both, then: deskhand check {0} && deskhand test {0}\n", script.display()))?;
    Ok(output::DONE)
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    match File::create_new(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("DH-6511: {} is there already; choose another name, or change that file", file.display())
        }
        made => made.and_then(|mut made| made.write_all(text.as_bytes())),
    }
    .with_context(|| format!("DH-1010: {} cannot be written; check who owns the folder", file.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn what_the_template_makes_has_no_problem_and_passes_its_tests() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("statement.rhai");
        write(&file, &WORKFLOW.replace("{workflow}", "statement")).unwrap();
        assert_eq!(engine::check_script("statement", WORKFLOW, &engine::Grants::default()), []);
        let outcomes = engine::run_script_tests(
            &folder.path().join("statement.test.rhai"),
            &TEST.replace("{workflow}", "statement"),
        );
        assert!(outcomes.iter().all(|outcome| outcome.failure.is_none()), "{outcomes:?}");
        assert!(!outcomes.is_empty());
        assert!(write(&file, "other").unwrap_err().to_string().starts_with("DH-6511"));
        assert!(
            std::fs::read_to_string(&file).unwrap().contains("invoices::check"),
            "nothing is written over"
        );
    }
}
