//! A folder that must not stay quiet.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::FolderTrigger;

#[tokio::test]
async fn the_operators_are_told_once_for_each_silence_and_not_at_night() {
    let mut office = Office::new().await;
    office.script("test", "run::done(\"seen\")");
    let inbox = office.folder.path().join("inbox");
    let (path, workflow) = (inbox.clone(), "test".to_owned());
    let quiet_after = Some(Duration::from_hours(4));
    office.config.folders = vec![FolderTrigger { path, workflow, portal: None, quiet_after }];
    // 16:00 in Hong Kong: two working hours are left of this day.
    office.store.clock.set("2026-11-20T08:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let engine = office.open().await;
    until("it is listened for", || async {
        (!office.store.listened_folders().await.unwrap().is_empty()).then_some(())
    })
    .await;
    office.store.clock.advance(TimeDelta::hours(12));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(office.mailer.asked(), 0, "nobody works at four in the morning");

    office.mailer.fail(1);
    office.store.clock.advance(TimeDelta::hours(8));
    until("the operators are told", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(office.mailer.sent(), 1);
    assert!(office.store.quiet_folders().await.unwrap()[0].told_at.is_some());

    std::fs::write(inbox.join("a.pdf"), b"%PDF-1.7 a %%EOF").unwrap();
    until("the silence is over", || async {
        office.store.quiet_folders().await.unwrap().is_empty().then_some(())
    })
    .await;
    office.store.clock.advance(TimeDelta::hours(24));
    until("the next silence is told", || async { (office.mailer.sent() == 2).then_some(()) }).await;
    engine.shutdown().await;
}
