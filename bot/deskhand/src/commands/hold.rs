//! `deskhand hold`: the office does not work, although the calendar says so.

use std::process::ExitCode;

use store::{HoldKind, HoldSource, Store};

use crate::cli::{HoldArg, HoldCommand};
use crate::config::Config;
use crate::{house, output, storage};

/// Lists, sets or lifts.
pub(super) async fn run(config: &Config, command: HoldCommand, json: bool) -> anyhow::Result<ExitCode> {
    let store = storage::open_store(config).await?;
    match command {
        HoldCommand::List => list(config, &store, json).await?,
        HoldCommand::Set { kind, person, why } => {
            let person = house::operator(&store, &person).await?;
            let hold = store.set_hold(kind.into(), HoldSource::Person, &person.id, &why).await?;
            if json {
                output::json(&hold)?;
            } else {
                let since = output::when(hold.set_at, config.zone);
                output::text(&format!("{} is in force since {since}.\n", hold.kind.en()))?;
            }
        }
        HoldCommand::Lift { kind, person, why } => {
            let person = house::operator(&store, &person).await?;
            let kind = HoldKind::from(kind);
            let in_force = store.holds_in_force().await?;
            let mut lifted = 0;
            for hold in in_force.iter().filter(|hold| hold.kind == kind) {
                lifted += u32::from(store.lift_hold(&hold.id, &person.id, &why).await?);
            }
            if json {
                output::json(&serde_json::json!({ "kind": kind, "lifted": lifted }))?;
            } else {
                let was = if lifted == 0 { "was not in force" } else { "is lifted" };
                output::text(&format!("{} {was}.\n", kind.en()))?;
            }
        }
    }
    Ok(output::DONE)
}

async fn list(config: &Config, store: &Store, json: bool) -> anyhow::Result<()> {
    let holds = store.holds(50).await?;
    if json {
        return holds.iter().try_for_each(output::json);
    }
    let people = store.people().await?;
    let name =
        |id: &str| people.iter().find(|p| p.id == id).map_or_else(|| id.to_owned(), |p| p.name.clone());
    let rows = holds.into_iter().map(|hold| {
        let lifted = hold.lifted_at.map(|at| output::when(at, config.zone));
        [
            hold.kind.en().to_owned(),
            output::when(hold.set_at, config.zone),
            name(&hold.set_by),
            lifted.unwrap_or_else(|| "in force".to_owned()),
            hold.lifted_by.map(|by| name(&by)).unwrap_or_default(),
        ]
    });
    output::table(["Hold", "Set", "By", "Lifted", "By"], rows)?;
    if let Some(silent) = store.silent_hold_source().await? {
        let since = output::when(silent.silent_since, config.zone);
        output::text(&format!(
            "DH-6044: the polled address has not answered since {since}; what it said last stays in force.\n"
        ))?;
    }
    Ok(())
}

impl From<HoldArg> for HoldKind {
    fn from(kind: HoldArg) -> Self {
        match kind {
            HoldArg::Typhoon8 => Self::Typhoon8,
            HoldArg::BlackRain => Self::BlackRain,
            HoldArg::ExtremeConditions => Self::ExtremeConditions,
        }
    }
}
