//! A script that means harm: what it cannot read, reach, see, use up or block.

use std::path::Path;

use store::RunState;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::FolderGrant;
use crate::script::{Scripts, Turn};
use crate::tape::{MAX_STEPS, Tape};

/// What the server of these tests is asked, one after the other.
struct Server {
    origin: String,
    asked: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Server {
    /// Answers everything with what it was asked.
    async fn echoing() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = vec![0; 64 * 1024];
                let length = stream.read(&mut bytes).await.unwrap();
                let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
                heard.lock().unwrap().push(request.clone());
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{request}",
                    request.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { origin, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// An office that granted its workflow a folder `shelf` and, beside it, has a file that nobody granted.
async fn office_with_shelf() -> Office {
    let mut office = Office::new().await;
    let shelf = office.folder.path().join("shelf");
    std::fs::create_dir_all(shelf.join("sub")).unwrap();
    std::fs::write(shelf.join("sub/own.txt"), "its own").unwrap();
    std::fs::write(office.folder.path().join("salaries.txt"), "not its own").unwrap();
    let folder = FolderGrant { path: shelf, write: true };
    office.grants.of("test").folders.insert("shelf".to_owned(), folder);
    office
}

fn link(office: &Office, to: &Path, name: &str) {
    std::os::unix::fs::symlink(to, office.folder.path().join("shelf").join(name)).unwrap();
}

#[tokio::test]
async fn a_script_cannot_read_a_file_outside_its_grant() {
    let office = office_with_shelf().await;
    let outside = office.folder.path().join("salaries.txt");
    link(&office, &outside, "link.txt");
    link(&office, office.folder.path(), "up");
    let (row, _) = office.run("run::done(files::read(\"shelf\", \"sub/own.txt\"))").await;
    assert_eq!(row.note, "its own");
    let outside = outside.display().to_string();
    for script in [
        "files::read(\"shelf\", \"../salaries.txt\")".to_owned(),
        "files::read(\"shelf\", \"sub/../../salaries.txt\")".to_owned(),
        format!("files::read(\"shelf\", \"{outside}\")"),
        "files::read(\"shelf\", \"link.txt\")".to_owned(),
        "files::read(\"shelf\", \"up/salaries.txt\")".to_owned(),
        "files::read(\"other\", \"salaries.txt\")".to_owned(),
        "files::read(\"..\", \"salaries.txt\")".to_owned(),
        "files::list(\"/etc\")".to_owned(),
        "sheet::read(\"shelf\", \"../salaries.txt\")".to_owned(),
        "documents::read(\"../../salaries.txt\").name".to_owned(),
        "documents::read(\"/etc/passwd\").name".to_owned(),
    ] {
        let office = again(&office).await;
        let (row, steps) = office.run(&format!("run::done(`${{{script}}}`)")).await;
        assert_eq!(row.state, RunState::Failed, "{script}: {}", row.note);
        let kept = format!("{steps:?}{}", row.note);
        assert!(!kept.contains("not its own"), "{script}: {kept}");
    }
}

/// Another office that granted the same, for a run of its own.
async fn again(office: &Office) -> Office {
    Office { grants: office.grants.clone(), ..Office::new().await }
}

#[tokio::test]
async fn a_script_cannot_write_over_a_file_or_out_of_its_folder() {
    let office = office_with_shelf().await;
    link(&office, office.folder.path(), "up");
    let (row, _) = office.run("run::done(`${files::write(\"shelf\", \"new/a.txt\", \"x\").written}`)").await;
    assert_eq!(row.note, "true");
    assert_eq!(std::fs::read_to_string(office.folder.path().join("shelf/new/a.txt")).unwrap(), "x");
    for file in ["../b.txt", "up/b.txt", "sub/own.txt", "/tmp/deskhand-b.txt"] {
        let office = again(&office).await;
        let (row, _) = office.run(&format!("files::write(\"shelf\", \"{file}\", \"y\")")).await;
        assert_eq!(row.state, RunState::Failed, "{file}");
    }
    assert!(!office.folder.path().join("b.txt").exists());
    assert_eq!(std::fs::read_to_string(office.folder.path().join("shelf/sub/own.txt")).unwrap(), "its own");
}

#[tokio::test]
async fn a_script_cannot_reach_a_host_outside_its_grant() {
    let mut office = Office::new().await;
    let (granted, other) = (Server::echoing().await, Server::echoing().await);
    office.grants.of("test").hosts.insert(granted.origin.clone());
    let port = other.origin.rsplit(':').next().unwrap();
    for url in [
        format!("{}/", other.origin),
        format!("{}@127.0.0.1:{port}/", granted.origin),
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        "file:///etc/passwd".to_owned(),
        "not an address".to_owned(),
    ] {
        let office = again(&office).await;
        let (row, _) = office.run(&format!("run::done(http::get(\"{url}\").text)")).await;
        assert_eq!(row.state, RunState::Failed, "{url}: {}", row.note);
        assert!(row.note.starts_with("DH-65"), "{url}: {}", row.note);
    }
    assert!(other.asked().is_empty() && granted.asked().is_empty());
    let (row, _) =
        office.run(&format!("run::done(`${{http::get(\"{}/rates\").status}}`)", granted.origin)).await;
    assert_eq!((row.state, row.note.as_str()), (RunState::Done, "200"));
}

#[tokio::test]
async fn a_script_cannot_see_a_secret() {
    let mut office = Office::new().await;
    let server = Server::echoing().await;
    office.grants.of("test").hosts.insert(server.origin.clone());
    office.grants.of("test").secrets.insert("bank".to_owned());
    let ask = format!("http::get(\"{}/\", secrets::named(\"bank\"))", server.origin);
    let (row, steps) = office.run(&format!("let a = {ask}; run::done(a.text)")).await;
    assert_eq!(row.state, RunState::Done, "{}", row.note);
    assert!(server.asked()[0].contains("Bearer s3cr3t-Wert"), "the server gets it");
    assert!(row.note.contains("***"), "the script sees stars where the server repeats it: {}", row.note);
    let mut kept = format!("{row:?}{steps:?}");
    for blob in office.store.blobs().list("runs").await.unwrap() {
        kept += &String::from_utf8_lossy(&office.store.blobs().get(&blob).await.unwrap());
    }
    assert!(!kept.contains("s3cr3t"), "{kept}");
    for script in [
        "let s = secrets::named(\"bank\"); run::done(`${s}`)",
        "let s = secrets::named(\"bank\"); run::done(s.to_string())",
        "let s = secrets::named(\"bank\"); run::done(s + \"\")",
        "let s = secrets::named(\"bank\"); run::done(`${s == \"s3cr3t-Wert\"}`)",
        "let s = secrets::named(\"bank\"); s",
        "let s = secrets::named(\"bank\"); mail::digest(#{ posted: s })",
        "let s = secrets::named(\"bank\"); files::write(\"shelf\", \"s\", s)",
    ] {
        let office = again(&office).await;
        let (row, steps) = office.run(script).await;
        let kept = format!("{row:?}{steps:?}");
        assert!(!kept.contains("s3cr3t") && row.note != "true", "{script}: {kept}");
    }
    office.grants.of("test").secrets.clear();
    let office = again(&office).await;
    let (row, _) = office.run(&format!("run::done({ask}.text)")).await;
    assert!(row.note.starts_with("DH-6506"), "{}", row.note);
}

#[tokio::test]
async fn a_script_cannot_exhaust_memory() {
    const BIG: &str = "let s = \"x\"; while s.len() < 200000 { s += s; } ";
    let before = most_memory();
    for script in [
        "let a = []; loop { a.push(s + a.len()); }",
        "let m = #{}; let n = 0; loop { n += 1; m[`k${n}`] = s + n; }",
        "let a = [s]; loop { a.push(a); }",
        "let a = [[], []]; loop { a[0].push(s + a[0].len()); a[1].push(s + a[1].len()); }",
        "fn deep(s, n) { let t = s + n; deep(t, n + 1) } deep(s, 0)",
        "let a = []; a.pad(100000000, s)",
        "let t = s; t.pad(2000000000, 'x')",
        "let f = []; loop { let t = s + f.len(); f.push(|| t); }",
        "let b = s.to_upper(); loop { b = b.to_upper() + b; }",
        "let a = s.split(\"\"); let b = a; loop { b += a; }",
        "s.replace(\"x\", s)",
        "s.replace('x', s)",
        "s.replace(\"\", s)",
    ] {
        let office = Office::new().await;
        let (row, _) = office.run(&format!("{BIG}{script}")).await;
        assert_eq!(row.state, RunState::Failed, "{script}: {}", row.note);
    }
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 400 * 1024, "the worst of them took {} MB", grown / 1024);
}

/// The most memory that this process ever had, in KB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_script_cannot_block_another_run() {
    let office = Office::new().await;
    let slow = "let s = \"x\"; while s.len() < 200000 { s += s; } loop { let t = s.to_upper(); }";
    office.script("slow", slow);
    office.script("test", "calendar::today(); calendar::today(); run::done(\"went on\")");
    let engine = office.open().await;
    let mut hostile = Vec::new();
    for key in 0..3 {
        hostile.push(engine.start_run("slow", json!({ "key": key.to_string() }), "person").await.unwrap());
    }
    let run = engine.start_run("test", json!({ "key": "1" }), "person").await.unwrap();
    assert_eq!(office.ends_as(&run, RunState::Done).await.note, "went on");
    for run in hostile {
        let row = office.ends_as(&run, RunState::Failed).await;
        assert!(row.note.starts_with("DH-6004: "), "{}", row.note);
    }
    engine.shutdown().await;
}

#[test]
fn a_script_that_never_runs_out_of_steps_is_stopped() {
    let (scripts, tape) = (Scripts::new(), Tape::default());
    let ast = scripts.parse("loop { calendar::today(); }").unwrap();
    for steps in 0.. {
        tape.rewind(false);
        match scripts.turn("test", &ast, &json!({}), &tape) {
            Turn::Wants(call) => tape.record(call, json!("2026-11-22")),
            Turn::Broken(error) => {
                assert_eq!((error.code().as_str(), steps), ("DH-6004", MAX_STEPS));
                break;
            }
            Turn::Ended(value) => panic!("it ended: {value}"),
        }
    }
}
