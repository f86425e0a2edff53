//! `chase`: tasks that have waited for too long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};
use store::{Reminder, ReminderStep, TaskFilter, TaskRow};

use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const OVERDUE: &str = "chase::overdue";

/// So many waiting tasks are looked at.
const MOST: u32 = 5_000;

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;

    use crate::tape::step;

    /// Finds the tasks that have waited for too many working hours, and takes the reminders that are due: first to the person
    /// who has a task in hand, or else to the reviewers, later to the operators. A reminder that was taken is never due
    /// again, in whatever run.
    ///
    /// It answers `#{tasks: number, letters: [map]}`: one letter for each address, for `mail::reminder`.
    #[rhai_fn(return_raw)]
    pub(crate) fn overdue(context: NativeCallContext) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::OVERDUE, Value::Null)
    }
}

pub(crate) async fn overdue(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let due = due(house).await?;
    let taken = house.store.take_reminders(&ask.run, &due).await?;
    Ok(letters(&taken))
}

/// What a run would take now.
pub(crate) async fn would_take(house: &House) -> Result<Value, Failure> {
    let taken = house.store.reminders_taken().await?;
    let due = due(house).await?.into_iter().filter(|reminder| !taken.contains(reminder));
    Ok(letters(&due.collect::<Vec<_>>()))
}

/// Every reminder that is due, taken or not.
async fn due(house: &House) -> Result<Vec<Reminder>, Failure> {
    let people: BTreeMap<String, String> =
        house.store.people().await?.into_iter().filter(|p| p.active).map(|p| (p.id, p.email)).collect();
    let mut due = Vec::new();
    for task in house.store.tasks(&TaskFilter::open(MOST)).await? {
        let worked = worked(house, &task);
        let reached = |after: Duration| TimeDelta::from_std(after).is_ok_and(|after| worked >= after);
        let reminder =
            |address: &String, step| Reminder { address: address.clone(), task: task.id.clone(), step };
        if reached(house.office.remind_after) {
            let holder = task.held_by(house.store.now()).and_then(|person| people.get(person));
            let to = holder.map_or(house.reviewers.as_slice(), std::slice::from_ref);
            due.extend(to.iter().map(|address| reminder(address, ReminderStep::Reviewer)));
        }
        if reached(house.office.escalate_after) {
            due.extend(house.operators.iter().map(|address| reminder(address, ReminderStep::Operator)));
        }
    }
    Ok(due)
}

/// How long people have worked since a task was opened.
pub(crate) fn worked(house: &House, task: &TaskRow) -> TimeDelta {
    house.office.hours.worked(task.created_at, house.store.now(), house.zone)
}

/// One letter for each address. Whoever is both a reviewer and an operator gets one, with each task once.
fn letters(reminders: &[Reminder]) -> Value {
    let tasks: BTreeSet<&str> = reminders.iter().map(|reminder| reminder.task.as_str()).collect();
    let mut by_address: BTreeMap<&str, BTreeMap<&str, ReminderStep>> = BTreeMap::new();
    for reminder in reminders {
        let letter = by_address.entry(&reminder.address).or_default();
        let step = letter.entry(&reminder.task).or_insert(reminder.step);
        *step = (*step).max(reminder.step);
    }
    let letter = |(address, tasks): (&str, BTreeMap<&str, ReminderStep>)| {
        let escalated = tasks.values().all(|step| *step == ReminderStep::Operator);
        json!({ "to": address, "tasks": tasks.keys().collect::<Vec<_>>(), "escalated": escalated })
    };
    json!({ "tasks": tasks.len(), "letters": by_address.into_iter().map(letter).collect::<Vec<_>>() })
}
