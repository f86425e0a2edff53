//! One installation of the program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::ledger::Ledger;
use crate::place::{free_port, repository, wait_until};

/// What a test wants of its installation.
#[derive(Default)]
pub struct Setup {
    /// The portal's description in `workflows/portals/` without `.toml`.
    pub portal: &'static str,
    /// The portal's base address.
    pub portal_url: String,
    /// The portal's user and password.
    pub portal_secrets: (&'static str, &'static str),
    /// More lines for `deskhand.toml`, such as a `[mail]` section.
    pub more: String,
    /// The address of the database that several machines share, if they do.
    pub database: Option<String>,
    /// Files that it needs besides, by name, with their text.
    pub files: Vec<(&'static str, String)>,
}

impl Setup {
    /// What nearly every test wants: posting into the small bookkeeping site.
    pub fn ledger(ledger: &Ledger) -> Self {
        Self {
            portal: "ledger",
            portal_url: ledger.url.clone(),
            portal_secrets: ("bot", "ledger-pass-1"),
            more: String::new(),
            database: None,
            files: Vec::new(),
        }
    }
}

/// The program, its configuration and its data.
pub struct Deskhand {
    folder: tempfile::TempDir,
    process: Option<Child>,
    /// The process that holds the small disk, if the data are on one.
    disk: Option<Child>,
    /// The library that gives the program another time, if it has one.
    clock: Option<PathBuf>,
    /// The address of its pages.
    pub url: String,
}

/// The reviewer of every test installation.
pub const REVIEWER: (&str, &str) = ("reviewer", "correct horse battery");

impl Deskhand {
    /// Installs: configuration, folders, one reviewer. Nothing runs yet.
    pub fn install(setup: &Setup) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = repository();
        let listen = format!("127.0.0.1:{}", free_port());
        let (user, password) = setup.portal_secrets;
        let (portal, portal_url, more) = (setup.portal, &setup.portal_url, &setup.more);
        let workflows = root.join("workflows");
        let mail =
            if more.contains("[mail]") { "" } else { "[mail]\ntransport = \"file\"\noutbox = \"outbox\"\n" };
        let database = if setup.database.is_some() { "database = { file = \"database\" }" } else { "" };
        let config = format!(
            r#"
data = "data"
{database}
workflows = "{workflows}"
models = "{models}"
[web]
listen = "{listen}"
[intake]
settle = "300ms"
poll = "1s"
reconcile = "1s"
[invoices]
oldest_months = 600
[log]
level = "info,engine=debug,portal=debug"
[[folders]]
path = "inbox"
workflow = "invoice"
portal = "{portal}"
[portals.{portal}]
description = "{workflows}/portals/{portal}.toml"
base_url = "{portal_url}"
secrets = {{ user = {{ file = "user" }}, password = {{ file = "password" }} }}
{mail}{more}
"#,
            workflows = workflows.display(),
            models = root.join("ocr-models").display(),
        );
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("the folder can be written");
        };
        write("deskhand.toml", &config);
        write("user", user);
        write("password", password);
        for (name, text) in &setup.files {
            write(name, text);
        }
        write("database", setup.database.as_deref().unwrap_or_default());
        std::fs::create_dir(folder.path().join("inbox")).expect("the folder can be written");
        let deskhand =
            Self { folder, process: None, disk: None, clock: None, url: format!("http://{listen}") };
        // Where machines share a database, the reviewer is there from the first on.
        let people = deskhand.json(&["user", "list"]);
        if people.iter().any(|person| person["name"] == REVIEWER.0) {
            return deskhand;
        }
        let added = deskhand.add_reviewer();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        deskhand
    }

    fn add_reviewer(&self) -> Output {
        self.command(&["user", "add", REVIEWER.0, "--email", "reviewer@shop.example", "--role", "reviewer"])
    }

    /// Starts `deskhand worker`.
    pub fn join(&mut self) {
        self.start("worker");
    }

    fn start(&mut self, command: &str) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("serve.log"))
            .expect("the log can be written");
        let child = self.program(&[command]).stdout(Stdio::null()).stderr(log).spawn();
        self.process = Some(child.expect("the program starts"));
    }

    /// Starts `deskhand serve` and waits for its pages.
    pub async fn serve(&mut self) {
        self.start("serve");
        let url = self.url.clone();
        wait_until("the pages answer", Duration::from_mins(1), || {
            let url = url.clone();
            async move { reqwest::get(url).await.ok() }
        })
        .await;
    }

    /// Drops a file into the watched folder under its own name, as a person does: in one piece.
    pub fn drop_file(&self, file: &Path) {
        let name = file.file_name().expect("a file has a name");
        let part = self.path("part");
        std::fs::copy(file, &part).expect("the fixture is there");
        std::fs::rename(part, self.path("inbox").join(name)).expect("the inbox is there");
    }

    /// `kill -9`: no chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the process is there");
            process.wait().expect("the process ends");
        }
    }

    /// SIGTERM, and waits for the end.
    pub fn terminate(&mut self) -> bool {
        let Some(mut process) = self.process.take() else { return false };
        let asked =
            Command::new("kill").args(["-TERM", &process.id().to_string()]).status().expect("kill is there");
        asked.success() && process.wait().is_ok_and(|status| status.success())
    }

    /// Runs a command of the program to its end.
    pub fn command(&self, args: &[&str]) -> Output {
        self.program(args).output().expect("the program starts")
    }

    /// The data lines of a command with `--json`.
    pub fn json(&self, args: &[&str]) -> Vec<Value> {
        let output = self.command(&[&["--json"], args].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect()
    }

    /// The run of a document by the file's name, once it is in one of the states.
    pub async fn run_in(&self, document: &str, states: &[&str], limit: Duration) -> Value {
        let what = format!("the run of {document} is {states:?}\n{}", self.log_tail());
        wait_until(&what, limit, || async {
            self.json(&["runs", "list"]).into_iter().find(|run| {
                run["document_name"] == document && states.iter().any(|state| run["state"] == *state)
            })
        })
        .await
    }

    /// A file or folder of the installation.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The last lines that `serve` or `worker` logged.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.path("serve.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// From now on the data folder is a disk of so many megabytes, which only this installation sees.
    pub fn put_data_on_a_small_disk(&mut self, megabytes: u32) {
        let data = self.path("data");
        let _ = std::fs::remove_dir_all(&data);
        std::fs::create_dir(&data).expect("the folder can be written");
        let mount = format!(
            "mount -t tmpfs -o size={megabytes}m small \"$0\" && touch \"$0/mounted\" && exec sleep 3600"
        );
        let disk = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &mount])
            .arg(&data)
            .spawn()
            .expect("unshare is there");
        self.disk = Some(disk);
        let mounted = || self.small_disk().join("mounted").exists();
        while !mounted() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let added = self.add_reviewer();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    }

    /// The small disk as it is seen from outside.
    fn small_disk(&self) -> PathBuf {
        let process = self.disk.as_ref().expect("the data are on a small disk").id();
        PathBuf::from(format!("/proc/{process}/root{}", self.path("data").display()))
    }

    /// Leaves no byte free on the small disk.
    pub fn fill_the_small_disk(&self) {
        let mut file =
            std::fs::File::create(self.small_disk().join("filler")).expect("the disk can be written");
        while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    }

    /// Makes room again.
    pub fn free_the_small_disk(&self) {
        std::fs::remove_file(self.small_disk().join("filler")).expect("the filler is there");
    }

    /// From now on the program goes by a clock that [`Deskhand::set_its_clock`] sets.
    pub fn give_it_a_clock_of_its_own(&mut self) {
        let found = std::fs::read_dir("/usr/lib").expect("a system").flatten();
        let library =
            found.map(|folder| folder.path().join("faketime/libfaketime.so.1")).find(|path| path.exists());
        self.clock = Some(library.expect("the package faketime is there after scripts/setup"));
        self.set_its_clock("+0h");
    }

    /// Sets the program's clock so far from the true one, such as `+1h`.
    pub fn set_its_clock(&self, offset: &str) {
        let part = self.path("clock.part");
        std::fs::write(&part, offset).expect("the folder can be written");
        std::fs::rename(part, self.path("clock")).expect("the folder can be written");
    }

    fn program(&self, args: &[&str]) -> Command {
        let mut command = match &self.disk {
            None => Command::new(program()),
            Some(disk) => {
                let mut inside = Command::new("nsenter");
                inside.args(["--user", "--mount", "--preserve-credentials", "-t", &disk.id().to_string()]);
                inside.arg(program());
                inside
            }
        };
        if let Some(library) = &self.clock {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME_TIMESTAMP_FILE", self.path("clock"))
                .env("FAKETIME_NO_CACHE", "1")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        command
            .arg("--config")
            .arg(self.path("deskhand.toml"))
            .args(args)
            .env("DESKHAND_PASSWORD", REVIEWER.1)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Deskhand {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- serve.log\n{}", self.log_tail());
        }
        self.kill();
        if let Some(mut disk) = self.disk.take() {
            let _ = disk.kill();
            let _ = disk.wait();
        }
    }
}

/// The program that the same build made.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a program");
    let folder = test.ancestors().nth(2).expect("tests stand in target/PROFILE/deps");
    let program = folder.join("deskhand");
    assert!(program.exists(), "{} is missing; run cargo build --release -p deskhand", program.display());
    program
}
