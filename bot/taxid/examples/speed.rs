//! Prints how many codes are checked, and how much text is masked, in a second on one core:
//! `cargo run --release -p taxid --example speed`.

use std::hint::black_box;
use std::time::{Duration, Instant};

const CODES: [&str; 4] =
    ["91110000600037341L", "9144030071526726XG", "91110000600037341M", "92330781MA2EDMFU50"];
const LINES: [&str; 4] = [
    "2025-03-05T16:05:42Z INFO engine: step read finished in 812 ms",
    "WARN web: sign-in refused for chan@example.com from 10.0.0.7",
    "invoice 24332000000000000017 total 1,280.50 seller 91110000600037341L",
    "身份證 AB987654(3) 電話 9123 4567",
];

fn main() {
    let codes = rate(|i| usize::from(taxid::cn::Uscc::check(black_box(CODES[i % 4]).as_bytes()).is_ok()));
    println!("credit codes checked a second: {codes:.0}");
    let parsed =
        rate(|i| taxid::cn::Uscc::parse(black_box(CODES[i % 4])).map_or(0, |code| code.normalised().len()));
    println!("credit codes parsed a second:  {parsed:.0}");
    let lines = rate(|i| taxid::privacy::mask(black_box(LINES[i % 4])).len());
    println!("log lines masked a second:     {lines:.0}");
}

/// How often a second it runs, from about one second.
#[expect(clippy::cast_precision_loss, reason = "a rate is printed, not computed with")]
fn rate(work: impl Fn(usize) -> usize) -> f64 {
    let (start, mut done, mut kept) = (Instant::now(), 0_usize, 0_usize);
    while start.elapsed() < Duration::from_secs(1) {
        for _ in 0..10_000 {
            kept = kept.wrapping_add(work(done));
            done += 1;
        }
    }
    black_box(kept);
    done as f64 / start.elapsed().as_secs_f64()
}
