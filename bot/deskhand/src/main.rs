//! The command line and the wiring: the only crate that names every adapter.
//!
//! [`cli`] says which commands there are, [`commands`] does each in a file of its own, [`config`] is
//! `deskhand.toml`, [`storage`] opens what everything is kept in, and [`house`] puts the adapters into their seams.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod config;
mod house;
mod logs;
mod output;
mod place;
mod printer;
mod storage;
mod usage;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let command_line = cli::CommandLine::parse();
    if let cli::Command::Child { kind } = &command_line.command {
        return commands::child::run(kind);
    }
    // Two TLS providers are in the tree; naming one keeps the first connection from panicking.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!(
                "DH-1000: no worker threads could be started ({error}); free some memory and try again"
            );
            return ExitCode::from(3);
        }
    };
    let outcome = runtime.block_on(commands::run(command_line));
    // A reader that still works on a page must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    match outcome {
        Ok(code) => code,
        Err(error) => output::failure(&error),
    }
}
