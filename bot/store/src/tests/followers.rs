use chrono::TimeDelta;

use super::{on_both_databases, started};
use crate::{NewRun, RunState};

on_both_databases! {
    async fn an_ended_run_is_followed_once_and_only_when_it_ended_late_enough(store) {
        let since = store.follows_since("archive", "invoice").await.unwrap();
        store.clock.advance(TimeDelta::hours(1));
        assert_eq!(store.follows_since("archive", "invoice").await.unwrap(), since);
        let (_, first) = started(&store, "a").await;
        let open = async || store.ended_without("invoice", since, "archive/after/").await.unwrap();
        assert!(open().await.is_empty(), "it has not ended");
        store.finish_run(&first.id, RunState::Done, "").await.unwrap();
        let ended = open().await;
        assert_eq!((ended.len(), &ended[0].id, ended[0].state), (1, &first.id, RunState::Done));
        let later = store.now() + TimeDelta::seconds(1);
        assert!(store.ended_without("invoice", later, "archive/after/").await.unwrap().is_empty());
        let follower = NewRun {
            id: format!("archive/after/{}", first.id),
            workflow: "archive".into(),
            document: None,
            trigger: "after".into(),
            ..first
        };
        store.start_run(&follower).await.unwrap();
        assert!(open().await.is_empty());
        assert_eq!(store.followers().await.unwrap(), [("archive".to_owned(), "invoice".to_owned())]);
        store.follows_no_more("archive", "invoice").await.unwrap();
        assert!(store.follows_since("archive", "invoice").await.unwrap() > since);
    }
}
