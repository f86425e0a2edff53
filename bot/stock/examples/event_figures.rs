//! Prints how long a large drop file, its ledger and its readiness report take, and a stocktake of 100 000 reads.
//!
//! ```sh
//! cargo run --release --example event_figures -- 2400 730
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate};
use stock::event::{Catalogue, Intake, Source};
use stock::ledger::Ledger;
use stock::readiness::{Evidence, Limits, assess};
use stock::stocktake::{Expected, Stocktake, compare, passes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let (series, days) = (sizes.first().copied().unwrap_or(2_400), sizes.get(1).copied().unwrap_or(730));
    let now = DateTime::parse_from_rfc3339("2026-01-01T02:00:00+08:00")?;
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("a date")?;
    let mut file = String::from("item_id,store_id,date,value\n");
    let mut noise = 1_u64;
    for one in 0..series {
        for (day, date) in (0..days).filter_map(|day| Some((day, first.checked_add_days(Days::new(day))?))) {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let units = (noise >> 60) * (day % 3);
            writeln!(file, "SKU{:04},S{:02},{date},{units}", one / 12, one % 12)?;
        }
    }
    println!("file      {:>8} rows  {:>6} MB", series * days, file.len() >> 20);

    let at = Instant::now();
    let mut intake = Intake::new(Catalogue::default());
    let taken = intake.file(file.as_bytes(), &Source::default(), now)?;
    println!("intake    {:>8} events {:>7.2} s", taken.events.len(), at.elapsed().as_secs_f64());

    let at = Instant::now();
    let ledger = Ledger::fold(&taken.events, now);
    println!("ledger    {:>8} accounts {:>5.2} s", ledger.iter().count(), at.elapsed().as_secs_f64());

    let at = Instant::now();
    let erp_skus: BTreeSet<String> = ledger.iter().map(|(_, sku, _)| sku.to_owned()).collect();
    let evidence = Evidence {
        events: &taken.events,
        ledger: &ledger,
        tally: intake.tally(),
        erp_skus: &erp_skus,
        closed_days: &BTreeMap::new(),
        declared_lead_times: &BTreeSet::new(),
        now,
    };
    let report = assess(&evidence, &Limits::default());
    println!("readiness {:>8} checks {:>7.2} s", report.checks.len(), at.elapsed().as_secs_f64());

    let tag = |n: u64| format!("3074257BF7194E{n:010X}");
    let mut list = String::from("epc,sku\n");
    let mut stream = String::new();
    let mut log = String::from("timestamp,reader,antenna,rssi,epc\n");
    for n in 0..20_000 {
        writeln!(list, "{},SKU{}", tag(n), n % 500)?;
    }
    for n in 0..100_000 {
        let epc = tag(n % 19_900);
        writeln!(
            stream,
            "{{\"data\":{{\"idHex\":\"{epc}\",\"peakRssi\":-47,\"antenna\":1}},\"timestamp\":\"2025-12-31T10:00:00.000Z\",\"type\":\"SIMPLE\"}}"
        )?;
        writeln!(log, "{}.5,reader,1,-45,{epc}", 1_767_175_200 + n / 100)?;
    }
    for (name, bytes) in [("sllurp", &log), ("zebra", &stream)] {
        let at = Instant::now();
        let pass = passes(name, bytes.as_bytes(), None)?;
        println!("{name:<9} {:>8} reads {:>8.3} s", pass[0].reads, at.elapsed().as_secs_f64());
    }
    let at = Instant::now();
    let expected = Expected::read(list.as_bytes())?;
    let both = [passes("sllurp", log.as_bytes(), None)?, passes("zebra", stream.as_bytes(), None)?].concat();
    let report = compare(&Stocktake { store_id: "S00", at: now, expected: &expected, passes: &both });
    println!(
        "stocktake {:>8} missing of {}, two passes of 100 000 reads, {:.3} s in all",
        report.missing.len(),
        report.expected,
        at.elapsed().as_secs_f64()
    );
    Ok(())
}
