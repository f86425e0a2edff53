//! Work that may crash, hang or eat all memory is done in a child process that can be killed.
//!
//! Some readers of this crate cannot be trusted with the house's own process: `pdf-extract` panics on the fonts
//! of Chinese invoices, Tesseract is C++ that reads hostile pixels, and what a PDF or an OFD draws has no bounds. The program starts itself again with a
//! hidden command, sends one request over stdin, and takes one answer from stdout. What the child does then,
//! a panic, an endless loop, gigabytes of memory, ends with the child.
//!
//! A request is a length (four bytes, big-endian) and that many bytes. An answer is a mark, a status byte (0 for
//! success), a length and its bytes; the mark is there because libraries sometimes print to stdout as well.
//! `worker` is the house's end of the pipes, `serve` the child's.

mod serve;
mod worker;

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use self::serve::serve;
use self::worker::Worker;

/// What stands before an answer, so that a library's chatter on stdout is not taken for one.
const MARK: &[u8] = b"\0deskhand-child-1\0";

/// The child's kind that reads a PDF's text with `pdf-extract`.
pub const PDF_TEXT: &str = "pdf-text";

/// The child's kind that reads a whole PDF: words, pictures of its pages, attachments.
pub const PDF: &str = "pdf";

/// The child's kind that reads a whole OFD.
pub const OFD: &str = "ofd";

/// The child's kind that reads pixels with Tesseract.
pub const TESSERACT: &str = "tesseract";

/// The child's kind that gives back what it gets: whether children work at all.
const PROBE: &str = "probe";

/// How to start a child: the kind of work is added as the last argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program, mostly this very program.
    pub program: PathBuf,
    /// The arguments before the kind, mostly `["child"]`.
    pub args: Vec<String>,
}

/// What a child may use up.
#[derive(Debug, Clone, Copy)]
pub struct ChildLimits {
    /// Wall-clock time until it is killed.
    pub time: Duration,
    /// Address space in bytes. Enforced on Unix; elsewhere only the time is.
    pub memory: u64,
    /// The longest answer that is taken from it, in bytes.
    pub answer: usize,
}

impl Default for ChildLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(10), memory: 1 << 30, answer: 16 << 20 }
    }
}

/// Why a child gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The program could not be started.
    #[error("the child process could not be started: {0}")]
    Start(#[source] io::Error),
    /// It took longer than it may and was killed.
    #[error("the child process was stopped after {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It answered more than it may and was killed.
    #[error("the child process answered more than {0} bytes and was stopped")]
    TooLong(usize),
    /// It ended without an answer: a crash, or its memory ran out.
    #[error("the child process ended without an answer ({0})")]
    Died(ExitStatus),
    /// It answered that it could not do the work.
    #[error("{0}")]
    Refused(String),
    /// The system would not tell how it ended.
    #[error("the child process was lost: {0}")]
    Lost(#[source] io::Error),
}

/// The children of the house, started when they are needed.
///
/// A child that has answered waits a while for the next piece of work of its kind: starting one takes longer than
/// reading a page. No child does two things at once.
#[derive(Debug)]
pub struct Children {
    command: ChildCommand,
    idle: Mutex<Vec<Worker>>,
}

/// So many children of all kinds wait for work; more are let go.
const IDLE: usize = 8;

impl Children {
    /// No child is started yet.
    pub fn new(command: ChildCommand) -> Self {
        Self { command, idle: Mutex::default() }
    }

    /// How they are started.
    pub(crate) fn command(&self) -> &ChildCommand {
        &self.command
    }

    /// Has a child do one piece of work and returns its answer.
    ///
    /// # Errors
    /// When the child cannot be started, dies, is killed for its time or the length of its answer, or says no.
    pub fn call(&self, kind: &str, request: Vec<u8>, limits: &ChildLimits) -> Result<Vec<u8>, ChildError> {
        let request = Arc::new(request);
        if let Some(mut worker) = self.waiting(kind) {
            match worker.ask(&request, limits.time) {
                // It may have gone home before the work came. If the work killed it, it kills the next one as well.
                Err(ChildError::Died(_)) => {}
                outcome => return self.keep(worker, outcome),
            }
        }
        let mut worker = Worker::start(&self.command, kind, limits).map_err(ChildError::Start)?;
        let outcome = worker.ask(&request, limits.time);
        self.keep(worker, outcome)
    }

    fn waiting(&self, kind: &str) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().rposition(|worker| worker.kind() == kind)?;
        Some(idle.remove(place))
    }

    /// Keeps a child that has answered; any other one ends here.
    fn keep<T>(&self, worker: Worker, outcome: Result<T, ChildError>) -> Result<T, ChildError> {
        if matches!(outcome, Ok(_) | Err(ChildError::Refused(_))) {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(worker);
            if idle.len() > IDLE {
                idle.remove(0);
            }
        }
        outcome
    }

    /// Whether a child starts and answers.
    pub(crate) fn probe(&self) -> Result<(), ChildError> {
        let limits = ChildLimits { time: Duration::from_secs(5), ..ChildLimits::default() };
        let answer = self.call(PROBE, b"probe".to_vec(), &limits)?;
        if answer == b"probe" {
            Ok(())
        } else {
            Err(ChildError::Refused("it answered something else".to_owned()))
        }
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
pub(crate) mod tests;
