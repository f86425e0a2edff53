//! A reviewer's browser: headless Chromium through its driver.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::PrintConfigurationBuilder;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

use crate::deskhand::REVIEWER;
use crate::place::{free_port, wait_until};

/// The key that sends a form.
const ENTER: char = '\u{e007}';

/// A running browser; driver and browser end when it is dropped.
pub struct Browser {
    driver: Child,
    profile: tempfile::TempDir,
    /// The page in it.
    pub page: Client,
}

impl Browser {
    /// Starts one.
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let port = free_port();
        let profile = tempfile::tempdir().expect("a temporary folder");
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there after scripts/setup");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1440,1000",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
        let address = format!("http://127.0.0.1:{port}");
        let page = wait_until("the browser starts", Duration::from_mins(1), || {
            let (capabilities, address) = (capabilities.clone(), address.clone());
            async move {
                ClientBuilder::rustls()
                    .expect("TLS roots")
                    .capabilities(capabilities)
                    .connect(&address)
                    .await
                    .ok()
            }
        })
        .await;
        Self { driver, profile, page }
    }

    /// Signs the test's reviewer in.
    pub async fn sign_in(&self, base: &str) {
        self.page.goto(base).await.expect("the pages answer");
        self.fill("input[name=name]", REVIEWER.0).await;
        self.fill("input[name=password]", &format!("{}{ENTER}", REVIEWER.1)).await;
        self.see("nav").await;
    }

    /// Waits for an element and gives its text. A page that is just being left is looked at again.
    pub async fn see(&self, css: &str) -> String {
        wait_until(&format!("{css} appears"), Duration::from_secs(20), || async {
            self.page.find(Locator::Css(css)).await.ok()?.text().await.ok()
        })
        .await
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        self.see(css).await;
        let field = self.page.find(Locator::Css(css)).await.expect("it was seen");
        field.clear().await.expect("a field can be cleared");
        field.send_keys(text).await.expect("a field can be typed into");
    }

    /// Ticks a box if it is there.
    pub async fn tick_if_there(&self, css: &str) {
        if self.page.find(Locator::Css(css)).await.is_ok() {
            self.click(css).await;
        }
    }

    /// Prints a page made of this HTML, as a supplier's program would: a PDF with a text layer.
    pub async fn print(&self, html: &str) -> Vec<u8> {
        let file = self.profile.path().join("paper.html");
        std::fs::write(&file, html).expect("the profile's folder can be written");
        self.page.goto(&format!("file://{}", file.display())).await.expect("the page opens");
        let plain = PrintConfigurationBuilder::default().build().expect("the defaults are sound");
        self.page.print(plain).await.expect("the browser prints")
    }

    /// Clicks.
    pub async fn click(&self, css: &str) {
        self.see(css).await;
        // a bar that stays in view may cover what is scrolled to the edge
        let centre =
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.page.execute(centre, vec![css.into()]).await.expect("it can be scrolled to");
        self.page
            .find(Locator::Css(css))
            .await
            .expect("it was seen")
            .click()
            .await
            .expect("it can be clicked");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        // chromium is the driver's child and would outlive it; its profile folder names it
        let _ = Command::new("pkill").args(["-9", "-f", &self.profile.path().display().to_string()]).status();
    }
}
