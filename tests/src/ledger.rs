//! The small bookkeeping site, started for one test.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::place::{free_port, repository, wait_until};

/// A running ledger; stopped when dropped.
pub struct Ledger {
    process: Child,
    _data: tempfile::TempDir,
    /// Its base address.
    pub url: String,
}

impl Ledger {
    /// Starts one with the made suppliers and no bills.
    pub async fn start() -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let process = Command::new("python3")
            .arg(repository().join("fixtures/portals/ledger/ledger.py"))
            .args(["--port", &port.to_string(), "--data"])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 is there after scripts/setup");
        let url = format!("http://127.0.0.1:{port}");
        let ledger = Self { process, _data: data, url };
        wait_until("the ledger answers", Duration::from_secs(20), || async {
            reqwest::get(format!("{}/bills.json", ledger.url)).await.ok()
        })
        .await;
        ledger
    }

    /// Every bill that was entered.
    pub async fn bills(&self) -> Vec<Value> {
        let answer = reqwest::get(format!("{}/bills.json", self.url)).await.expect("the ledger answers");
        let bills: Value = answer.json().await.expect("the ledger speaks JSON");
        bills.as_array().or_else(|| bills["bills"].as_array()).cloned().unwrap_or_default()
    }

    /// Arms a fault, such as `{"fault": "saved_but_hangs", "at": "save", "seconds": 60, "uses": 1}`.
    pub async fn fault(&self, fault: Value) {
        let answer = reqwest::Client::new()
            .post(format!("{}/faults", self.url))
            .json(&fault)
            .send()
            .await
            .expect("the ledger answers");
        assert!(answer.status().is_success(), "the ledger refused the fault: {}", answer.status());
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
