//! The PostgreSQL server for tests: the one that is given, or one that is started and shared.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names a server that is there already.
const GIVEN: &str = "DESKHAND_TEST_PG_URL";

/// Calls with the address of a server that runs, and keeps it from stopping meanwhile.
pub(super) async fn with_server<F>(call: F) -> String
where
    F: AsyncFnOnce(String) -> String,
{
    if let Ok(url) = std::env::var(GIVEN) {
        return call(url).await;
    }
    let (lock, url) = tokio::task::spawn_blocking(|| {
        let home = Home::find();
        let lock = home.lock();
        let url = home.ensure_running();
        (lock, url)
    })
    .await
    .unwrap();
    let answer = call(url).await;
    drop(lock);
    answer
}

/// A PostgreSQL server of one test, which may take it away and bring it back.
pub struct OwnServer {
    /// The address of its database.
    pub url: String,
    home: Home,
    port: u16,
    _folder: tempfile::TempDir,
}

impl OwnServer {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The system's `postgres` must get through to its files.
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), everybody).unwrap();
        let home = Home { folder: folder.path().to_owned(), ..Home::find() };
        let port = free_port();
        home.make(&home.folder.join("data"));
        home.start_on(&home.folder.join("data"), port);
        Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), home, port, _folder: folder }
    }

    /// Takes it away as a power cut does.
    pub fn cut(&self) {
        self.home.stop_at_once(&self.home.folder.join("data"));
    }

    /// Brings it back under the same address.
    pub fn bring_back(&self) {
        self.home.start_on(&self.home.folder.join("data"), self.port);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.cut();
    }
}

/// The folder in which the shared server lives.
struct Home {
    folder: PathBuf,
    binaries: PathBuf,
    /// `initdb` refuses root, so then the server runs as the system's `postgres`.
    as_root: bool,
}

impl Home {
    fn find() -> Self {
        let as_root = output(Command::new("id").arg("-u")).trim() == "0";
        let user = output(Command::new("id").arg("-un"));
        let folder = std::env::temp_dir().join(format!("deskhand-test-postgres-{}", user.trim()));
        Self { folder, binaries: binaries(), as_root }
    }

    /// Holds all other test processes (and the watch) off until it is dropped.
    fn lock(&self) -> File {
        std::fs::create_dir_all(&self.folder).unwrap();
        let lock = File::create(self.folder.join("lock")).unwrap();
        lock.lock().unwrap();
        lock
    }

    fn ensure_running(&self) -> String {
        let url_file = self.folder.join("url");
        let data = self.folder.join("data");
        if let Ok(url) = std::fs::read_to_string(&url_file)
            && self.command("pg_ctl").args(["status", "-s", "-D"]).arg(&data).status().unwrap().success()
        {
            // The watch looks at the age of this file.
            std::fs::write(&url_file, &url).unwrap();
            return url;
        }
        let _ = std::fs::remove_dir_all(&data);
        let url = self.start(&data);
        std::fs::write(&url_file, &url).unwrap();
        self.start_watch();
        url
    }

    /// Makes the server's files and starts it.
    fn start(&self, data: &Path) -> String {
        let port = free_port();
        self.make(data);
        self.start_on(data, port);
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    fn make(&self, data: &Path) {
        std::fs::create_dir_all(data).unwrap();
        if self.as_root {
            run(Command::new("chown").arg("postgres").arg(data));
        }
        run(self
            .command("initdb")
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "-D",
            ])
            .arg(data));
    }

    fn start_on(&self, data: &Path, port: u16) {
        let options = format!(
            "-p {port} -k '{}' -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB",
            data.display()
        );
        run(self
            .command("pg_ctl")
            .args(["start", "-w", "-s", "-o", &options, "-l"])
            .arg(data.join("log"))
            .arg("-D")
            .arg(data));
    }

    fn stop_at_once(&self, data: &Path) {
        let stop = ["stop", "-s", "-m", "immediate", "-D"];
        let _ = self.command("pg_ctl").args(stop).arg(data).status();
    }

    /// Starts a shell that stops the server when for a minute nobody was connected and no test asked for it.
    fn start_watch(&self) {
        const WATCH: &str = r#"
            cd "$1" || exit 1
            quiet=0
            while sleep 15; do
                users=$("$2/psql" -Atc "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" "$(cat url)") || exit 0
                if [ "$users" = 0 ] && [ -z "$(find url -mmin -1)" ]; then quiet=$((quiet + 1)); else quiet=0; fi
                if [ "$quiet" -ge 2 ]; then
                    exec 9>lock
                    flock 9
                    if [ -z "$(find url -mmin -1)" ]; then
                        $3 "$2/pg_ctl" stop -s -m immediate -D data
                        rm -rf data url
                        exit 0
                    fi
                    flock -u 9
                fi
            done"#;
        let as_whom = if self.as_root { "runuser -u postgres --" } else { "" };
        // `--fork` leaves at once; the shell lives on without this process.
        let status = Command::new("setsid")
            .args(["--fork", "sh", "-c", WATCH, "watch"])
            .arg(&self.folder)
            .arg(&self.binaries)
            .arg(as_whom)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "the watch of the test server did not start");
    }

    fn command(&self, name: &str) -> Command {
        let binary = self.binaries.join(name);
        let mut command = if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(binary);
            command
        } else {
            Command::new(binary)
        };
        // The server outlives this process, which must not be held open by its output.
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn binaries() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| {
        panic!("no PostgreSQL in /usr/lib/postgresql: install the package `postgresql`, or name a server in {GIVEN}")
    })
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{} failed: {status}", command.get_program().display());
}

fn output(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}
