//! How much of a file is read: documents are hostile until they have been read within bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The bounds of one read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The largest file, in bytes.
    pub bytes: u64,
    /// Pages that are read; the ones after them are left out, with a remark.
    pub pages: u32,
    /// Pixels of one page or of one picture inside a page, decoded.
    pub pixels: u64,
    /// Pixels of all pages of one file, decoded; pages beyond them are left out, with a remark.
    pub pixels_together: u64,
    /// How long the interpretation of one PDF may take, OCR excluded.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            pages: 60,
            pixels: 120_000_000,
            // Sixty pages of A4 at 200 dpi.
            pixels_together: 240_000_000,
            time: Duration::from_secs(90),
        }
    }
}
