//! What takes long holds up nothing else.

use portal::Portal as _;
use serde_json::json;
use store::RunState;

use super::*;
use crate::{Intake, Upload};

/// Reading pixels takes its time on a busy machine.
const READING: Duration = Duration::from_mins(2);

/// The workflows as they ship, some days after the papers were written.
async fn office() -> (Office, Engine) {
    let mut office = Office::new().await;
    office.shipped();
    let morning: chrono::DateTime<chrono::Utc> = "2026-11-22T01:00:00Z".parse().unwrap();
    office.store.clock.advance(morning - office.store.now());
    let engine = office.open().await;
    (office, engine)
}

async fn started(engine: &Engine, name: &str, bytes: Vec<u8>) -> String {
    started_for(engine, name, bytes, None).await
}

async fn started_for(engine: &Engine, name: &str, bytes: Vec<u8>, portal: Option<&str>) -> String {
    let upload = Upload {
        name: name.to_owned(),
        bytes,
        workflow: "invoice".to_owned(),
        portal: portal.map(str::to_owned),
        origin: "upload".to_owned(),
    };
    let Intake::Started { run, .. } = engine.take(upload).await.unwrap() else { panic!("not started") };
    run
}

/// An e-invoice with a number and a day of its own.
fn numbered(number: u32) -> Vec<u8> {
    let data = String::from_utf8(fixture("cn-12-data.xml")).unwrap();
    let own = data.replace("0122</", &format!("{number:04}</"));
    own.replace("2026-11-11", &format!("2026-10-{number:02}")).into_bytes()
}

async fn comes_to_the_portal(office: &Office, run: &str) {
    until("it has come to the portal", || async {
        let (_, steps) = office.row(run).await;
        let checked = |step: &StepRow| step.name == "invoices::check" && step.output.is_some();
        steps.iter().any(checked).then_some(())
    })
    .await;
}

#[tokio::test]
async fn data_never_wait_behind_pixels() {
    let (office, engine) = office().await;
    let mut scans = Vec::new();
    for name in ["cn-09-scan.png", "hk-08-scan.pdf"] {
        scans.push(started(&engine, name, fixture(name)).await);
    }
    let data = started(&engine, "data.xml", fixture("cn-12-data.xml")).await;
    let data = engine.wait(&data, READING).await.unwrap();
    assert_eq!(data.state, RunState::Done, "{}", data.note);
    let mut read = 0;
    for run in &scans {
        let (_, steps) = office.row(run).await;
        read += usize::from(steps.first().is_some_and(|step| step.output.is_some()));
    }
    assert!(read < scans.len(), "the data waited until all scans were read");
    for run in scans {
        let row = engine.wait(&run, READING).await.unwrap();
        assert_ne!(row.state, RunState::Failed, "{}", row.note);
    }
    engine.shutdown().await;
}

#[tokio::test]
async fn a_queue_of_bills_holds_up_nothing_else() {
    let (office, engine) = office().await;
    let busy = office.portal.turn().lock().await;
    let mut runs = Vec::new();
    for number in 1..=5 {
        let run = started(&engine, &format!("{number}.xml"), numbered(number)).await;
        comes_to_the_portal(&office, &run).await;
        runs.push(run);
    }
    let digest = engine.start_run("daily_digest", json!({ "key": "1" }), "person").await.unwrap();
    let row = engine.wait(&digest, LONG).await.unwrap();
    assert_eq!((row.state, office.portal.submitted()), (RunState::Done, 0), "{}", row.note);
    drop(busy);
    for run in runs {
        let row = engine.wait(&run, READING).await.unwrap();
        assert_eq!(row.state, RunState::Done, "{}", row.note);
    }
    assert_eq!(office.portal.submitted(), 5);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_portal_that_hangs_keeps_no_bill_from_another() {
    let mut office = Office::new().await;
    office.shipped();
    let shop = Arc::new(portal::Scripted::new());
    office.shop = Some(shop.clone());
    office.grants.of("invoice").portals.insert("shop".to_owned());
    let morning: chrono::DateTime<chrono::Utc> = "2026-11-22T01:00:00Z".parse().unwrap();
    office.store.clock.advance(morning - office.store.now());
    let engine = office.open().await;
    let hangs = office.portal.turn().lock().await;
    let mut waiting = Vec::new();
    for number in 1..=4 {
        let run = started_for(&engine, &format!("{number}.xml"), numbered(number), Some("books")).await;
        comes_to_the_portal(&office, &run).await;
        waiting.push(run);
    }
    let other = started_for(&engine, "9.xml", numbered(9), Some("shop")).await;
    let row = engine.wait(&other, READING).await.unwrap();
    assert_eq!(
        (row.state, shop.submitted(), office.portal.submitted()),
        (RunState::Done, 1, 0),
        "{}",
        row.note
    );
    drop(hangs);
    for run in waiting {
        assert_eq!(engine.wait(&run, READING).await.unwrap().state, RunState::Done);
    }
    engine.shutdown().await;
}
