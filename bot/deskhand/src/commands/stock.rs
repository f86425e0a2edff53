//! `deskhand stock`: demand, orders and stocktakes, from files alone.

mod alarms;
mod break_even;
mod forecast;
mod propose;
mod replay;
mod sales;
mod stocktake;
mod target;
mod terms;

use std::process::ExitCode;

use crate::cli::StockCommand;

/// Does what was asked.
pub(super) fn run(command: &StockCommand, json: bool) -> anyhow::Result<ExitCode> {
    match command {
        StockCommand::Forecast(args) => forecast::run(args, json),
        StockCommand::Propose(args) => propose::run(args, json),
        StockCommand::Replay(args) => replay::run(args, json),
        StockCommand::Alarms(args) => alarms::run(args, json),
        StockCommand::Stocktake(args) => stocktake::run(args, json),
    }
}
