//! What the holes of a description stand for.

use rust_decimal::Decimal;
use secrecy::ExposeSecret as _;

use super::super::values;
use super::stops::unfit;
use super::{Play, Stop, reading};
use crate::Bill;
use crate::description::{Hole, Template, Value};

impl Play<'_> {
    /// A selector with its holes filled, by characters that mean nothing in a selector.
    pub(super) fn selector(&self, template: &Template) -> Result<String, Stop> {
        let text =
            self.filled(template, |value| value.typed("%Y-%m-%d").replace(['"', '\'', '\\', ']', '\n'], ""))?;
        text.ok_or_else(|| self.lacking(&template.to_string()))
    }

    pub(super) fn text(&self, template: &Template) -> Result<Option<String>, Stop> {
        let form = self.portal.description.date_forms[0].clone();
        self.filled(template, |value| value.typed(&form))
    }

    /// A text for each line of the bill, one after the other.
    pub(super) fn of_each_line(&mut self, line: &Template) -> Result<String, Stop> {
        let mut all = String::new();
        for index in 0..self.lines.len() {
            let outer = self.line.replace(index);
            let text = self.text(line);
            self.line = outer;
            all += &text?.ok_or_else(|| self.lacking(&line.to_string()))?;
        }
        Ok(all)
    }

    pub(super) fn filled(
        &self,
        template: &Template,
        shape: impl Fn(&Value) -> String,
    ) -> Result<Option<String>, Stop> {
        let mut unfit = None;
        let text = template.fill(|hole| match self.value(hole) {
            Ok(value) => value.map(|value| shape(&value)),
            Err(stop) => {
                unfit = Some(stop);
                None
            }
        });
        unfit.map_or(Ok(text), Err)
    }

    /// What a hole stands for. `None` when there is no such value.
    pub(super) fn value(&self, hole: &Hole) -> Result<Option<Value>, Stop> {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let number = |n: Option<Decimal>| n.map(Value::Number);
        let name = hole.name.as_str();
        let value = match hole.scope.as_str() {
            "setting" => return Ok(self.portal.settings.get(name).and_then(|v| text(v))),
            "secret" => return Ok(self.portal.secrets.get(name).and_then(|v| text(v.expose_secret()))),
            "kept" => self.kept.get(name).and_then(|v| text(v)),
            "row" => self.row.get(name).cloned().flatten().map(Value::Text),
            "found" => self.found.and_then(|record| reading::of_record(record, name)),
            "line" => {
                let Some((index, line)) = self.line.and_then(|i| Some((i, self.lines.get(i)?))) else {
                    return Ok(None);
                };
                match name {
                    "index" => number(Some(index.into())),
                    "number" => number(Some((index + 1).into())),
                    "quantity" => number(line.quantity),
                    "unit_price" => number(line.unit_price),
                    "amount" => number(Some(line.amount)),
                    "item" => self
                        .portal
                        .settings
                        .get(if line.is_tax { "tax_item" } else { "expense_item" })
                        .and_then(|v| text(v)),
                    "code" => line.description.split_whitespace().next().and_then(text),
                    _ => text(&line.description),
                }
            }
            _ => self.bill.and_then(|bill| of_bill(bill, name)),
        };
        let free = matches!(name, "memo" | "description");
        match value {
            Some(Value::Text(text)) => values::typeable(&text, free)
                .map(|text| Some(Value::Text(text)))
                .ok_or_else(|| unfit(&hole.to_string())),
            other => Ok(other),
        }
    }
}

fn of_bill(bill: &Bill, name: &str) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    match name {
        "key" => text(&bill.key),
        "reference" => text(&bill.reference),
        "supplier_name" => text(&bill.supplier_name),
        "supplier_tax_id" => bill.supplier_tax_id.as_deref().and_then(text),
        "issue_date" => Some(Value::Date(bill.issue_date)),
        "due_date" => bill.due_date.map(Value::Date),
        "currency" => text(&bill.currency),
        "net" => bill.net.map(Value::Number),
        "tax" => bill.tax.map(Value::Number),
        "total" => Some(Value::Number(bill.total)),
        _ => text(&bill.memo),
    }
}
