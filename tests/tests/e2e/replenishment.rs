//! A night of replenishment through the real program: files of the shops, proposals, approval in a browser, a purchase
//! order as paper, in the books and in the mail.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, repository, wait_until};
use serde_json::{Value, json};

/// What the settings say of the shops; `portal` is where orders are entered.
fn settings(portal: &str, url: &str) -> String {
    let portals = repository().join("workflows/portals");
    format!(
        r#"
[[folders]]
path = "shops"
workflow = "stock_events"
[[folders]]
path = "stocktakes/MK"
workflow = "stocktake"
[[schedules]]
name = "night"
workflow = "replenishment"
cron = "* * * * *"
[grants.replenishment]
workflows = ["purchase_order"]
[grants.purchase_order]
portals = ["orders"]
[portals.orders]
description = "{}/{portal}.toml"
base_url = "{url}"
secrets = {{ user = {{ file = "user" }}, password = {{ file = "password" }} }}
[browser]
no_sandbox = true
[stock]
buyer = "Kettle & Leaf Tea Shops 壺葉茶莊"
warehouse = "WH"
[stock.suppliers.Foglamp]
name = "七葉示範茶業有限公司"
mail = ["orders@foglamp.example"]
language = "zh-Hant"
lead_days = 3.0
[stock.suppliers.Kiln]
name = "Stone Heron Demo Trading Company Limited"
lead_days = 6.0
[stock.suppliers.WH]
name = "Warehouse 倉庫"
lead_days = 1.0
[stock.feeds.till]
token = {{ file = "till-token" }}
"#,
        portals.display()
    )
}

/// The shops' files of these days.
fn shops(into: &Path) {
    let made = Command::new("python3")
        .arg(repository().join("fixtures/stock/shops.py"))
        .arg(into)
        .status()
        .expect("python3 is there after scripts/setup");
    assert!(made.success());
}

/// Drops a file in one piece.
fn drop_into(folder: &Path, file: &Path) {
    let part = folder.with_extension("part");
    fs::copy(file, &part).unwrap();
    fs::rename(part, folder.join(file.file_name().unwrap())).unwrap();
}

/// An installation for the chain of shops, which orders through the small bookkeeping site.
fn chain(ledger: &Ledger) -> Deskhand {
    let mut setup = Setup::ledger(ledger);
    setup.more = settings("ledger_orders", &ledger.url);
    setup.files = vec![("till-token", "till-token-of-a-test".to_owned())];
    Deskhand::install(&setup)
}

/// An installation whose shops have told everything.
async fn told(deskhand: &mut Deskhand) {
    let made = deskhand.path("made");
    shops(&made);
    deskhand.serve().await;
    let inbox = deskhand.path("shops");
    drop_into(&inbox, &made.join("stock.csv"));
    deskhand.run_in("stock.csv", &["done"], Duration::from_mins(1)).await;
    for file in ["events-1.json", "sales.csv"] {
        drop_into(&inbox, &made.join(file));
    }
    for file in ["events-1.json", "sales.csv"] {
        let run = deskhand.run_in(file, &["done"], Duration::from_mins(2)).await;
        assert!(run["note"].as_str().unwrap().contains(" 0 refused"), "{run}");
    }
}

/// The task about the proposal for a supplier.
async fn proposal(deskhand: &Deskhand, supplier: &str) -> Value {
    wait_until(&format!("the proposal for {supplier} waits"), Duration::from_mins(3), || async {
        deskhand
            .json(&["tasks", "list"])
            .into_iter()
            .find(|task| task["invoice"]["order"]["supplier"].as_str() == Some(supplier))
    })
    .await
}

/// Decides a task from the terminal.
fn decide(deskhand: &Deskhand, task: &Value, decision: &str) {
    let id = task["id"].as_str().unwrap();
    let said = deskhand.command(&["tasks", "decide", id, decision, "--person", "reviewer"]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// The mails that were written, as they stand in the outbox.
fn outbox(deskhand: &Deskhand) -> Vec<String> {
    let files = fs::read_dir(deskhand.path("outbox")).unwrap().flatten();
    files.map(|file| fs::read_to_string(file.path()).unwrap_or_default()).collect()
}

#[tokio::test]
async fn what_the_shops_sold_becomes_a_purchase_order_in_the_books_and_in_the_mail() {
    let ledger = Ledger::start().await;
    let mut deskhand = chain(&ledger);
    told(&mut deskhand).await;

    let task = proposal(&deskhand, "七葉示範茶業有限公司").await;
    let number = task["invoice"]["order"]["number"].as_str().unwrap().to_owned();
    decide(&deskhand, &task, "approve");
    let document = task["document_name"].as_str().unwrap();
    let run = deskhand.run_in(document, &["done"], Duration::from_mins(4)).await;
    assert!(run["note"].as_str().unwrap().contains("mailed, P-"), "{run}");

    let orders: Value =
        reqwest::get(format!("{}/orders.json", ledger.url)).await.unwrap().json().await.unwrap();
    let orders = orders.as_array().or_else(|| orders["orders"].as_array()).cloned().unwrap();
    let own: Vec<&Value> = orders.iter().filter(|order| order.to_string().contains(&number)).collect();
    assert_eq!(own.len(), 1, "{orders:?}");

    let mails = outbox(&deskhand);
    let to_supplier: Vec<&String> =
        mails.iter().filter(|mail| mail.contains("To: orders@foglamp.example")).collect();
    assert_eq!(to_supplier.len(), 1, "the supplier is written to once");
    assert!(to_supplier[0].contains("application/pdf"), "with the order as PDF");
    // The schedule has run again meanwhile, or runs now: a day is planned once.
    let nights = |count: usize| {
        let runs = deskhand.json(&["runs", "list"]);
        let night = |run: &&Value| run["workflow"] == "replenishment" && run["state"] == "done";
        (runs.iter().filter(night).count() >= count).then_some(())
    };
    wait_until("the second night", Duration::from_mins(3), || async { nights(2) }).await;
    let numbers: Vec<Value> = deskhand
        .json(&["tasks", "list", "--all"])
        .into_iter()
        .map(|task| task["invoice"]["order"]["number"].clone())
        .filter(|number| !number.is_null())
        .collect();
    let once: std::collections::BTreeSet<String> = numbers.iter().map(ToString::to_string).collect();
    assert_eq!(numbers.len(), once.len(), "{numbers:?}");
}

#[tokio::test]
async fn a_purchase_order_is_a_draft_in_the_real_accounting_system() {
    let url = std::env::var("DESKHAND_TEST_ACCOUNTING")
        .expect("scripts/test starts the accounting system and says where it is");
    let mut deskhand = Deskhand::install(&Setup {
        portal: "django_ledger",
        portal_url: url.clone(),
        portal_secrets: ("bot", "bot-pass-1"),
        more: settings("django_ledger_orders", &url),
        files: vec![("till-token", "till-token-of-a-test".to_owned())],
        ..Setup::default()
    });
    told(&mut deskhand).await;
    let task = proposal(&deskhand, "Stone Heron Demo Trading Company Limited").await;
    decide(&deskhand, &task, "approve");
    let run =
        deskhand.run_in(task["document_name"].as_str().unwrap(), &["done"], Duration::from_mins(6)).await;
    assert!(run["note"].as_str().unwrap().contains("to be sent by hand, P"), "{run}");
    let own = outbox(&deskhand);
    assert!(own.iter().any(|mail| mail.contains("application/pdf")), "the buyers have the paper");
}

#[tokio::test]
async fn a_till_sends_its_events_over_http_and_is_answered_event_by_event() {
    let ledger = Ledger::start().await;
    let mut deskhand = chain(&ledger);
    deskhand.serve().await;
    #[expect(clippy::disallowed_methods, reason = "the program under test goes by the true clock")]
    let now = chrono::Utc::now().with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap());
    let sale = |id: u32, units: i64| {
        json!({
            "event_id": format!("00000000-0000-4000-8000-{id:012}"), "type": "sale", "schema_version": 1, "store_id": "MK",
            "sku": "TEA-01", "qty": units, "pack": 1, "occurred_at": now.to_rfc3339(), "recorded_at": now.to_rfc3339(),
            "source": "till 1", "line_id": id.to_string(), "unit_price": "52.00", "discount": "0.00",
        })
    };
    let client = reqwest::Client::new();
    let send = async |token: &str, events: Value| {
        let request = client.post(format!("{}/stock/events", deskhand.url)).bearer_auth(token).json(&events);
        request.send().await.unwrap()
    };
    assert_eq!(send("another", json!([sale(1, 2)])).await.status(), 401);
    let events = json!([sale(1, 2), sale(2, -1)]);
    let reply: Value = send("till-token-of-a-test", events.clone()).await.json().await.unwrap();
    assert_eq!(reply["status"], "PARTIALLY_ACCEPTED", "{reply}");
    assert_eq!(reply["events"][1]["findings"][0]["code"], "DH-8073", "{reply}");
    let again: Value = send("till-token-of-a-test", events).await.json().await.unwrap();
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)), "{again}");
    let person = json!([{ "type": "sale", "phone": "91234567" }]);
    assert_eq!(send("till-token-of-a-test", person).await.status(), 422);
}

#[tokio::test]
async fn walks_that_are_dropped_into_the_folder_of_a_store_become_its_stocktake() {
    let ledger = Ledger::start().await;
    let mut deskhand = chain(&ledger);
    deskhand.serve().await;
    let rfid = repository().join("fixtures/rfid");
    drop_into(&deskhand.path("shops"), &rfid.join("expected.csv"));
    deskhand.run_in("expected.csv", &["done"], Duration::from_mins(1)).await;
    let folder = deskhand.path("stocktakes/MK");
    drop_into(&folder, &rfid.join("pass1-sllurp.csv"));
    let first = deskhand.run_in("pass1-sllurp.csv", &["done"], Duration::from_mins(1)).await;
    assert!(first["note"].as_str().unwrap().contains("walk once more"), "{first}");
    drop_into(&folder, &rfid.join("pass2-zebra-iotc.jsonl"));
    let second = deskhand.run_in("pass2-zebra-iotc.jsonl", &["done"], Duration::from_mins(1)).await;
    assert!(second["note"].as_str().unwrap().contains("missing"), "{second}");
    assert!(outbox(&deskhand).iter().any(|mail| mail.contains("stocktake MK")));
}
