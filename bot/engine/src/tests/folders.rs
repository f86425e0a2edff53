//! The inbox: nothing is taken half-written, nothing is lost, nothing is done twice.

use std::io::Write as _;
use std::path::Path;

use store::RunState;

use super::*;
use crate::{FolderTrigger, Intake, Upload};

/// An office with an inbox whose documents need one empty step.
async fn office() -> (Office, PathBuf) {
    let mut office = Office::new().await;
    office.script("test", "calendar::today(); run::done(\"seen\")");
    let inbox = office.folder.path().join("inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    office.config.folders = vec![FolderTrigger {
        path: inbox.clone(),
        workflow: "test".to_owned(),
        portal: Some("books".to_owned()),
        quiet_after: None,
    }];
    (office, inbox)
}

/// A file that looks like a PDF and is different each time.
fn paper(text: &str) -> Vec<u8> {
    format!("%PDF-1.7 {text} %%EOF").into_bytes()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            names.extend(self::names(&entry.path()));
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

async fn arrives(folder: &Path, name: &str) {
    until(&format!("{name} in {}", folder.display()), || async {
        names(folder).iter().any(|other| other == name).then_some(())
    })
    .await;
}

async fn run_of(office: &Office, bytes: &[u8]) -> RunRow {
    let run = format!("test/{}", store::sha256_hex(bytes));
    until(&format!("the run {run}"), || async {
        let (row, _) = office.store.run(&run).await.unwrap()?;
        (row.state == RunState::Done).then_some(row)
    })
    .await
}

#[tokio::test]
async fn a_file_that_came_while_nobody_was_there_is_taken_and_kept() {
    let (office, inbox) = office().await;
    std::fs::write(inbox.join("發票 1.pdf"), paper("1")).unwrap();
    let engine = office.open().await;
    let row = run_of(&office, &paper("1")).await;
    engine.shutdown().await;
    assert_eq!(row.trigger, "folder");
    assert_eq!(names(&inbox.join("done")), ["發票 1.pdf"]);
    let original = store::blobs::original_key(&store::sha256_hex(paper("1")));
    assert_eq!(office.store.blobs().get(&original).await.unwrap(), paper("1"));
    assert!(engine.folders()[0].seen_at.is_some() && engine.folders()[0].trouble.is_none());
}

#[tokio::test]
async fn a_file_is_not_taken_while_it_is_still_being_written() {
    let (office, inbox) = office().await;
    let engine = office.open().await;
    let mut file = std::fs::File::create(inbox.join("slow.pdf")).unwrap();
    file.write_all(b"%PDF-1.7 ").unwrap();
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        file.write_all(b"more ").unwrap();
        assert_eq!(names(&inbox), ["slow.pdf"]);
    }
    file.write_all(b"%%EOF").unwrap();
    drop(file);
    arrives(&inbox.join("done"), "slow.pdf").await;
    engine.shutdown().await;
    let documents = office.store.documents(10).await.unwrap();
    assert_eq!((documents.len(), documents[0].bytes), (1, 9 + 12 * 5 + 5));
}

#[tokio::test]
async fn a_copy_is_put_aside_and_said_to_be_one() {
    let (office, inbox) = office().await;
    let engine = office.open().await;
    std::fs::write(inbox.join("first.pdf"), paper("x")).unwrap();
    arrives(&inbox.join("done"), "first.pdf").await;
    std::fs::write(inbox.join("=again.pdf"), paper("x")).unwrap();
    arrives(&inbox.join("duplicate"), "=again.pdf").await;
    until("the ledger", || async { inbox.join("duplicate/ledger.tsv").exists().then_some(()) }).await;
    engine.shutdown().await;
    let ledger = std::fs::read_to_string(inbox.join("duplicate/ledger.tsv")).unwrap();
    assert!(ledger.contains("\t'=again.pdf\t") && ledger.contains("\tfirst.pdf\t"), "{ledger}");
    assert_eq!(office.store.runs(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_the_reason() {
    let (office, inbox) = office().await;
    let engine = office.open().await;
    for (name, bytes) in
        [("empty.pdf", &b""[..]), ("cut.pdf", b"%PDF-1.7 half of a"), ("letter.pdf", b"Dear Sir")]
    {
        std::fs::write(inbox.join(name), bytes).unwrap();
    }
    for (name, code) in [("empty.pdf", "DH-1101"), ("cut.pdf", "DH-1104"), ("letter.pdf", "DH-1102")] {
        arrives(&inbox.join("quarantine"), &format!("{name}.reason.txt")).await;
        let reason = std::fs::read_to_string(inbox.join(format!("quarantine/{name}.reason.txt"))).unwrap();
        assert!(reason.contains(code), "{name}: {reason}");
    }
    engine.shutdown().await;
    assert!(office.store.documents(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_other_programs_leave_in_the_folder_stays_there() {
    let (office, inbox) = office().await;
    let left = ["._scan.pdf", ".DS_Store", "Thumbs.db", "desktop.ini", "scan.pdf.part", "~$a.docx"];
    for name in left {
        std::fs::write(inbox.join(name), paper(name)).unwrap();
    }
    std::fs::create_dir_all(inbox.join("2026")).unwrap();
    std::fs::write(inbox.join("2026/old.pdf"), paper("old")).unwrap();
    let engine = office.open().await;
    std::fs::write(inbox.join("real.pdf"), paper("real")).unwrap();
    arrives(&inbox.join("done"), "real.pdf").await;
    engine.shutdown().await;
    for name in left {
        assert!(inbox.join(name).exists(), "{name}");
    }
    assert!(inbox.join("2026/old.pdf").exists());
}

#[tokio::test]
async fn two_files_of_one_name_on_one_day_are_both_kept() {
    let (office, inbox) = office().await;
    let engine = office.open().await;
    std::fs::write(inbox.join("scan.pdf"), paper("1")).unwrap();
    arrives(&inbox.join("done"), "scan.pdf").await;
    std::fs::write(inbox.join("scan.pdf"), paper("2")).unwrap();
    arrives(&inbox.join("done"), "scan-2.pdf").await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_stop_after_the_claim_loses_nothing() {
    let (office, inbox) = office().await;
    std::fs::create_dir_all(inbox.join(".taken")).unwrap();
    std::fs::write(inbox.join(".taken/01JABCDEF__claimed.pdf"), paper("claimed")).unwrap();
    let engine = office.open().await;
    arrives(&inbox.join("done"), "claimed.pdf").await;
    run_of(&office, &paper("claimed")).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_stop_between_recording_and_putting_away_does_not_make_a_file_its_own_copy() {
    let (office, inbox) = office().await;
    let origin = format!("{}#01JABCDEF", inbox.display());
    let bytes = paper("recorded");
    let arrived = crate::intake::Arrived {
        name: "recorded.pdf",
        bytes: bytes.clone(),
        origin: &origin,
        workflow: "test",
        portal: None,
        takes: crate::params::Takes::Papers,
    };
    crate::intake::receive(&office.store, arrived).await.unwrap();
    std::fs::create_dir_all(inbox.join(".taken")).unwrap();
    std::fs::write(inbox.join(".taken/01JABCDEF__recorded.pdf"), &bytes).unwrap();
    let engine = office.open().await;
    arrives(&inbox.join("done"), "recorded.pdf").await;
    run_of(&office, &bytes).await;
    engine.shutdown().await;
    assert_eq!(office.store.document(&store::sha256_hex(&bytes)).await.unwrap().unwrap().times_seen, 1);
}

#[tokio::test]
async fn a_document_whose_run_never_started_is_found() {
    let office = Office::new().await;
    let document = office.document(&paper("alone"), None).await;
    let engine = office.open().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    // The script was not there, so nothing could start; now somebody puts it in its place.
    office.script("test", "run::done(\"found\")");
    until("its run", || async { office.store.run(&format!("test/{document}")).await.unwrap() }).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_said_and_taken_up_when_it_comes_back() {
    let (office, inbox) = office().await;
    std::fs::remove_dir_all(&inbox).unwrap();
    std::fs::write(&inbox, "a file in the folder's place").unwrap();
    let engine = office.open().await;
    until("the trouble", || async { engine.folders()[0].trouble.clone() }).await;
    std::fs::remove_file(&inbox).unwrap();
    std::fs::create_dir_all(&inbox).unwrap();
    std::fs::write(inbox.join("late.pdf"), paper("late")).unwrap();
    arrives(&inbox.join("done"), "late.pdf").await;
    engine.shutdown().await;
    assert!(engine.folders()[0].trouble.is_none());
}

#[tokio::test]
async fn an_upload_says_what_became_of_it() {
    let (office, _) = office().await;
    let engine = office.open().await;
    let upload = |bytes: Vec<u8>| Upload {
        name: "up.pdf".to_owned(),
        bytes,
        workflow: "test".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let Intake::Started { run, document } = engine.take(upload(paper("up"))).await.unwrap() else {
        panic!("not started")
    };
    assert_eq!(run, format!("test/{document}"));
    let again = engine.take(upload(paper("up"))).await.unwrap();
    assert!(matches!(again, Intake::Duplicate { first_name, .. } if first_name == "up.pdf"));
    let Intake::Refused { code, .. } = engine.take(upload(b"hello".to_vec())).await.unwrap() else {
        panic!("taken")
    };
    assert_eq!(code, "DH-1102");
    engine.shutdown().await;
}

/// A saved mail with a file attached under each name.
fn mail(attached: &[(&str, &[u8])]) -> String {
    let part = |(name, bytes): &(&str, &[u8])| {
        let text = String::from_utf8_lossy(bytes);
        format!(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{text}\r\n"
        )
    };
    let parts: String = attached.iter().map(part).collect();
    format!(
        "From: a@example.com\r\nSubject: two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n{parts}--b--\r\n"
    )
}

#[tokio::test]
async fn an_uploaded_mail_is_taken_apart_and_each_paper_gets_its_run() {
    let (office, _) = office().await;
    let engine = office.open().await;
    let upload = |name: &str, bytes: Vec<u8>| Upload {
        name: name.to_owned(),
        bytes,
        workflow: "test".to_owned(),
        portal: None,
        origin: "upload".to_owned(),
    };
    let files =
        [("one.pdf", &paper("one")[..]), ("two.pdf", &paper("two")), ("notes.txt", b"see you on Monday")];
    let taken = engine.take_apart(upload("bills.eml", mail(&files).into_bytes())).await;
    let [
        (one, Ok(Intake::Started { run, .. })),
        (_, Ok(Intake::Started { run: second, .. })),
        (notes, Ok(Intake::Refused { code, .. })),
    ] = &taken[..]
    else {
        panic!("{taken:?}")
    };
    assert_eq!(
        (one.as_str(), notes.as_str(), code.as_str()),
        ("bills.eml/one.pdf", "bills.eml/notes.txt", "DH-1102")
    );
    assert_ne!(run, second);
    let again = engine.take_apart(upload("one.pdf", paper("one"))).await;
    assert!(
        matches!(&again[..], [(name, Ok(Intake::Duplicate { first_name, .. }))] if name == "one.pdf" && first_name == "one.pdf")
    );
    engine.shutdown().await;
}

#[tokio::test]
async fn a_mail_is_taken_apart_and_each_paper_gets_its_run() {
    let (office, inbox) = office().await;
    let files =
        [("one.pdf", &paper("one")[..]), ("two.pdf", &paper("two")), ("notes.txt", b"see you on Monday")];
    std::fs::write(inbox.join("bills.eml"), mail(&files)).unwrap();
    std::fs::write(
        inbox.join("hello.eml"),
        "From: a@example.com\r\nSubject: hello\r\n\r\nNo bill today.\r\n",
    )
    .unwrap();
    let engine = office.open().await;
    run_of(&office, &paper("one")).await;
    run_of(&office, &paper("two")).await;
    arrives(&inbox.join("quarantine"), "notes.txt").await;
    arrives(&inbox.join("quarantine"), "hello.eml").await;
    engine.shutdown().await;
    assert_eq!(names(&inbox.join("done")), ["bills.eml", "one.pdf", "two.pdf"]);
    let reason = std::fs::read_to_string(inbox.join("quarantine/hello.eml.reason.txt")).unwrap();
    assert!(reason.contains("DH-1118"), "{reason}");
}

#[tokio::test]
async fn a_thousand_files_in_one_second_are_a_thousand_runs_each_once() {
    let (office, inbox) = office().await;
    let engine = office.open().await;
    let papers: Vec<Vec<u8>> = (0..1000).map(|number| paper(&number.to_string())).collect();
    let begun = std::time::Instant::now();
    for (number, bytes) in papers.iter().enumerate() {
        std::fs::write(inbox.join(format!("{number}.pdf")), bytes).unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "they came in {:?}", begun.elapsed());
    let mut expected: Vec<String> =
        papers.iter().map(|bytes| format!("test/{}", store::sha256_hex(bytes))).collect();
    let filter = store::RunFilter { limit: 2000, ..store::RunFilter::default() };
    let patience = tokio::time::Instant::now() + Duration::from_mins(5);
    let rows = loop {
        let rows = office.store.runs_where(&filter).await.unwrap();
        if rows.iter().filter(|row| row.state == RunState::Done).count() == papers.len() {
            break rows;
        }
        assert!(tokio::time::Instant::now() < patience, "only {} runs", rows.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    engine.shutdown().await;
    let mut runs: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    runs.sort();
    expected.sort();
    assert_eq!(runs, expected);
    assert!(rows.iter().all(|row| row.steps == 1));
    assert_eq!(names(&inbox.join("done")).len(), papers.len());
    for run in &runs {
        assert_eq!(office.row(run).await.1[0].attempt, 1);
    }
}
