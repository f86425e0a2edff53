//! How long a file in a folder has been still, and which files are none of ours.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// A file's outward state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) bytes: u64,
    pub(crate) modified: Option<SystemTime>,
}

impl Look {
    /// Looks at a file; `None` for what is not a regular file.
    pub(crate) fn at(path: &Path) -> std::io::Result<Option<Self>> {
        let metadata = std::fs::symlink_metadata(path)?;
        let look = Self { bytes: metadata.len(), modified: metadata.modified().ok() };
        Ok(metadata.is_file().then_some(look))
    }
}

/// Remembers how long each file has been still.
#[derive(Debug, Default)]
pub(crate) struct Settling(HashMap<PathBuf, (Look, Instant)>);

impl Settling {
    /// Notes a look; answers how long the file has been still.
    pub(crate) fn still_for(&mut self, path: &Path, look: Look, now: Instant) -> Duration {
        let since = match self.0.get(path) {
            Some((before, since)) if *before == look => *since,
            _ => {
                self.0.insert(path.to_owned(), (look, now));
                now
            }
        };
        now.saturating_duration_since(since)
    }

    /// Forgets every file that is not there any more.
    pub(crate) fn keep_only(&mut self, present: &[PathBuf]) {
        self.0.retain(|path, _| present.contains(path));
    }
}

/// Files that other programs leave lying about, and folders.
pub(crate) fn is_ignored(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with('.')
        || lower.starts_with("~$")
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini")
        || [".tmp", ".part", ".partial", ".crdownload"].iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_still_grows_is_never_still() {
        let (mut settling, begun) = (Settling::default(), Instant::now());
        let mut still = |bytes, second| {
            let look = Look { bytes, modified: None };
            settling.still_for(Path::new("a.pdf"), look, begun + Duration::from_secs(second))
        };
        for second in 0..60 {
            assert_eq!(still(100 + second, second), Duration::ZERO);
        }
        assert_eq!(still(159, 61), Duration::from_secs(2));
    }

    #[test]
    fn what_other_programs_leave_lying_about_is_no_document() {
        for name in [
            ".DS_Store",
            "._scan.pdf",
            "Thumbs.db",
            "desktop.ini",
            "~$bill.docx",
            "x.tmp",
            "X.PART",
            ".a.pdf",
        ] {
            assert!(is_ignored(name), "{name}");
        }
        assert!(!is_ignored("發票 2026-11.pdf"));
    }
}
