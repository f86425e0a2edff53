//! A bill that comes by mail, through the real program: mail in, document, run, posted or asked; and the mail lies
//! where the accounts team sees what became of it.

use std::time::Duration;

use e2e::{Deskhand, Imap, Ledger, Setup, fixture, wait_until};

const LONG: Duration = Duration::from_mins(2);

#[tokio::test]
async fn a_bill_that_comes_by_mail_is_posted_once_also_when_the_program_is_killed_and_mail_comes_meanwhile() {
    let (ledger, imap) = (Ledger::start().await, Imap::start().await);
    let mut setup = Setup::ledger(&ledger);
    setup.more = format!(
        r#"
[[mailboxes]]
name = "accounts"
host = "localhost"
port = {}
user = "accounts"
password = {{ file = "mailbox-password" }}
extra_root = "{}"
workflow = "invoice"
portal = "ledger"
poll = "1s"
"#,
        imap.tls_port,
        imap.certificate().display()
    );
    let mut deskhand = Deskhand::install(&setup);
    std::fs::write(deskhand.path("mailbox-password"), "secret\n").unwrap();
    let doctor = deskhand.json(&["doctor"]);
    let line = doctor.iter().find(|line| line["what"] == "mailbox accounts").unwrap();
    assert!(line["ok"] == true && line["detail"].as_str().unwrap().contains("announces new mail"), "{line}");

    deskhand.serve().await;
    wait_until("the mailbox is watched", LONG, || async {
        deskhand.log_tail().contains("is watched from now on").then_some(())
    })
    .await;
    imap.deliver("hk-01-letterhead.pdf", &fixture("hk-01-letterhead.pdf"));
    deskhand.run_in("hk-01-letterhead.pdf", &["done"], LONG).await;
    deskhand.kill();
    imap.deliver("hk-12-number-again.pdf", &fixture("hk-12-number-again.pdf"));
    imap.deliver("hk-02-same-file.pdf", &fixture("hk-02-same-file.pdf"));
    imap.deliver("broken-01-truncated.pdf", &fixture("broken-01-truncated.pdf"));
    deskhand.serve().await;
    deskhand.run_in("hk-12-number-again.pdf", &["waiting"], LONG).await;
    wait_until("every mail is filed", LONG, || async {
        (imap.count("") == 0 && imap.count("Deskhand.Done") == 3 && imap.count("Deskhand.Quarantine") == 1)
            .then_some(())
    })
    .await;
    assert_eq!(ledger.bills().await.len(), 1);
    assert_eq!(deskhand.json(&["runs", "list"]).len(), 2);
    assert!(deskhand.command(&["audit", "verify"]).status.success());
}
