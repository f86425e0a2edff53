use chrono::TimeDelta;

use super::{document, lines, on_both_databases};

on_both_databases! {
    async fn a_folder_is_heard_by_what_arrives_in_it_and_by_nothing_else(store) {
        let watched = store.last_heard("/in/帳單").await.unwrap();
        store.clock.advance(TimeDelta::hours(1));
        assert_eq!(store.last_heard("/in/帳單").await.unwrap(), watched);
        let mut paper = document("one");
        paper.origin = "/in/帳單 2#01".to_owned();
        store.record_document(&paper).await.unwrap();
        assert_eq!(store.last_heard("/in/帳單").await.unwrap(), watched);
        paper.origin = "/in/帳單#02".to_owned();
        store.record_document(&paper).await.unwrap();
        assert_eq!(store.last_heard("/in/帳單").await.unwrap(), store.now());
    }

    async fn a_silence_is_noted_once_until_something_is_heard(store) {
        let since = store.last_heard("/in").await.unwrap();
        assert!(store.folder_is_quiet("/in", since).await.unwrap());
        let before = lines(&store).await;
        assert!(!store.folder_is_quiet("/in", since).await.unwrap());
        assert_eq!(lines(&store).await, before);
        store.quiet_was_told("/in").await.unwrap();
        let quiet = store.quiet_folders().await.unwrap();
        assert_eq!((quiet[0].quiet_since, quiet[0].told_at), (since, Some(store.now())));
        store.folder_is_heard("/in").await.unwrap();
        assert!(store.quiet_folders().await.unwrap().is_empty());
        assert!(store.folder_is_quiet("/in", since).await.unwrap(), "another silence is told again");
        store.folder_may_be_quiet("/in").await.unwrap();
        assert!(store.listened_folders().await.unwrap().is_empty());
    }
}
