//! The mailbox: nothing is lost, nothing is started twice, and a mailbox that has fallen silent is told of.

mod server;

use std::time::SystemTime;

use chrono::TimeDelta;
use notify::Security;
use server::{Server, State, Wire, a_while, emptied, free_port, has_flag, mail};
use store::{Clock as _, MailOutcome};

use super::*;
use crate::{Filing, MailboxTrigger, check_mailbox};

const DONE: &str = "Deskhand.Done";
const QUARANTINE: &str = "Deskhand.Quarantine";

/// A file that looks like a PDF and is different each time.
fn paper(text: &str) -> Vec<u8> {
    format!("%PDF-1.7 {text} %%EOF").into_bytes()
}

fn bill(text: &str) -> Vec<u8> {
    mail(&format!("bill {text}"), &[("bill.pdf", &paper(text))])
}

/// A mailbox on this machine that loses no time.
fn mailbox(port: u16) -> MailboxTrigger {
    MailboxTrigger {
        port: Some(port),
        security: Security::Plain,
        poll: Duration::from_millis(200),
        renew: Duration::from_millis(600),
        patience: Duration::from_millis(1500),
        ..MailboxTrigger::new("accounts", "127.0.0.1", "accounts", "secret".to_owned().into(), "test")
    }
}

async fn office(trigger: MailboxTrigger) -> Office {
    let mut office = Office::new().await;
    office.script("test", "calendar::today(); run::done(\"seen\")");
    office.config.mailboxes = vec![trigger];
    office.store.clock.set(store::SystemClock.now());
    office
}

/// The engine, once it watches the mailbox.
async fn watching(office: &Office) -> Engine {
    let engine = office.open().await;
    until("the mailbox is watched", || async {
        let view = engine.mailboxes().await.unwrap().remove(0);
        (view.answered_at.is_some() && view.trouble.is_none()).then_some(())
    })
    .await;
    engine
}

async fn trouble(engine: &Engine) -> Option<String> {
    engine.mailboxes().await.unwrap().remove(0).trouble
}

/// Every bill has one run, and that run is done.
async fn each_once(office: &Office, bills: usize) {
    until(&format!("{bills} runs are done"), || async {
        let runs = office.store.runs(1000).await.unwrap();
        let done = runs.iter().filter(|run| run.state == RunState::Done).count();
        (done >= bills).then_some(())
    })
    .await;
    assert_eq!(office.store.runs(1000).await.unwrap().len(), bills);
    assert_eq!(office.store.documents(1000).await.unwrap().len(), bills);
}

#[tokio::test]
async fn each_paper_of_a_mail_has_one_run_and_the_mail_lies_unread_where_people_see_what_became_of_it() {
    let server = Server::start().await;
    let office = office(mailbox(server.port)).await;
    let engine = watching(&office).await;
    server.deliver(&mail("two bills", &[("a.pdf", &paper("a")), ("b.pdf", &paper("b")), ("sig.p7s", b"x")]));
    each_once(&office, 2).await;
    emptied(&server).await;
    server.deliver(&mail("the same again", &[("a.pdf", &paper("a"))]));
    server.deliver(&mail("thanks for your order", &[]));
    server.deliver(&mail("one is broken", &[("c.pdf", &paper("c")), ("d.pdf", b"%PDF-1.7 cut off")]));
    until("all are filed", || async { (server.files(QUARANTINE).len() == 2).then_some(()) }).await;
    emptied(&server).await;
    each_once(&office, 3).await;
    // Of those that need a person, the reviewers are told.
    until("the reviewers are told", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    engine.shutdown().await;

    assert_eq!(server.files(DONE).len(), 2);
    assert!(!server.files(DONE).iter().any(|file| has_flag(file, 'S')), "it stays unread");
    let mails = office.store.mails("accounts", 10).await.unwrap();
    let outcome = |subject: &str| mails.iter().find(|mail| mail.subject == subject).unwrap();
    assert_eq!(outcome("two bills").outcome, MailOutcome::Taken);
    assert_eq!(outcome("two bills").sender, "Supplier <bills@supplier.example>");
    assert_eq!(outcome("the same again").outcome, MailOutcome::Known);
    assert_eq!(outcome("thanks for your order").outcome, MailOutcome::Refused);
    assert!(outcome("thanks for your order").papers[0].refused.as_ref().unwrap().starts_with("DH-1118"));
    assert_eq!(outcome("one is broken").outcome, MailOutcome::Partly);
    assert!(mails.iter().all(|mail| mail.filed_at.is_some()));
    let kept = office.store.blobs().get(&store::blobs::mail_key(&outcome("two bills").id)).await.unwrap();
    assert_eq!(store::sha256_hex(&kept), outcome("two bills").id);
    let run = office.store.runs(1).await.unwrap().remove(0);
    assert_eq!(run.trigger, "mailbox");
    assert!(office.store.audit_verify().await.unwrap().is_sound());
}

#[tokio::test]
async fn what_lay_there_before_is_left_alone_and_what_comes_while_the_program_is_down_is_taken() {
    let server = Server::start().await;
    server.deliver(&bill("old"));
    let office = office(mailbox(server.port)).await;
    let engine = watching(&office).await;
    a_while().await;
    engine.shutdown().await;
    drop(engine);
    assert_eq!(office.store.documents(10).await.unwrap().len(), 0);
    server.deliver(&bill("while down 1"));
    server.deliver(&bill("while down 2"));
    let engine = watching(&office).await;
    each_once(&office, 2).await;
    until("they are filed", || async { (server.files(DONE).len() == 2).then_some(()) }).await;
    engine.shutdown().await;
    assert_eq!(server.files("").len(), 1, "the old one is where it was");

    let other = self::office(MailboxTrigger { take_existing: true, ..mailbox(server.port) }).await;
    let engine = watching(&other).await;
    each_once(&other, 1).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_server_that_is_killed_while_it_is_listened_to_is_found_again() {
    let mut server = Server::start().await;
    let office = office(mailbox(server.port)).await;
    let engine = watching(&office).await;
    server.deliver(&bill("1"));
    each_once(&office, 1).await;
    for round in 2..4 {
        server.stop();
        until("it is missed", || async { trouble(&engine).await }).await;
        server.deliver(&bill(&round.to_string()));
        server.run().await;
        each_once(&office, round).await;
        emptied(&server).await;
    }
    until("it is well again", || async { trouble(&engine).await.is_none().then_some(()) }).await;
    engine.shutdown().await;
    assert_eq!(server.files(DONE).len(), 3);
}

#[tokio::test]
async fn when_the_server_counts_anew_nothing_is_taken_twice_and_nothing_is_lost() {
    let mut server = Server::start().await;
    let long_ago = SystemTime::from(store::SystemClock.now()) - Duration::from_hours(1);
    server.deliver_at(&bill("from before"), long_ago);
    let office = office(MailboxTrigger { filing: Filing::Flag, ..mailbox(server.port) }).await;
    let engine = watching(&office).await;
    server.deliver(&bill("1"));
    each_once(&office, 1).await;
    let validity = || async { office.store.mailbox("accounts").await.unwrap().unwrap().uid_validity };
    let before = validity().await;
    server.stop();
    server.count_anew();
    server.deliver(&bill("2"));
    server.run().await;
    until("it counts anew", || async { (validity().await != before).then_some(()) }).await;
    each_once(&office, 2).await;
    // A mail that a person moves there later keeps its old date.
    server.deliver_at(&bill("moved there"), long_ago);
    each_once(&office, 3).await;
    a_while().await;
    each_once(&office, 3).await;
    engine.shutdown().await;
    assert_eq!(server.files("").len(), 4);
    assert_eq!(office.store.mails("accounts", 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_mail_that_is_looked_at_again_after_a_crash_starts_nothing_again() {
    let server = Server::start().await;
    let office = office(mailbox(server.port)).await;
    let engine = watching(&office).await;
    server.deliver(&mail("two", &[("a.pdf", &paper("a")), ("b.pdf", &paper("b"))]));
    each_once(&office, 2).await;
    emptied(&server).await;
    engine.shutdown().await;
    drop(engine);
    // As if the program had stopped before the mail was written down; a person who puts it back does the same.
    server.put_back(DONE);
    let row = office.store.mailbox("accounts").await.unwrap().unwrap();
    office.store.open_mailbox("accounts", row.uid_validity.unwrap(), 1, 0).await.unwrap();
    let engine = watching(&office).await;
    emptied(&server).await;
    each_once(&office, 2).await;
    engine.shutdown().await;
    let mails = office.store.mails("accounts", 10).await.unwrap();
    assert_eq!((mails.len(), mails[0].outcome), (1, MailOutcome::Taken));
    let arrivals = office.store.arrivals(&store::sha256_hex(paper("a"))).await.unwrap();
    assert_eq!(arrivals.len(), 1, "it is the same arrival");
}

#[tokio::test]
async fn two_hundred_mails_at_once_are_two_hundred_runs() {
    let server = Server::start().await;
    let office = office(mailbox(server.port)).await;
    let engine = watching(&office).await;
    for number in 0..200 {
        server.deliver(&bill(&number.to_string()));
    }
    each_once(&office, 200).await;
    emptied(&server).await;
    engine.shutdown().await;
    assert_eq!(server.files(DONE).len(), 200);
}

#[tokio::test]
async fn a_mail_of_fifty_megabytes_is_taken_and_one_that_is_too_large_is_not_fetched() {
    let server = Server::start().await;
    let office = office(MailboxTrigger { patience: Duration::from_secs(10), ..mailbox(server.port) }).await;
    let engine = watching(&office).await;
    let large = |mega: usize, seed: u8| {
        let mut bytes = b"%PDF-1.7 ".to_vec();
        bytes.resize(mega << 20, seed);
        bytes.extend_from_slice(b" %%EOF");
        mail(&format!("{mega} MB"), &[("scan.pdf", &bytes)])
    };
    server.deliver(&large(37, b'x'));
    server.deliver(&large(60, b'y'));
    server.deliver(&bill("behind them"));
    each_once(&office, 2).await;
    emptied(&server).await;
    engine.shutdown().await;
    let mails = office.store.mails("accounts", 10).await.unwrap();
    let too_large = mails.iter().find(|mail| mail.subject == "60 MB").unwrap();
    assert!(too_large.papers[0].refused.as_ref().unwrap().starts_with("DH-1105"), "{too_large:?}");
    assert_eq!((server.files(DONE).len(), server.files(QUARANTINE).len()), (2, 1));
}

#[tokio::test]
async fn a_server_that_can_do_little_is_polled_and_copies_what_it_cannot_move() {
    for capability in ["IMAP4rev1 UIDPLUS", "IMAP4rev1"] {
        let server = Server::that_can(Some(capability)).await;
        let office = office(mailbox(server.port)).await;
        let engine = watching(&office).await;
        assert_eq!(engine.mailboxes().await.unwrap()[0].announces, Some(false));
        server.deliver(&bill("1"));
        server.deliver(&mail("nothing", &[]));
        each_once(&office, 1).await;
        if capability == "IMAP4rev1" {
            until("the other is flagged", || async {
                server.files("").iter().any(|file| has_flag(file, 'F')).then_some(())
            })
            .await;
            assert_eq!(server.files("").len(), 2, "what cannot be moved stays");
        } else {
            emptied(&server).await;
            assert_eq!((server.files(DONE).len(), server.files(QUARANTINE).len()), (1, 1));
        }
        engine.shutdown().await;
    }
}

#[tokio::test]
async fn a_private_connection_is_made_either_way_and_a_strangers_certificate_is_refused() {
    let server = Server::start().await;
    for (security, port) in [(Security::Tls, server.tls_port), (Security::StartTls, server.port)] {
        let known = MailboxTrigger {
            security,
            host: "localhost".to_owned(),
            extra_root: Some(server.certificate()),
            ..mailbox(port)
        };
        let found = check_mailbox(&known).await.unwrap();
        assert!(found.announces && found.mails == 0);
        assert_eq!(found.to_be_made, ["Deskhand/Done", "Deskhand/Quarantine"]);
        let stranger = MailboxTrigger { extra_root: None, ..known };
        let refused = check_mailbox(&stranger).await.unwrap_err().to_string();
        assert!(refused.starts_with("DH-6070") && refused.contains("certificate"), "{refused}");
    }
    let nowhere = MailboxTrigger { folder: "發票".to_owned(), ..mailbox(server.port) };
    assert!(check_mailbox(&nowhere).await.unwrap_err().to_string().starts_with("DH-6072"));
    assert!(check_mailbox(&mailbox(free_port())).await.unwrap_err().to_string().starts_with("DH-6070"));
    // Dovecot lets who has guessed wrong wait.
    let patience = Duration::from_secs(10);
    let wrong = MailboxTrigger { password: "guess".to_owned().into(), patience, ..mailbox(server.port) };
    let refused = check_mailbox(&wrong).await.unwrap_err().to_string();
    assert!(refused.starts_with("DH-6071") && refused.contains("Authentication failed"), "{refused}");
}

#[tokio::test]
async fn folders_may_have_chinese_names() {
    let server = Server::start().await;
    let filing = Filing::Move { done: "Deskhand/已處理".to_owned(), quarantine: "待跟進".to_owned() };
    let office = office(MailboxTrigger { filing, ..mailbox(server.port) }).await;
    let engine = watching(&office).await;
    server.deliver(&bill("1"));
    emptied(&server).await;
    engine.shutdown().await;
    assert_eq!(server.files("Deskhand.&XfKGVXQG-").len(), 1);
}

#[tokio::test]
async fn a_server_that_announces_nothing_although_it_says_so_is_found_out() {
    let server = Server::start().await;
    let wire = Wire::to(server.port).await;
    let office = office(mailbox(wire.port)).await;
    let engine = watching(&office).await;
    wire.is(State::Deaf);
    for number in 1..4 {
        server.deliver(&bill(&number.to_string()));
        each_once(&office, number).await;
        a_while().await;
    }
    until("it is found out", || async {
        trouble(&engine).await.filter(|trouble| trouble.starts_with("DH-6073"))
    })
    .await;
    until("the operators are told", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    wire.is(State::Good);
    until("it announces again", || async {
        server.deliver(&bill(&format!("again {}", store::SystemClock.now())));
        a_while().await;
        trouble(&engine).await.is_none().then_some(())
    })
    .await;
    until("the operators are told of that too", || async { (office.mailer.sent() == 2).then_some(()) }).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_connection_that_is_dead_without_knowing_it_alarms_and_the_alarm_clears_itself() {
    let server = Server::start().await;
    let wire = Wire::to(server.port).await;
    let office = office(mailbox(wire.port)).await;
    let engine = watching(&office).await;
    wire.is(State::Cut);
    wire.is(State::Dead);
    server.deliver(&bill("while it was dead"));
    until("it is missed", || async { trouble(&engine).await }).await;
    office.store.clock.advance(TimeDelta::minutes(10));
    a_while().await;
    assert_eq!(office.mailer.asked(), 0, "a short silence is no alarm");
    office.store.clock.advance(TimeDelta::minutes(6));
    office.mailer.fail(1);
    until("the operators are told", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    a_while().await;
    assert_eq!(office.mailer.sent(), 1, "once");
    assert!(engine.mailboxes().await.unwrap()[0].told_at.is_some());
    wire.is(State::Good);
    each_once(&office, 1).await;
    until("the operators are told of that too", || async { (office.mailer.sent() == 2).then_some(()) }).await;
    until("it is written down that they were", || async {
        engine.mailboxes().await.unwrap()[0].told_at.is_none().then_some(())
    })
    .await;
    engine.shutdown().await;
}
