//! The manual order sheet for print.

use serde::Serialize;

use super::{Tongue, fill};
use crate::figure::grouped;
use crate::guard::roll_back::OpenOrder;
use crate::guard::{ApprovedLine, ManualSheet};

/// The manual order sheet for print on A4: by supplier and store the ladder of each SKU, what is on its way, and boxes for the
/// count and the order. What is on its way is what `open_orders` say; where there are none, what was coming on the day of the
/// approval.
pub fn manual_sheet_html(sheet: &ManualSheet, open_orders: &[OpenOrder], language: &str) -> String {
    let tongue = Tongue::of(language);
    let mut parts: Vec<Part> = Vec::new();
    for line in &sheet.lines {
        let row = Row::of(line, open_orders);
        match parts.last_mut() {
            Some(part) if part.supplier == line.supplier && part.store == line.store => part.rows.push(row),
            _ => parts.push(Part {
                supplier: line.supplier.clone(),
                store: line.store.clone(),
                rows: vec![row],
            }),
        }
    }
    let approved = |day: Option<chrono::NaiveDate>| day.map(|day| tongue.date(day)).unwrap_or_default();
    let page = SheetPage {
        chinese: tongue == Tongue::Chinese,
        day: tongue.date(sheet.day),
        approved: approved(sheet.lines.iter().map(|line| line.approved).max()),
        parts,
        open: open_orders.iter().map(|order| Open::of(order, tongue)).collect(),
    };
    fill("sheet.html", &page)
}

#[derive(Serialize)]
struct SheetPage {
    chinese: bool,
    day: String,
    approved: String,
    parts: Vec<Part>,
    open: Vec<Open>,
}

/// What one store orders of one supplier.
#[derive(Serialize)]
struct Part {
    supplier: String,
    store: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    sku: String,
    name: String,
    coming: String,
    pack: String,
    /// Up to so many, so many packs.
    ladder: Vec<(String, String)>,
    /// The level that is ordered up to; none when nothing is ever ordered.
    target: Option<String>,
    minimum: Option<String>,
    most: Option<String>,
}

impl Row {
    fn of(line: &ApprovedLine, open: &[OpenOrder]) -> Self {
        let here = |order: &&OpenOrder| order.store == line.store && order.sku == line.sku;
        let outstanding = open.iter().filter(here).fold(0_i64, |sum, order| sum.saturating_add(order.units));
        let ladder = line.ladder();
        Self {
            sku: line.sku.clone(),
            name: line.name.clone(),
            coming: grouped(if open.is_empty() { line.coming } else { outstanding }),
            pack: grouped(line.pack.units()),
            ladder: ladder.iter().map(|rung| (grouped(rung.up_to), grouped(rung.packs))).collect(),
            target: (line.target > 0).then(|| grouped(line.target)),
            minimum: (line.moq > line.pack.units()).then(|| grouped(line.moq)),
            most: line.most.map(grouped),
        }
    }
}

/// What was ordered and has not come.
#[derive(Serialize)]
struct Open {
    number: String,
    store: String,
    sku: String,
    units: String,
    due: String,
}

impl Open {
    fn of(order: &OpenOrder, tongue: Tongue) -> Self {
        Self {
            number: order.po_id.clone(),
            store: order.store.clone(),
            sku: order.sku.clone(),
            units: grouped(order.units),
            due: order.due.map_or_else(|| "—".to_owned(), |day| tongue.date(day)),
        }
    }
}
