//! A night of replenishment, from the shops' files to purchase orders.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::stock::event::hong_kong;
use ::stock::order::{Proposal, Supplier};
use ::stock::readiness::CheckId;
use chrono::{Datelike as _, Days, NaiveDate, TimeDelta};
use store::{Decision, OrderRow, OrderState};

use super::*;
use crate::{OrderEnd, Pilot, StockRules, SupplierRules, Waiver, settle_order};

const WORKFLOWS: [&str; 4] = ["stock_events", "replenishment", "purchase_order", "stocktake"];
/// Days of sales that the shops tell.
const PAST: u64 = 120;
const LIST: &str = "item_id,store_id,name,supplier,on_hand,pack,moq,lead_days,unit_cost,unit_price\n\
    TEA,MK,鐵觀音 125 g,Foglamp,3,6,0,3,20.00,48.00\n\
    CUP,MK,白瓷杯,Kiln,1,4,8,5,8.50,22.00\n\
    POT,MK,紫砂壺,Kiln,90,1,0,5,120.00,300.00\n\
    TEA,TST,鐵觀音 125 g,Foglamp,60,6,0,3,20.00,48.00\n";

/// An office whose shops have told everything.
async fn shops() -> Office {
    let mut office = Office::new().await;
    office.shipped();
    office.grants.of("replenishment").workflows.insert("purchase_order".to_owned());
    office.grants.of("purchase_order").portals.insert("books".to_owned());
    let foglamp = Supplier {
        id: "Foglamp".to_owned(),
        name: "霧燈貿易有限公司".to_owned(),
        mail: vec!["orders@foglamp.test".to_owned()],
        language: Some("zh-Hant".to_owned()),
    };
    let day = today(&office);
    let waived = |check| Waiver {
        check,
        from: day,
        until: day + Days::new(13),
        who: "data steward".to_owned(),
        why: "nobody has counted yet".to_owned(),
    };
    office.stock = StockRules {
        buyer: "Tea Shops Ltd".to_owned(),
        suppliers: BTreeMap::from([(
            "Foglamp".to_owned(),
            SupplierRules { supplier: foglamp, ..SupplierRules::default() },
        )]),
        waivers: vec![waived(CheckId::StockRecordAccuracy)],
        buyers: vec!["buyer@deskhand.test".to_owned()],
        ..StockRules::default()
    };
    office
}

fn today(office: &Office) -> NaiveDate {
    office.store.now().with_timezone(&hong_kong()).date_naive()
}

/// Daily sales up to yesterday, more on the sixth day of each week.
fn sales(office: &Office) -> String {
    let mut file = String::from("store_id,sku,date,qty\n");
    let first = today(office) - Days::new(PAST);
    for (at, date) in first.iter_days().take(120).enumerate() {
        let more = i64::from(at % 7 == 5) * 2;
        for (store, sku, units) in [("MK", "TEA", 5), ("TST", "TEA", 2), ("MK", "CUP", 2), ("MK", "POT", 1)] {
            let _ = writeln!(file, "{store},{sku},{date},{}", units + more);
        }
    }
    file
}

impl Office {
    /// Brings a file to a workflow and waits for the end of its run.
    async fn bring(&self, engine: &Engine, workflow: &str, name: &str, bytes: &[u8]) -> RunRow {
        let sha256 = self.keep(workflow, name, bytes).await;
        let run = engine
            .start_run(workflow, json!({ "document": sha256, "folder": "MK" }), "folder")
            .await
            .unwrap();
        engine.wait(&run, LONG).await.unwrap();
        self.row(&run).await.0
    }

    async fn keep(&self, workflow: &str, name: &str, bytes: &[u8]) -> String {
        let sha256 = store::sha256_hex(bytes);
        self.store.blobs().put(&store::blobs::original_key(&sha256), bytes.to_vec()).await.unwrap();
        let document = NewDocument {
            sha256: sha256.clone(),
            name: name.to_owned(),
            media: "text/csv".to_owned(),
            bytes: bytes.len() as u64,
            origin: "/shops/MK#1".to_owned(),
            workflow: workflow.to_owned(),
            portal: None,
        };
        self.store.record_document(&document).await.unwrap();
        sha256
    }

    async fn told(&self, engine: &Engine) {
        let list = self.bring(engine, "stock_events", "stock.csv", LIST.as_bytes()).await;
        assert_eq!((list.state, list.note.as_str()), (RunState::Done, "list: 4 taken, 0 known, 0 refused"));
        let sales = self.bring(engine, "stock_events", "sales.csv", sales(self).as_bytes()).await;
        assert_eq!(
            (sales.state, sales.note.as_str()),
            (RunState::Done, "events: 480 taken, 0 known, 0 refused")
        );
    }

    /// A night's run of a day.
    async fn night(&self, engine: &Engine, key: &str) -> RunRow {
        let params = json!({ "key": key, "day": today(self).to_string() });
        let run = engine.start_run("replenishment", params, "schedule").await.unwrap();
        engine.wait(&run, LONG).await.unwrap();
        self.row(&run).await.0
    }

    async fn order_of(&self, supplier: &str) -> OrderRow {
        let orders = self.store.stock_orders(10).await.unwrap();
        orders.into_iter().find(|order| order.supplier == supplier).unwrap()
    }

    async fn task_of(&self, document: &str) -> TaskRow {
        until("the proposal waits for a person", || async {
            let open = self.store.tasks(&TaskFilter::open(10)).await.unwrap();
            open.into_iter().find(|task| task.document == document)
        })
        .await
    }

    async fn proposal(&self, order: &OrderRow) -> Proposal {
        let key = store::blobs::original_key(&order.document);
        serde_json::from_slice(&self.store.blobs().get(&key).await.unwrap()).unwrap()
    }

    async fn ended(&self, document: &str) -> RunRow {
        until("the order's run has ended", || async {
            let row = self.store.document(document).await.unwrap()?;
            let (run, _) = self.store.run(&row.run?).await.unwrap()?;
            run.state.is_final().then_some(run)
        })
        .await
    }

    fn mail(&self, subject: &str) -> Option<RenderedMail> {
        self.mailer.mails().into_iter().find(|mail| mail.subject.contains(subject))
    }
}

#[test]
fn the_shipped_workflows_know_every_step() {
    let mut grants = Grants::default();
    grants.of("purchase_order").portals.insert("books".to_owned());
    grants.of("replenishment").workflows.insert("purchase_order".to_owned());
    for workflow in WORKFLOWS {
        let script =
            std::fs::read_to_string(repository().join(format!("workflows/{workflow}.rhai"))).unwrap();
        let problems = crate::check_script(workflow, &script, &grants);
        assert!(problems.is_empty(), "{workflow}: {problems:?}");
    }
}

#[tokio::test]
async fn a_night_ends_in_orders_that_are_approved_entered_and_mailed() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    let night = office.night(&engine, "1").await;
    assert_eq!(night.state, RunState::Done, "{}", night.note);
    assert!(night.note.contains("2 proposals, 2 of 4 lines"), "{}", night.note);
    assert!(office.mail("2 張建議待核准").is_some());

    let order = office.order_of("Foglamp").await;
    let task = office.task_of(&order.document).await;
    let proposal = office.proposal(&order).await;
    let line = proposal.ordering().next().unwrap();
    assert_eq!((line.line.id.store.as_str(), line.line.outcome.units() % 6), ("MK", 0));
    assert!(line.outlook.as_ref().is_some_and(|outlook| outlook.sold.len() == 28));
    office.decide(&task, Decision::Approve, json!({})).await;
    let run = office.ended(&order.document).await;
    assert_eq!(run.state, RunState::Done, "{}", run.note);

    let order = office.order_of("Foglamp").await;
    assert_eq!(order.state, OrderState::Approved);
    assert!(order.reference.is_some() && order.mailed_at.is_some());
    let letter = office.mailer.mails().into_iter().find(|mail| mail.to == ["orders@foglamp.test"]).unwrap();
    assert!(letter.subject.contains(&order.number), "{}", letter.subject);
    assert_eq!(letter.attachments.len(), 1, "the supplier sees no forecast");
    let own = office.mail(&format!("{} 霧燈貿易有限公司", order.number)).unwrap();
    assert_eq!((own.to.as_slice(), own.attachments.len()), (&["buyer@deskhand.test".to_owned()][..], 2));
    engine.shutdown().await;
}

#[tokio::test]
async fn the_same_night_twice_orders_once() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    office.night(&engine, "1").await;
    let first = office.store.stock_orders(10).await.unwrap();
    let again = office.night(&engine, "2").await;
    assert_eq!(again.state, RunState::Done, "{}", again.note);
    assert_eq!(office.store.stock_orders(10).await.unwrap(), first);
    let order = office.order_of("Foglamp").await;
    let task = office.task_of(&order.document).await;
    office.decide(&task, Decision::Approve, json!({})).await;
    office.ended(&order.document).await;
    // What is on its way counts the next day, too.
    office.store.clock.advance(TimeDelta::days(1));
    let later = office.night(&engine, "3").await;
    let fresh = office.store.stock_orders_in(OrderState::Proposed).await.unwrap();
    assert!(fresh.iter().all(|order| order.supplier != "Foglamp"), "{}: {fresh:?}", later.note);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_person_changes_lines_with_a_reason_and_wrong_changes_are_asked_again() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    office.night(&engine, "1").await;
    let order = office.order_of("Foglamp").await;
    let task = office.task_of(&order.document).await;
    let edit = |units: i64| json!({ "lines": { "MK/TEA": { "units": units, "reason": "promotion" } } });
    office.decide(&task, Decision::Correct, edit(7)).await;
    let again = until("it is asked again", || async {
        let open = office.store.tasks(&TaskFilter::open(10)).await.unwrap();
        open.into_iter().find(|other| other.document == order.document && other.id != task.id)
    })
    .await;
    assert_eq!(office.order_of("Foglamp").await.state, OrderState::Proposed);
    office.decide(&again, Decision::Correct, edit(66)).await;
    office.ended(&order.document).await;
    let placed = office.order_of("Foglamp").await.placed.unwrap();
    assert_eq!(placed["lines"][0]["units"], 66);
    assert_eq!(placed["lines"][0]["reason"], "promotion");
    assert_ne!(placed["lines"][0]["proposed"], 66);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_later_plan_takes_the_place_of_a_proposal_that_nobody_has_in_hand() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    office.night(&engine, "1").await;
    let (first, held) = (office.order_of("Foglamp").await, office.order_of("Kiln").await);
    office.task_of(&first.document).await;
    let task = office.task_of(&held.document).await;
    office.store.claim(&task.id, "reviewer", Duration::from_hours(25)).await.unwrap();
    office.store.clock.advance(TimeDelta::days(1));
    office.night(&engine, "2").await;
    let run = office.ended(&first.document).await;
    let gone = office.store.stock_order(&first.number).await.unwrap().unwrap();
    assert_eq!((run.state, gone.state), (RunState::Rejected, OrderState::Replaced));
    assert!(run.note.contains("replaced by the plan of"), "{}", run.note);
    let still = office.store.stock_order(&held.number).await.unwrap().unwrap();
    assert_eq!(still.state, OrderState::Proposed, "a person has it in hand");
    let fresh = office.store.stock_orders_in(OrderState::Proposed).await.unwrap();
    let kiln = fresh.iter().filter(|order| order.supplier == "Kiln").count();
    assert_eq!(kiln, 1, "what waits in a person's hand is not proposed again");
    engine.shutdown().await;
}

#[tokio::test]
async fn nothing_is_ordered_from_data_that_is_not_good_enough() {
    let mut office = shops().await;
    office.stock.waivers.clear();
    let engine = office.open().await;
    office.told(&engine).await;
    let night = office.night(&engine, "1").await;
    assert_eq!(night.state, RunState::NotPosted, "{}", night.note);
    assert!(office.store.stock_orders(10).await.unwrap().is_empty());
    let told = office.mail("的數據未能用於補貨").unwrap();
    assert_eq!(told.attachments.len(), 1, "every defect stands in the workbook");
    engine.shutdown().await;
}

#[tokio::test]
async fn what_has_come_is_no_longer_on_its_way_and_teaches_the_lead_time() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    office.night(&engine, "1").await;
    let order = office.order_of("Foglamp").await;
    let task = office.task_of(&order.document).await;
    office.decide(&task, Decision::Approve, json!({})).await;
    office.ended(&order.document).await;
    office.store.clock.advance(TimeDelta::days(2));
    assert!(settle_order(&office.store, &order.number, OrderEnd::Received).await.unwrap());
    assert!(!settle_order(&office.store, &order.number, OrderEnd::CalledOff).await.unwrap());
    assert_eq!(office.order_of("Foglamp").await.state, OrderState::Received);
    let house = office.house();
    let books = crate::stock::books_of(&house, today(&office) + Days::new(1)).await;
    assert_eq!(books, (0, vec![2]), "nothing is on its way; it took two days");
    engine.shutdown().await;
}

#[tokio::test]
async fn the_same_file_again_and_wrong_rows_are_told_and_nothing_is_counted_twice() {
    let office = shops().await;
    let engine = office.open().await;
    office.told(&engine).await;
    let before = today(&office) - Days::new(PAST + 5);
    let again = format!("{}MK,TEA,{before},three\nMK,GHOST,{before},3\n", sales(&office));
    let run = office.bring(&engine, "stock_events", "again.csv", again.as_bytes()).await;
    assert_eq!(run.note, "events: 0 taken, 480 known, 2 refused");
    assert_eq!(office.store.stock_quarantine_count().await.unwrap(), 2);
    assert!(office.mail("2 行未能採用").is_some());
    engine.shutdown().await;
}

#[tokio::test]
async fn in_a_pilot_only_the_canary_is_proposed_and_the_rest_goes_by_hand() {
    let mut office = shops().await;
    let from = today(&office);
    office.stock.pilot = Some(Pilot {
        name: "shops".to_owned(),
        from,
        seed: "7".to_owned(),
        stores: Vec::new(),
        rules: ::stock::guard::Rules::default(),
    });
    let engine = office.open().await;
    office.told(&engine).await;
    let night = office.night(&engine, "1").await;
    assert_eq!(night.state, RunState::Done, "{}", night.note);
    let plan = office.store.stock_plan(from).await.unwrap().unwrap();
    assert!(plan.plan["manual"].as_u64().unwrap() >= 2, "{}", plan.plan);
    let sheet = office.mail("人手訂貨表").unwrap();
    assert_eq!(sheet.attachments.len(), 1);
    let pilot = crate::pilot_state(&office.store, &office.stock).await.unwrap().unwrap();
    assert_eq!((pilot.ramp.percent(), pilot.ramp.steps.as_slice()), (10, &[from][..]));
    engine.shutdown().await;
}

#[tokio::test]
async fn walks_of_one_day_are_one_stocktake() {
    let office = shops().await;
    let engine = office.open().await;
    let rfid = |name: &str| std::fs::read(repository().join("fixtures/rfid").join(name)).unwrap();
    let pieces = office.bring(&engine, "stock_events", "pieces.csv", &rfid("expected.csv")).await;
    assert!(pieces.note.starts_with("pieces: "), "{}", pieces.note);
    let first = office.bring(&engine, "stocktake", "pass1.csv", &rfid("pass1-sllurp.csv")).await;
    assert_eq!(first.state, RunState::Done, "{}", first.note);
    assert!(first.note.contains("walk once more"), "{}", first.note);
    office.store.clock.advance(TimeDelta::minutes(20));
    let second = office.bring(&engine, "stocktake", "pass2.jsonl", &rfid("pass2-zebra-iotc.jsonl")).await;
    assert!(second.note.contains("missing"), "{}", second.note);
    let told = office.mail("盤點").unwrap();
    assert_eq!(told.attachments.len(), 1);
    engine.shutdown().await;
}

impl Office {
    /// A week goes by in which the shops sell `times` as much as they used to; a fresh list and the sales come in.
    async fn week(&self, engine: &Engine, times: i64) {
        self.store.clock.advance(TimeDelta::days(7));
        let day = today(self);
        let list = LIST.replace(",3,6,", &format!(",{},6,", 3 + day.ordinal() % 3));
        let run = self.bring(engine, "stock_events", &format!("stock {day}.csv"), list.as_bytes()).await;
        assert_eq!(run.state, RunState::Done, "{}", run.note);
        let mut file = String::from("store_id,sku,date,qty\n");
        for date in (day - Days::new(7)).iter_days().take(7) {
            for (store, sku, units) in
                [("MK", "TEA", 5), ("TST", "TEA", 2), ("MK", "CUP", 2), ("MK", "POT", 1)]
            {
                let _ = writeln!(file, "{store},{sku},{date},{}", units * times);
            }
        }
        let run = self.bring(engine, "stock_events", &format!("sales {day}.csv"), file.as_bytes()).await;
        assert_eq!(run.state, RunState::Done, "{}", run.note);
    }
}

#[tokio::test]
async fn a_trigger_that_fires_takes_automatic_ordering_back_once_and_leaves_what_is_on_its_way() {
    let mut office = shops().await;
    while today(&office).weekday() != chrono::Weekday::Mon {
        office.store.clock.advance(TimeDelta::days(1));
    }
    let from = today(&office);
    office.stock.pilot = Some(Pilot {
        name: "shops".to_owned(),
        from,
        seed: "7".to_owned(),
        stores: Vec::new(),
        rules: ::stock::guard::Rules::default(),
    });
    let waiver = office.stock.waivers[0].clone();
    let later = |weeks: u64| {
        let from = from + Days::new(7 * weeks);
        Waiver { from, until: from + Days::new(6), ..waiver.clone() }
    };
    office.stock.waivers = (0..6).map(later).collect();
    let engine = office.open().await;
    office.told(&engine).await;
    office.night(&engine, "0").await;
    let before = office.store.stock_orders(10).await.unwrap();
    for order in &before {
        let task = office.task_of(&order.document).await;
        office.decide(&task, Decision::Approve, json!({})).await;
        office.ended(&order.document).await;
    }
    for (week, times) in [(1, 6), (2, 1), (3, 6)] {
        office.week(&engine, times).await;
        let night = office.night(&engine, &week.to_string()).await;
        assert_eq!(night.state, RunState::Done, "{}", night.note);
    }
    let pilot = crate::pilot_state(&office.store, &office.stock).await.unwrap().unwrap();
    assert!(pilot.ramp.rolled_back.is_some(), "{:?}", pilot.verdicts);
    assert!(pilot.automatic().is_empty());
    let incidents = pilot.book.incidents.len();
    assert!(incidents > 0);
    let plan = office.store.stock_plan(today(&office)).await.unwrap().unwrap();
    assert_eq!((&plan.plan["manual"], &plan.plan["ordering"]), (&json!(4), &json!(0)));
    assert!(office.store.stock_orders_in(OrderState::Proposed).await.unwrap().is_empty());
    assert_eq!(
        office.store.stock_orders_in(OrderState::Approved).await.unwrap().len(),
        before.len(),
        "what is on its way stays"
    );
    let told = || office.mailer.mails().into_iter().filter(|mail| mail.subject.contains("補貨事故")).count();
    let once = told();
    assert!(once >= 1);
    // The same night again opens nothing and tells nobody anew.
    office.night(&engine, "again").await;
    let again = crate::pilot_state(&office.store, &office.stock).await.unwrap().unwrap();
    assert_eq!((again.book.incidents.len(), told()), (incidents, once));
    // Only people let it begin again.
    let day = today(&office);
    let moved = crate::move_pilot(&office.store, &office.stock, day, false).await.unwrap();
    assert!(matches!(moved, crate::Guarded::Refused(why) if why.starts_with("DH-8043")));
    assert_eq!(
        crate::move_pilot(&office.store, &office.stock, day, true).await.unwrap(),
        crate::Guarded::Done
    );
    engine.shutdown().await;
}
