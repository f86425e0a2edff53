//! Statements, the month's report, reminders and the audit head, with the scripts that ship.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _};
use chrono::TimeDelta;
use proptest::prelude::*;
use rust_decimal::Decimal;
use store::{Decision, NewPosting, NewRun, NewTask};

use super::*;
use crate::{FolderTrigger, Intake, Upload};

/// A bill that stands in the books.
struct Posted<'a> {
    number: &'a str,
    supplier: &'a str,
    date: &'a str,
    currency: &'a str,
    net: Decimal,
    tax: Decimal,
    asked: bool,
}

async fn post(office: &Office, posted: &Posted<'_>) -> String {
    let store = &office.store;
    let key = format!("hk:{}:{}", posted.supplier, posted.number);
    let document = office.document(key.as_bytes(), None).await;
    let total = (posted.net + posted.tax).to_string();
    store
        .save_invoice(
            &document,
            &doubtful(),
            Some(&key),
            Some(posted.supplier),
            Some(&total),
            Some(posted.date),
        )
        .await
        .unwrap();
    let run = format!("invoice/{document}");
    start(office, &run, &document).await;
    if posted.asked {
        let task = task(office, &run, &document).await;
        let decided =
            store::Decided { decision: Decision::Approve, corrections: json!({}), note: String::new() };
        store.decide(&task, 1, "ann", &decided).await.unwrap();
        store.mark_applied(&task).await.unwrap();
    }
    let bill = json!({
        "key": key, "reference": posted.number, "supplier_name": posted.supplier, "issue_date": posted.date,
        "currency": posted.currency, "net": posted.net, "tax": posted.tax, "total": total,
    });
    let posting =
        NewPosting { key, portal: "books".to_owned(), document: document.clone(), run: run.clone(), bill };
    let row = store.intend(&posting).await.unwrap();
    store.posting_submitted(&row.id).await.unwrap();
    store.posting_confirmed(&row.id, posted.number, &json!({})).await.unwrap();
    store.finish_run(&run, RunState::Done, "").await.unwrap();
    document
}

async fn start(office: &Office, run: &str, document: &str) {
    let row = NewRun {
        id: run.to_owned(),
        workflow: "invoice".to_owned(),
        script_sha256: "0".repeat(64),
        document: Some(document.to_owned()),
        trigger: "test".to_owned(),
    };
    office.store.start_run(&row).await.unwrap();
}

/// A task that waits for a person.
async fn task(office: &Office, run: &str, document: &str) -> String {
    let task = NewTask {
        id: format!("{run}/1"),
        run: run.to_owned(),
        document: document.to_owned(),
        workflow: "invoice".to_owned(),
        reason: "check: the invoice needs a person".to_owned(),
        findings: doubtful()["findings"].clone(),
        invoice: json!({ "fields": { "invoice_number": { "value": "A-77" } } }),
    };
    office.store.open_task(&task).await.unwrap().id
}

async fn waiting(office: &Office, name: &str) -> String {
    let document = office.document(name.as_bytes(), Some(doubtful())).await;
    let run = format!("invoice/{name}");
    start(office, &run, &document).await;
    task(office, &run, &document).await
}

/// What was posted, as a fixture of a statement says.
async fn posted_of(office: &Office, name: &str) -> Value {
    let expected = std::fs::read(repository().join(format!("fixtures/statements/{name}.json"))).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    for paper in expected["papers"].as_array().unwrap() {
        let word = |name: &str| paper[name].as_str().unwrap();
        let posted = Posted {
            number: word("number"),
            supplier: expected["supplier"].as_str().unwrap(),
            date: word("date"),
            currency: word("currency"),
            net: word("total").parse().unwrap(),
            tax: Decimal::ZERO,
            asked: false,
        };
        post(office, &posted).await;
    }
    expected
}

fn statement(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("fixtures/statements").join(name)).unwrap()
}

async fn take(engine: &Engine, name: &str) -> String {
    let upload = Upload {
        name: name.to_owned(),
        bytes: statement(name),
        workflow: "statement_match".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let Intake::Started { run, .. } = engine.take(upload).await.unwrap() else {
        panic!("{name} was not taken")
    };
    engine.wait(&run, LONG).await.unwrap();
    run
}

#[tokio::test]
async fn a_statement_that_agrees_needs_nobody_and_its_workbook_is_kept() {
    let mut office = Office::new().await;
    office.shipped();
    posted_of(&office, "hk-01-running.xlsx").await;
    let engine = office.open().await;
    let run = take(&engine, "hk-01-running.xlsx").await;
    engine.shutdown().await;
    let (row, steps) = office.row(&run).await;
    assert_eq!((row.state, row.note.as_str()), (RunState::Done, "霧燈示範紙品有限公司: 4 lines agree"));
    for step in &steps {
        super::reference::assert_shape(&step.name, step.output.as_ref().unwrap());
    }
    let compared = steps[1].output.clone().unwrap();
    assert_eq!(compared["file"], "霧燈示範紙品有限公司 2026-10-31 ".to_owned() + &run[16..24] + ".xlsx");
    let report = compared["report"].as_str().unwrap();
    let rows = sheet(office.store.report(report).await.unwrap(), "月結單");
    assert_eq!(rows.len(), 1 + 5, "{rows:?}");
    assert_eq!(office.store.audit_of(&format!("reports/{report}")).await.unwrap()[0].action, "report.kept");
    assert_eq!(office.mailer.asked(), 0);
}

#[tokio::test]
async fn a_statement_that_differs_waits_for_a_person_who_settles_it() {
    for (name, codes) in [
        ("hk-02-english.pdf", vec!["DH-6090", "DH-6092"]),
        ("cn-09-gbk.csv", vec!["DH-6096"]),
        ("hk-13-dollars.xlsx", vec!["DH-6097"]),
    ] {
        let mut office = Office::new().await;
        office.shipped();
        posted_of(&office, name).await;
        let engine = office.open().await;
        let run = take(&engine, name).await;
        let waits = office.task().await;
        let found: Vec<&str> =
            waits.findings.as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
        assert_eq!(found, codes, "{name}: {}", waits.findings);
        let mail = until("a mail is sent", || async { office.mailer.mails().pop() }).await;
        assert!(
            mail.subject.starts_with("月結單待核對") && mail.text.contains("/tasks/statement_match~"),
            "{}",
            mail.text
        );
        let before = office.store.postings(100).await.unwrap();
        office.decide(&waits, Decision::Approve, json!({})).await;
        engine.task_decided(&waits.id).await.unwrap();
        let row = office.ends_as(&run, RunState::Done).await;
        assert!(row.note.ends_with("differences settled"), "{}", row.note);
        assert_eq!(office.store.postings(100).await.unwrap(), before, "nothing is posted or corrected");
        engine.shutdown().await;
    }
}

#[tokio::test]
async fn a_statement_of_nobody_who_is_known_is_a_persons_question() {
    let mut office = Office::new().await;
    office.shipped();
    let engine = office.open().await;
    take(&engine, "hk-07-twice.csv").await;
    let waits = office.task().await;
    assert_eq!(waits.findings[0]["code"], "DH-6100", "{}", waits.findings);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_table_is_taken_only_by_a_workflow_that_says_so() {
    let mut office = Office::new().await;
    office.shipped();
    posted_of(&office, "hk-04-signed.csv").await;
    let folder = |office: &Office, name: &str, workflow: &str| FolderTrigger {
        path: office.folder.path().join(name),
        workflow: workflow.to_owned(),
        portal: None,
        quiet_after: None,
    };
    office.config.folders =
        vec![folder(&office, "statements", "statement_match"), folder(&office, "inbox", "invoice")];
    let engine = office.open().await;
    for place in ["statements", "inbox"] {
        let place = office.folder.path().join(place);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("a.csv"), statement("hk-04-signed.csv")).unwrap();
        std::fs::write(place.join("b.xlsx"), statement("hk-05-brackets.xlsx")).unwrap();
    }
    let gone = office.folder.path().join("inbox/quarantine");
    until("both are refused", || async {
        (gone.join("a.csv").exists() && gone.join("b.xlsx").exists()).then_some(())
    })
    .await;
    let tasks = until("both wait", || async {
        let tasks = office.store.tasks(&TaskFilter::open(10)).await.unwrap();
        (tasks.len() == 2).then_some(tasks)
    });
    assert!(tasks.await.iter().all(|task| task.workflow == "statement_match"));
    engine.shutdown().await;
}

/// The cells of a sheet as texts.
fn sheet(bytes: Vec<u8>, name: &str) -> Vec<Vec<Data>> {
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn cents(data: &Data) -> i64 {
    let Data::Float(number) = data else { panic!("{data:?} is no number") };
    #[expect(clippy::cast_possible_truncation, reason = "cents of a test")]
    let cents = (number * 100.0).round() as i64;
    cents
}

async fn report(office: &Office, month: &str) -> (RunRow, Value) {
    let engine = office.open().await;
    let given = serde_json::Map::from_iter([
        ("month".to_owned(), json!(month)),
        ("key".to_owned(), json!(office.store.new_id())),
    ]);
    let run = engine.start_with("month_end_report", &given, "person").await.unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    let (_, steps) = office.row(&run).await;
    super::reference::assert_shape("report::month", steps[0].output.as_ref().unwrap());
    (row, steps[0].output.clone().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_months_report_agrees_with_the_store_to_the_cent(
        bills in prop::collection::vec((0_usize..3, 0_usize..2, -100_000_i64..9_999_999, 0_i64..99_999, any::<bool>()), 0..12),
        late in prop::collection::vec((0_usize..3, 0_i64..9_999_999), 0..3),
        open in 0_usize..4,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut office = Office::new().await;
            office.shipped();
            office.rules.by_hand = Duration::from_mins(6);
            let (suppliers, currencies) = (["甲示範公司", "Beta Demo Ltd", "丙示範公司"], ["HKD", "CNY"]);
            let mut expected: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
            for (at, (supplier, currency, net, tax, asked)) in bills.iter().enumerate() {
                let posted = Posted {
                    number: &format!("N-{at}"), supplier: suppliers[*supplier], date: "2026-03-15",
                    currency: currencies[*currency], net: Decimal::new(*net, 2), tax: Decimal::new(*tax, 2), asked: *asked,
                };
                post(&office, &posted).await;
                office.store.clock.advance(TimeDelta::minutes(7));
                let sum = expected.entry((posted.supplier.to_owned(), posted.currency.to_owned())).or_default();
                for (sum, cents) in sum.iter_mut().zip([*net, *tax, net + tax]) {
                    *sum += cents;
                }
            }
            for at in 0..open {
                waiting(&office, &format!("waiting-{at}")).await;
            }
            office.store.clock.advance(TimeDelta::days(35));
            for (at, (supplier, net)) in late.iter().enumerate() {
                let posted = Posted {
                    number: &format!("L-{at}"), supplier: suppliers[*supplier], date: "2026-04-15", currency: "HKD",
                    net: Decimal::new(*net, 2), tax: Decimal::ZERO, asked: false,
                };
                post(&office, &posted).await;
            }
            let (row, answer) = report(&office, "").await;
            let note = format!("2026-04: {} posted, {open} open", bills.len());
            assert_eq!((row.state, row.note.as_str()), (RunState::Done, note.as_str()));
            let straight = bills.iter().filter(|bill| !bill.4).count();
            assert_eq!(answer["hours_saved"], format!("{:.1}", Decimal::from(straight * 6) / Decimal::from(60)));

            let mail = office.mailer.mails().pop().unwrap();
            let book = mail.attachments[0].bytes.clone();
            assert_eq!(store::sha256_hex(&book), answer["report"].as_str().unwrap());
            let suppliers = sheet(book.clone(), "供應商");
            let mut read: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
            for row in suppliers.iter().skip(1).filter(|row| row[0] != Data::String("全部供應商".to_owned())) {
                read.insert((row[0].to_string(), row[1].to_string()), [cents(&row[4]), cents(&row[5]), cents(&row[6])]);
            }
            assert_eq!(read, expected);
            for row in suppliers.iter().filter(|row| row[0] == Data::String("全部供應商".to_owned())) {
                let all: i64 = expected.iter().filter(|((_, currency), _)| *currency == row[1].to_string()).map(|(_, sum)| sum[2]).sum();
                assert_eq!(cents(&row[6]), all);
            }
            assert_eq!(sheet(book.clone(), "過賬明細").len(), 1 + bills.len());
            assert_eq!(sheet(book.clone(), "月底未完成").len(), 1 + open);
            let summary = sheet(book, "摘要");
            let of = |name: &str| summary.iter().find(|row| row[0].to_string().contains(name)).unwrap()[1].clone();
            let from = "2026-03-31T16:00:00Z".parse().unwrap();
            let figures = office.store.figures(from, "2026-04-30T16:00:00Z".parse().unwrap()).await.unwrap();
            #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
            let shown = |count: u64| Data::Float(count as f64);
            assert_eq!(of("已過賬發票"), shown(figures.posted));
            assert_eq!(of("收到文件"), shown(figures.recorded));
            assert!(summary.iter().any(|row| row.iter().any(|cell| cell.to_string().contains("需時 6 分鐘"))), "the assumption is printed");
        });
    }
}

#[tokio::test]
async fn a_month_that_has_not_begun_is_refused_and_a_person_is_told() {
    let mut office = Office::new().await;
    office.shipped();
    let engine = office.open().await;
    let given = serde_json::Map::from_iter([("month".to_owned(), json!("2026-05"))]);
    let run = engine.start_with("month_end_report", &given, "person").await.unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    assert!(row.note.contains("DH-6102"), "{} {}", row.state, row.note);
}

#[tokio::test]
async fn a_run_by_the_clock_finds_the_defaults_of_its_parameters() {
    let mut office = Office::new().await;
    office.shipped();
    let engine = office.open().await;
    let run = engine
        .start_run("month_end_report", json!({ "key": "clock", "nominal": "2026-04-01" }), "schedule")
        .await
        .unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    assert_eq!((row.state, row.note.as_str()), (RunState::Done, "2026-03: 0 posted, 0 open"));
}

/// Runs the reminders once, as a schedule would.
async fn chase(office: &Office) -> String {
    let engine = office.open().await;
    let run = engine.start_run("chase", json!({ "key": office.store.new_id() }), "schedule").await.unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    let (_, steps) = office.row(&run).await;
    // A mail that was given up says its code besides.
    for step in steps.iter().filter(|step| step.output.as_ref().unwrap().get("code").is_none()) {
        super::reference::assert_shape(&step.name, step.output.as_ref().unwrap());
    }
    assert_eq!(row.state, RunState::Done, "{}", row.note);
    row.note
}

#[tokio::test]
async fn an_overdue_task_is_told_of_once_at_each_step_and_not_when_it_is_decided() {
    let mut office = Office::new().await;
    office.shipped();
    let (first, second) = (waiting(&office, "first").await, waiting(&office, "second").await);
    assert_eq!(chase(&office).await, "0 tasks, 0 mails");
    // From ten on a Wednesday: eight working hours later is the next working day, ten o'clock.
    office.store.clock.advance(TimeDelta::hours(24));
    assert_eq!(chase(&office).await, "2 tasks, 1 mails", "one mail for a person, not one for each task");
    let mail = office.mailer.mails().pop().unwrap();
    assert_eq!(mail.to, ["reviewer@deskhand.test"]);
    assert!(mail.text.contains("A-77") && mail.text.contains("/tasks/invoice~first~1"), "{}", mail.text);
    assert_eq!(
        chase(&office).await,
        "0 tasks, 0 mails",
        "never twice, also in another run of another engine"
    );
    let task = office.store.task(&first).await.unwrap().unwrap();
    office.decide(&task, Decision::Approve, json!({})).await;
    office.store.clock.advance(TimeDelta::days(7));
    assert_eq!(chase(&office).await, "1 tasks, 1 mails", "what is decided is not told of");
    let mail = office.mailer.mails().pop().unwrap();
    assert_eq!(mail.to, ["operator@deskhand.test"]);
    assert!(mail.text.contains("/tasks/invoice~second~1") && !mail.text.contains("first"), "{}", mail.text);
    assert_eq!(chase(&office).await, "0 tasks, 0 mails");
    assert_eq!(
        office
            .store
            .audit_of(&format!("tasks/{second}"))
            .await
            .unwrap()
            .iter()
            .filter(|e| e.action == "task.reminded")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_reminder_that_could_not_be_sent_is_due_again() {
    let mut office = Office::new().await;
    office.shipped();
    waiting(&office, "only").await;
    office.store.clock.advance(TimeDelta::days(2));
    office.rules.escalate_after = Duration::from_hours(1_000);
    office.mailer.fail(1_000);
    assert_eq!(chase(&office).await, "1 tasks, 0 mails");
    office.mailer.fail(0);
    assert_eq!(chase(&office).await, "1 tasks, 1 mails");
    assert_eq!(chase(&office).await, "0 tasks, 0 mails");
}

#[tokio::test]
async fn the_person_who_has_a_task_in_hand_is_reminded_and_nobody_else() {
    let mut office = Office::new().await;
    office.shipped();
    let may = office
        .store
        .add_person(
            "may",
            "may@deskhand.test",
            store::Role::Reviewer,
            "correct horse battery".into(),
            store::Language::ZhHant,
        )
        .await
        .unwrap();
    let task = waiting(&office, "held").await;
    office.store.clock.advance(TimeDelta::hours(25));
    office.store.claim(&task, &may.id, Duration::from_hours(1)).await.unwrap();
    assert_eq!(chase(&office).await, "1 tasks, 1 mails");
    assert_eq!(office.mailer.mails().pop().unwrap().to, ["may@deskhand.test"]);
}

#[tokio::test]
async fn the_head_of_a_sound_chain_leaves_and_a_broken_chain_raises_the_alarm() {
    let mut office = Office::new().await;
    office.shipped();
    waiting(&office, "one").await;
    let engine = office.open().await;
    let run = engine.start_run("audit_head", json!({ "key": "1" }), "schedule").await.unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    assert_eq!(row.state, RunState::Done, "{}", row.note);
    assert_eq!(office.mailer.mails().pop().unwrap().to, ["keeper@deskhand.test"]);
    office.store.tamper_with_audit(2).await;
    let run = engine.start_run("audit_head", json!({ "key": "2" }), "schedule").await.unwrap();
    let row = engine.wait(&run, LONG).await.unwrap();
    engine.shutdown().await;
    assert_eq!(
        (row.state, row.note.as_str()),
        (RunState::Failed, "the audit chain does not hold from line 2 on")
    );
    let alarm = office.mailer.mails().pop().unwrap();
    assert_eq!(alarm.to, ["operator@deskhand.test", "keeper@deskhand.test"]);
    assert!(alarm.text.contains("DH-6103"), "{}", alarm.text);
}
