//! `deskhand host`: what a workflow may call.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use engine::HostFunction;

use crate::cli::HostArgs;
use crate::output;

/// Lists the functions, shows some of them, or writes the definitions for editors.
pub(super) fn run(args: &HostArgs, json: bool) -> anyhow::Result<ExitCode> {
    if let Some(folder) = &args.definitions {
        return definitions(folder);
    }
    let mut functions = engine::host_functions();
    if let Some(asked) = &args.function {
        functions.retain(|function| function.path() == *asked || function.module == *asked);
        if functions.is_empty() {
            bail!("DH-6507: a workflow can call no `{asked}`; `deskhand host` lists what it can");
        }
    }
    for function in &functions {
        if json {
            output::json(function)?;
        } else if args.function.is_some() {
            output::text(&whole(function))?;
        }
    }
    if !json && args.function.is_none() {
        let rows = functions.iter().map(|function| [function.signature(), function.summary()]);
        output::table(["Function", "Does"], rows)?;
    }
    Ok(output::DONE)
}

fn whole(function: &HostFunction) -> String {
    let text: Vec<String> =
        function.text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
    format!("{}\n\n{}\n\n", function.signature(), text.join("\n"))
}

fn definitions(folder: &Path) -> anyhow::Result<ExitCode> {
    let cannot = || format!("DH-1010: {} cannot be written; check who owns it", folder.display());
    std::fs::create_dir_all(folder).with_context(cannot)?;
    for (name, text) in engine::host_definitions() {
        std::fs::write(folder.join(&name), text).with_context(cannot)?;
        output::text(&format!("{}\n", folder.join(&name).display()))?;
    }
    Ok(output::DONE)
}
