//! The watchdog: feeds a worker one file at a time, ends it when it takes too long, and says what became of it.

use std::fmt;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::target::Target;
use crate::worker::MARK;

/// No file may take longer, by the clock on the wall.
const LONGEST: Duration = Duration::from_secs(10);
/// No file may take more memory, in kilobytes.
const MOST: u64 = 1 << 20;
/// A worker is replaced after so many files: what an allocator keeps is not the next file's.
const FILES: u32 = 2_000;

/// What a worker measured.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) time: Duration,
    pub(crate) kilobytes: u64,
    /// Where a panic was caught.
    pub(crate) panic: Option<String>,
    pub(crate) outcome: String,
}

/// What became of a file and its reader.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// It was read or refused, within bounds.
    Fine(Measured),
    /// It was not done in time, and was stopped.
    Hang,
    /// It was done and took too much memory.
    Memory(Measured),
    /// The process ended: its last words.
    Crash(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine(m) => write!(
                f,
                "{} in {:.3} s, {} MB{}",
                m.outcome,
                m.time.as_secs_f64(),
                m.kilobytes >> 10,
                m.panic.as_ref().map(|at| format!(", a panic was caught at {at}")).unwrap_or_default()
            ),
            Self::Hang => write!(f, "stopped after {} seconds", LONGEST.as_secs()),
            Self::Memory(m) => write!(f, "took {} MB", m.kilobytes >> 10),
            Self::Crash(how) => write!(f, "the process ended: {how}"),
        }
    }
}

/// A target with its worker.
pub(crate) struct Watch {
    target: Target,
    worker: Option<Worker>,
}

struct Worker {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    errors: Receiver<String>,
    files: u32,
}

impl Watch {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, worker: None }
    }

    /// Has one file read.
    pub(crate) fn read(&mut self, file: &[u8]) -> io::Result<Verdict> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start(self.target)?,
        };
        let verdict = worker.read(file);
        worker.files += 1;
        if matches!(verdict, Verdict::Fine(_)) && worker.files < FILES {
            self.worker = Some(worker);
        }
        Ok(verdict)
    }
}

impl Worker {
    /// Starts this program again under a limit of memory, as the house starts its children.
    fn start(target: Target) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "ulimit -c 0; ulimit -v \"$0\"; exec \"$@\""]);
        command.arg((target.memory() / 1024).to_string()).arg(std::env::current_exe()?);
        command.args(["worker", target.name()]).env("TESSDATA_PREFIX", "/nowhere").env("RUST_BACKTRACE", "0");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        let stdin = child.stdin.take().ok_or_else(broken)?;
        let lines = lines(child.stdout.take().ok_or_else(broken)?);
        let errors = lines_of_errors(child.stderr.take().ok_or_else(broken)?);
        Ok(Self { child, stdin, lines, errors, files: 0 })
    }

    fn read(&mut self, file: &[u8]) -> Verdict {
        let length = u32::try_from(file.len()).unwrap_or(u32::MAX);
        let sent = self.stdin.write_all(&length.to_be_bytes()).and_then(|()| self.stdin.write_all(file));
        if sent.and_then(|()| self.stdin.flush()).is_err() {
            return self.last_words();
        }
        match self.lines.recv_timeout(LONGEST) {
            Ok(line) => match measured(&line) {
                Some(measured) if measured.kilobytes > MOST => Verdict::Memory(measured),
                Some(measured) => Verdict::Fine(measured),
                None => Verdict::Crash("it answered nonsense".to_owned()),
            },
            Err(RecvTimeoutError::Timeout) => Verdict::Hang,
            Err(RecvTimeoutError::Disconnected) => self.last_words(),
        }
    }

    fn last_words(&mut self) -> Verdict {
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        let said: Vec<String> = self.errors.iter().collect();
        let last = said.iter().rev().find(|line| !line.trim().is_empty());
        Verdict::Crash(format!("{status}, {}", last.map_or("without a word", String::as_str)))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The marked lines of a worker's standard output.
fn lines(from: impl io::Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if let Some(line) = line.strip_prefix(MARK)
                && send.send(line.to_owned()).is_err()
            {
                return;
            }
        }
    });
    receive
}

/// The last lines of its standard error.
fn lines_of_errors(from: impl io::Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = mpsc::sync_channel(64);
    thread::spawn(move || {
        let mut kept = std::collections::VecDeque::new();
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            kept.push_back(String::from_utf8_lossy(&line[..line.len().min(300)]).into_owned());
            if kept.len() > 32 {
                kept.pop_front();
            }
        }
        for line in kept {
            // Nobody asks for the last words of a worker that ended well.
            let _ = send.send(line);
        }
    });
    receive
}

fn measured(line: &str) -> Option<Measured> {
    let mut parts = line.split('\t');
    let time = Duration::from_micros(parts.next()?.parse().ok()?);
    let kilobytes = parts.next()?.parse().ok()?;
    let panic = parts.next().filter(|at| *at != "-").map(str::to_owned);
    Some(Measured { time, kilobytes, panic, outcome: parts.next()?.to_owned() })
}
