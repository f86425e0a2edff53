//! What a script may do, and what it may not.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use store::RunState;

use super::*;
use crate::script::{Scripts, Turn};
use crate::tape::{Call, Tape};
use crate::{check_workflow, script_functions};

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
    assert!(row.note.starts_with("DH-6005: ") && row.note.contains("line 3"), "{}", row.note);
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
fn a_misspelt_variable_is_found_before_the_first_run() {
    let error = check_workflow("invoice", "let total = 1;\ntotl + 1").unwrap_err();
    assert_eq!(error.code(), "DH-6003");
    assert!(error.to_string().contains("line 2"), "{error}");
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

#[test]
fn the_workflows_that_ship_compile() {
    for name in ["invoice", "daily_digest"] {
        let text = std::fs::read_to_string(repository().join(format!("workflows/{name}.rhai"))).unwrap();
        check_workflow(name, &text).unwrap();
    }
}

/// `UPDATE_DOCS=1` writes the page anew.
#[test]
fn the_authors_page_tells_of_every_function() {
    const MARK: &str = "\n## What a script may call\n";
    let mut told = String::from(MARK);
    for (name, module) in script_functions()["modules"].as_object().unwrap() {
        write!(told, "\n### `{name}`\n").unwrap();
        for function in module["functions"].as_array().unwrap() {
            let names = function["params"].as_array().into_iter().flatten();
            let params: Vec<&str> =
                names.filter_map(|p| p["name"].as_str()).filter(|n| *n != "context").collect();
            let comments = function["docComments"].as_array().unwrap().iter().filter_map(Value::as_str);
            let text: Vec<&str> =
                comments.flat_map(str::lines).map(|l| l.trim_start_matches('/').trim()).collect();
            write!(
                told,
                "\n**`{name}::{}({})`** {}\n",
                function["name"].as_str().unwrap(),
                params.join(", "),
                text.join("\n").trim()
            )
            .unwrap();
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/authors.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let own = page.split(MARK).next().unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, format!("{own}{told}")).unwrap();
    } else {
        assert_eq!(
            page,
            format!("{own}{told}"),
            "UPDATE_DOCS=1 scripts/test -E 'test(authors_page)' mends it"
        );
    }
}
