//! Structured logs on standard error, with personal numbers masked in every line.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::Config;

/// Starts logging as the configuration says.
pub(crate) fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.level).map_err(|error| {
        anyhow::anyhow!("DH-1002: log.level cannot be used: {error}; write it as \"info\"")
    })?;
    let builder = fmt().with_env_filter(filter).with_writer(Masked).with_target(false).with_ansi(false);
    let started = match config.log.format.as_str() {
        "text" => builder.try_init(),
        "json" => builder.json().flatten_event(true).try_init(),
        other => anyhow::bail!("DH-1002: log.format `{other}` is unknown; write \"text\" or \"json\""),
    };
    started.map_err(|error| anyhow::anyhow!("DH-1000: logging could not start ({error})"))
}

/// Writes each log line masked. The formatter hands over one whole line at a time.
#[derive(Debug, Clone, Copy)]
struct Masked;

impl<'a> MakeWriter<'a> for Masked {
    type Writer = Masked;

    fn make_writer(&'a self) -> Self::Writer {
        Masked
    }
}

impl Write for Masked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        io::stderr().lock().write_all(taxid::privacy::mask(&line).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
