//! Letters that a workflow sends: once, and only where it was granted.

use store::{RunState, StepState};

use super::*;
use crate::check_script;

fn granted(mut office: Office) -> Office {
    office.grants.of("test").mail.insert("shop.example".to_owned());
    office
}

fn letter(to: &str) -> String {
    format!(
        "let a = mail::send(#{{ to: {to}, subject: \"Ready\", body: \"Dear Ann\" }}); run::done(`${{a.sent}}`)"
    )
}

#[tokio::test]
async fn a_letter_goes_to_a_granted_domain() {
    let office = granted(Office::new().await);
    let (row, _) = office.run(&letter("[\"ann@shop.example\", \"bob@Shop.Example\"]")).await;
    assert_eq!((row.state, row.note.as_str(), office.mailer.sent()), (RunState::Done, "true", 1));
}

#[tokio::test]
async fn a_script_cannot_mail_outside_its_grant() {
    for to in [
        "\"eve@evil.example\"",
        "\"eve@sub.shop.example\"",
        "\"eve@evilshop.example\"",
        "\"eve@shop.example.evil.example\"",
        "\"ann@shop.example, eve@evil.example\"",
        "\"Ann <eve@evil.example>\"",
        "\"eve@evil.example@shop.example\"",
        "\"ann@shop.example\\r\\nBcc: eve@evil.example\"",
        "[\"ann@shop.example\", \"eve@evil.example\"]",
        "[]",
        "42",
        "\"\"",
    ] {
        let office = granted(Office::new().await);
        let (row, _) = office.run(&letter(to)).await;
        assert_eq!(row.state, RunState::Failed, "{to}: {}", row.note);
        assert!(row.note.starts_with("DH-6506") || row.note.starts_with("DH-6076"), "{to}: {}", row.note);
        assert_eq!(office.mailer.asked(), 0, "{to}");
    }
}

#[tokio::test]
async fn a_letter_that_was_being_sent_when_the_program_stopped_is_not_sent_again() {
    let office = granted(Office::new().await);
    office.script("test", &letter("\"ann@shop.example\""));
    office.mailer.shut(true);
    let engine = office.open().await;
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    until("it is being sent", || async { (office.mailer.asked() == 1).then_some(()) }).await;
    engine.shutdown().await;
    drop(engine);
    assert_eq!(office.row(&run).await.1[0].state, StepState::Running);

    office.mailer.shut(false);
    let engine = office.open().await;
    let row = office.ends_as(&run, RunState::Failed).await;
    assert!(row.note.starts_with("DH-6077"), "{}", row.note);
    engine.shutdown().await;
    assert_eq!(office.mailer.asked(), 1);
}

#[test]
fn the_check_names_a_domain_that_was_not_granted() {
    let mut grants = Grants::default();
    grants.of("test").mail.insert("shop.example".to_owned());
    let problems = |to: &str| check_script("test", &letter(to), &grants);
    assert!(problems("\"ann@shop.example\"").is_empty());
    assert!(problems("run.to").is_empty(), "what a script only gets to know while it runs is looked at then");
    for to in [
        "\"eve@evil.example\"",
        "[\"ann@shop.example\", \"eve@evil.example\"]",
        "[run.to, \"eve@evil.example\"]",
    ] {
        let found = problems(to);
        assert!(found.len() == 1 && format!("{found:?}").contains("mail to evil.example"), "{to}: {found:?}");
    }
}
