//! A memory of a supplier as pages show it.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Serialize;
use store::MemoryRow;

use crate::format;
use crate::language::Language;
use crate::view::task::name_of;

/// A memory, ready to be written.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MemoryView {
    pub(crate) id: String,
    pub(crate) field: String,
    /// The remembered value, if it is one.
    pub(crate) value: Option<String>,
    /// The remembered label, if it is one.
    pub(crate) label: Option<String>,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) document: String,
    pub(crate) task: String,
    pub(crate) times_used: u64,
    pub(crate) last_used: Option<String>,
    pub(crate) revoked_by: Option<String>,
    pub(crate) revoked_at: Option<String>,
}

impl MemoryView {
    /// The view of a row.
    pub(crate) fn of(
        row: &MemoryRow,
        people: &BTreeMap<String, String>,
        zone: Tz,
        language: Language,
    ) -> Self {
        let said = |name: &str| row.lesson[name].as_str().map(str::to_owned);
        let moment = |at| format::moment(at, zone, language);
        Self {
            id: row.id.clone(),
            field: row.field.clone(),
            value: said("value"),
            label: said("label"),
            by: name_of(people, &row.saved_by),
            at: moment(row.saved_at),
            document: row.document_name.clone(),
            task: row.task.clone(),
            times_used: row.times_used,
            last_used: row.last_used_at.map(moment),
            revoked_by: row.revoked_by.as_deref().map(|by| name_of(people, by)),
            revoked_at: row.revoked_at.map(moment),
        }
    }
}
