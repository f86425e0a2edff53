//! Prints how long a night's policy and allocation take: `cargo run --release --example policy_figures [SKUS] [STORES]`, by
//! default 200 SKUs in each of 12 stores, made from a fixed seed. Half of the warehouse's SKUs are short.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use stock::allocate::{Claim, Fairness, Rule, share};
use stock::policy::{
    DailyDemand, DayLimits, Goal, Item, OrderRules, Pack, Position, Protection, Standing, propose,
};

/// A number from 0 to `below`, from the place it is drawn for.
fn lot(place: u64, below: u64) -> i64 {
    let mixed = place.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    i64::try_from((mixed >> 20) % below.max(1)).unwrap_or(0)
}

fn item(place: u64, store: u64, sku: u64) -> Item {
    let mean = stock::count::as_float(lot(place, 400) + 1) / 20.0;
    Item {
        store: format!("store{store:03}"),
        sku: format!("sku{sku:05}"),
        supplier: Some(format!("supplier{}", sku % 20)),
        standing: Standing::Active,
        position: Position {
            on_hand: lot(place ^ 0x4d, 60),
            on_order: lot(place ^ 0x05, 20),
            ..Position::default()
        },
        count_first: false,
        forecast: Some(DailyDemand { mean, sigma: mean.sqrt() * 1.4 }),
        protection: Protection { review_days: 7.0, lead_days: 3.5, lead_sd_days: 1.1 },
        goal: Goal::FillRate(0.98),
        rules: OrderRules {
            pack: Pack::new(lot(sku, 12) + 1).unwrap_or(Pack::SINGLE),
            ..OrderRules::default()
        },
        unit_cost: Decimal::new(lot(sku ^ 0x09, 9_000) + 100, 2),
        unit_margin: Decimal::new(lot(sku ^ 0x03, 4_000) + 50, 2),
        unit_load: 1,
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>().unwrap_or(0));
    let (skus, stores) = (arguments.next().unwrap_or(200), arguments.next().unwrap_or(12));
    let items: Vec<Item> = (0..stores)
        .flat_map(|store| (0..skus).map(move |sku| item(store * skus + sku, store, sku)))
        .collect();
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();

    let begun = Instant::now();
    let lines = propose(day, &items, &[], &DayLimits::default());
    let policy = begun.elapsed();

    let begun = Instant::now();
    let mut claims: BTreeMap<&str, (Pack, Vec<Claim>)> = BTreeMap::new();
    for (item, line) in items.iter().zip(&lines) {
        if let Some(claim) = Claim::of(line, 0, 3.0) {
            claims.entry(&item.sku).or_insert((item.rules.pack, Vec::new())).1.push(claim);
        }
    }
    let mut given = 0;
    for (pack, claims) in claims.values() {
        let wanted: i64 = claims.iter().map(|claim| claim.wanted).sum();
        if let Ok(shares) = share(wanted / 2, *pack, claims, Rule::StockoutCost, Fairness::Percent(150)) {
            given += shares.iter().map(|share| share.units).sum::<i64>();
        }
    }
    let allocation = begun.elapsed();

    let begun = Instant::now();
    let all: Decimal = lines.iter().map(|line| line.cost).sum();
    let limits = DayLimits { budget: Some(all / Decimal::TWO), ..DayLimits::default() };
    let cut: Decimal = propose(day, &items, &[], &limits).iter().map(|line| line.cost).sum();
    let budget = begun.elapsed();

    println!(
        "{} SKU-stores, {} orders",
        items.len(),
        lines.iter().filter(|line| line.outcome.units() > 0).count()
    );
    println!("policy            {:>8.1} ms", policy.as_secs_f64() * 1e3);
    println!("allocation        {:>8.1} ms  ({given} units shared out)", allocation.as_secs_f64() * 1e3);
    println!("policy and budget {:>8.1} ms  ({cut} of {all})", budget.as_secs_f64() * 1e3);
}
