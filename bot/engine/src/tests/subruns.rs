//! Runs that start runs.

use serde_json::json;
use store::{RunState, StepState};

use super::*;
use crate::Retry;

/// An office whose workflow `test` may start `child`, and `child` itself.
async fn office(parent: &str, child: &str) -> Office {
    let mut office = Office::new().await;
    for workflow in ["test", "child"] {
        office.grants.of(workflow).workflows.insert("child".to_owned());
    }
    office.script("test", parent);
    office.script("child", child);
    office
}

const ECHO: &str = "//! param n: integer\n\
    if run.n == 3 { throw \"three\" }\n\
    calendar::today();\n\
    run::done(`did ${run.n}`, #{ twice: run.n * 2 })";

async fn ran(office: &Office) -> RunRow {
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    let row =
        until("it has ended", || async { Some(office.row(&run).await.0).filter(|row| row.state.is_final()) });
    let row = row.await;
    engine.shutdown().await;
    row
}

#[tokio::test]
async fn a_run_gets_the_end_of_the_run_that_it_calls() {
    let parent = "let e = run::invoke(\"child\", #{ n: 4 }); run::done(`${e.state} ${e.note} ${e.value.twice} ${e.run}`)";
    let office = office(parent, ECHO).await;
    assert_eq!(ran(&office).await.note, "done did 4 8 test/1/0");
    let child = office.row("test/1/0").await.0;
    assert_eq!((child.parent.as_deref(), child.parent_step, child.depth), (Some("test/1"), Some(0), 1));
}

#[tokio::test]
async fn a_run_goes_on_beside_the_run_that_it_starts_and_waits_for_it_later() {
    let parent = "let a = run::start(\"child\", #{ n: 1 }); let b = run::start(\"child\", #{ n: 3 }); calendar::today(); \
        let b = run::wait(b); let a = run::wait(a); run::done(`${a.done} ${b.done} ${b.state}`)";
    assert_eq!(ran(&office(parent, ECHO).await).await.note, "true false failed");
}

#[tokio::test]
async fn each_item_has_a_run_of_its_own_in_order_and_one_that_fails_stops_no_other() {
    let parent = "let items = []; for n in 0..12 { items.push(#{ n: n }); } \
        let ends = run::each(items, \"child\", #{ at_once: 3 }); let said = \"\"; \
        for e in ends { said += if e.done { `${e.value.twice} ` } else { \"x \" }; } run::done(said)";
    let office = office(parent, ECHO).await;
    assert_eq!(ran(&office).await.note, "0 2 4 x 8 10 12 14 16 18 20 22 ");
    assert_eq!(office.store.children("test/1", None).await.unwrap().len(), 12);
    assert_eq!(
        office.store.dead_letters(10).await.unwrap()[0].id,
        "test/1/0/3",
        "it is on the list of failed runs"
    );
}

#[tokio::test]
async fn no_more_of_them_go_at_a_time_than_the_step_says_and_a_cancelled_parent_takes_them_along() {
    let parent = "run::each([#{}, #{}, #{}, #{}, #{}], \"child\", #{ at_once: 2 })";
    let office = office(parent, "run::sleep(#{ days: 1 })").await;
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    let states = || async {
        let children = office.store.children("test/1", None).await.unwrap();
        children.into_iter().map(|row| row.state).collect::<Vec<_>>()
    };
    let two = [RunState::Waiting, RunState::Waiting, RunState::Queued, RunState::Queued, RunState::Queued];
    until("two sleep", || async { (states().await == two).then_some(()) }).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(states().await, two);
    assert_eq!(office.row(&run).await.0.awaits, Some(0));
    engine.cancel(&run, "enough").await.unwrap();
    assert_eq!(states().await, [RunState::Cancelled; 5]);
    engine.run_again(&run, &Retry::default(), "mei").await.unwrap();
    until("two sleep again", || async { (states().await == two).then_some(()) }).await;
    until("day after day, all of them wake", || async {
        office.store.clock.advance(chrono::TimeDelta::days(1));
        (office.row(&run).await.0.state == RunState::Done).then_some(())
    })
    .await;
    assert_eq!(states().await, [RunState::Done; 5]);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_program_that_stops_at_any_moment_starts_no_run_twice_and_loses_none() {
    let parent = "let items = []; for n in 4..10 { items.push(#{ n: n }); } \
        let ends = run::each(items, \"child\", #{ at_once: 2 }); run::done(`${ends.len()}`)";
    let office = office(parent, ECHO).await;
    let mut rounds = 0;
    loop {
        let engine = office.open().await;
        engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
        tokio::time::sleep(Duration::from_millis(20 + rounds * 15)).await;
        engine.shutdown().await;
        let row = office.row("test/1").await.0;
        if row.state.is_final() {
            assert_eq!((row.state, row.note.as_str()), (RunState::Done, "6"));
            break;
        }
        rounds += 1;
        assert!(rounds < 200, "it never ends");
    }
    let children = office.store.children("test/1", None).await.unwrap();
    assert_eq!(children.len(), 6);
    for child in children {
        let (row, steps) = office.row(&child.id).await;
        assert_eq!((row.state, steps.len(), steps[0].state), (RunState::Done, 1, StepState::Done));
    }
}

#[tokio::test]
async fn what_was_not_granted_or_does_not_fit_is_not_started() {
    for (parent, code) in [
        ("run::invoke(\"invoice\", #{})", "DH-6054"),
        ("run::invoke(\"child\", #{})", "DH-6043"),
        ("run::invoke(\"child\", #{ n: 1, m: 2 })", "DH-6043"),
        ("run::invoke(\"child\", #{ n: 1, key: \"x\" })", "DH-6055"),
        ("run::each([1], \"child\")", "DH-6055"),
        ("run::each([], \"child\", #{}); run::each([#{ n: 1 }], \"child\", #{ together: 2 })", "DH-6055"),
        ("run::wait(#{ run: \"test/1\" })", "DH-6055"),
        (
            "run::done(\"\", \"x\".len()); let a = []; for n in 0..9000 { a.push(\"0123456789\"); } run::done(\"\", a)",
            "DH-6056",
        ),
    ] {
        let row = ran(&office(parent, ECHO).await).await;
        assert!(row.note.starts_with(code), "{parent}: {}", row.note);
    }
}

#[tokio::test]
async fn runs_do_not_stand_above_one_another_without_end() {
    let child = "let e = run::invoke(\"child\", #{}); run::done(e.note)";
    let office = office("let e = run::invoke(\"child\", #{}); run::done(e.note)", child).await;
    assert_eq!(ran(&office).await.state, RunState::Done);
    let runs = office.store.runs(50).await.unwrap();
    assert_eq!(runs.len(), 6);
    let last = runs.iter().find(|row| row.state == RunState::Failed).unwrap();
    assert!(last.depth == 5 && last.note.starts_with("DH-6055"), "{}", last.note);
}
