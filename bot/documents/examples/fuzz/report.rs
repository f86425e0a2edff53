//! What a campaign found, and the files that it found it with.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::target::Target;
use crate::watch::Verdict;

/// So many files are kept of failures that look alike.
const ALIKE: usize = 3;

pub(crate) struct Report<'a> {
    target: Target,
    keep: &'a Path,
    start: Instant,
    cases: u64,
    slowest: (Duration, String),
    largest: (u64, String),
    outcomes: BTreeMap<String, u64>,
    panics: BTreeMap<String, u64>,
    failures: BTreeMap<String, (u64, Vec<PathBuf>)>,
    /// Failures that were none when the file was read again.
    pub(crate) only_once: u64,
}

impl<'a> Report<'a> {
    pub(crate) fn new(target: Target, keep: &'a Path) -> Self {
        Self {
            target,
            keep,
            start: Instant::now(),
            cases: 0,
            slowest: Default::default(),
            largest: Default::default(),
            outcomes: BTreeMap::new(),
            panics: BTreeMap::new(),
            failures: BTreeMap::new(),
            only_once: 0,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.failures.is_empty()
    }

    /// Counts a case, and keeps its file if it failed or is the worst so far.
    pub(crate) fn add(&mut self, name: &str, file: &[u8], verdict: &Verdict) -> io::Result<()> {
        self.cases += 1;
        match verdict {
            Verdict::Fine(measured) => {
                if measured.time > self.slowest.0 {
                    self.slowest = (measured.time, name.to_owned());
                    if measured.time > Duration::from_secs(2) {
                        self.save(&format!("slowest-{name}"), file)?;
                    }
                }
                if measured.kilobytes > self.largest.0 {
                    self.largest = (measured.kilobytes, name.to_owned());
                }
                *self.outcomes.entry(measured.outcome.clone()).or_default() += 1;
                if let Some(place) = &measured.panic {
                    let known = self.panics.entry(place.clone()).or_default();
                    *known += 1;
                    if *known == 1 {
                        self.save(&format!("panic-{name}"), file)?;
                    }
                }
            }
            failure => {
                let what = without_numbers(&failure.to_string());
                let alike = self.failures.get(&what).map_or(0, |(_, files)| files.len());
                let kept = if alike < ALIKE { Some(self.save(name, file)?) } else { None };
                let (times, files) = self.failures.entry(what).or_default();
                *times += 1;
                files.extend(kept);
                eprintln!("{}: {name}: {failure}", self.target.name());
            }
        }
        Ok(())
    }

    fn save(&self, name: &str, file: &[u8]) -> io::Result<PathBuf> {
        std::fs::create_dir_all(self.keep)?;
        let path = self.keep.join(format!("{}-{}", self.target.name(), name.replace(' ', "-")));
        std::fs::write(&path, file)?;
        Ok(path)
    }
}

/// Two failures that differ in numbers only are one.
fn without_numbers(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    while out.contains("00") {
        out = out.replace("00", "0");
    }
    out
}

impl fmt::Display for Report<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a count of cases")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed().as_secs_f64();
        let failed: u64 = self.failures.values().map(|(times, _)| times).sum();
        let caught: u64 = self.panics.values().sum();
        writeln!(
            f,
            "{}: {} cases in {seconds:.0} s, {:.1} cases/s, slowest {:.2} s ({}), peak {} MB ({}), {failed} failures, {caught} panics caught, {} failed only once",
            self.target.name(),
            self.cases,
            self.cases as f64 / seconds,
            self.slowest.0.as_secs_f64(),
            self.slowest.1,
            self.largest.0 >> 10,
            self.largest.1,
            self.only_once,
        )?;
        let outcomes: Vec<String> =
            self.outcomes.iter().map(|(outcome, times)| format!("{outcome} {times}")).collect();
        write!(f, "  outcomes: {}", outcomes.join(", "))?;
        for (place, times) in &self.panics {
            write!(f, "\n  panic caught {times} times at {place}")?;
        }
        for (what, (times, files)) in &self.failures {
            write!(f, "\n  FAILED {times} times: {what}")?;
            for file in files {
                write!(f, "\n    fuzz replay {} {}", self.target.name(), file.display())?;
            }
        }
        Ok(())
    }
}
