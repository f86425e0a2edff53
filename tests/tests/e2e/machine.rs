//! What a machine does to a program: a full disk, a clock that jumps.

use std::time::Duration;

use e2e::{Deskhand, Setup, fixture, wait_until};

const LONG: Duration = Duration::from_secs(150);

/// An installation whose workflow asks a person about each paper, and posts nothing.
fn asking(more: &str) -> Deskhand {
    let deskhand = Deskhand::install(&Setup {
        portal: "ledger",
        portal_url: "http://127.0.0.1:9".to_owned(),
        portal_secrets: ("bot", "unused"),
        more: more.to_owned(),
        ..Setup::default()
    });
    let config = std::fs::read_to_string(deskhand.path("deskhand.toml")).unwrap();
    let shipped = config.lines().find(|line| line.starts_with("workflows = ")).unwrap();
    std::fs::write(deskhand.path("deskhand.toml"), config.replace(shipped, "workflows = \"own\"")).unwrap();
    std::fs::create_dir(deskhand.path("own")).unwrap();
    let ask = r#"
documents::read(run.document);
let invoice = invoices::check(run.document);
let task = review::open(invoice);
review::wait(task);
calendar::today();
run::done("seen")
"#;
    std::fs::write(deskhand.path("own/invoice.rhai"), ask).unwrap();
    std::fs::write(deskhand.path("own/tick.rhai"), "calendar::today(); run::done(\"ticked\")").unwrap();
    deskhand
}

#[tokio::test]
async fn a_full_disk_stops_the_work_and_loses_nothing() {
    let mut deskhand = asking("");
    deskhand.put_data_on_a_small_disk(32);
    deskhand.serve().await;
    deskhand.drop_file(&fixture("cn-01-digital-special.pdf"));
    deskhand.run_in("cn-01-digital-special.pdf", &["waiting"], LONG).await;

    deskhand.fill_the_small_disk();
    for paper in ["cn-02-digital-normal.pdf", "cn-12-data.xml", "hk-04-english.pdf"] {
        deskhand.drop_file(&fixture(paper));
    }
    tokio::time::sleep(Duration::from_secs(15)).await;
    let log = std::fs::read_to_string(deskhand.path("serve.log")).unwrap();
    assert!(
        log.contains("full") || log.contains("no storage space"),
        "the log says why nothing goes on\n{log}"
    );
    let page = reqwest::get(&deskhand.url).await.unwrap();
    assert!(page.status().is_success() || page.status().is_redirection(), "the pages still answer");

    deskhand.free_the_small_disk();
    for paper in ["cn-02-digital-normal.pdf", "cn-12-data.xml", "hk-04-english.pdf"] {
        deskhand.run_in(paper, &["waiting"], LONG).await;
    }
    let runs = deskhand.json(&["runs", "list"]);
    assert_eq!(runs.len(), 4, "each paper once: {runs:?}");
    let tasks = deskhand.json(&["tasks", "list"]);
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    assert!(!tasks.iter().any(|task| task["reason"].as_str().unwrap().starts_with("failure")), "{tasks:?}");
    assert!(deskhand.command(&["audit", "verify"]).status.success());
}

#[tokio::test]
async fn a_clock_that_jumps_an_hour_either_way_fires_nothing_twice_and_holds_nothing_up() {
    let tick =
        "[[schedules]]\nname = \"tick\"\nworkflow = \"tick\"\ncron = \"* * * * *\"\ncatch_up = \"10m\"\n";
    let mut deskhand = asking(tick);
    deskhand.give_it_a_clock_of_its_own();
    deskhand.serve().await;
    let paper = "cn-01-digital-special.pdf";
    deskhand.drop_file(&fixture(paper));
    deskhand.run_in(paper, &["waiting"], LONG).await;
    let ticks = || {
        let runs = deskhand.json(&["runs", "list", "--limit", "1000"]);
        let ticks: Vec<String> = runs
            .iter()
            .filter(|run| run["workflow"] == "tick")
            .map(|run| run["id"].as_str().unwrap().to_owned())
            .collect();
        ticks
    };
    let more_than = async |before: usize, what: &str| {
        wait_until(what, LONG, || async { Some(ticks()).filter(|ticks| ticks.len() > before) }).await
    };
    more_than(0, "the first minute").await;

    deskhand.set_its_clock("+1h");
    // Of the sixty minutes that never were, those within the catch-up window are made up for by one.
    let after = more_than(1, "a minute an hour later").await;
    assert!(after.len() < 5, "{after:?}");
    let second = "cn-12-data.xml";
    deskhand.drop_file(&fixture(second));
    deskhand.run_in(second, &["waiting"], LONG).await;

    deskhand.set_its_clock("+0h");
    let third = "hk-04-english.pdf";
    deskhand.drop_file(&fixture(third));
    deskhand.run_in(third, &["waiting"], LONG).await;
    for task in deskhand.json(&["tasks", "list"]) {
        let id = task["id"].as_str().unwrap();
        let decided = deskhand.command(&[
            "tasks",
            "decide",
            id,
            "approve",
            "--person",
            e2e::REVIEWER.0,
            "--note",
            "seen",
        ]);
        assert!(decided.status.success(), "{}", String::from_utf8_lossy(&decided.stderr));
    }
    for paper in [paper, second, third] {
        deskhand.run_in(paper, &["done"], LONG).await;
    }
    let all = ticks();
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len(), "no minute twice");
    assert!(deskhand.command(&["audit", "verify"]).status.success());
}
