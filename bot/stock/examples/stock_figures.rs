//! The forecast's figures beside a peer's: error, bias and seconds of processor over three sets, from rolling origins, and
//! a curve of seconds and memory over made series.
//!
//! usage: `stock_figures DEMAND_FOLDER [--peer PEER.csv] [--history 730] [--ends 1913,1885,...]`
//!        `stock_figures --curve SERIES`
//!
//! `PEER.csv` is what `stock_peer.py` wrote. One size of the curve is one process, so that its peak of memory is its own.

#[path = "../../deskhand/src/usage.rs"]
mod usage;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use flate2::read::GzDecoder;
use stock::calendar::Calendar;
use stock::forecast::{Forecast, Forecaster, Options};
use stock::series::{Every, Panel, PanelBuilder, Row};

type Failure = Box<dyn std::error::Error>;

/// What one model reached on one set from one origin.
#[derive(Clone, Copy, Default)]
struct Figures {
    mae: f64,
    rmsse: f64,
    wape: f64,
    bias: f64,
    seconds: f64,
}

fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let mut folder = None;
    let (mut peer, mut history, mut ends, mut made) = (None, 730, String::new(), None);
    while let Some(word) = words.next() {
        let mut next = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--peer" => peer = Some(next()?),
            "--history" => history = next()?.parse()?,
            "--ends" => ends = next()?,
            "--curve" => made = Some(next()?.parse()?),
            _ => folder = Some(word),
        }
    }
    if let Some(series) = made {
        return curve(series);
    }
    let folder = folder.ok_or("which folder holds the demand sets?")?;
    let ends = if ends.is_empty() { "1913,1885,1857,1829,1549,1521,1493,1465".to_owned() } else { ends };
    let ends: Vec<usize> = ends.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let peers = peer.map_or_else(|| Ok(BTreeMap::new()), |peer| read_peers(Path::new(&peer)))?;
    judge_all(Path::new(&folder), &ends, history, &peers)
}

type Peers = BTreeMap<(String, usize), Vec<(String, Figures)>>;

fn judge_all(folder: &Path, ends: &[usize], history: usize, peers: &Peers) -> Result<(), Failure> {
    let calendar = stock::calendar::read(File::open(folder.join("calendar.csv"))?)?;
    println!(
        "{:<8} {:>6}  {:<26} {:>9} {:>8} {:>8} {:>8} {:>9}",
        "set", "origin", "model", "MAE", "RMSSE", "WAPE", "bias", "CPU s"
    );
    let before = (Instant::now(), usage::cpu_seconds());
    let daily = stock::sales::read(unpacked(&folder.join("train_d1_d1913.csv.gz"))?, None)?;
    println!(
        "# read daily: {:.2} s, {:.2} CPU s",
        before.0.elapsed().as_secs_f64(),
        usage::cpu_seconds() - before.1
    );
    judge("daily", &daily, ends, 28, history, &calendar, peers);
    let weekly = wide(&folder.join("jewelry_wide.csv.gz"), Every::Week)?;
    let length = weekly.series.first().map_or(0, |series| series.values.len());
    judge("weekly", &weekly, &[length, length - 8, length - 16], 8, length, &Calendar::default(), peers);
    let monthly = wide(&folder.join("carparts_wide.csv.gz"), Every::Month)?;
    let length = monthly.series.first().map_or(0, |series| series.values.len());
    judge("monthly", &monthly, &[length], 12, length, &Calendar::default(), peers);
    Ok(())
}

fn judge(
    set: &str,
    panel: &Panel,
    ends: &[usize],
    horizon: usize,
    history: usize,
    calendar: &Calendar,
    peers: &Peers,
) {
    let length = panel.series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let mut mean = Figures::default();
    let mut peer_mean: BTreeMap<String, Figures> = BTreeMap::new();
    for end in ends {
        let known = panel.as_of(length - end + horizon, history);
        let begun = usage::cpu_seconds();
        let forecaster = Forecaster::learn(&known, calendar, &Options::new(horizon));
        let forecasts = forecaster.all();
        let seconds = usage::cpu_seconds() - begun;
        let ours = Figures { seconds, ..figures(panel, &known, &forecasts, end - horizon, horizon) };
        line(set, &end.to_string(), "deskhand", &ours);
        coverage(panel, &known, &forecasts, end - horizon);
        println!("# evidence: {} drift {:.3}", evidence(&forecaster), forecaster.drift());
        mean = mean.and(&ours);
        for (model, theirs) in peers.get(&(set.to_owned(), *end)).into_iter().flatten() {
            line(set, &end.to_string(), model, theirs);
            let sum = peer_mean.entry(model.clone()).or_default();
            *sum = sum.and(theirs);
        }
    }
    let count = ends.iter().fold(0.0, |sum, _| sum + 1.0);
    line(set, "mean", "deskhand", &mean.over(count));
    for (model, sum) in peer_mean {
        line(set, "mean", &model, &sum.over(count));
    }
}

fn evidence(forecaster: &Forecaster<'_>) -> String {
    forecaster.evidence().map(|(method, loss)| format!("{method:?} {loss:.3}")).collect::<Vec<_>>().join(", ")
}

impl Figures {
    fn and(&self, other: &Self) -> Self {
        Self {
            mae: self.mae + other.mae,
            rmsse: self.rmsse + other.rmsse,
            wape: self.wape + other.wape,
            bias: self.bias + other.bias,
            seconds: self.seconds + other.seconds,
        }
    }

    fn over(&self, count: f64) -> Self {
        Self {
            mae: self.mae / count,
            rmsse: self.rmsse / count,
            wape: self.wape / count,
            bias: self.bias / count,
            seconds: self.seconds / count,
        }
    }
}

fn line(set: &str, origin: &str, model: &str, figures: &Figures) {
    let Figures { mae, rmsse, wape, bias, seconds } = figures;
    println!(
        "{set:<8} {origin:>6}  {model:<26} {mae:>9.4} {rmsse:>8.4} {wape:>8.4} {bias:>+8.4} {seconds:>9.2}"
    );
}

/// The whole series of the full panel that a series of the cut one was cut from, by item and store.
fn actual<'a>(panel: &'a Panel, known: &Panel, forecast: &Forecast) -> &'a [f32] {
    let series = &known.series[forecast.series];
    let same = panel.series.iter().find(|other| (other.item, other.store) == (series.item, series.store));
    same.map_or(&[], |same| &same.values)
}

/// MAE, RMSSE (M5: scaled by the mean squared difference of neighbours from the first sale on), WAPE and bias.
fn figures(panel: &Panel, known: &Panel, forecasts: &[Forecast], from: usize, horizon: usize) -> Figures {
    let (mut absolute, mut sum, mut total, mut cells) = (0.0, 0.0, 0.0, 0.0);
    let (mut scaled, mut counted) = (0.0, 0.0);
    for forecast in forecasts {
        let values = actual(panel, known, forecast);
        let came = &values[from..from + horizon];
        let mut squares = 0.0;
        for (mean, came) in forecast.mean.iter().zip(came) {
            let error = f64::from(*came) - mean;
            absolute += error.abs();
            squares += error * error;
            sum += error;
            total += f64::from(*came);
            cells += 1.0;
        }
        let first = values.iter().position(|value| *value > 0.0).unwrap_or(0);
        let before = values.get(first..from).unwrap_or_default();
        let steps = before.windows(2).map(|pair| f64::from(pair[1] - pair[0]).powi(2));
        let (steps, number) = steps.fold((0.0, 0.0), |(sum, number), step| (sum + step, number + 1.0));
        if steps > 0.0 {
            let horizon = came.iter().fold(0.0, |sum, _| sum + 1.0);
            scaled += (squares / horizon / (steps / number)).sqrt();
            counted += 1.0;
        }
    }
    Figures {
        mae: absolute / cells,
        rmsse: scaled / counted,
        wape: absolute / total,
        bias: -sum / total,
        seconds: 0.0,
    }
}

/// How often what came stayed at or below each quantile.
fn coverage(panel: &Panel, known: &Panel, forecasts: &[Forecast], from: usize) {
    let mut below = [0.0; 7];
    let mut cells = 0.0;
    for forecast in forecasts {
        for (row, came) in forecast.quantiles.iter().zip(&actual(panel, known, forecast)[from..]) {
            cells += 1.0;
            for (below, quantile) in below.iter_mut().zip(row) {
                *below += f64::from(u8::from(f64::from(*came) <= *quantile));
            }
        }
    }
    println!("# coverage at {:?}: {:.3?}", stock::forecast::LEVELS, below.map(|below| below / cells));
}

fn read_peers(path: &Path) -> Result<Peers, Failure> {
    let mut peers = Peers::new();
    for record in csv::Reader::from_path(path)?.records() {
        let record = record?;
        let figure = |at: usize| record.get(at).unwrap_or_default().parse::<f64>();
        let figures = Figures {
            mae: figure(4)?,
            rmsse: figure(5)?,
            wape: figure(6)?,
            bias: figure(7)?,
            seconds: figure(8)?,
        };
        let key = (record.get(0).unwrap_or_default().to_owned(), record.get(1).unwrap_or_default().parse()?);
        peers.entry(key).or_default().push((record.get(2).unwrap_or_default().to_owned(), figures));
    }
    Ok(peers)
}

fn unpacked(path: &Path) -> Result<impl Read, Failure> {
    Ok(BufReader::with_capacity(1 << 16, GzDecoder::new(File::open(path)?)))
}

/// A table with one column an item and one row a period.
fn wide(path: &Path, every: Every) -> Result<Panel, Failure> {
    let mut reader = csv::Reader::from_reader(unpacked(path)?);
    let items: Vec<String> = reader.headers()?.iter().skip(1).map(str::to_owned).collect();
    let first = NaiveDate::from_ymd_opt(2001, 1, 1).ok_or("a date")?;
    let mut builder = PanelBuilder::new();
    for (period, record) in reader.records().enumerate() {
        let record = record?;
        for (item, cell) in items.iter().zip(record.iter().skip(1)) {
            let value = if cell.is_empty() { 0.0 } else { cell.parse()? };
            builder.add(&Row {
                item,
                store: "all",
                date: every.after(first, period),
                value: Some(value),
                price: None,
                promotion: false,
                stock_out: false,
                closed: false,
            })?;
        }
    }
    Ok(builder.finish(Some(every)))
}

/// Reads and forecasts made series of two years of days: seconds, processor seconds, memory.
fn curve(series: usize) -> Result<(), Failure> {
    let begun = Instant::now();
    let panel = stock::sales::read(Made::new(series), None)?;
    let read = (begun.elapsed().as_secs_f64(), usage::cpu_seconds());
    let forecaster = Forecaster::learn(&panel, &Calendar::default(), &Options::new(28));
    let learnt = (begun.elapsed().as_secs_f64(), usage::cpu_seconds());
    let mut units = 0.0;
    forecaster.each(|forecast| {
        units += forecast.over(28).mean;
        Ok::<(), Failure>(())
    })?;
    println!(
        "{series:>7} series  read {:.1} s  learn {:.1} s  forecast {:.1} s  all {:.1} s, {:.1} CPU s (reading and making {:.1})  peak {} MB  {units:.0} units",
        read.0,
        learnt.0 - read.0,
        begun.elapsed().as_secs_f64() - learnt.0,
        begun.elapsed().as_secs_f64(),
        usage::cpu_seconds(),
        read.1,
        usage::peak_megabytes()
    );
    Ok(())
}

/// A sales file of made series, made as it is read: counts around a level with weekdays, from a seeded generator.
struct Made {
    series: usize,
    at: usize,
    day: usize,
    seed: u64,
    line: Vec<u8>,
    sent: usize,
}

impl Made {
    fn new(series: usize) -> Self {
        let line = b"item_id,store_id,date,value,sell_price,promo\n".to_vec();
        Self { series, at: 0, day: 0, seed: 0x9e37_79b9_7f4a_7c15, line, sent: 0 }
    }

    /// `SplitMix64` (Steele, Lea & Flood 2014), the upper half.
    fn random(&mut self) -> u32 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)
    }

    fn next_line(&mut self) -> bool {
        const DAYS: usize = 730;
        if self.day == DAYS {
            (self.at, self.day) = (self.at + 1, 0);
        }
        if self.at == self.series {
            return false;
        }
        let level = f64::from(u8::try_from(self.at % 40).unwrap_or(0)) * 0.2;
        let level = level * if self.day % 7 >= 5 { 1.4 } else { 0.9 };
        let mut units = 0;
        let mut left = (-level).exp();
        let mut chance = f64::from(self.random()) / f64::from(u32::MAX);
        while chance > left && units < 100 {
            chance -= left;
            units += 1;
            left *= level / f64::from(units);
        }
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
        let date = Every::Day.after(first, self.day);
        self.line = format!("I{},S{:02},{date},{units},12.5,0\n", self.at / 12, self.at % 12).into_bytes();
        self.day += 1;
        true
    }
}

impl Read for Made {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            if self.sent == self.line.len() {
                self.sent = 0;
                self.line.clear();
                if !self.next_line() {
                    break;
                }
            }
            let some = (self.line.len() - self.sent).min(out.len() - filled);
            out[filled..filled + some].copy_from_slice(&self.line[self.sent..self.sent + some]);
            filled += some;
            self.sent += some;
        }
        Ok(filled)
    }
}
