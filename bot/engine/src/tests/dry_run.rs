//! A dry run shows all and touches nothing.

use super::*;
use crate::{DryRun, DryRunReport, dry_run};

async fn dry(office: &Office, name: &str) -> DryRunReport {
    let engine_house = office.house();
    let script = std::fs::read_to_string(repository().join("workflows/invoice.rhai")).unwrap();
    let paper = Some((name.to_owned(), fixture(name)));
    let dry = DryRun { workflow: "invoice".to_owned(), script, paper, ..DryRun::default() };
    dry_run(&engine_house, dry).await.unwrap()
}

fn steps(report: &DryRunReport) -> Vec<&str> {
    report.steps.iter().map(|step| step.step.as_str()).collect()
}

#[tokio::test]
async fn a_doubtful_paper_shows_what_would_be_asked_mailed_and_typed_and_nothing_is_touched() {
    let office = Office::new().await;
    let head = office.store.audit_head().await.unwrap();
    let report = dry(&office, "cn-06-wrong-sum.pdf").await;
    assert_eq!(
        steps(&report),
        [
            "documents::read",
            "invoices::split",
            "invoices::check",
            "review::open",
            "mail::exception",
            "review::wait",
            "portal::post_bill"
        ]
    );
    let would = |place: usize| report.steps[place].would.join("\n");
    assert!(would(0).contains("cn-06-wrong-sum.pdf"), "{}", would(0));
    assert!(would(3).contains("DH-"), "{}", would(3));
    assert!(would(4).contains("reviewer@deskhand.test"), "{}", would(4));
    assert!(would(6).starts_with("types into") && would(6).contains("reference: "), "{}", would(6));
    assert_eq!(report.would_end.state, "done");
    assert_eq!(office.store.audit_head().await.unwrap(), head, "nothing was written");
    assert!(office.store.runs(10).await.unwrap().is_empty());
    assert!(office.store.blobs().list("originals").await.unwrap().is_empty());
    assert!(office.store.blobs().list("documents").await.unwrap().is_empty());
    assert_eq!((office.mailer.asked(), office.portal.submitted()), (0, 0));
}

#[tokio::test]
async fn what_a_dry_run_says_of_a_paper_a_true_run_does() {
    let mut office = Office::new().await;
    office.shipped();
    let report = dry(&office, "hk-01-letterhead.pdf").await;
    let engine = office.open().await;
    let upload = crate::Upload {
        name: "hk-01-letterhead.pdf".to_owned(),
        bytes: fixture("hk-01-letterhead.pdf"),
        workflow: "invoice".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let crate::Intake::Started { run, .. } = engine.take(upload).await.unwrap() else {
        panic!("not started")
    };
    engine.wait(&run, Duration::from_mins(2)).await.unwrap();
    engine.shutdown().await;
    for (done, dry) in office.row(&run).await.1.iter().zip(&report.steps).take(3) {
        assert_eq!((&done.name, done.output.as_ref()), (&dry.step, Some(&dry.answer)));
    }
}

#[tokio::test]
async fn a_workflow_without_a_paper_shows_its_mails() {
    let office = Office::new().await;
    let script = std::fs::read_to_string(repository().join("workflows/daily_digest.rhai")).unwrap();
    let dry = DryRun { workflow: "daily_digest".to_owned(), script, ..DryRun::default() };
    let report = dry_run(&office.house(), dry).await.unwrap();
    assert!(report.steps[1].would[0].contains("reviewer@deskhand.test"));
    assert_eq!(office.mailer.asked(), 0);
}

#[tokio::test]
async fn the_workflows_of_the_books_show_what_they_would_do_and_do_nothing() {
    let office = Office::new().await;
    let head = office.store.audit_head().await.unwrap();
    let dry = |name: &str, paper: Option<(String, Vec<u8>)>| {
        let script = std::fs::read_to_string(repository().join(format!("workflows/{name}.rhai"))).unwrap();
        let params = serde_json::Map::from_iter([("month".to_owned(), json!("2026-03"))]);
        DryRun { workflow: name.to_owned(), script, paper, params }
    };
    let report = dry_run(&office.house(), dry("audit_head", None)).await.unwrap();
    assert!(report.steps[1].would[0].contains("keeper@deskhand.test"), "{report:?}");
    let report = dry_run(&office.house(), dry("month_end_report", None)).await.unwrap();
    assert!(report.steps[1].would[0].contains("reviewer@deskhand.test"), "{report:?}");
    let report = dry_run(&office.house(), dry("chase", None)).await.unwrap();
    assert_eq!(report.would_end.note, "0 tasks, 0 mails");
    let bytes = std::fs::read(repository().join("fixtures/statements/hk-01-running.xlsx")).unwrap();
    let paper = Some(("hk-01-running.xlsx".to_owned(), bytes));
    let report = dry_run(&office.house(), dry("statement_match", paper)).await.unwrap();
    assert_eq!(report.steps[0].answer["lines"], 5, "{report:?}");
    assert_eq!(report.would_end.state, "done", "{report:?}");
    assert_eq!((office.mailer.asked(), office.store.audit_head().await.unwrap()), (0, head));
}

#[tokio::test]
async fn a_portal_that_was_not_granted_is_told_before_it_matters() {
    let mut office = Office::new().await;
    office.grants = Grants::default();
    let report = dry(&office, "hk-01-letterhead.pdf").await;
    assert!(report.would_end.note.starts_with("DH-6506"), "{:?}", report.would_end);
}

#[tokio::test]
async fn a_sleep_is_not_waited_for_and_no_run_is_started() {
    let office = Office::new().await;
    let script = "let w = run::sleep(#{ days: 3 }); let day = calendar::today(); \
        let ends = run::each([#{ n: 1 }, #{ n: 2 }], \"child\"); let e = run::invoke(\"child\", #{ n: 3 }); \
        run::done(`${w.at} ${day} ${ends.len()} ${ends[1].done} ${e.done}`)";
    let dry = DryRun { workflow: "test".to_owned(), script: script.to_owned(), ..DryRun::default() };
    let report = dry_run(&office.house(), dry).await.unwrap();
    assert_eq!(report.would_end.note, "2026-04-04 10:00 2026-04-04 2 true true");
    assert_eq!(report.steps[0].would, ["sleeps until 2026-04-04 10:00"]);
    assert_eq!(report.steps[2].would[1], "starts a run of child with {\"n\":2}");
    assert!(office.store.runs(5).await.unwrap().is_empty());
}
