//! One file per command.

mod audit;
mod backtest;
mod check;
pub(crate) mod child;
mod config;
mod doctor;
mod dry_run;
mod extract;
mod hold;
mod host;
mod new;
mod read;
mod run;
mod runs;
mod schedules;
mod serve;
mod stock;
mod stock_desk;
mod supplier;
mod tasks;
mod taxid;
mod test;
mod user;
mod worker;
mod workflows;

use std::process::ExitCode;

use crate::cli::{Command, CommandLine};
use crate::{config as configuration, logs};

/// Does what the command line says.
pub(crate) async fn run(line: CommandLine) -> anyhow::Result<ExitCode> {
    let json = line.json;
    // These need no configuration.
    match &line.command {
        Command::Taxid(args) => return taxid::run(args, json),
        Command::Config(crate::cli::ConfigCommand::Example) => return config::example(),
        Command::Host(args) => return host::run(args, json),
        Command::Stock(command) => return stock::run(command, json),
        _ => {}
    }
    let config = configuration::load(line.config.as_deref())?;
    logs::start(&config)?;
    match line.command {
        Command::Serve => serve::run(config).await,
        Command::Worker => worker::run(config).await,
        Command::Run(args) if args.dry_run => dry_run::run(&config, &args, json).await,
        Command::Run(args) => run::run(config, args, json).await,
        Command::Runs(command) => runs::run(&config, command, json).await,
        Command::Schedules(command) => schedules::run(&config, command, json).await,
        Command::Hold(command) => hold::run(&config, command, json).await,
        Command::Check(args) => check::run(&config, &args, json),
        Command::Test(args) => test::run(&config, &args, json),
        Command::Backtest(args) => backtest::run(&config, &args, json).await,
        Command::Workflows(command) => workflows::run(&config, command, json).await,
        Command::New { workflow } => new::run(&config, &workflow),
        Command::Read(files) => read::run(&config, &files.files, json),
        Command::Extract(files) => extract::run(&config, &files.files, json),
        Command::Tasks(command) => tasks::run(&config, command, json).await,
        Command::Supplier(command) => supplier::run(&config, command, json).await,
        Command::Audit(command) => audit::run(&config, command, json).await,
        Command::Doctor => doctor::run(&config, json).await,
        Command::User(command) => user::run(&config, command, json).await,
        Command::Config(_) => config::check(&config),
        Command::Taxid(_) | Command::Host(_) | Command::Stock(_) | Command::Child { .. } => {
            unreachable!("handled before the configuration is read")
        }
    }
}
