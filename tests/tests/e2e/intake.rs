//! What is dropped is never lost, never taken half-written, never read twice.

use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, fixture, wait_until};

const LONG: Duration = Duration::from_mins(2);

#[tokio::test]
async fn copies_broken_files_and_the_same_number_twice_each_end_where_a_person_finds_them() {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    // one paper came while nobody was there
    deskhand.drop_file(&fixture("hk-01-letterhead.pdf"));
    deskhand.serve().await;
    deskhand.run_in("hk-01-letterhead.pdf", &["done"], LONG).await;

    for name in
        ["hk-02-same-file.pdf", "broken-01-truncated.pdf", "broken-02-empty.pdf", "hk-12-number-again.pdf"]
    {
        deskhand.drop_file(&fixture(name));
    }
    deskhand.run_in("hk-12-number-again.pdf", &["waiting"], LONG).await;
    let inbox = deskhand.path("inbox");
    wait_until("the copy and the broken files are put aside", LONG, || async {
        let there = |name: &str| inbox.join(name).exists();
        (there("duplicate/hk-02-same-file.pdf")
            && there("quarantine/broken-01-truncated.pdf")
            && there("quarantine/broken-02-empty.pdf"))
        .then_some(())
    })
    .await;
    for name in ["broken-01-truncated.pdf", "broken-02-empty.pdf"] {
        let reason = std::fs::read_to_string(inbox.join(format!("quarantine/{name}.reason.txt"))).unwrap();
        assert!(reason.contains("DH-11"), "{name}: {reason}");
    }
    assert_eq!(ledger.bills().await.len(), 1);
}
