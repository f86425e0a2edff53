//! The acts that read: single values, and rows of bills.

use std::collections::BTreeMap;

use super::super::values;
use super::{Play, Stop};
use crate::browser::CellSpec;
use crate::compare::fold_name;
use crate::description::{Cell, Read, Rows, Value};
use crate::{PortalError, Record};

type Cells = BTreeMap<String, Option<String>>;

impl Play<'_> {
    pub(super) async fn read(&mut self, act: &Read) -> Result<(), Stop> {
        let selector = self.selector(&act.read)?;
        let doing = format!("read {selector}");
        let read = self.page.read(&selector, act.attribute.as_deref()).await;
        let Some(shown) = self.or_stop(read, &doing).await? else {
            return if act.optional { Ok(()) } else { Err(self.page_stop(&doing, "it is not on the page")) };
        };
        let value = values::cut(&shown, act.after.as_deref(), act.before.as_deref()).to_owned();
        self.kept.insert(act.keep.clone(), value);
        Ok(())
    }

    pub(super) async fn rows(&mut self, act: &Rows) -> Result<(), Stop> {
        let rows = self.all_rows(act).await?;
        let mut wanted = Vec::new();
        for (name, template) in &act.only {
            if let Some(value) = self.text(template)? {
                wanted.push((name, value));
            }
        }
        let rows: Vec<Cells> = rows
            .into_iter()
            .filter(|row| wanted.iter().all(|(name, value)| holds(row.get(*name), value)))
            .collect();
        if !act.then.is_empty() && rows.len() > act.at_most_rows as usize {
            let why = format!("{} rows would have to be opened, more than {}", rows.len(), act.at_most_rows);
            return Err(self.page_stop("look for the bill", &why));
        }
        for row in rows {
            let outer = std::mem::take(&mut self.kept);
            self.row = row;
            self.act_all(&act.then).await?;
            let mut cells = std::mem::take(&mut self.row);
            let read = std::mem::replace(&mut self.kept, outer);
            cells.extend(read.into_iter().map(|(name, value)| (name, Some(value))));
            let record = self.record(&cells)?;
            self.records.push(record);
        }
        Ok(())
    }

    /// The rows of this page and of the pages that follow it.
    async fn all_rows(&mut self, act: &Rows) -> Result<Vec<Cells>, Stop> {
        let selector = self.selector(&act.rows)?;
        let cells: BTreeMap<&str, CellSpec<'_>> = act
            .cells
            .iter()
            .map(|(name, cell)| {
                (name.as_str(), CellSpec { at: &cell.at, attribute: cell.attribute.as_deref() })
            })
            .collect();
        let mut all: Vec<Cells> = Vec::new();
        for _ in 0..act.at_most_pages {
            let rows = self.page.rows(&selector, &cells).await;
            all.extend(
                self.or_stop(rows, &format!("read the rows {selector}"))
                    .await?
                    .into_iter()
                    .map(|row| cut(row, &act.cells)),
            );
            let Some(next) = &act.next else { return Ok(all) };
            let next = self.selector(next)?;
            let link = self.page.read(&next, Some("href")).await;
            let Some(link) = self.or_stop(link, "look for more rows").await? else { return Ok(all) };
            self.open(&link).await?;
        }
        let why = format!("there are more than {} pages of rows", act.at_most_pages);
        Err(self.page_stop("look for the bill", &why))
    }

    /// What was read, as records: the rows of a search, or the one bill of a page.
    pub(crate) fn into_records(mut self) -> Result<Vec<Record>, Stop> {
        let cells: Cells =
            std::mem::take(&mut self.kept).into_iter().map(|(name, value)| (name, Some(value))).collect();
        if self.section == "read_back" {
            let record = self.record(&cells)?;
            self.records.push(record);
        }
        Ok(self.records)
    }

    fn record(&self, cells: &Cells) -> Result<Record, Stop> {
        let text = |name: &str| cells.get(name).cloned().flatten().filter(|text| !text.is_empty());
        let unreadable = |what: &str, shown: String| {
            let portal = self.portal.description.name.clone();
            Stop::Failed(PortalError::Unreadable {
                portal,
                what: what.to_owned(),
                shown: self.portal.hide(&shown),
            })
        };
        let total = match text("total") {
            Some(shown) => Some(values::number(&shown).ok_or_else(|| unreadable("total", shown))?),
            None => None,
        };
        let date = match text("date") {
            Some(shown) => Some(
                values::date(&shown, &self.portal.description.date_forms)
                    .ok_or_else(|| unreadable("date", shown))?,
            ),
            None => None,
        };
        Ok(Record {
            number: text("number"),
            reference: text("reference"),
            supplier: text("supplier"),
            supplier_tax_id: text("supplier_tax_id"),
            date,
            total,
            currency: text("currency"),
            link: text("link"),
        })
    }
}

fn cut(row: Cells, cells: &BTreeMap<String, Cell>) -> Cells {
    row.into_iter()
        .map(|(name, shown)| {
            let marks = cells.get(&name).map(|cell| (cell.after.as_deref(), cell.before.as_deref()));
            let (after, before) = marks.unwrap_or_default();
            let value = shown.map(|shown| values::cut(&shown, after, before).to_owned());
            (name, value)
        })
        .collect()
}

/// A value of a found bill, for `{found.…}`.
pub(super) fn of_record(record: &Record, name: &str) -> Option<Value> {
    let text = |value: &Option<String>| value.clone().map(Value::Text);
    match name {
        "number" => text(&record.number),
        "reference" => text(&record.reference),
        "supplier" => text(&record.supplier),
        "supplier_tax_id" => text(&record.supplier_tax_id),
        "currency" => text(&record.currency),
        "link" => text(&record.link),
        "date" => record.date.map(Value::Date),
        _ => record.total.map(Value::Number),
    }
}

/// Whether a cell holds this value.
fn holds(cell: Option<&Option<String>>, wanted: &str) -> bool {
    cell.and_then(Option::as_deref).is_some_and(|text| fold_name(text) == fold_name(wanted))
}
