//! The page on which schedules, folders and mailboxes explain themselves.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Explained, FolderView, MailboxView, NextFire, NotWorkingDay, OnHold, Overlap, ScheduleView, Why,
};
use invoices::Message;
use store::{FireOutcome, HoldKind, HoldSource, MailOutcome, MailPaper, NewFire, NewMail, Store};

use super::*;
use crate::Triggers;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// One schedule, one folder, one mailbox.
pub(super) fn triggers(store: Store) -> Triggers {
    let schedule = || ScheduleView {
        name: "digest".to_owned(),
        workflow: "daily_digest".to_owned(),
        cron: "30 8 * * *".to_owned(),
        zone: "Asia/Hong_Kong".to_owned(),
        catch_up: std::time::Duration::from_hours(1),
        overlap: Overlap::Skip,
        calendar: vec!["hk".to_owned(), "five_day".to_owned()],
        not_working_day: NotWorkingDay::Before,
        on_hold: OnHold::WhenLifted,
        next: vec![
            NextFire { due: at("2026-11-23T00:30:00Z"), nominal: at("2026-11-23T00:30:00Z") },
            NextFire { due: at("2026-12-24T00:30:00Z"), nominal: at("2026-12-25T00:30:00Z") },
        ],
    };
    let folder = || FolderView {
        path: "/in/<script>alert".into(),
        workflow: "invoice".to_owned(),
        seen_at: Some(at("2026-11-22T01:00:00Z")),
        trouble: Some("DH-6010: the folder cannot be used".to_owned()),
    };
    Triggers {
        schedules: Arc::new(move || vec![schedule()]),
        folders: Arc::new(move || vec![folder()]),
        mailboxes: Arc::new(move || {
            let store = store.clone();
            Box::pin(async move {
                let row = store.mailbox("accounts").await.unwrap();
                vec![MailboxView {
                    name: "accounts".to_owned(),
                    place: "accounts@imap.shop.example:993/INBOX".to_owned(),
                    workflow: "invoice".to_owned(),
                    announces: Some(true),
                    answered_at: row.as_ref().and_then(|row| row.answered_at),
                    told_at: row.as_ref().and_then(|row| row.told_at),
                    trouble: row.and_then(|row| row.trouble),
                }]
            })
        }),
        why: Arc::new(|name, on| {
            Box::pin(async move {
                let date = on.unwrap_or_default();
                let fire = Explained {
                    nominal: at("2026-11-20T00:30:00Z"),
                    due: at("2026-11-20T00:30:00Z"),
                    outcome: "skipped_hold",
                    run: None,
                    says: Message { en: String::new(), zh_hant: String::new() },
                };
                let sentence = Message {
                    en: format!("On {date}, {name} did not run <b>at 08:30</b>."),
                    zh_hant: format!("{date}：{name} 沒有在 08:30 執行。"),
                };
                (name == "digest").then(|| Why { schedule: name, date, sentence, fires: vec![fire] })
            })
        }),
    }
}

#[tokio::test]
async fn a_schedule_shows_its_next_times_what_came_of_the_last_and_why() {
    let desk = Desk::new().await;
    let task = desk.doubtful_task().await;
    let fire =
        |nominal, outcome, run| NewFire { schedule: "digest", nominal, due: nominal, run, outcome, note: "" };
    desk.store.record_fire(&fire(at("2026-11-20T00:30:00Z"), FireOutcome::Started, &task.run)).await.unwrap();
    desk.store
        .record_fire(&fire(at("2026-11-21T00:30:00Z"), FireOutcome::SkippedHoliday, "-"))
        .await
        .unwrap();
    let mei = desk.reviewer().await;
    let page = desk.get(&mei, "/schedules").await.text;
    for text in [
        "30 8 * * *",
        "Asia&#x2f;Hong_Kong",
        "hk + five_day",
        "23 Nov 2026 08:30",
        "in place of 25 Dec 2026 08:30",
        "left out: no working day",
        "on other days: the working day before",
        "DH-6010",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains(&format!("href=\"{}\"", paths::run(&task.run))), "{page}");
    let page = desk.get(&mei, "/schedules?schedule=digest&on=2026-11-20").await.text;
    assert!(page.contains("On 2026-11-20, digest did not run &lt;b&gt;at 08:30"), "{page}");
    let page = desk.get(&mei, "/schedules?schedule=nobody&on=2026-11-20").await.text;
    assert!(page.contains("There is no such schedule"));
    let wong = desk.enter("Wong", Role::Author, Speaks::ZhHant).await;
    let page = desk.get(&wong, "/schedules?schedule=digest&on=2026-11-20").await.text;
    assert!(page.contains("2026-11-20：digest 沒有在 08:30 執行。"), "{page}");
    assert!(!page.contains("action=\"/schedules/holds\""), "an author puts no hold on");
}

#[tokio::test]
async fn a_hold_is_put_on_and_lifted_by_who_may_decide_and_stands_in_the_audit_with_their_name() {
    let desk = Desk::new().await;
    let (mei, ann) = (desk.reviewer().await, desk.enter("Ann", Role::Author, Speaks::En).await);
    let form = [("kind", "typhoon_8"), ("reason", "signal 8 since 13:10 <b>")];
    assert_eq!(desk.post(&ann, "/schedules/holds", &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        desk.post(&mei, "/schedules/holds", &[("kind", "sunshine")]).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(desk.get(&mei, "/schedules/holds").await.status, StatusCode::NOT_FOUND);
    assert!(desk.store.holds_in_force().await.unwrap().is_empty());
    for _ in 0..2 {
        assert_eq!(desk.post(&mei, "/schedules/holds", &form).await.location(), "/schedules?done=held");
    }
    desk.store.set_hold(HoldKind::Typhoon8, HoldSource::Polled, "deskhand", "").await.unwrap();
    let page = desk.get(&mei, "/schedules?done=held").await.text;
    assert!(page.contains("Set by Mei.") && page.contains("signal 8 since 13:10 &lt;b&gt;"), "{page}");
    assert_eq!(desk.post(&ann, "/schedules/holds/typhoon_8/lift", &[]).await.status, StatusCode::FORBIDDEN);
    let lifted = desk.post(&mei, "/schedules/holds/typhoon_8/lift", &[("reason", "all clear")]).await;
    assert_eq!(lifted.location(), "/schedules?done=lifted");
    assert!(desk.store.holds_in_force().await.unwrap().is_empty());
    let holds = desk.store.holds(10).await.unwrap();
    assert!(holds.iter().all(|hold| hold.lift_reason == "all clear"));
    assert!(desk.store.audit_verify().await.unwrap().is_sound());
}

#[tokio::test]
async fn a_mailbox_shows_what_became_of_its_mails_and_its_trouble_stands_on_the_first_page() {
    let desk = Desk::new().await;
    desk.store.watch_mailbox("accounts", "x").await.unwrap();
    let mail = NewMail {
        mailbox: "accounts".to_owned(),
        id: "ab".to_owned(),
        uid_validity: 1,
        uid: 1,
        sender: "Supplier <bills@supplier.example>".to_owned(),
        subject: "<script>alert(1)</script> 發票".to_owned(),
        came_at: at("2026-11-20T08:00:00Z"),
        outcome: MailOutcome::Partly,
        papers: vec![MailPaper {
            name: "scan.pdf".to_owned(),
            document: None,
            known: false,
            refused: Some("DH-1104: the file is damaged".to_owned()),
        }],
    };
    desk.store.record_mail(&mail).await.unwrap();
    desk.store.mailbox_answered("accounts", None).await.unwrap();
    let mei = desk.reviewer().await;
    let page = desk.get(&mei, "/schedules").await.text;
    assert!(page.contains("partly taken (0)") && page.contains("/help/DH-1104") && page.contains("scan.pdf"));
    assert!(!page.contains("<script>alert(1)"));
    let ann = desk.enter("Ann", Role::Author, Speaks::En).await;
    assert!(
        !desk.get(&ann, "/schedules").await.text.contains("bills@supplier"),
        "mails are for who may read papers"
    );

    desk.store.clock.advance(TimeDelta::hours(1));
    desk.store.mailbox_failed("accounts", "DH-6070: the mail server does not answer").await.unwrap();
    desk.store.mailbox_was_told("accounts", true).await.unwrap();
    let page = desk.get(&mei, "/schedules").await.text;
    assert!(page.contains("DH-6070") && page.contains("The operators have been told."), "{page}");
    assert!(desk.get(&mei, "/").await.text.contains("The mailbox accounts does not work"));
    let health = desk.get("", "/health").await.text;
    assert!(health.contains("mailboxes in trouble: 1\n") && !health.contains("accounts"), "{health}");
}
