//! `deskhand stock forecast`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use chrono::Datelike as _;
use serde_json::json;
use stock::calendar::{Calendar, hong_kong_festivals};
use stock::forecast::{Forecaster, Options};
use stock::series::{DemandFinding, Every, Panel};

use super::sales;
use crate::cli::{ForecastArgs, Period};
use crate::{output, usage};

/// Reads sales, forecasts every series, writes the file.
pub(super) fn run(args: &ForecastArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let panel = sales::read(&args.sales, args.every.map(every))?;
    let calendar = calendar(args, &panel)?;
    let horizon = usize::from(args.horizon);
    let forecaster = Forecaster::learn(&panel, &calendar, &Options::new(horizon));
    let mut findings: Vec<DemandFinding> = panel.findings.clone();
    // With --json and no file, the summary alone is printed: one object.
    let target = Target::of(args.out.as_deref(), as_json)?;
    let mut out = csv::Writer::from_writer(target);
    stock::sales::write_header(&mut out).context(UNWRITTEN)?;
    let mut series = 0_usize;
    forecaster.each(|forecast| {
        series += 1;
        findings.extend(forecast.findings.iter().cloned());
        stock::sales::write_rows(&mut out, &panel, &forecast).context(UNWRITTEN)
    })?;
    out.into_inner().map_err(csv::IntoInnerError::into_error).context(UNWRITTEN)?.finish()?;
    if as_json {
        output::json(&json!({
            "series": series,
            "periods": horizon,
            "every": panel.every,
            "cut_off": panel.cut_off,
            "out": args.out,
            "seconds": begun.elapsed().as_secs_f64(),
            "cpu_seconds": usage::cpu_seconds(),
            "peak_mb": usage::peak_megabytes(),
            "methods": forecaster.evidence().map(|(method, error)| json!({ "name": method.name(), "relative_error": error })).collect::<Vec<_>>(),
            "findings": findings,
        }))?;
    } else {
        sales::tell(&findings);
        if let Some(out) = &args.out {
            output::text(&format!(
                "{series} series, {horizon} periods after {}, written to {} in {:.1} s\n",
                panel.cut_off,
                out.display(),
                begun.elapsed().as_secs_f64()
            ))?;
        }
    }
    Ok(output::DONE)
}

const UNWRITTEN: &str =
    "DH-1009: the forecast cannot be written; see whether its folder is there and has room";

fn every(period: Period) -> Every {
    match period {
        Period::Day => Every::Day,
        Period::Week => Every::Week,
        Period::Month => Every::Month,
    }
}

fn calendar(args: &ForecastArgs, panel: &Panel) -> anyhow::Result<Calendar> {
    let mut calendar = match &args.calendar {
        None => Calendar::default(),
        Some(path) => {
            stock::calendar::read(sales::open(path)?).with_context(|| path.display().to_string())?
        }
    };
    if args.festivals {
        let first = panel.series.iter().map(|series| series.first).min().unwrap_or(panel.cut_off);
        let last = panel.every.after(panel.next(), usize::from(args.horizon));
        calendar.extend(&hong_kong_festivals(first.year(), last.year()));
    }
    Ok(calendar)
}

/// Where the forecast goes. A file appears whole or not at all.
enum Target {
    File { part: BufWriter<File>, from: PathBuf, to: PathBuf },
    Standard(BufWriter<std::io::Stdout>),
    Nowhere,
}

impl Target {
    fn of(out: Option<&Path>, as_json: bool) -> anyhow::Result<Self> {
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

    fn finish(mut self) -> anyhow::Result<()> {
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
