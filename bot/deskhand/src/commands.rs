//! One file per command.

mod audit;
mod check;
pub(crate) mod child;
mod config;
mod doctor;
mod extract;
mod hold;
mod read;
mod run;
mod runs;
mod schedules;
mod serve;
mod supplier;
mod tasks;
mod taxid;
mod user;

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
        _ => {}
    }
    let config = configuration::load(line.config.as_deref())?;
    logs::start(&config)?;
    match line.command {
        Command::Serve => serve::run(config).await,
        Command::Run(args) => run::run(config, args, json).await,
        Command::Runs(command) => runs::run(&config, command, json).await,
        Command::Schedules(command) => schedules::run(&config, command, json).await,
        Command::Hold(command) => hold::run(&config, command, json).await,
        Command::Check { path } => check::run(&config, path.as_deref(), json),
        Command::Read(files) => read::run(&config, &files.files, json),
        Command::Extract(files) => extract::run(&config, &files.files, json),
        Command::Tasks(command) => tasks::run(&config, command, json).await,
        Command::Supplier(command) => supplier::run(&config, command, json).await,
        Command::Audit(command) => audit::run(&config, command, json).await,
        Command::Doctor => doctor::run(&config, json).await,
        Command::User(command) => user::run(&config, command, json).await,
        Command::Config(_) => config::check(&config),
        Command::Taxid(_) | Command::Child { .. } => unreachable!("handled before the configuration is read"),
    }
}
