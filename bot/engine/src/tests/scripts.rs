//! What a script may do, and what it may not.

use serde_json::json;
use store::RunState;

use super::*;
use crate::script::{Scripts, Turn};
use crate::tape::{Call, Tape};

#[tokio::test]
async fn a_loop_that_never_ends_is_stopped_and_the_run_says_so() {
    let (row, _) = Office::new().await.run("loop { }").await;
    assert_eq!(row.state, RunState::Failed);
    assert!(row.note.starts_with("DH-6004: "), "{}", row.note);
}

#[tokio::test]
async fn a_script_that_grows_without_end_is_stopped() {
    for script in [
        "let s = \"x\"; loop { s += s; }",
        "let a = []; loop { a.push(a.len()); }",
        "fn f(n) { f(n + 1) } f(0)",
    ] {
        let (row, _) = Office::new().await.run(script).await;
        assert!(row.note.starts_with("DH-6004: "), "{script}: {}", row.note);
    }
}

#[tokio::test]
async fn a_mistake_in_a_script_names_its_line() {
    let (row, steps) = Office::new().await.run("let day = calendar::today();\n\nlet x = day.nothing;").await;
    assert_eq!((row.state, steps.len()), (RunState::Failed, 1));
    assert!(row.note.starts_with("DH-6005: "), "{}", row.note);
    for place in ["in line 3 after step 0 `calendar::today`", "在第 3 行（步驟 0 `calendar::today` 之後）"]
    {
        assert!(row.note.contains(place), "{}", row.note);
    }
}

#[tokio::test]
async fn no_script_can_swallow_the_stop_of_its_turn() {
    let script = "let days = []; try { days.push(calendar::today()); } catch { days.push(\"never\"); } run::done(days[0])";
    let (row, steps) = Office::new().await.run(script).await;
    assert_eq!((row.state, steps.len()), (RunState::Done, 1));
    assert!(row.note.starts_with("20"), "{}", row.note);
}

#[test]
fn clock_sleep_eval_and_import_do_not_exist_in_scripts() {
    for script in
        ["timestamp()", "sleep(1)", "eval(\"1\")", "import \"x\" as x;", "exit()", "open_file(\"x\")"]
    {
        let compiled = Scripts::new();
        let outcome = compiled.compile("test", script, script);
        let refused = match outcome {
            Err(error) => error.code() == "DH-6003",
            Ok(ast) => matches!(compiled.turn("test", &ast, &json!({}), &Tape::default()), Turn::Broken(_)),
        };
        assert!(refused, "{script}");
    }
}

#[test]
fn steps_in_another_order_than_the_history_are_an_error_and_not_a_wrong_answer() {
    let scripts = Scripts::new();
    let ast = scripts.compile("test", "1", "report::hours(24); calendar::today()").unwrap();
    let tape = Tape::default();
    let call = Call { index: 0, name: "calendar::today".to_owned(), args: Value::Null };
    tape.record(call, json!("2026-11-22"));
    let Turn::Broken(error) = scripts.turn("test", &ast, &json!({}), &tape) else { panic!("it went on") };
    assert_eq!(error.code(), "DH-6006");
    assert!(
        error.to_string().contains("calendar::today") && error.to_string().contains("report::hours"),
        "{error}"
    );
}

#[test]
fn amounts_in_scripts_are_decimals() {
    let scripts = Scripts::new();
    let ast = scripts.compile("test", "1", "if 0.1 + 0.2 == 0.3 { \"exact\" } else { \"float\" }").unwrap();
    let Turn::Ended(value) = scripts.turn("test", &ast, &json!({}), &Tape::default()) else {
        panic!("it stopped")
    };
    assert_eq!(value, json!("exact"));
}
