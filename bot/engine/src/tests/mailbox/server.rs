//! A real IMAP server, and a wire to it that can go bad.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use store::Clock as _;

use super::{repository, until};

/// Dovecot with a Maildir, started and ended at will.
pub(super) struct Server {
    folder: tempfile::TempDir,
    process: Option<Child>,
    pub(super) port: u16,
    pub(super) tls_port: u16,
    capability: Option<&'static str>,
}

impl Server {
    pub(super) async fn start() -> Self {
        Self::that_can(None).await
    }

    /// One that says it can do only this.
    pub(super) async fn that_can(capability: Option<&'static str>) -> Self {
        let folder = tempfile::Builder::new().prefix("dh-imap").tempdir().unwrap();
        // The server reads mail as another user than root.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), mode).unwrap();
        let mut server = Self { folder, process: None, port: free_port(), tls_port: free_port(), capability };
        server.run().await;
        server
    }

    /// Starts it (again).
    pub(super) async fn run(&mut self) {
        let mut command = Command::new(repository().join("tests/servers/dovecot"));
        command.arg(self.folder.path()).args([self.port.to_string(), self.tls_port.to_string()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(capability) = self.capability {
            command.env("IMAP_CAPABILITY", capability);
        }
        self.process = Some(command.spawn().unwrap());
        let port = self.port;
        until("the IMAP server answers (Debian: dovecot-imapd)", || async move {
            let mut wire = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
            let mut greeting = [0; 4];
            wire.read_exact(&mut greeting).await.ok().filter(|_| greeting == *b"* OK")
        })
        .await;
    }

    /// Ends it in the middle of what it does.
    pub(super) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = Command::new("kill").arg(process.id().to_string()).status();
            let _ = process.wait();
        }
    }

    /// Forgets its numbers, as a server does that was moved to another machine.
    pub(super) fn count_anew(&self) {
        for name in ["dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"] {
            let _ = std::fs::remove_file(self.mail().join(name));
        }
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// A mail arrives.
    pub(super) fn deliver(&self, mail: &[u8]) {
        self.deliver_at(mail, store::SystemClock.now().into());
    }

    /// A mail arrived at this time.
    pub(super) fn deliver_at(&self, mail: &[u8], at: SystemTime) {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("1.{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let file = self.mail().join("tmp").join(&name);
        std::fs::write(&file, mail).unwrap();
        std::fs::File::options().append(true).open(&file).unwrap().set_modified(at).unwrap();
        std::fs::rename(file, self.mail().join("new").join(name)).unwrap();
    }

    /// The files of a folder of the mailbox, "" for the inbox, as Maildir names them.
    pub(super) fn files(&self, folder: &str) -> Vec<PathBuf> {
        let folder = if folder.is_empty() { self.mail() } else { self.mail().join(format!(".{folder}")) };
        let mut files = Vec::new();
        for part in ["cur", "new"] {
            let entries = std::fs::read_dir(folder.join(part)).into_iter().flatten().flatten();
            files.extend(entries.map(|entry| entry.path()));
        }
        files
    }

    /// Puts every mail of a folder back into the inbox, as a person does.
    pub(super) fn put_back(&self, folder: &str) {
        for file in self.files(folder) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let name = name.split([',', ':']).next().unwrap_or(&name).to_owned();
            std::fs::rename(&file, self.mail().join("new").join(format!("{name}b"))).unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("dovecot.log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- dovecot.log\n{}", lines[lines.len().saturating_sub(20)..].join("\n"));
        }
        self.stop();
    }
}

pub(super) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A mail with these files.
pub(super) fn mail(subject: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut text = format!(
        "Return-Path: <bills@supplier.example>\r\nReceived: from a by b; Fri, 20 Nov 2026 08:00:00 +0800\r\n\
         From: Supplier <bills@supplier.example>\r\nTo: accounts@shop.example\r\nSubject: {subject}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nPlease find attached.\r\n"
    );
    for (name, bytes) in files {
        let encoded = STANDARD.encode(bytes);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let part = format!(
            "--b\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        );
        text.push_str(&part);
    }
    (text + "--b--\r\n").into_bytes()
}

/// How a wire is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Everything passes but what the server says by itself.
    Deaf,
    /// Nothing passes, and nobody is told.
    Dead,
    /// Connections are cut off.
    Cut,
}

/// A wire to a server.
pub(super) struct Wire {
    pub(super) port: u16,
    state: watch::Sender<State>,
}

impl Wire {
    pub(super) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = watch::Sender::new(State::Good);
        let watched = state.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, watched.clone()));
            }
        });
        Self { port, state }
    }

    pub(super) fn is(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn carry(client: TcpStream, server: u16, state: watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut cut = state.clone();
    tokio::select! {
        () = pass(from_client, to_server, state.clone(), false) => {}
        () = pass(from_server, to_client, state, true) => {}
        _ = cut.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut state: watch::Receiver<State>,
    from_server: bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if state.wait_for(|state| *state != State::Dead).await.is_err() {
            return;
        }
        let part = &bytes[..length];
        let deaf = from_server && *state.borrow() == State::Deaf;
        // New mail is announced while the server is listened to, or with the next answer.
        let announces = |line: &[u8]| {
            line.starts_with(b"* ") && (line.ends_with(b" EXISTS\r\n") || line.ends_with(b" RECENT\r\n"))
        };
        for line in part.split_inclusive(|byte| *byte == b'\n') {
            if !(deaf && announces(line)) && to.write_all(line).await.is_err() {
                return;
            }
        }
    }
}

/// The inbox is empty: everything was taken and filed.
pub(super) async fn emptied(server: &Server) {
    until("the inbox is empty", || async { server.files("").is_empty().then_some(()) }).await;
}

/// So long that what must not happen would have happened.
pub(super) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

/// Whether a file's name carries a Maildir flag.
pub(super) fn has_flag(file: &Path, flag: char) -> bool {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    name.rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains(flag))
}
