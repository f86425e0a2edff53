//! Starts the bookkeeping site and a portal that drives it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use portal::{BrowserConfig, Description, PortalConfig, WebPortal};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Site {
    pub(crate) portal: WebPortal,
    address: String,
    list: &'static str,
    server: Child,
    _data: TempDir,
}

impl Site {
    /// `password` and `base` (another name of the same machine) may be given, and `orders` for purchase orders.
    pub(crate) fn start(options: &Value) -> Self {
        let data = tempfile::tempdir().unwrap();
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut server = Command::new("python3")
            .arg(house.join("fixtures/portals/ledger/ledger.py"))
            .args(["--port", "0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let (file, list) = match options["orders"] {
            Value::Bool(true) => ("ledger_orders.toml", "/orders.json"),
            _ => ("ledger.toml", "/bills.json"),
        };
        let text = fs::read_to_string(house.join("workflows/portals").join(file)).unwrap();
        // Shorter waits than in life, so that a site that hangs does not hold up the tests.
        let mut text = text
            .replace("page = 20", "page = 6")
            .replace("act = 10", "act = 4")
            .replace("searches = 4", "searches = 2")
            .replace("pause = 2", "pause = 1");
        let mut base_url = format!("http://{address}");
        if let Some(other) = options["base"].as_str() {
            base_url = base_url.replace("http://127.0.0.1", other);
            text = text.replace("\"/bills/new\"", "\"{setting.elsewhere}\"");
            write!(text, "\n[settings]\nelsewhere = \"http://{address}/bills/new\"\n").unwrap();
        }
        let password = options["password"].as_str().unwrap_or("ledger-pass-1");
        let portal = WebPortal::new(PortalConfig {
            description: Description::parse(file, &text).unwrap(),
            base_url,
            hosts: Vec::new(),
            secrets: [("user", "bot"), ("password", password)]
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
            settings: BTreeMap::new(),
            browser: BrowserConfig::default(),
        })
        .unwrap();
        Self { portal, address, list, server, _data: data }
    }

    /// What the site has saved.
    pub(crate) fn bills(&self) -> Vec<Value> {
        serde_json::from_str(&self.http("GET", self.list, "")).unwrap()
    }

    pub(crate) fn bills_of(&self, reference: &str) -> usize {
        self.bills().iter().filter(|bill| bill["number"] == reference).count()
    }

    /// Arms a fault.
    pub(crate) fn fault(&self, fault: &Value) {
        let armed: Value = serde_json::from_str(&self.http("POST", "/faults", &fault.to_string())).unwrap();
        assert!(armed.is_array(), "{armed}");
    }

    fn http(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The processes that name a browser's folder on their command lines.
fn naming(folder: &Path) -> Vec<String> {
    let needle = folder.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let named = |process: &PathBuf| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(needle)
    };
    processes.filter(named).map(|process| process.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

pub(crate) fn any_that_names(folder: &Path) -> bool {
    !naming(folder).is_empty()
}

/// What `kill -9` does to a browser.
pub(crate) fn kill_all_that_name(folder: &Path) {
    let processes = naming(folder);
    assert!(!processes.is_empty(), "there is a browser to kill");
    Command::new("kill").arg("-9").args(processes).status().unwrap();
}
