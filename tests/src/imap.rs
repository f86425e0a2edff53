//! A real IMAP server (Dovecot) in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;

use crate::place::{free_port, repository, wait_until};

/// The server; any user signs in with the password `secret`.
pub struct Imap {
    folder: tempfile::TempDir,
    process: Child,
    /// Where it speaks TLS.
    pub tls_port: u16,
}

impl Imap {
    /// Starts one with an empty mailbox.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("dh-imap").tempdir().expect("a temporary folder");
        // The server reads mail as another user than root.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), mode).expect("the folder is ours");
        let (port, tls_port) = (free_port(), free_port());
        let process = Command::new(repository().join("tests/servers/dovecot"))
            .arg(folder.path())
            .args([port.to_string(), tls_port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("tests/servers/dovecot starts (Debian: dovecot-imapd)");
        wait_until("the IMAP server answers", Duration::from_secs(20), || async move {
            tokio::net::TcpStream::connect(("127.0.0.1", tls_port)).await.ok()
        })
        .await;
        Self { folder, process, tls_port }
    }

    /// Its certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// A mail with this file arrives.
    pub fn deliver(&self, name: &str, file: &Path) {
        let bytes = std::fs::read(file).expect("the fixture is there");
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mail = format!(
            "From: Supplier <bills@supplier.example>\r\nTo: accounts@shop.example\r\nSubject: {name}\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: application/pdf\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            lines.join("\r\n")
        );
        let box_folder = self.folder.path().join("mail");
        let part = box_folder.join("tmp").join(name);
        std::fs::write(&part, mail).expect("the mailbox can be written");
        std::fs::rename(part, box_folder.join("new").join(name)).expect("the mailbox is there");
    }

    /// How many mails lie in a folder such as `Deskhand.Done`; "" is the inbox.
    pub fn count(&self, folder: &str) -> usize {
        let mail = self.folder.path().join("mail");
        let folder = if folder.is_empty() { mail } else { mail.join(format!(".{folder}")) };
        let parts = ["cur", "new"].map(|part| std::fs::read_dir(folder.join(part)));
        parts.into_iter().flatten().map(Iterator::count).sum()
    }
}

impl Drop for Imap {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
