//! `deskhand stock`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum StockCommand {
    /// What will be asked for, with its band
    #[command(
        after_help = "Example: deskhand stock forecast --sales sales.csv.gz --horizon 28 --out forecast.csv\nColumns of the sales: item_id,store_id,date,value[,sell_price,promo,stockout,closed]. A day without a row is a day without a sale."
    )]
    Forecast(ForecastArgs),
    /// What to order today, line by line, with the figures behind each
    #[command(
        after_help = "Example: deskhand stock propose --sales sales.csv.gz --stock stock.xlsx --review 7 --fill-rate 0.98 --out orders.csv\nColumns of the stock list: item_id, store_id, on_hand, and where you have them supplier, on_order, in_transit, reserved, pack, moq, lead_days, max_stock, presentation, unit_cost, unit_price, status, name.\nNothing is sent to anybody. The exit code is 1 when a row of the list cannot be used."
    )]
    Propose(ProposeArgs),
    /// A policy played on past sales, beside another
    #[command(
        after_help = "Examples:\n  deskhand stock replay --sales sales.csv.gz --policy today.toml --against new.toml\n  deskhand stock replay --sales sales.csv.gz --policy today.toml --forecaster average --stock stock.xlsx\n  deskhand stock replay --sales sales.csv.gz --policy today.toml --break-even accuracy.csv --service 0.95 --fall 0.3\nOur own forecast is learnt anew on every review day from what was known then, which takes its time; the average is quick.\nA policy: name = \"weekly\", review_days = 7, goal = { fill_rate = 0.99 } (or cycle_service, or days_of_cover)."
    )]
    Replay(ReplayArgs),
    /// How often each trigger would have fired on your own past, when nothing was wrong
    #[command(
        after_help = "Example: deskhand stock alarms --sales sales.csv.gz --weeks 4\nEvery week of the past is forecast from what was known before it, then the triggers are asked as if a pilot had begun in each. Leave out of the sales a time in which something was wrong. Nothing is changed or sent."
    )]
    Alarms(AlarmsArgs),
    /// What readers of tags have read, beside the pieces that should be there
    #[command(
        after_help = "Example: deskhand stock stocktake --store MK --expected stock.xlsx morning.csv evening.csv\nA piece is missing only when two passes looked for it. The exit code is 1 when something is missing, unknown, misplaced or still to be read."
    )]
    Stocktake(StocktakeArgs),
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Period {
    Day,
    Week,
    Month,
}

#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// Sales: CSV, or CSV in gzip
    #[arg(long)]
    pub(crate) sales: PathBuf,
    /// How many periods ahead
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u16).range(1..=731))]
    pub(crate) horizon: u16,
    /// Where the forecast is written [default: standard output]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Holidays and events: CSV with date and name
    #[arg(long)]
    pub(crate) calendar: Option<PathBuf>,
    /// Add the moving festivals of Hong Kong
    #[arg(long)]
    pub(crate) festivals: bool,
    /// The length of a period [default: as the dates show]
    #[arg(long)]
    pub(crate) every: Option<Period>,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeArgs {
    /// Daily sales: CSV, or CSV in gzip
    #[arg(long)]
    pub(crate) sales: PathBuf,
    /// What each store has and may order: CSV or XLSX
    #[arg(long)]
    pub(crate) stock: PathBuf,
    /// Where the lines are written [default: standard output]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The day of the proposal [default: the day after the last sales]
    #[arg(long)]
    pub(crate) day: Option<chrono::NaiveDate>,
    /// Days from one order to the next
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=92))]
    pub(crate) review: u16,
    /// Days from order to delivery, for rows that do not say
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=365))]
    pub(crate) lead: u16,
    /// The share of units that should be sold from the shelf
    #[arg(long, default_value_t = 0.98)]
    pub(crate) fill_rate: f64,
    /// What may be spent in all
    #[arg(long)]
    pub(crate) budget: Option<rust_decimal::Decimal>,
    /// Holidays and events: CSV with date and name
    #[arg(long)]
    pub(crate) calendar: Option<PathBuf>,
    /// Add the moving festivals of Hong Kong
    #[arg(long)]
    pub(crate) festivals: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Daily sales: CSV, or CSV in gzip
    #[arg(long)]
    pub(crate) sales: PathBuf,
    /// The policy, a TOML file
    #[arg(long)]
    pub(crate) policy: PathBuf,
    /// Another, to set beside it
    #[arg(long)]
    pub(crate) against: Option<PathBuf>,
    /// How long the supplier takes, in days, from and to
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], default_values_t = [2, 5])]
    pub(crate) lead: Vec<u16>,
    /// Pack, minimum and cost of each SKU: CSV or XLSX, as for propose
    #[arg(long)]
    pub(crate) stock: Option<PathBuf>,
    /// Units in a pack, for SKUs that the stock list does not have
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) pack: u32,
    /// Days at the beginning that only fill the shelf and teach the forecast
    #[arg(long, default_value_t = 90)]
    pub(crate) warm_up: u16,
    /// Whose forecast is ordered by
    #[arg(long, value_enum, default_value_t = ForecastBy::Own)]
    pub(crate) forecaster: ForecastBy,
    /// Days of the moving average, the forecast of today
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u16).range(2..))]
    pub(crate) average: u16,
    /// The lead times are drawn from this number: the same number, the same replay
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Holidays and events: CSV with date and name
    #[arg(long)]
    pub(crate) calendar: Option<PathBuf>,
    /// Add the moving festivals of Hong Kong
    #[arg(long)]
    pub(crate) festivals: bool,
    /// Instead of a replay: how much better each SKU must be forecast, written to this CSV file
    #[arg(long, value_name = "FILE", value_parser = csv_file, conflicts_with = "against")]
    pub(crate) break_even: Option<PathBuf>,
    /// For the break-even: the share of order periods without a stock-out that the safety stock gives today
    #[arg(long, default_value_t = 0.95)]
    pub(crate) service: f64,
    /// For the break-even: by how much stock-outs should fall; 0.3 is thirty per cent
    #[arg(long, default_value_t = 0.3)]
    pub(crate) fall: f64,
}

/// Whose forecast a replay orders by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForecastBy {
    /// Our own, learnt anew on every review day
    Own,
    /// A moving average, what a careful shop keeps in a spreadsheet
    Average,
}

/// The break-even table is CSV; a file that calls itself a workbook would not open.
fn csv_file(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let workbook = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    if workbook { Err("the table is written as CSV; let the name end in .csv".to_owned()) } else { Ok(path) }
}

#[derive(Debug, Args)]
pub(crate) struct AlarmsArgs {
    /// Daily sales: CSV, or CSV in gzip
    #[arg(long)]
    pub(crate) sales: PathBuf,
    /// Weeks that a pilot is watched; the rate is the chance of at least one false alarm in them
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=52))]
    pub(crate) weeks: u8,
    /// Weeks of the past that are looked at, the last ones
    #[arg(long, default_value_t = 52, value_parser = clap::value_parser!(u16).range(4..=260))]
    pub(crate) past: u16,
    /// Holidays and events: CSV with date and name
    #[arg(long)]
    pub(crate) calendar: Option<PathBuf>,
    /// Add the moving festivals of Hong Kong
    #[arg(long)]
    pub(crate) festivals: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StocktakeArgs {
    /// The store that was walked
    #[arg(long)]
    pub(crate) store: String,
    /// What should be there: CSV or XLSX with a column EPC, and SKU, name, location, store
    #[arg(long)]
    pub(crate) expected: PathBuf,
    /// Where the reads were made, when the files do not say
    #[arg(long)]
    pub(crate) location: Option<String>,
    /// What readers have written; one walk, or several, in each
    #[arg(required = true)]
    pub(crate) reads: Vec<PathBuf>,
}
