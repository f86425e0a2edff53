use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::fires::fire;
use super::{document, on_both_databases, posting_of, run_of, started, task_of};
use crate::{Blobs, Decided, Decision, NewPosting, Recorded, Store, StoreError};

/// Several stores on one database, as several hosts have it (on SQLite: several processes).
async fn hosts(store: &crate::testing::TestStore, count: usize) -> Vec<Store> {
    let open = (0..count).map(|_| Store::open(&store.url, Blobs::memory(), store.clock.clone()));
    join_all(open).await.into_iter().map(Result::unwrap).collect()
}

on_both_databases! {
    async fn writers_on_several_hosts_keep_the_chain_linear(store) {
        let hosts = hosts(&store, 4).await;
        let writing = hosts.into_iter().enumerate().map(|(host, store)| tokio::spawn(async move {
            for n in 0..25 {
                store.audit("deskhand", "test.act", &format!("hosts/{host}"), &json!({"n": n})).await.unwrap();
            }
        }));
        for written in join_all(writing).await {
            written.unwrap();
        }
        let verdict = store.audit_verify().await.unwrap();
        assert_eq!((verdict.entries, verdict.broken), (100, None));
    }

    async fn of_two_decisions_at_once_exactly_one_counts(store) {
        let hosts = hosts(&store, 2).await;
        for round in 0..10 {
            let (_, run) = started(&store, &format!("round {round}")).await;
            let task = store.open_task(&task_of(&run)).await.unwrap();
            let decide = |store: Store, person: &'static str| {
                let id = task.id.clone();
                tokio::spawn(async move {
                    let decided = Decided { decision: Decision::Approve, corrections: json!({"by": person}), note: String::new() };
                    store.decide(&id, 1, person, &decided).await
                })
            };
            let both = [decide(hosts[0].clone(), "ann"), decide(hosts[1].clone(), "bob")];
            let answers: Vec<_> = join_all(both).await.into_iter().map(Result::unwrap).collect();
            let won: Vec<_> = answers.iter().flatten().collect();
            assert_eq!(won.len(), 1);
            let lost = answers.iter().find_map(|answer| answer.as_ref().err()).unwrap();
            assert!(matches!(lost, StoreError::AlreadyDecided | StoreError::VersionChanged), "{lost:?}");
            let kept = store.task(&task.id).await.unwrap().unwrap();
            assert_eq!(kept.decided_by, won[0].decided_by);
            assert_eq!(kept.corrections.unwrap()["by"], json!(kept.decided_by));
        }
    }

    async fn of_many_claims_at_once_exactly_one_holds(store) {
        let (_, run) = started(&store, "a").await;
        let task = store.open_task(&task_of(&run)).await.unwrap();
        let people: Vec<String> = (0..6).map(|n| format!("person-{n}")).collect();
        let hosts = hosts(&store, 2).await;
        let claims = people.iter().enumerate().map(|(n, person)| {
            hosts[n % 2].claim(&task.id, person, Duration::from_mins(1))
        });
        let held = join_all(claims).await.into_iter().flatten().count();
        assert_eq!(held, 1);
    }

    async fn of_many_arrivals_at_once_exactly_one_is_new(store) {
        let hosts = hosts(&store, 2).await;
        let document = document("a");
        let arrivals = (0..6).map(|n| hosts[n % 2].record_document(&document));
        let answers: Vec<_> = join_all(arrivals).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| **answer == Recorded::New).count(), 1);
        let run = run_of(&document);
        let starts = (0..6).map(|n| hosts[n % 2].start_run(&run));
        assert_eq!(join_all(starts).await.into_iter().filter(|started| *started.as_ref().unwrap()).count(), 1);
    }

    async fn of_many_hosts_at_once_exactly_one_may_click(store) {
        let (_, run) = started(&store, "a").await;
        let posting: NewPosting = posting_of(&run, "cn:1");
        let hosts = hosts(&store, 3).await;
        let meant: Vec<_> = join_all(hosts.iter().map(|host| host.intend(&posting))).await;
        let ids: Vec<_> = meant.into_iter().map(|row| row.unwrap().id).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        let clicks = join_all(hosts.iter().map(|host| host.posting_submitted(&ids[0]))).await;
        assert_eq!(clicks.iter().filter(|click| click.is_ok()).count(), 1);
        let started = fire("digest", store.now(), "digest/1", crate::FireOutcome::Started);
        let fires = join_all(hosts.iter().map(|host| host.record_fire(&started))).await;
        assert_eq!(fires.into_iter().filter(|fire| *fire.as_ref().unwrap()).count(), 1);
    }
}
