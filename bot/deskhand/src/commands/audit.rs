//! `deskhand audit`: is the chain whole, and where does it end?

use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::AuditCommand;
use crate::config::Config;
use crate::{output, storage};

/// Verifies, shows or exports.
pub(super) async fn run(config: &Config, command: AuditCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        AuditCommand::Verify { head } => {
            let verdict = match head {
                Some(path) => {
                    let text = std::fs::read_to_string(&path).with_context(|| {
                        format!("DH-1005: the exported head {} cannot be read", path.display())
                    })?;
                    let head = serde_json::from_str(&text).with_context(|| {
                        format!(
                            "DH-1005: {} is no exported head; make one with `deskhand audit export`",
                            path.display()
                        )
                    })?;
                    store.audit_verify_against(&head).await?
                }
                None => store.audit_verify().await?,
            };
            if json {
                output::json(&verdict)?;
            } else if let Some(broken) = &verdict.broken {
                output::text(&format!(
                    "The audit chain is BROKEN at entry {}: {}.\n",
                    broken.seq, broken.why
                ))?;
            } else {
                output::text(&format!(
                    "The audit chain is whole: {} entries, head {}.\n",
                    verdict.entries, verdict.head.entry_hash
                ))?;
            }
            Ok(if verdict.is_sound() { output::DONE } else { output::found_wrong() })
        }
        AuditCommand::Head => {
            let head = store.audit_head().await?;
            if json {
                output::json(&head)?;
            } else {
                output::text(&format!("{} {}\n", head.seq, head.entry_hash))?;
            }
            Ok(output::DONE)
        }
        AuditCommand::Export => {
            output::json(&store.export_head().await?)?;
            Ok(output::DONE)
        }
    }
}
