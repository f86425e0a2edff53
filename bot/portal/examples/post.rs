//! Posts one bill, given as JSON, into a portal, and prints how it ended.
//!
//! ```text
//! PORTAL_USER=bot PORTAL_PASSWORD=ledger-pass-1 \
//!   cargo run --release -p portal --example post -- workflows/portals/ledger.toml http://127.0.0.1:8020 bill.json DIR [name=value …]
//! ```
//! DIR keeps the store (`store.db`) and the pictures (`blobs/`); `name=value` are settings of the description.
//! The exit status is 0 when the bill is in the portal, 3 when a person is needed, 1 when something failed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use portal::{Bill, BrowserConfig, Description, Outcome, Portal, PortalConfig, WebPortal, post_bill};
use secrecy::SecretString;
use store::{Blobs, NewDocument, NewRun, Store, SystemClock, sqlite_url};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [description, base_url, bill, dir, settings @ ..] = arguments.as_slice() else {
        return Err("usage: post DESCRIPTION BASE_URL BILL.json DIR [name=value …]".into());
    };
    let settings = settings
        .iter()
        .map(|pair| pair.split_once('=').ok_or_else(|| format!("{pair} is not name=value")))
        .map(|pair| pair.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect::<Result<BTreeMap<_, _>, _>>()?;
    let bill: Bill = serde_json::from_slice(&std::fs::read(bill)?)?;
    let dir = PathBuf::from(dir);
    std::fs::create_dir_all(&dir)?;
    let store = Store::open(
        &sqlite_url(&dir.join("store.db")),
        Blobs::folder(dir.join("blobs"))?,
        Arc::new(SystemClock),
    )
    .await?;
    let portal = WebPortal::new(PortalConfig {
        description: Description::load(Path::new(description))?,
        base_url: base_url.clone(),
        hosts: Vec::new(),
        secrets: ["user", "password"].into_iter().map(|name| (name.to_owned(), secret(name))).collect(),
        settings,
        browser: BrowserConfig::default(),
    })?;
    // In life the document and the run are there before; here a bill file stands for both.
    let document = format!(
        "{:064x}",
        bill.key.bytes().fold(7_u128, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()))
    );
    let run = format!("invoice/{document}");
    let (name, media) = ("bill.json".to_owned(), "application/json".to_owned());
    let (origin, workflow) = ("example".to_owned(), "invoice".to_owned());
    store
        .record_document(&NewDocument {
            sha256: document.clone(),
            name,
            media,
            bytes: 1,
            origin: origin.clone(),
            workflow: workflow.clone(),
            portal: None,
        })
        .await?;
    store
        .start_run(&NewRun {
            id: run.clone(),
            workflow,
            script_sha256: document.clone(),
            document: Some(document.clone()),
            trigger: origin,
        })
        .await?;
    let outcome = post_bill(&portal, &store, &bill, &document, &run).await;
    portal.close().await;
    let outcome = outcome?;
    println!("{}", serde_json::to_string_pretty(&outcome)?);
    let is_there = matches!(outcome, Outcome::Posted { .. } | Outcome::AlreadyThere { .. });
    Ok(if is_there { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn secret(name: &str) -> SecretString {
    std::env::var(format!("PORTAL_{}", name.to_uppercase())).unwrap_or_default().into()
}
