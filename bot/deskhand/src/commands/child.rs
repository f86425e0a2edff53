//! `deskhand child KIND`: one crash-prone piece of work between standard input and output.

use std::process::ExitCode;

/// Serves until the input ends. Nothing but answers may go to standard output.
pub(crate) fn run(kind: &str) -> ExitCode {
    match documents::child::serve(kind, std::io::stdin(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(3),
    }
}
