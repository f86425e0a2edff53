//! One event as it came: texts by field, and the row itself.

use std::borrow::Cow;

use serde_json::Value;

use super::Field;
use crate::table::Row;

/// Texts by field. Lists of a JSON event are one text, each entry closed by a line feed.
#[derive(Debug, Clone)]
pub(super) struct Record<'a> {
    /// 1 for the first row of a file, or the first event of a batch.
    pub(super) row: u64,
    fields: Vec<(Field, Cow<'a, str>)>,
    came_as: CameAs<'a>,
}

#[derive(Debug, Clone, Copy)]
enum CameAs<'a> {
    Json(&'a Value),
    Row(&'a Row),
}

impl<'a> Record<'a> {
    /// A row of a file, whose cells are still to be set.
    pub(super) fn of_row(row: &'a Row) -> Self {
        Self { row: row.number, fields: Vec::new(), came_as: CameAs::Row(row) }
    }

    /// What a JSON object says in the fields that are known.
    pub(super) fn of_json(row: u64, value: &'a Value) -> Self {
        let mut record = Self { row, fields: Vec::new(), came_as: CameAs::Json(value) };
        for (name, value) in value.as_object().into_iter().flatten() {
            if let Some(field) = Field::on_wire(name) {
                record.set(field, text(value));
            }
        }
        record
    }

    /// The row as it came.
    pub(super) fn raw(&self) -> String {
        match self.came_as {
            CameAs::Json(value) => value.to_string(),
            CameAs::Row(row) => row.raw(),
        }
    }

    /// The first text of a field holds; blank text is no text.
    pub(super) fn set(&mut self, field: Field, text: Cow<'a, str>) {
        if !text.trim().is_empty() && self.get(field).is_none() {
            self.fields.push((field, text));
        }
    }

    /// Puts another text in place of a field's.
    pub(super) fn replace(&mut self, field: Field, text: String) {
        self.fields.retain(|(own, _)| *own != field);
        self.set(field, text.into());
    }

    pub(super) fn get(&self, field: Field) -> Option<&str> {
        let text = self.fields.iter().find(|(own, _)| *own == field).map(|(_, text)| text.as_ref())?;
        Some(if text.ends_with('\n') { text } else { text.trim() })
    }

    /// The entries of a list: closed by line feeds, or parted by `|`, `;` or `、` in a cell.
    pub(super) fn list(&self, field: Field) -> Vec<String> {
        let Some(text) = self.get(field) else { return Vec::new() };
        let parts: Box<dyn Iterator<Item = &str>> = match text.strip_suffix('\n') {
            Some(lines) => Box::new(lines.split('\n')),
            None => Box::new(text.split(['|', ';', '、', '；'])),
        };
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// All texts in the order of the fields: what the record says, whatever the order of its columns.
    pub(super) fn sorted(&self) -> Vec<(Field, &str)> {
        let mut fields: Vec<(Field, &str)> =
            self.fields.iter().filter_map(|(field, _)| Some((*field, self.get(*field)?))).collect();
        fields.sort_unstable();
        fields
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(entries) => entries.iter().map(|entry| text(entry) + "\n").collect::<String>().into(),
        other => other.to_string().into(),
    }
}
