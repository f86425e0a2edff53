//! `deskhand supplier`: what is remembered of suppliers.

use std::process::ExitCode;

use anyhow::bail;
use store::{MemoryRow, Role};

use crate::cli::SupplierCommand;
use crate::config::Config;
use crate::{house, output, storage};

/// Lists or revokes.
pub(super) async fn run(config: &Config, command: SupplierCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        SupplierCommand::List { all } => {
            let memories = if all { store.memories().await? } else { store.memories_that_hold().await? };
            if json {
                for memory in &memories {
                    output::json(memory)?;
                }
            } else {
                let people = store.people().await?;
                let name = |id: &str| {
                    people.iter().find(|p| p.id == id).map_or_else(|| id.to_owned(), |p| p.name.clone())
                };
                let rows = memories.into_iter().map(|m| {
                    let says = says(&m);
                    let state = match &m.revoked_by {
                        Some(by) => format!("revoked by {}", name(by)),
                        None => format!("used {} times", m.times_used),
                    };
                    let saved = format!("{} {}", name(&m.saved_by), output::when(m.saved_at, config.zone));
                    [m.id, m.supplier_name, says, saved, state]
                });
                output::table(["Memory", "Supplier", "Says", "Saved by", "State"], rows)?;
            }
        }
        SupplierCommand::Revoke { id, person } => {
            let Some(person) = store.sign_in(&person, &house::password()?).await? else {
                bail!("DH-1007: the name or the password is not right; nothing was revoked");
            };
            if !matches!(person.role, Role::Admin | Role::Reviewer) {
                bail!("DH-1008: {} may look but not decide; ask a reviewer", person.name);
            }
            if !store.memories().await?.iter().any(|memory| memory.id == id) {
                bail!(
                    "DH-1017: nothing is remembered under {id}; `deskhand supplier list --all` shows everything"
                );
            }
            let memory = store.revoke_memory(&id, &person.id).await?;
            if json {
                output::json(&memory)?;
            } else {
                output::text(&format!("{} is revoked and will not be used again.\n", memory.id))?;
            }
        }
    }
    Ok(output::DONE)
}

fn says(memory: &MemoryRow) -> String {
    let said = |name: &str| memory.lesson[name].as_str().map(str::to_owned);
    match (said("label"), said("value")) {
        (Some(label), _) => format!("{} stands beside `{label}`", memory.field),
        (None, Some(value)) => format!("{} is {value}", memory.field),
        (None, None) => memory.field.clone(),
    }
}
