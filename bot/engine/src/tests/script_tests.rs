//! Tests of workflows: what they catch, and what they say.

use super::*;
use crate::{TestOutcome, run_script_tests};

const CHECKED: &str = "let i = invoices::check(run.document);\nif i.is_invoice { return run::done(i.number); }\n\
                       run::not_posted(\"no invoice\")";

/// Runs the text as the tests of a workflow `test`.
fn outcomes(script: &str, tests: &str) -> Vec<TestOutcome> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test.rhai"), script).unwrap();
    run_script_tests(&folder.path().join("test.test.rhai"), tests)
}

/// What the only test says of its failure: code, line, words.
fn failure(script: &str, tests: &str) -> (&'static str, usize, String) {
    let outcome = outcomes(script, tests).remove(0);
    let problem = outcome.failure.unwrap();
    assert!(!problem.message.zh_hant.is_empty());
    (problem.code, problem.line, problem.message.en)
}

#[test]
fn the_tests_that_ship_pass() {
    let shipped = [
        "invoice",
        "daily_digest",
        "statement_match",
        "month_end_report",
        "chase",
        "audit_head",
        "stock_events",
        "replenishment",
        "purchase_order",
        "stocktake",
    ];
    for name in shipped {
        let file = repository().join(format!("workflows/{name}.test.rhai"));
        let outcomes = run_script_tests(&file, &std::fs::read_to_string(&file).unwrap());
        for outcome in &outcomes {
            assert!(outcome.failure.is_none(), "{}: {:?}", outcome.name, outcome.failure);
            assert!(outcome.steps > 0);
        }
        assert!(outcomes.len() > 1);
    }
}

#[test]
fn tests_run_in_the_order_of_the_file_and_helpers_are_none() {
    let tests = "fn z() { helper(\"A\"); }\nprivate fn helper(n) { answer(\"invoices::check\", #{is_invoice: true, number: n});\n\
                 start(\"test\", #{document: \"d\"}); expect_end(\"done\", n); }\nfn a() { helper(\"B\"); }";
    let names: Vec<String> = outcomes(CHECKED, tests)
        .into_iter()
        .map(|outcome| {
            assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
            outcome.name
        })
        .collect();
    assert_eq!(names, ["z", "a"]);
}

#[test]
fn a_wrong_end_is_told_with_the_line_of_the_test() {
    let tests = "fn t() {\n answer(\"invoices::check\", #{});\n start(\"test\", #{document: \"d\"});\n expect_end(\"done\");\n}";
    let (code, line, said) = failure(CHECKED, tests);
    assert_eq!((code, line), ("DH-6510", 4));
    assert!(said.contains("not_posted") && said.contains("no invoice"), "{said}");
}

#[test]
fn an_answer_that_is_missing_stands_at_the_start_of_the_run() {
    let (_, line, said) = failure(CHECKED, "fn t() {\n start(\"test\", #{document: \"d\"});\n}");
    assert_eq!(line, 2);
    assert!(said.contains("invoices::check"), "{said}");
}

#[test]
fn an_answer_that_no_run_asks_for_is_a_failure() {
    let tests = "fn t() {\n answer(\"report::hours\", #{});\n answer(\"invoices::check\", #{});\n start(\"test\", #{document: \"d\"});\n}";
    let (_, line, said) = failure(CHECKED, tests);
    assert_eq!(line, 1);
    assert!(said.contains("report::hours"), "{said}");
}

#[test]
fn an_answer_cannot_have_a_name_that_the_step_never_gives() {
    let tests =
        "fn t() { answer(\"invoices::check\", #{is_invoise: true}); start(\"test\", #{document: \"d\"}); }";
    assert!(failure(CHECKED, tests).2.contains("is_invoise"));
    let tests =
        "fn t() { answer(\"review::wait\", #{invoice: #{totl: 1}}); start(\"test\", #{document: \"d\"}); }";
    assert!(failure(CHECKED, tests).2.contains("totl"));
}

#[test]
fn a_test_that_starts_nothing_fails() {
    assert!(failure(CHECKED, "fn t() { }").2.contains("starts no workflow"));
}

#[test]
fn other_steps_and_other_values_are_told_apart() {
    let tests = |expect: &str| {
        format!(
            "fn t() {{ answer(\"invoices::check\", #{{}}); start(\"test\", #{{document: \"d\"}}); {expect} }}"
        )
    };
    let said = failure(CHECKED, &tests("expect_steps([\"documents::read\"]);")).2;
    assert!(said.contains("Step 0 was `invoices::check`"), "{said}");
    let said = failure(CHECKED, &tests("expect_step(\"invoices::check\", #{document: \"e\"});")).2;
    assert!(said.contains("\"d\""), "{said}");
    assert!(
        outcomes(CHECKED, &tests("expect_step(\"invoices::check\", #{document: \"d\"});"))[0]
            .failure
            .is_none()
    );
}

#[test]
fn a_script_that_fails_or_never_ends_is_an_end_too() {
    let tests = "fn t() { start(\"test\"); expect_end(\"failed\"); }";
    assert!(outcomes("throw \"broken\"", tests)[0].failure.is_none());
    assert!(outcomes("loop { }", tests)[0].failure.is_none());
    let endless = "loop { documents::read(\"d\"); }";
    assert!(outcomes(endless, tests)[0].failure.is_none());
}

#[test]
fn a_run_that_fails_fails_the_test_that_did_not_expect_it() {
    let said = failure("throw \"broken\"", "fn t() { start(\"test\"); }").2;
    assert!(said.contains("DH-6005") && said.contains("broken"), "{said}");
}

#[test]
fn a_test_file_that_is_no_script_says_where() {
    let outcome = outcomes(CHECKED, "fn t() {\n start(\n}").remove(0);
    let problem = outcome.failure.unwrap();
    assert_eq!((problem.code, problem.line, outcome.name.as_str()), ("DH-6003", 3, ""));
}

#[test]
fn a_test_cannot_reach_the_host() {
    let outcome = outcomes(CHECKED, "fn t() { calendar::today(); }").remove(0);
    assert!(outcome.failure.is_some());
}

#[test]
fn the_clock_of_a_test_stands_until_a_sleep_moves_it() {
    let script = "let day = calendar::today(); run::sleep(#{ days: 1 }); run::sleep_working_days(1); \
        let w = run::sleep_until(\"09:00\"); run::done(`${day} ${calendar::today()} ${w.at}`)";
    let tests = "fn t() { clock(\"2026-04-01 10:00\"); start(\"test\"); \
        expect_end(\"done\", \"2026-04-01 2026-04-09 2026-04-09 09:00\"); }";
    let outcome = outcomes(script, tests).remove(0);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
    assert_eq!(outcome.steps, 5);
    let (code, _, said) = failure(script, "fn t() { clock(\"noon\"); start(\"test\"); }");
    assert!(code == "DH-6510" && said.contains("`noon` is no time"), "{said}");
    // Without a clock a sleep is passed over, and the day must be said.
    let tests = "fn t() { answer(\"calendar::today\", \"a\"); answer(\"calendar::today\", \"b\"); start(\"test\"); \
        expect_end(\"done\", \"a b \"); }";
    assert!(outcomes(script, tests).remove(0).failure.is_none());
}

#[test]
fn a_test_says_how_the_runs_end_that_a_workflow_starts() {
    let script = "let s = run::start(\"other\", #{}); let ends = run::each([#{}, #{}], \"other\"); let e = run::wait(s); \
        run::done(`${e.state} ${e.run} ${ends[0].done} ${ends[1].note}`)";
    let tests = "fn t() { answer(\"run::each\", [#{ done: true }, #{ note: \"no\" }]); answer(\"run::wait\", #{ state: \"done\" }); \
        start(\"test\"); expect_end(\"done\", \"done test/test/0 true no\"); }";
    let outcome = outcomes(script, tests).remove(0);
    assert!(outcome.failure.is_none(), "{:?}", outcome.failure);
}
