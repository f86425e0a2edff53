//! `deskhand worker`: this machine takes part in the work of a database that several machines share.

use std::process::ExitCode;

use anyhow::bail;

use super::serve::asked_to_end;
use crate::config::Config;
use crate::{house, output, storage};

/// Does steps until it is asked to end. What it had begun, another machine goes on with.
pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    if config.database.is_none() {
        bail!(
            "DH-1019: there is nothing to join: `database` is not set; name the PostgreSQL that the machines share, or run `deskhand serve`"
        );
    }
    let store = storage::open_store(&config).await?;
    let engine = house::engine_of_a_worker(&config, store.clone()).await?;
    let lanes: Vec<&str> = house::lanes_of_a_worker(&config).iter().map(|lane| lane.word()).collect();
    tracing::info!(lanes = lanes.join(", "), "deskhand works");
    asked_to_end()?.await;
    engine.shutdown().await;
    store.close().await;
    tracing::info!("ended; others go on with the runs");
    Ok(output::DONE)
}
