//! A doubtful invoice is told to the reviewers by a real mail server.

use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, fixture, wait_until};
use serde_json::Value;

#[tokio::test]
async fn the_exception_mail_reaches_a_real_mail_server() {
    let server =
        std::env::var("DESKHAND_TEST_SMTP").expect("scripts/test starts a mail server and says where it is");
    let inbox = format!("{}/mails", std::env::var("DESKHAND_TEST_SMTP_HTTP").unwrap());
    let root = std::env::var("DESKHAND_TEST_SMTP_ROOT").unwrap();
    let (host, port) = server.split_once(':').unwrap();
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup {
        more: format!(
            "[mail]\ntransport = \"smtp\"\nhost = \"{host}\"\nport = {port}\nsecurity = \"starttls\"\nuser = \"bot\"\npassword = {{ file = \"mail-password\" }}\n\
             extra_root = \"{root}\"\nfrom = \"Deskhand <bot@shop.example>\"\nreviewers = [\"may@shop.example\"]\nlanguage = \"zh-Hant\"\n"
        ),
        ..Setup::ledger(&ledger)
    });
    std::fs::write(deskhand.path("mail-password"), "mail-pass-1").unwrap();
    deskhand.serve().await;
    deskhand.drop_file(&fixture("hk-06-wrong-sum.pdf"));
    deskhand.run_in("hk-06-wrong-sum.pdf", &["waiting"], Duration::from_mins(2)).await;
    let mail = wait_until("the mail has arrived", Duration::from_mins(1), || async {
        let mails: Vec<Value> = reqwest::get(&inbox).await.ok()?.json().await.ok()?;
        mails.into_iter().find(|mail| mail["to"][0] == "may@shop.example")
    })
    .await;
    assert_eq!(mail["tls"], true);
    assert_eq!(mail["user"], "bot");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("霧燈示範紙品有限公司") && text.contains(&deskhand.url), "{text}");
    assert!(text.contains("2,970.00") || text.contains("2970.00"), "{text}");
}
