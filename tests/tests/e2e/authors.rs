//! What an author does at the command line: look up, check, test, try, compare, go back.

use std::fs;
use std::process::Output;

use e2e::{Deskhand, Setup, fixture};
use sqlx::{Connection as _, SqliteConnection};

/// An installation whose workflows may be changed.
fn office() -> Deskhand {
    let setup = Setup {
        portal: "ledger",
        portal_url: "http://127.0.0.1:9".to_owned(),
        portal_secrets: ("bot", "unused"),
        ..Setup::default()
    };
    let deskhand = Deskhand::install(&setup);
    let config = fs::read_to_string(deskhand.path("deskhand.toml")).unwrap();
    let shipped = config.lines().find(|line| line.starts_with("workflows = ")).unwrap().to_owned();
    let folder = shipped.split('"').nth(1).unwrap();
    fs::create_dir(deskhand.path("own")).unwrap();
    for name in ["invoice.rhai", "invoice.test.rhai", "daily_digest.rhai", "daily_digest.test.rhai"] {
        fs::copy(format!("{folder}/{name}"), deskhand.path("own").join(name)).unwrap();
    }
    fs::write(deskhand.path("deskhand.toml"), config.replace(&shipped, "workflows = \"own\"")).unwrap();
    deskhand
}

/// The exit code, and all that was said.
fn said(output: &Output) -> (i32, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8_lossy(&text).into_owned())
}

fn change(deskhand: &Deskhand, name: &str, from: &str, to: &str) {
    let file = deskhand.path("own").join(name);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{name} holds {from}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn a_new_workflow_is_made_checked_and_tested_and_never_over_another() {
    let deskhand = office();
    assert_eq!(deskhand.command(&["new", "statement"]).status.code(), Some(0));
    let (code, text) = said(&deskhand.command(&["new", "statement"]));
    assert!(code == 2 && text.starts_with("DH-6511"), "{code} {text}");
    assert_eq!(said(&deskhand.command(&["new", "../up"])).0, 2);
    let (code, text) = said(&deskhand.command(&["check"]));
    assert!(code == 0 && text.contains("statement.rhai"), "{code} {text}");
    let (code, text) = said(&deskhand.command(&["test"]));
    assert!(code == 0 && text.contains("0 failed"), "{code} {text}");

    let tests = deskhand.path("own/statement.test.rhai");
    assert_eq!(said(&deskhand.command(&["check", tests.to_str().unwrap()])).0, 2);

    change(&deskhand, "statement.rhai", "invoices::check", "invoices::chekc");
    let (code, text) = said(&deskhand.command(&["check", "--lang", "zh-Hant"]));
    assert!(code == 1 && text.contains("statement.rhai:7:15: DH-6501: 沒有名為"), "{code} {text}");
    let (code, text) = said(&deskhand.command(&["test"]));
    assert!(code == 1 && text.contains("DH-6510"), "{code} {text}");
}

#[test]
fn a_function_is_looked_up_and_an_unknown_one_is_used_wrongly() {
    let deskhand = office();
    let (code, text) = said(&deskhand.command(&["host", "review::wait"]));
    assert!(code == 0 && text.starts_with("review::wait(task)"), "{code} {text}");
    assert!(deskhand.json(&["host"]).len() > 20);
    assert_eq!(said(&deskhand.command(&["host", "nothing::at_all"])).0, 2);
    let folder = deskhand.path("definitions");
    assert_eq!(said(&deskhand.command(&["host", "--definitions", folder.to_str().unwrap()])).0, 0);
    assert!(folder.join("portal.d.rhai").exists());
}

/// The file of the store, with all in it that stood in its journal: a program that is in a hurry leaves that to the next.
async fn database(deskhand: &Deskhand) -> Vec<u8> {
    let file = deskhand.path("data/deskhand.db");
    let mut store = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut store).await.unwrap();
    store.close().await.unwrap();
    fs::read(file).unwrap()
}

#[tokio::test]
async fn a_dry_run_shows_what_would_be_typed_and_leaves_nothing_behind() {
    let deskhand = office();
    let before = database(&deskhand).await;
    let paper = fixture("hk-01-letterhead.pdf");
    let report = &deskhand.json(&["run", "invoice", "--file", paper.to_str().unwrap(), "--dry-run"])[0];
    let steps = report["steps"].as_array().unwrap();
    let typed = steps.iter().find(|step| step["step"] == "portal::post_bill").unwrap();
    assert_eq!(typed["would"][0], "types into ledger:", "{report}");
    assert_eq!(report["would_end"]["state"], "done");
    assert!(deskhand.json(&["runs", "list"]).is_empty());
    assert!(!deskhand.path("outbox").exists() && !deskhand.path("data/blobs/originals").exists());
    assert!(database(&deskhand).await == before, "the store is as it was, to the byte");
}

#[test]
fn a_changed_workflow_is_backtested_compared_and_rolled_back() {
    let deskhand = office();
    let (code, text) = said(&deskhand.command(&["run", "daily_digest", "--param", "key=1", "--wait"]));
    assert_eq!(code, 0, "{text}");
    let (code, text) = said(&deskhand.command(&["backtest", "daily_digest", "--since", "2026-01-01"]));
    assert_eq!((code, text.as_str()), (0, "1 runs: 1 the same, 0 different\n"));

    let first = deskhand.json(&["workflows", "versions", "daily_digest"])[0]["sha256"].clone();
    change(&deskhand, "daily_digest.rhai", "mail::digest(numbers);\n", "");
    let tested = &deskhand.json(&["backtest", "daily_digest", "--since", "2026-01-01"])[0];
    assert_eq!(tested["difference"]["was"]["step"], "mail::digest", "{tested}");
    assert_eq!(said(&deskhand.command(&["backtest", "daily_digest", "--since", "2026-01-01"])).0, 1);

    let (code, text) = said(&deskhand.command(&["workflows", "diff", "daily_digest"]));
    assert!(code == 1 && text.contains("-mail::digest(numbers);"), "{code} {text}");
    let ann = ["user", "add", "ann", "--email", "ann@shop.example", "--role", "author"];
    assert_eq!(said(&deskhand.command(&ann)).0, 0);
    let first_short = &first.as_str().unwrap()[..8];
    let by =
        |person: &'static str| ["workflows", "roll-back", "daily_digest", first_short, "--person", person];
    assert_ne!(said(&deskhand.command(&by("reviewer"))).0, 0, "a reviewer changes no workflow");
    assert_eq!(said(&deskhand.command(&by("ann"))).0, 0);
    assert_eq!(said(&deskhand.command(&["backtest", "daily_digest", "--since", "2026-01-01"])).0, 0);
    let list = deskhand.json(&["workflows", "list"]);
    assert!(list.iter().any(|row| row["workflow"] == "daily_digest" && row["version"] == first), "{list:?}");
    assert_eq!(said(&deskhand.command(&["audit", "verify"])).0, 0);
}
