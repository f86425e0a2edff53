//! Several machines on one PostgreSQL and one bucket.

use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, fixture, wait_until};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use store::testing::{OwnServer, PostgresDatabase, TestBucket};

const LONG: Duration = Duration::from_secs(150);
const PAPER: &str = "cn-01-digital-special.pdf";

/// A machine among others. Each has a folder of its own, and nothing else is its own.
fn machine(ledger: &Ledger, database: &str, bucket: &TestBucket, lanes: &str) -> Deskhand {
    let b = &bucket.bucket;
    let text = |secret: &SecretString| secret.expose_secret().to_owned();
    let mut setup = Setup::ledger(ledger);
    setup.database = Some(database.to_owned());
    setup.more = format!(
        r#"
[blobs]
bucket = "{}"
endpoint = "{}"
access_key = {{ file = "access-key" }}
secret_key = {{ file = "secret-key" }}
[host]
{lanes}
"#,
        b.name,
        b.endpoint.as_deref().unwrap(),
    );
    setup.files = vec![("access-key", text(&b.access_key)), ("secret-key", text(&b.secret_key))];
    Deskhand::install(&setup)
}

#[tokio::test]
async fn a_bill_is_entered_by_the_machine_that_has_a_browser() {
    let (ledger, database, bucket) =
        (Ledger::start().await, PostgresDatabase::new().await, TestBucket::new().await);
    let lanes = r#"lanes = ["steps", "files", "reading", "pixels"]"#;
    let mut office = machine(&ledger, &database.url, &bucket, lanes);
    office.serve().await;
    office.drop_file(&fixture(PAPER));
    office.run_in(PAPER, &["running"], LONG).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    office.run_in(PAPER, &["running"], Duration::ZERO).await;
    assert_eq!(ledger.bills().await.len(), 0, "nobody here has a browser");

    let mut helper = machine(&ledger, &database.url, &bucket, r#"lanes = ["posting"]"#);
    helper.join();
    office.run_in(PAPER, &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1);
    assert!(helper.terminate(), "SIGTERM ends a worker with code 0\n{}", helper.log_tail());
}

#[tokio::test]
async fn what_a_machine_was_killed_in_another_finishes_once() {
    let (ledger, database, bucket) =
        (Ledger::start().await, PostgresDatabase::new().await, TestBucket::new().await);
    let mut office = machine(&ledger, &database.url, &bucket, r#"lanes = ["steps"]"#);
    office.serve().await;
    let mut first = machine(&ledger, &database.url, &bucket, "");
    first.join();
    ledger.fault(json!({ "fault": "saved_but_hangs", "at": "save", "seconds": 30, "uses": 1 })).await;
    office.drop_file(&fixture(PAPER));
    wait_until("the ledger has saved the bill", LONG, || async {
        (ledger.bills().await.len() == 1).then_some(())
    })
    .await;
    first.kill();
    ledger.fault(json!([])).await;
    let mut second = machine(&ledger, &database.url, &bucket, "");
    second.join();
    office.run_in(PAPER, &["done"], LONG).await;
    assert_eq!(ledger.bills().await.len(), 1, "who takes over finds the bill before it enters one");
    let audit = office.command(&["audit", "verify"]);
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
}

#[tokio::test]
async fn a_database_that_goes_away_for_half_a_minute_costs_nothing() {
    let (ledger, bucket) = (Ledger::start().await, TestBucket::new().await);
    let server = OwnServer::start();
    let mut office = machine(&ledger, &server.url, &bucket, "");
    office.serve().await;
    let papers =
        ["cn-01-digital-special.pdf", "cn-02-digital-normal.pdf", "cn-12-data.xml", "cn-09-scan.png"];
    for paper in papers {
        office.drop_file(&fixture(paper));
    }
    // Somewhere in the work.
    wait_until("the first bill is entered", LONG, || async {
        (!ledger.bills().await.is_empty()).then_some(())
    })
    .await;
    server.cut();
    tokio::time::sleep(Duration::from_secs(30)).await;
    server.bring_back();
    for paper in papers {
        let run = office.run_in(paper, &["done", "waiting", "failed"], LONG).await;
        let tasks = office.json(&["tasks", "list"]);
        assert_ne!(run["state"], "failed", "{run}");
        assert!(
            !tasks.iter().any(|task| task["reason"].as_str().unwrap().starts_with("failure")),
            "{tasks:?}"
        );
    }
    let bills = ledger.bills().await;
    let done = office.json(&["runs", "list"]).into_iter().filter(|run| run["state"] == "done").count();
    assert_eq!(bills.len(), done, "each bill once");
    assert!(office.command(&["audit", "verify"]).status.success());
}
