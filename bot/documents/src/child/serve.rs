//! The child's end: it reads a request, does the work, writes the answer, and waits a while for the next.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{MARK, OFD, PDF, PDF_TEXT, PROBE, TESSERACT, panic_text};
use crate::fonts::Fonts;
use crate::{ocr, ofd, pdf, witness};

/// The longest request that a child takes: an uncompressed page of some 80 megapixels.
const LONGEST_REQUEST: usize = 256 << 20;

/// How long a child waits for more work.
const PATIENCE: Duration = Duration::from_secs(20);

/// A child that has once held so much memory gives it back by ending, in kB.
const GROWN: u64 = 512 << 10;

/// What a child keeps from one piece of work to the next.
#[derive(Default)]
struct Kept {
    fonts: Option<Arc<Fonts>>,
}

/// Reads requests, does the work of this kind, writes answers, until there are no more.
///
/// # Errors
/// When the pipes break. A piece of work that fails or panics is an answer, not an error.
pub fn serve(kind: &str, mut stdin: impl Read + Send + 'static, mut stdout: impl Write) -> io::Result<()> {
    let (send, requests) = mpsc::channel();
    thread::spawn(move || {
        loop {
            let request = read_request(&mut stdin);
            let over = !matches!(request, Ok(Some(_)));
            if send.send(request).is_err() || over {
                return;
            }
        }
    });
    let mut kept = Kept::default();
    // Nothing more to do, or nobody who asks: either way this child is done.
    while let Ok(request) = requests.recv_timeout(PATIENCE) {
        let Some(request) = request? else { break };
        let work = AssertUnwindSafe(|| work(kind, request, &mut kept));
        // A stack overflow or an abort still ends the process: that is what the process is for.
        let result = catch_unwind(work)
            .unwrap_or_else(|panic| Err(format!("it panicked: {}", panic_text(panic.as_ref()))));
        write_answer(&mut stdout, result)?;
        // What C++ has read may have bent its memory, which must not meet another file.
        if kind == TESSERACT || has_grown() {
            break;
        }
    }
    Ok(())
}

fn work(kind: &str, request: Vec<u8>, kept: &mut Kept) -> Result<Vec<u8>, String> {
    match kind {
        PROBE => Ok(request),
        PDF => pdf::serve_one(&request, &mut kept.fonts),
        OFD => ofd::serve_one(&request),
        PDF_TEXT => witness::serve_one(&request),
        TESSERACT => ocr::tesseract::serve_one(&request),
        other => Err(format!("there is no child work called {other}")),
    }
}

/// The next request; nothing when the house has closed its end.
fn read_request(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read(&mut length)? {
        0 => return Ok(None),
        read => from.read_exact(&mut length[read..])?,
    }
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
    Ok(Some(request))
}

fn write_answer(stdout: &mut impl Write, result: Result<Vec<u8>, String>) -> io::Result<()> {
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

/// Whether this process has once held much memory; the system tells, where it does.
fn has_grown() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    peak.and_then(|kilobytes| kilobytes.trim().parse().ok()).is_some_and(|peak: u64| peak > GROWN)
}
