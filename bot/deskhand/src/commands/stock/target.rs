//! Where a table of results goes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

pub(super) const UNWRITTEN: &str =
    "DH-1009: the result cannot be written; see whether its folder is there and has room";

/// Where it goes. A file appears whole or not at all.
pub(super) enum Target {
    File { part: BufWriter<File>, from: PathBuf, to: PathBuf },
    Standard(BufWriter<std::io::Stdout>),
    Nowhere,
}

impl Target {
    /// A file, or standard output. With `--json` and no file, nothing but the summary is printed.
    pub(super) fn of(out: Option<&Path>, as_json: bool) -> anyhow::Result<Self> {
        let Some(to) = out else {
            return Ok(if as_json {
                Self::Nowhere
            } else {
                Self::Standard(BufWriter::new(std::io::stdout()))
            });
        };
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let from = to.with_file_name(name);
        let part = BufWriter::new(File::create(&from).context(UNWRITTEN)?);
        Ok(Self::File { part, from, to: to.to_owned() })
    }

    /// Everything is written: the file takes its name.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush().context(UNWRITTEN)?;
        match self {
            Self::File { from, to, .. } => std::fs::rename(from, to).context(UNWRITTEN),
            Self::Standard(_) | Self::Nowhere => Ok(()),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File { part, .. } => part.write(bytes),
            Self::Standard(out) => out.write(bytes),
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File { part, .. } => part.flush(),
            Self::Standard(out) => out.flush(),
            Self::Nowhere => Ok(()),
        }
    }
}
