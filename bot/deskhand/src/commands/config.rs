//! `deskhand config`: the example, and whether the configuration can be used.

use std::process::ExitCode;

use crate::config::{self, Config};
use crate::output;

/// Prints the commented example.
pub(super) fn example() -> anyhow::Result<ExitCode> {
    output::text(&config::example())?;
    Ok(output::DONE)
}

/// It has been loaded and validated by now.
pub(super) fn check(config: &Config) -> anyhow::Result<ExitCode> {
    output::text(&format!(
        "The configuration can be used: {} folders, {} schedules, {} portals; data in {}.\n",
        config.folders.len(),
        config.schedules.len(),
        config.portals.len(),
        config.data.display()
    ))?;
    Ok(output::DONE)
}
