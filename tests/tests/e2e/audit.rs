//! Nobody changes what was done without being found out.

use std::time::Duration;

use e2e::{Deskhand, Ledger, Setup, fixture};
use sqlx::Connection as _;

#[tokio::test]
async fn a_changed_audit_row_is_found_by_verify() {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    deskhand.serve().await;
    deskhand.drop_file(&fixture("no-04-letter.pdf"));
    deskhand.run_in("no-04-letter.pdf", &["waiting"], Duration::from_mins(2)).await;
    assert!(deskhand.terminate());
    let head = deskhand.command(&["audit", "export"]).stdout;
    std::fs::write(deskhand.path("head.json"), head).unwrap();
    let against = deskhand.path("head.json");
    let against = against.to_str().unwrap();
    assert!(deskhand.command(&["audit", "verify"]).status.success());
    assert!(deskhand.command(&["audit", "verify", "--head", against]).status.success());

    let url = format!("sqlite:{}", deskhand.path("data/deskhand.db").display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)")
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(
        deskhand.command(&["audit", "verify", "--head", against]).status.code(),
        Some(1),
        "the newest row was cut off"
    );
    sqlx::query("UPDATE audit SET actor = 'nobody' WHERE seq = 3").execute(&mut database).await.unwrap();
    let verified = deskhand.command(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(1), "{}", String::from_utf8_lossy(&verified.stdout));
}
