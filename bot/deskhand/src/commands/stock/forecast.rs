//! `deskhand stock forecast`.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::json;
use stock::forecast::{Forecaster, Options};
use stock::series::{DemandFinding, Every};

use super::sales;
use super::target::{Target, UNWRITTEN};
use crate::cli::{ForecastArgs, Period};
use crate::{output, usage};

/// Reads sales, forecasts every series, writes the file.
pub(super) fn run(args: &ForecastArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let panel = sales::read(&args.sales, args.every.map(every))?;
    let horizon = usize::from(args.horizon);
    let calendar = sales::calendar(args.calendar.as_deref(), args.festivals, &panel, horizon)?;
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

fn every(period: Period) -> Every {
    match period {
        Period::Day => Every::Day,
        Period::Week => Every::Week,
        Period::Month => Every::Month,
    }
}
