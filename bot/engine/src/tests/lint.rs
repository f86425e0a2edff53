//! What the checker finds, and what it leaves alone.

use super::*;
use crate::{Problem, check_script};

fn grants() -> Grants {
    let mut grants = Grants::default();
    grants.of("test").portals.insert("books".to_owned());
    grants
}

fn check(text: &str) -> Vec<Problem> {
    check_script("test", text, &grants())
}

/// The problems in short: code, line, column.
fn found(text: &str) -> Vec<(&'static str, usize, usize)> {
    check(text).into_iter().map(|problem| (problem.code, problem.line, problem.column)).collect()
}

#[test]
fn the_workflows_that_ship_have_no_problem() {
    for name in ["invoice", "daily_digest", "statement_match", "month_end_report", "chase", "audit_head"] {
        let text = std::fs::read_to_string(repository().join(format!("workflows/{name}.rhai"))).unwrap();
        assert_eq!(check_script(name, &text, &Grants::default()), []);
    }
}

#[test]
fn a_text_that_is_no_script_says_where() {
    assert_eq!(found("let total = 1;\ntotl + 1"), [("DH-6003", 2, 1)]);
    assert_eq!(found("let a = ;"), [("DH-6003", 1, 9)]);
}

#[test]
fn a_misspelt_function_is_found_and_the_right_one_offered() {
    let text = "let d = run.document;\nlet i = invoices::chekc(d);\nrun::done(i.number)";
    let problem = check(text).remove(0);
    assert_eq!((problem.code, problem.line, problem.column), ("DH-6501", 2, 9));
    assert!(problem.message.en.contains("`invoices::check`"), "{}", problem.message.en);
    assert!(problem.message.zh_hant.contains("`invoices::check`"), "{}", problem.message.zh_hant);
    assert_eq!(problem.source, "let i = invoices::chekc(d);");
}

#[test]
fn functions_of_the_library_and_of_the_script_are_known() {
    let text = "fn twice(x) { x * 2 }\nlet a = [1, 2];\na.push(twice(3));\nlet s = `${a.len()}`;\n\
                print(s.to_upper());\nlet m = #{};\nm.keys().contains(\"a\");\nif !a.is_empty() { s += \"x\"; }\n\
                let f = |x| x + 1;\nf.call(1);\nfor n in 0..3 { s += n.to_string(); }\nrun::done(s)";
    assert_eq!(found(text), []);
}

#[test]
fn the_wrong_number_of_arguments_is_found() {
    assert_eq!(found("documents::read(run.document, 2)"), [("DH-6502", 1, 1)]);
    assert_eq!(found("fn f(a) { a }\nf(1, 2)"), [("DH-6502", 2, 1)]);
    assert_eq!(found("let a = [];\na.push(1, 2, 3)"), [("DH-6502", 2, 3)]);
}

#[test]
fn clock_and_dice_are_told_apart_from_other_unknown_functions() {
    for call in ["timestamp()", "now()", "rand(1, 6)", "sleep(5)", "calendar::now()"] {
        assert_eq!(found(call), [("DH-6503", 1, 1)], "{call}");
    }
}

#[test]
fn an_answer_that_nobody_looks_at_is_found() {
    assert_eq!(found("invoices::check(run.document);\nrun::done(\"x\")"), [("DH-6504", 1, 1)]);
    assert_eq!(found("for n in 0..2 {\n  invoices::split(run.document)\n}"), [("DH-6504", 2, 3)]);
    assert_eq!(
        found("if run.portal == () {\n  report::hours(24);\n}\nrun::done(\"x\")"),
        [("DH-6504", 2, 3)]
    );
    assert_eq!(found("let hours = report::hours(24);\nrun::done(\"x\")"), [("DH-6504", 1, 5)]);
    assert_eq!(found("let h = 1;\nh = report::hours(24);\nrun::done(\"x\")"), [("DH-6504", 2, 1)]);
}

#[test]
fn an_answer_that_goes_somewhere_is_left_alone() {
    for text in [
        "fn look(d) { invoices::check(d) }\nlook(run.document)",
        "let i = if run.portal == () { invoices::check(run.document) } else { #{} };\nrun::done(`${i}`)",
        "mail::digest(report::hours(24));",
        "documents::read(run.document);",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_name_that_an_answer_does_not_have_is_found() {
    let text = "let i = invoices::check(run.document);\nif i.straight_trough { run::done(i.number) }";
    assert_eq!(found(text), [("DH-6505", 2, 6)]);
    let below = "let a = review::wait(#{});\nlet i = a.invoice;\nrun::done(a.invoice.totl + i.serial)";
    assert_eq!(found(below), [("DH-6505", 3, 21), ("DH-6505", 3, 30)]);
}

#[test]
fn a_name_of_something_unknown_is_left_alone() {
    let text =
        "let i = invoices::check(run.document);\nif i.is_invoice { i = #{ own: 1 }; }\nrun::done(`${i.own}`)";
    assert_eq!(found(text), []);
    assert_eq!(found("fn f(i) { i.own }\nlet i = invoices::check(run.document);\nrun::done(f(i))"), []);
}

#[test]
fn a_portal_that_was_not_granted_is_found() {
    let text = |portal: &str| {
        format!(
            "let i = invoices::check(run.document);\nlet p = portal::post_bill(\"{portal}\", i);\nrun::done(p.reference)"
        )
    };
    assert_eq!(found(&text("bank")), [("DH-6506", 2, 27)]);
    assert_eq!(found(&text("books")), []);
}

#[test]
fn a_folder_a_server_and_a_secret_that_were_not_granted_are_found() {
    let mut grants = grants();
    let grant = grants.of("test");
    grant.hosts.insert("api.example.com".to_owned());
    grant.secrets.insert("bank".to_owned());
    grant.folders.insert("in".to_owned(), crate::FolderGrant { path: "in".into(), write: false });
    for (script, granted) in [
        ("run::done(files::read(\"in\", \"a\"))", true),
        ("files::write(\"in\", \"a\", \"x\")", false),
        ("run::done(files::read(\"out\", \"a\"))", false),
        ("run::done(http::get(\"https://api.example.com/rates\").text)", true),
        ("run::done(http::get(\"http://api.example.com/rates\").text)", false),
        ("run::done(http::get(\"https://other.example.com/\", secrets::named(\"bank\")).text)", false),
        ("run::done(http::get(\"https://api.example.com/\", secrets::named(\"bank\")).text)", true),
        ("run::done(http::get(\"https://api.example.com/\", secrets::named(\"till\")).text)", false),
    ] {
        let found: Vec<&str> =
            check_script("test", script, &grants).into_iter().map(|problem| problem.code).collect();
        assert_eq!(found, if granted { vec![] } else { vec!["DH-6506"] }, "{script}");
    }
}

#[tokio::test]
async fn a_portal_that_was_not_granted_is_not_posted_into() {
    let mut office = Office::new().await;
    office.grants = Grants::default();
    let document = office.document(b"%PDF- paper", Some(doubtful())).await;
    office.script(
        "test",
        "let p = portal::post_bill(\"books\", #{document: run.document}); run::done(p.reference)",
    );
    let engine = office.open().await;
    engine.start_run("test", json!({ "document": document }), "person").await.unwrap();
    let task = office.task().await;
    assert!(task.findings.to_string().contains("DH-6506"), "{}", task.findings);
    assert_eq!(office.portal.submitted(), 0);
    engine.shutdown().await;
}
