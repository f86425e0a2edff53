//! The paper: a purchase order, and the manual order sheet, as one page of HTML for the printer.
//!
//! A page needs nothing but itself and may fetch nothing; whatever was handed in is escaped. [`html`] is the purchase order,
//! [`manual_sheet_html`] what a store orders by when nothing else runs.

mod sheet;

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{OrderedLine, Proposal, ProposedLine, PurchaseOrder};
use crate::figure::{grouped, money};
use crate::picture;

pub use sheet::manual_sheet_html;

/// For whom a purchase order is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Copy {
    /// For the supplier, who sees what is ordered and nothing of why.
    Supplier,
    /// For the buyer, with a picture of the forecast and the reason of each line.
    Buyer,
}

/// The purchase order for print on A4. `proposal` is where it came from; the supplier's copy shows nothing of it. `language`
/// is `en` or `zh-Hant`.
pub fn html(order: &PurchaseOrder, copy: Copy, proposal: Option<&Proposal>, language: &str) -> String {
    let proposal = proposal.filter(|_| copy == Copy::Buyer);
    let tongue = Tongue::of(language);
    let mut stores: Vec<Store> = Vec::new();
    for line in &order.lines {
        let printed = Printed::of(line, proposal, copy, tongue);
        match stores.last_mut() {
            Some(store) if store.name == line.store => store.add(line, printed),
            _ => stores.push(Store::starting(line, printed)),
        }
    }
    let page = OrderPage {
        chinese: tongue == Tongue::Chinese,
        buyer: &order.buyer,
        supplier: &order.supplier.name,
        number: &order.number,
        footer: order.number.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect(),
        day: tongue.date(order.day),
        expected: tongue.date(order.expected),
        currency: &order.currency,
        priced: !order.total.is_zero(),
        unpriced: order.lines.iter().any(|line| line.unit_cost <= Decimal::ZERO),
        days_differ: order.lines.iter().any(|line| line.expected != order.expected),
        for_buyer: copy == Copy::Buyer,
        pictures: stores.iter().flat_map(|store| &store.lines).any(|line| line.picture.is_some()),
        lines: order.lines.len(),
        total: money(order.total),
        stores: stores.into_iter().map(Store::done).collect(),
    };
    fill("order.html", &page)
}

/// What the template of a purchase order is filled with.
#[derive(Serialize)]
struct OrderPage<'a> {
    chinese: bool,
    buyer: &'a str,
    supplier: &'a str,
    number: &'a str,
    footer: String,
    day: String,
    expected: String,
    currency: &'a str,
    priced: bool,
    unpriced: bool,
    days_differ: bool,
    for_buyer: bool,
    pictures: bool,
    lines: usize,
    total: String,
    stores: Vec<Store>,
}

/// The lines of one store.
#[derive(Serialize)]
struct Store {
    name: String,
    lines: Vec<Printed>,
    units: String,
    amount: String,
    #[serde(skip)]
    sums: (i64, Decimal),
}

impl Store {
    fn starting(line: &OrderedLine, printed: Printed) -> Self {
        let (units, amount) = (String::new(), String::new());
        let name = line.store.clone();
        let mut store = Self { name, lines: Vec::new(), units, amount, sums: (0, Decimal::ZERO) };
        store.add(line, printed);
        store
    }

    fn add(&mut self, line: &OrderedLine, printed: Printed) {
        self.sums = (self.sums.0.saturating_add(line.units), self.sums.1.saturating_add(line.amount));
        self.lines.push(printed);
    }

    fn done(self) -> Self {
        Self { units: grouped(self.sums.0), amount: money(self.sums.1), ..self }
    }
}

/// A line as it is printed.
#[derive(Serialize)]
struct Printed {
    sku: String,
    name: String,
    packs: String,
    pack: String,
    units: String,
    cost: Option<String>,
    amount: Option<String>,
    expected: String,
    picture: Option<String>,
    why: Option<String>,
    change: Option<String>,
}

impl Printed {
    fn of(line: &OrderedLine, proposal: Option<&Proposal>, copy: Copy, tongue: Tongue) -> Self {
        let proposed = proposal.and_then(|proposal| {
            proposal
                .lines
                .iter()
                .find(|other| other.line.id.store == line.store && other.line.id.sku == line.sku)
        });
        let draw = |proposed: &ProposedLine| {
            picture::line(proposed, Some(line.units), tongue.code(), picture::Size::Small)
        };
        let priced = line.unit_cost > Decimal::ZERO;
        Self {
            sku: line.sku.clone(),
            name: if line.name == line.sku { String::new() } else { line.name.clone() },
            packs: grouped(line.packs),
            pack: grouped(line.pack),
            units: grouped(line.units),
            cost: priced.then(|| money(line.unit_cost)),
            amount: priced.then(|| money(line.amount)),
            expected: tongue.short_date(line.expected),
            picture: proposed.and_then(draw),
            why: proposed
                .map(|proposed| tongue.pick(&proposed.line.reason.en, &proposed.line.reason.zh).to_owned()),
            change: change(line, tongue).filter(|_| copy == Copy::Buyer),
        }
    }
}

/// What a person changed, and why.
fn change(line: &OrderedLine, tongue: Tongue) -> Option<String> {
    let reason = line.reason?.sentence();
    let (proposed, units) = (grouped(line.proposed), grouped(line.units));
    Some(match tongue {
        Tongue::English => format!("Changed from {proposed} to {units}: {}.", reason.en),
        Tongue::Chinese => format!("由 {proposed} 件改為 {units} 件：{}。", reason.zh),
    })
}

/// The language of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    English,
    Chinese,
}

impl Tongue {
    fn of(language: &str) -> Self {
        if language.starts_with("zh") { Self::Chinese } else { Self::English }
    }

    fn code(self) -> &'static str {
        self.pick("en", "zh-Hant")
    }

    fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// 23 Nov, 11月23日.
    fn short_date(self, day: NaiveDate) -> String {
        match self {
            Self::English => day.format("%-d %b").to_string(),
            Self::Chinese => format!("{}月{}日", day.month(), day.day()),
        }
    }

    /// 23 Nov 2026, 2026年11月23日.
    fn date(self, day: NaiveDate) -> String {
        match self {
            Self::English => day.format("%-d %b %Y").to_string(),
            Self::Chinese => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        }
    }
}

const SOURCES: [(&str, &str); 3] = [
    ("paper.css", include_str!("../../templates/paper.css")),
    ("order.html", include_str!("../../templates/order.html.j2")),
    ("sheet.html", include_str!("../../templates/sheet.html.j2")),
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    for (name, source) in SOURCES {
        environment
            .add_template(name, source)
            .expect("the templates are part of the program, and a test fills each");
    }
    environment
});

/// Fills a template with a page whose every field it knows.
fn fill(name: &str, page: &impl Serialize) -> String {
    let filled = TEMPLATES.get_template(name).and_then(|template| template.render(Serde(page)));
    filled.expect("the page has all that the template asks for, and a test fills each")
}

#[cfg(test)]
mod tests;
