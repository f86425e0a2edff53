//! A batch of events as JSON: a list, or an object whose `events` is the list.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Field;
use super::intake::IntakeError;
use super::privacy::Scanner;
use crate::table::MOST_BYTES;

/// A batch holds at most so many events.
pub const MOST_EVENTS: usize = 1_000;

/// The events of a batch. Data of people anywhere blocks it.
pub(super) fn open(json: &[u8]) -> Result<Vec<Value>, IntakeError> {
    if json.len() > MOST_BYTES {
        return Err(IntakeError::TooManyEvents);
    }
    let value: Value = serde_json::from_slice(json).map_err(|_| IntakeError::NotJson)?;
    let events = match value {
        Value::Array(events) => events,
        Value::Object(mut object) => match object.remove("events") {
            Some(Value::Array(events)) => events,
            _ => return Err(IntakeError::NotJson),
        },
        _ => return Err(IntakeError::NotJson),
    };
    if events.len() > MOST_EVENTS {
        return Err(IntakeError::TooManyEvents);
    }
    if !events.iter().all(Value::is_object) {
        return Err(IntakeError::NotJson);
    }
    scan(&events)?;
    Ok(events)
}

/// Looks at every name and value, also inside of what nobody reads.
fn scan(events: &[Value]) -> Result<(), IntakeError> {
    let (mut scanner, mut columns) = (Scanner::default(), BTreeMap::new());
    for (row, event) in (1..).zip(events) {
        look(event, None, "", row, &mut scanner, &mut columns)?;
    }
    scanner.finish().map_err(IntakeError::PersonalData)
}

/// Names are columns, numbered as they first come.
fn look<'a>(
    value: &'a Value,
    field: Option<Field>,
    name: &'a str,
    row: u64,
    scanner: &mut Scanner,
    columns: &mut BTreeMap<&'a str, usize>,
) -> Result<(), IntakeError> {
    let count = columns.len();
    let column = *columns.entry(name).or_insert(count);
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                Scanner::heading(name, columns.len(), row).map_err(IntakeError::PersonalData)?;
                look(value, Field::on_wire(name), name, row, scanner, columns)?;
            }
            Ok(())
        }
        Value::Array(values) => {
            values.iter().try_for_each(|value| look(value, field, name, row, scanner, columns))
        }
        Value::String(text) => scanner.value(text, field, column, row).map_err(IntakeError::PersonalData),
        Value::Number(number) => {
            scanner.value(&number.to_string(), field, column, row).map_err(IntakeError::PersonalData)
        }
        Value::Bool(_) | Value::Null => Ok(()),
    }
}
