//! Work that may crash, hang or eat all memory is done in a child process that can be killed.
//!
//! Some readers of this crate cannot be trusted with the house's own process: `pdf-extract` panics on the fonts
//! of Chinese invoices, Tesseract is C++ that reads hostile pixels, and what a PDF or an OFD draws has no bounds. The program starts itself again with a
//! hidden command, sends one request over stdin, and takes one answer from stdout. What the child does then,
//! a panic, an endless loop, gigabytes of memory, ends with the child.
//!
//! A request is a length (four bytes, big-endian) and that many bytes. An answer is a mark, a status byte (0 for
//! success), a length and its bytes; the mark is there because libraries sometimes print to stdout as well.

use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::{ocr, ofd, pdf, witness};

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

/// The longest request that a child takes: an uncompressed page of some 80 megapixels.
const LONGEST_REQUEST: usize = 256 << 20;

/// Variables that a child may see; nothing else, least of all secrets, reaches the code that reads hostile bytes.
const ENVIRONMENT: [&str; 10] = [
    "PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TESSDATA_PREFIX",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
];

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

/// Has a child do one piece of work and returns its answer.
///
/// # Errors
/// When the child cannot be started, dies, is killed for its time or the length of its answer, or says no.
pub fn call(
    command: &ChildCommand,
    kind: &str,
    request: &[u8],
    limits: &ChildLimits,
) -> Result<Vec<u8>, ChildError> {
    let mut child = start(command, kind, limits).map_err(ChildError::Start)?;
    let outcome = converse(&mut child, request, limits);
    // Whatever happened, no child outlives its call. Killing one that has ended is an error without meaning.
    let _ = child.kill();
    let status = child.wait().map_err(ChildError::Lost)?;
    let mut output = outcome?;
    match find_answer(&output) {
        Some((0, answer)) => {
            // Cut out where it lies: the pictures of many pages need not be held twice.
            output.truncate(answer.end);
            output.drain(..answer.start);
            Ok(output)
        }
        Some((_, reason)) => Err(ChildError::Refused(String::from_utf8_lossy(&output[reason]).into_owned())),
        None => Err(ChildError::Died(status)),
    }
}

/// Whether a child starts and answers.
pub(crate) fn probe(command: &ChildCommand) -> Result<(), ChildError> {
    let limits = ChildLimits { time: Duration::from_secs(5), ..ChildLimits::default() };
    let answer = call(command, PROBE, b"probe", &limits)?;
    if answer == b"probe" {
        Ok(())
    } else {
        Err(ChildError::Refused("it answered something else".to_owned()))
    }
}

/// Starts the program with nothing but its pipes and the few variables that it needs.
fn start(command: &ChildCommand, kind: &str, limits: &ChildLimits) -> io::Result<Child> {
    // The shell in between would only say that something went wrong.
    if command.program.components().count() > 1 && !command.program.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{} is not there", command.program.display()),
        ));
    }
    let mut process = bounded(command, limits);
    process.args(&command.args).arg(kind).env_clear();
    for name in ENVIRONMENT {
        if let Some(value) = std::env::var_os(name) {
            process.env(name, value);
        }
    }
    // Two cores are shared with the house: Tesseract's own threads slow both down.
    process.env("OMP_THREAD_LIMIT", "1");
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
}

/// The program under a memory limit. The shell sets the limit and then *becomes* the program, so that the process
/// that is killed is the program; this needs neither unsafe code nor another library.
#[cfg(unix)]
fn bounded(command: &ChildCommand, limits: &ChildLimits) -> Command {
    let mut process = Command::new("/bin/sh");
    let kilobytes = (limits.memory / 1024).to_string();
    process.arg("-c").arg("ulimit -c 0; ulimit -v \"$0\"; exec \"$@\"").arg(kilobytes).arg(&command.program);
    process
}

/// The program; the system has no limit that could be set without unsafe code.
#[cfg(not(unix))]
fn bounded(command: &ChildCommand, _limits: &ChildLimits) -> Command {
    Command::new(&command.program)
}

/// Sends the request and collects everything that the child writes until it closes its stdout.
fn converse(child: &mut Child, request: &[u8], limits: &ChildLimits) -> Result<Vec<u8>, ChildError> {
    let lost = || ChildError::Lost(io::Error::from(io::ErrorKind::BrokenPipe));
    let mut stdin = child.stdin.take().ok_or_else(lost)?;
    let stdout = child.stdout.take().ok_or_else(lost)?;
    // One byte more than allowed tells a full answer from one that is too long.
    let mut stdout = stdout.take(limits.answer as u64 + 1024);
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        // The receiver has gone only when the time was up.
        let _ = send.send(read.map(|_| output));
    });
    let frame = request.to_vec();
    thread::spawn(move || {
        // A child that dies before it has read everything breaks the pipe: its end says more than this error.
        let _ = write_request(&mut stdin, &frame);
    });
    let outcome = match receive.recv_timeout(limits.time) {
        Ok(Ok(output)) if output.len() > limits.answer => Err(ChildError::TooLong(limits.answer)),
        Ok(Ok(output)) => Ok(output),
        Ok(Err(error)) => Err(ChildError::Lost(error)),
        Err(RecvTimeoutError::Timeout) => Err(ChildError::TimedOut(limits.time)),
        Err(RecvTimeoutError::Disconnected) => Err(lost()),
    };
    // The kill that follows closes both pipes and so ends both threads. They are not waited for: a grandchild may
    // hold the pipes a little longer.
    outcome
}

/// The first marked answer in what a child wrote: its status and where its bytes are. What stands behind it is a
/// library's chatter at the end, or a page that looks like an answer.
fn find_answer(output: &[u8]) -> Option<(u8, Range<usize>)> {
    let at = output.windows(MARK.len()).position(|window| window == MARK)?;
    let (&status, rest) = output.get(at + MARK.len()..)?.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let start = output.len() - rest.len();
    rest.get(..length)?;
    Some((status, start..start + length))
}

fn write_request(to: &mut impl Write, request: &[u8]) -> io::Result<()> {
    let length = u32::try_from(request.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(request)?;
    to.flush()
}

fn read_request(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST_REQUEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the request is too long"));
    }
    // Grows with what really arrives: a lying length allocates nothing.
    let mut request = Vec::new();
    from.take(length as u64).read_to_end(&mut request)?;
    if request.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
    }
    Ok(request)
}

/// The child's side: reads one request, does the work of this kind, writes one answer.
///
/// # Errors
/// When the pipes break. A piece of work that fails or panics is an answer, not an error.
pub fn serve(kind: &str, mut stdin: impl Read, mut stdout: impl Write) -> io::Result<()> {
    let request = read_request(&mut stdin)?;
    let work = move || match kind {
        PROBE => Ok(request),
        PDF => pdf::serve_one(&request),
        OFD => ofd::serve_one(&request),
        PDF_TEXT => witness::serve_one(&request),
        TESSERACT => ocr::tesseract::serve_one(&request),
        other => Err(format!("there is no child work called {other}")),
    };
    // A stack overflow or an abort still ends the process: that is what the process is for.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(format!("it panicked: {}", panic_text(panic.as_ref()))));
    let (status, answer) = match result {
        Ok(answer) => (0, answer),
        Err(reason) => (1, reason.into_bytes()),
    };
    let length = u32::try_from(answer.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    stdout.write_all(MARK)?;
    stdout.write_all(&[status])?;
    stdout.write_all(&length.to_be_bytes())?;
    stdout.write_all(&answer)?;
    stdout.flush()
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
pub(crate) mod tests;
