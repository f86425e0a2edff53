//! The house's end: a child that runs, what it is asked, what it answers, and its end.

use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::{ChildCommand, ChildError, ChildLimits, MARK};

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

/// A running child.
#[derive(Debug)]
pub(super) struct Worker {
    kind: String,
    process: Process,
    requests: Sender<Arc<Vec<u8>>>,
    answers: Receiver<Result<(u8, Vec<u8>), ChildError>>,
}

/// The process. Two threads may end it.
#[derive(Debug, Clone)]
struct Process(Arc<Mutex<Child>>);

impl Worker {
    /// Starts the program with nothing but its pipes and the few variables that it needs.
    pub(super) fn start(command: &ChildCommand, kind: &str, limits: &ChildLimits) -> io::Result<Self> {
        let mut child = spawn(command, kind, limits)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe));
        };
        let process = Process(Arc::new(Mutex::new(child)));
        let (requests, to_write) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        thread::spawn(move || write_all(stdin, &to_write));
        let (watched, longest) = (process.clone(), limits.answer);
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            loop {
                let answer = read_answer(&mut stdout, longest);
                let answer = answer.and_then(|answer| answer.ok_or_else(|| watched.end()));
                let over = answer.is_err();
                // Nobody listens any more when the time was up.
                if answered.send(answer).is_err() || over {
                    return;
                }
            }
        });
        Ok(Self { kind: kind.to_owned(), process, requests, answers })
    }

    #[cfg(test)]
    pub(super) fn id(&self) -> u32 {
        self.process.0.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    #[cfg(test)]
    pub(super) fn kill(&self) {
        self.process.end();
    }

    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// One piece of work.
    pub(super) fn ask(&mut self, request: &Arc<Vec<u8>>, time: Duration) -> Result<Vec<u8>, ChildError> {
        // A child that has ended takes no request; what it says at last tells why.
        let _ = self.requests.send(Arc::clone(request));
        match self.answers.recv_timeout(time) {
            Ok(Ok((0, answer))) => Ok(answer),
            Ok(Ok((_, reason))) => Err(ChildError::Refused(String::from_utf8_lossy(&reason).into_owned())),
            Ok(Err(error)) => Err(error),
            Err(RecvTimeoutError::Timeout) => Err(ChildError::TimedOut(time)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(ChildError::Lost(io::Error::from(io::ErrorKind::BrokenPipe)))
            }
        }
    }
}

impl Drop for Worker {
    /// No child outlives its last piece of work by more than it takes to kill it. Its threads end with its pipes; they
    /// are not waited for, since a grandchild may hold the pipes a little longer.
    fn drop(&mut self) {
        self.process.end();
    }
}

impl Process {
    /// Ends it, if it has not ended, and says how.
    fn end(&self) -> ChildError {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Killing one that has ended is an error without meaning.
        let _ = child.kill();
        child.wait().map_or_else(ChildError::Lost, |status: ExitStatus| ChildError::Died(status))
    }
}

fn spawn(command: &ChildCommand, kind: &str, limits: &ChildLimits) -> io::Result<Child> {
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

/// Writes requests for as long as there are any. A child that dies before it has read everything breaks the pipe: its
/// end says more than that error.
fn write_all(mut stdin: ChildStdin, requests: &Receiver<Arc<Vec<u8>>>) {
    while let Ok(request) = requests.recv() {
        if write_request(&mut stdin, &request).is_err() {
            return;
        }
    }
}

pub(super) fn write_request(to: &mut impl Write, request: &[u8]) -> io::Result<()> {
    let length = u32::try_from(request.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(request)?;
    to.flush()
}

/// The next marked answer: its status and its bytes; nothing when the child has closed its end. What stands before the
/// mark is a library's chatter.
pub(super) fn read_answer(
    from: &mut impl BufRead,
    longest: usize,
) -> Result<Option<(u8, Vec<u8>)>, ChildError> {
    let Some(status) = status(from, longest)? else { return Ok(None) };
    let mut length = [0; 4];
    if from.read_exact(&mut length).is_err() {
        return Ok(None);
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > longest {
        return Err(ChildError::TooLong(longest));
    }
    // Grows with what really arrives: a lying length allocates nothing.
    let mut answer = Vec::new();
    from.take(length as u64).read_to_end(&mut answer).map_err(ChildError::Lost)?;
    Ok((answer.len() == length).then_some((status, answer)))
}

/// The byte after the next mark.
fn status(from: &mut impl BufRead, longest: usize) -> Result<Option<u8>, ChildError> {
    let mut matched = 0;
    for byte in from.bytes().take(longest + MARK.len() + 1) {
        let byte = byte.map_err(ChildError::Lost)?;
        if matched == MARK.len() {
            return Ok(Some(byte));
        }
        // The mark begins with the one byte that it has nowhere else but at its end.
        matched = if byte == MARK[matched] { matched + 1 } else { usize::from(byte == MARK[0]) };
    }
    if from.bytes().next().is_some() { Err(ChildError::TooLong(longest)) } else { Ok(None) }
}
