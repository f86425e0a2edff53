//! Hostile files without end: takes good ones, spoils them, and has them read under a watchdog.
//!
//! ```text
//! fuzz TARGET [--seconds N | --cases N] [--seed N] [--keep FOLDER]   the campaign
//! fuzz replay TARGET FILE                                            one file again, told in full
//! fuzz make TARGET SEED NUMBER FILE                                  the file of a case again
//! fuzz worker TARGET                                                 the process that is watched; not for people
//! ```
//!
//! [`target`] are the doors that strangers' bytes come in by. [`seeds`] are good files; [`mutate`] spoils bytes, with
//! the words of [`dictionary`], and [`inside`] unpacks what is packed and spoils what lies within. [`worker`] reads
//! one file after another and measures itself; [`watch`] feeds it, stops it, and keeps what hurt it; [`report`] tells.
//!
//! A case is a pure function of target, seed and number, so every one can be made again. What fails is kept as a file.

mod dictionary;
mod inside;
mod mutate;
mod report;
mod seeds;
mod target;
mod watch;
mod worker;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use report::Report;
use target::Target;
use watch::{Verdict, Watch};

/// What a campaign is to do.
struct Campaign {
    target: Target,
    seed: u64,
    cases: u64,
    time: Duration,
    keep: PathBuf,
}

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing failed.
fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["worker", target] => {
            worker::serve(Target::named(target)?)?;
            Ok(true)
        }
        ["replay", target, file] => {
            let mut watch = Watch::new(Target::named(target)?);
            let verdict = watch.read(&std::fs::read(file)?)?;
            println!("{file}: {verdict}");
            Ok(matches!(verdict, Verdict::Fine(_)))
        }
        ["make", target, seed, number, file] => {
            let target = Target::named(target)?;
            let made = mutate::case(target, seed.parse()?, number.parse()?, &seeds::of(target)?);
            std::fs::write(file, made)?;
            Ok(true)
        }
        [target, options @ ..] => campaign(&Campaign::of(Target::named(target)?, options)?),
        [] => Err("usage: fuzz TARGET [--seconds N | --cases N] [--seed N] [--keep FOLDER]".into()),
    }
}

impl Campaign {
    fn of(target: Target, options: &[&str]) -> Result<Self, Box<dyn Error>> {
        let keep = std::env::temp_dir().join("deskhand-fuzz");
        let mut this = Self { target, seed: 1, cases: u64::MAX, time: Duration::from_mins(10), keep };
        for pair in options.chunks(2) {
            match pair {
                ["--seconds", value] => this.time = Duration::from_secs(value.parse()?),
                ["--cases", value] => {
                    (this.cases, this.time) = (value.parse()?, Duration::MAX);
                }
                ["--seed", value] => this.seed = value.parse()?,
                ["--keep", value] => this.keep = PathBuf::from(value),
                other => return Err(format!("what is {}?", other.join(" ")).into()),
            }
        }
        Ok(this)
    }
}

fn campaign(campaign: &Campaign) -> Result<bool, Box<dyn Error>> {
    let &Campaign { target, seed, cases, time, ref keep } = campaign;
    let good = seeds::of(target)?;
    let mut watch = Watch::new(target);
    let mut report = Report::new(target, keep);
    // The good files themselves come first: a limit that they do not keep is too tight.
    for file in &good {
        report.add("a good file", file, &watch.read(file)?)?;
    }
    for number in 0..cases {
        if report.elapsed() >= time {
            break;
        }
        let file = mutate::case(target, seed, number, &good);
        let mut verdict = watch.read(&file)?;
        if !matches!(verdict, Verdict::Fine(_)) {
            // Once more, in a process of its own: a machine that was busy for ten seconds is not a defect.
            let again = watch.read(&file)?;
            if matches!(again, Verdict::Fine(_)) {
                report.only_once += 1;
            }
            verdict = again;
        }
        report.add(&format!("seed-{seed}-case-{number}"), &file, &verdict)?;
    }
    println!("{report}");
    Ok(report.is_clean())
}
