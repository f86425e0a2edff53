//! The process that is watched: reads one file after another and measures itself.
//!
//! A request is a length and the file. An answer is one line that begins with [`MARK`]: microseconds, the peak of
//! memory in kilobytes since the request came, where a panic was caught if one was, and what became of the file.
//! Libraries print to standard output as well; their lines have no mark.

use std::fs;
use std::io::{self, Read, Write};
use std::sync::Mutex;
use std::time::Instant;

use crate::target::{Door, Target};

/// What an answer's line begins with.
pub(crate) const MARK: &str = "\u{1}fuzz ";

/// Where the last panic was, caught or not.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Serves until the input ends.
pub(crate) fn serve(target: Target) -> io::Result<()> {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "nowhere".to_owned(), ToString::to_string);
        eprintln!("panic at {place}: {info}");
        if let Ok(mut last) = PANIC.lock() {
            *last = Some(short(&place));
        }
    }));
    let door = Door::new(target);
    let mut stdin = io::stdin().lock();
    while let Some(file) = request(&mut stdin)? {
        // Linux counts a new peak from here on; without it the highest of all peaks is told.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let start = Instant::now();
        let outcome = door.read(&file);
        let took = start.elapsed().as_micros();
        let panicked = PANIC.lock().ok().and_then(|mut last| last.take()).unwrap_or_else(|| "-".to_owned());
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "\n{MARK}{took}\t{}\t{panicked}\t{outcome}", peak())?;
        stdout.flush()?;
    }
    Ok(())
}

fn request(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if from.read_exact(&mut length).is_err() {
        return Ok(None);
    }
    let mut file = vec![0; u32::from_be_bytes(length) as usize];
    from.read_exact(&mut file)?;
    Ok(Some(file))
}

/// The peak of resident memory in kilobytes; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The last two folders of a place are enough to find it: crate, file and line.
fn short(place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    parts[parts.len().saturating_sub(4)..].join("/")
}
