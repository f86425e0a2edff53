use serde_json::json;

use super::{on_both_databases, started, task_of};
use crate::{Decided, Decision, Reminder, ReminderStep};

fn reminder(task: &str, address: &str, step: ReminderStep) -> Reminder {
    Reminder { address: address.to_owned(), task: task.to_owned(), step }
}

on_both_databases! {
    async fn a_reminder_is_taken_by_one_run_and_answered_again_to_it(store) {
        let (_, run) = started(&store, "paper").await;
        let task = store.open_task(&task_of(&run)).await.unwrap().id;
        let due = [reminder(&task, "ann@x.test", ReminderStep::Reviewer), reminder(&task, "bob@x.test", ReminderStep::Reviewer)];
        assert_eq!(store.take_reminders("chase/1", &due).await.unwrap(), due);
        assert_eq!(store.take_reminders("chase/1", &due).await.unwrap(), due, "the same after a crash");
        assert_eq!(store.take_reminders("chase/2", &due).await.unwrap(), []);
        assert_eq!(store.reminders_taken().await.unwrap(), due);
        let later = [reminder(&task, "ann@x.test", ReminderStep::Operator)];
        assert_eq!(store.take_reminders("chase/2", &later).await.unwrap(), later);
        assert!(store.audit_verify().await.unwrap().is_sound());
    }

    async fn what_was_given_back_is_due_again(store) {
        let (_, run) = started(&store, "paper").await;
        let task = store.open_task(&task_of(&run)).await.unwrap().id;
        let due = [reminder(&task, "ann@x.test", ReminderStep::Reviewer), reminder(&task, "bob@x.test", ReminderStep::Reviewer)];
        store.take_reminders("chase/1", &due).await.unwrap();
        store.give_back_reminders("chase/1", "bob@x.test").await.unwrap();
        store.give_back_reminders("chase/1", "nobody@x.test").await.unwrap();
        assert_eq!(store.take_reminders("chase/2", &due).await.unwrap(), due[1..]);
    }

    async fn a_task_that_is_decided_has_no_reminders(store) {
        let (_, run) = started(&store, "paper").await;
        let task = store.open_task(&task_of(&run)).await.unwrap().id;
        let approve = Decided { decision: Decision::Approve, corrections: json!({}), note: String::new() };
        store.decide(&task, 1, "ann", &approve).await.unwrap();
        let due = [reminder(&task, "ann@x.test", ReminderStep::Reviewer)];
        assert_eq!(store.take_reminders("chase/1", &due).await.unwrap(), []);
    }
}
