//! What starts by the clock and by another program, through `kill -9`.

use std::time::Duration;

use base64::Engine as _;
use e2e::{Deskhand, Ledger, Setup, wait_until};
use hmac::{Hmac, Mac};
use store::Clock as _;

const SECRET: &str = "correct horse battery staple";

/// Delivers to a webhook as another program does.
async fn deliver(deskhand: &Deskhand, id: &str) -> reqwest::Response {
    let at = store::SystemClock.now().timestamp();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{id}.{at}.").as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    reqwest::Client::new()
        .post(format!("{}/hooks/digest", deskhand.url))
        .header("webhook-id", id)
        .header("webhook-timestamp", at.to_string())
        .header("webhook-signature", format!("v1,{signature}"))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_clock_and_a_webhook_start_each_run_once_through_kill_9() {
    let ledger = Ledger::start().await;
    let more = "[[schedules]]\nname = \"digest\"\nworkflow = \"daily_digest\"\ncron = \"* * * * *\"\n\
                [hooks.digest]\nworkflow = \"daily_digest\"\nsecret = { file = \"hook\" }\n";
    let setup = Setup { more: more.to_owned(), ..Setup::ledger(&ledger) };
    let mut deskhand = Deskhand::install(&setup);
    std::fs::write(deskhand.path("hook"), SECRET).unwrap();
    deskhand.serve().await;
    let answer = deliver(&deskhand, "msg_1").await;
    assert_eq!(answer.status(), 202);
    deskhand.kill();
    deskhand.serve().await;
    assert_eq!(deliver(&deskhand, "msg_1").await.status(), 202);
    let started_by = |trigger: &str| -> Vec<serde_json::Value> {
        deskhand.json(&["runs", "list"]).into_iter().filter(|run| run["trigger"] == trigger).collect()
    };
    wait_until("the delivery's run is done", Duration::from_mins(1), || async {
        started_by("webhook").into_iter().find(|run| run["state"] == "done")
    })
    .await;
    assert_eq!(started_by("webhook").len(), 1);

    let clocked = wait_until("the clock has started a run", Duration::from_mins(2), || async {
        started_by("schedule").into_iter().next()
    })
    .await;
    deskhand.kill();
    deskhand.serve().await;
    let id = clocked["id"].as_str().unwrap();
    let ended = wait_until("the clock's run is done", Duration::from_mins(1), || async {
        let runs = deskhand.json(&["runs", "list"]);
        runs.into_iter().find(|run| run["id"] == id && run["state"] == "done")
    })
    .await;
    assert!(ended["id"].as_str().unwrap().starts_with("daily_digest/digest/"));
    let why = deskhand.json(&["schedules", "why", "digest"]);
    let fires = why[0]["fires"].as_array().unwrap();
    assert_eq!(fires.iter().filter(|fire| fire["run"] == id && fire["outcome"] == "started").count(), 1);
    assert!(deskhand.terminate());
    assert!(deskhand.command(&["audit", "verify"]).status.success());
}
