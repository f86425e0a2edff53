use chrono::TimeDelta;

use super::{lines, on_both_databases};
use crate::{MailOutcome, MailPaper, NewMail};

fn mail(id: &str, uid: u32, outcome: MailOutcome) -> NewMail {
    NewMail {
        mailbox: "accounts".to_owned(),
        id: id.to_owned(),
        uid_validity: 7,
        uid,
        sender: "陳大文 <chan@supplier.example>".to_owned(),
        subject: "發票 2026/11".to_owned(),
        came_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        outcome,
        papers: vec![MailPaper {
            name: "發票.pdf".to_owned(),
            document: (!outcome.needs_a_person()).then(|| "d".to_owned()),
            known: false,
            refused: outcome.needs_a_person().then(|| "DH-1102: it is damaged".to_owned()),
        }],
    }
}

on_both_databases! {
    async fn a_mailbox_is_settled_up_to_a_number_and_never_goes_back(store) {
        let row = store.watch_mailbox("accounts", "may@mail.example/INBOX").await.unwrap();
        assert_eq!((row.uid_validity, row.next_uid), (None, 1));
        store.open_mailbox("accounts", 7, 5, 3).await.unwrap();
        store.record_mail(&mail("a", 5, MailOutcome::Taken)).await.unwrap();
        store.pass_mail("accounts", 9).await.unwrap();
        store.pass_mail("accounts", 6).await.unwrap();
        store.clock.advance(TimeDelta::hours(1));
        let again = store.watch_mailbox("accounts", "may@mail.example/INBOX").await.unwrap();
        assert_eq!((again.uid_validity, again.next_uid, again.recounted), (Some(7), 10, 3));
        assert_eq!(again.watched_since, row.watched_since);
        let moved = store.watch_mailbox("accounts", "may@mail.example/Bills").await.unwrap();
        assert_eq!((moved.uid_validity, moved.next_uid, moved.watched_since), (None, 1, store.now()));
    }

    async fn a_mail_that_comes_again_under_another_number_is_one_mail_that_is_filed_again(store) {
        store.watch_mailbox("accounts", "x").await.unwrap();
        store.record_mail(&mail("a", 1, MailOutcome::Taken)).await.unwrap();
        store.record_mail(&mail("b", 2, MailOutcome::Refused)).await.unwrap();
        let unfiled = store.mails_unfiled("accounts", 7).await.unwrap();
        assert_eq!(unfiled.iter().map(|mail| mail.uid).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(unfiled[0].papers, mail("a", 1, MailOutcome::Taken).papers);
        store.mail_is_filed("accounts", "a").await.unwrap();
        assert_eq!(store.mails_unfiled("accounts", 7).await.unwrap().len(), 1);
        store.record_mail(&mail("a", 3, MailOutcome::Known)).await.unwrap();
        let mails = store.mails("accounts", 10).await.unwrap();
        assert_eq!(mails.len(), 2);
        assert_eq!(store.mails_unfiled("accounts", 7).await.unwrap().len(), 2);
        assert!(store.mails_unfiled("accounts", 8).await.unwrap().is_empty());
        assert!(store.audit_verify().await.unwrap().is_sound());
    }

    async fn a_person_is_told_of_a_mail_once_and_of_several_together(store) {
        store.watch_mailbox("accounts", "x").await.unwrap();
        let hour_ago = || store.now() - TimeDelta::hours(1);
        store.record_mail(&mail("a", 1, MailOutcome::Refused)).await.unwrap();
        store.record_mail(&mail("b", 2, MailOutcome::Taken)).await.unwrap();
        let untold = store.mails_untold("accounts", hour_ago()).await.unwrap();
        assert_eq!(untold.len(), 1);
        store.mails_were_told(&untold).await.unwrap();
        store.record_mail(&mail("c", 3, MailOutcome::Partly)).await.unwrap();
        assert!(store.mails_untold("accounts", hour_ago()).await.unwrap().is_empty());
        store.clock.advance(TimeDelta::hours(1));
        assert_eq!(store.mails_untold("accounts", hour_ago()).await.unwrap()[0].id, "c");
    }

    async fn what_is_wrong_with_a_mailbox_is_kept_until_it_answers(store) {
        store.watch_mailbox("accounts", "x").await.unwrap();
        store.mailbox_failed("accounts", "DH-6070: no answer").await.unwrap();
        let before = lines(&store).await;
        store.mailbox_was_told("accounts", true).await.unwrap();
        assert_eq!(lines(&store).await, before + 1);
        let row = store.mailbox("accounts").await.unwrap().unwrap();
        assert_eq!((row.trouble.as_deref(), row.told_at), (Some("DH-6070: no answer"), Some(store.now())));
        store.mailbox_answered("accounts", None).await.unwrap();
        store.mailbox_was_told("accounts", false).await.unwrap();
        let row = store.mailbox("accounts").await.unwrap().unwrap();
        assert_eq!((row.trouble, row.told_at, row.answered_at), (None, None, Some(store.now())));
    }
}
