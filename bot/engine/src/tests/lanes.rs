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
    let upload = Upload {
        name: name.to_owned(),
        bytes,
        workflow: "invoice".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let Intake::Started { run, .. } = engine.take(upload).await.unwrap() else { panic!("not started") };
    run
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
    let data = String::from_utf8(fixture("cn-12-data.xml")).unwrap();
    let mut runs = Vec::new();
    for number in 1..=5 {
        // Each has a number and a day of its own.
        let own = data.replace("0122</", &format!("{number:04}</"));
        let own = own.replace("2026-11-11", &format!("2026-10-0{number}"));
        let run = started(&engine, &format!("{number}.xml"), own.into_bytes()).await;
        until("it has come to the portal", || async {
            let (_, steps) = office.row(&run).await;
            let checked = |step: &StepRow| step.name == "invoices::check" && step.output.is_some();
            steps.iter().any(checked).then_some(())
        })
        .await;
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
