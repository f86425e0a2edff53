use chrono::TimeDelta;
use serde_json::json;

use super::{on_both_databases, posting_of, started, task_of};
use crate::{Decided, Decision, RunState};

on_both_databases! {
    async fn the_digest_counts_what_happened_in_its_time(store) {
        let from = store.now();
        assert_eq!(store.figures(from, from + TimeDelta::days(1)).await.unwrap().straight_through_rate(), None);
        let (document, straight) = started(&store, "straight").await;
        store.record_document(&document).await.unwrap();
        let posting = store.intend(&posting_of(&straight, "cn:1")).await.unwrap();
        store.posting_submitted(&posting.id).await.unwrap();
        store.posting_confirmed(&posting.id, "B1", &json!({})).await.unwrap();
        store.finish_run(&straight.id, RunState::Done, "").await.unwrap();
        let (_, asked) = started(&store, "asked").await;
        let task = store.open_task(&task_of(&asked)).await.unwrap();
        let approve = Decided { decision: Decision::Approve, corrections: json!({}), note: String::new() };
        store.decide(&task.id, 1, "ann", &approve).await.unwrap();
        store.finish_run(&asked.id, RunState::Done, "").await.unwrap();
        let (_, rejected) = started(&store, "rejected").await;
        store.finish_run(&rejected.id, RunState::Rejected, "").await.unwrap();
        let (_, waiting) = started(&store, "waiting").await;
        store.open_task(&task_of(&waiting)).await.unwrap();
        let (_, failed) = started(&store, "failed").await;
        store.finish_run(&failed.id, RunState::Failed, "").await.unwrap();
        let figures = store.figures(from, from + TimeDelta::days(1)).await.unwrap();
        assert_eq!((figures.recorded, figures.duplicates, figures.done, figures.straight_through), (5, 1, 2, 1));
        assert_eq!((figures.posted, figures.rejected, figures.failed, figures.not_posted), (1, 1, 1, 0));
        assert_eq!(figures.dead_letters, 1);
        assert_eq!(figures.asked, 2);
        assert_eq!((figures.waiting, figures.oldest_waiting_since), (1, Some(from)));
        assert_eq!(figures.straight_through_rate(), Some(33));
        let before = store.figures(from - TimeDelta::days(1), from).await.unwrap();
        assert_eq!((before.recorded, before.done, before.posted, before.waiting), (0, 0, 0, 1));
    }
}
