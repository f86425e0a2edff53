//! Chromedriver and its browser as child processes that never outlive their owner for long.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tracing::{debug, info};

use super::processes;
use crate::PortalError;

const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const CHROMEDRIVER: &[&str] = &["chromedriver"];
const START: Duration = Duration::from_secs(40);

/// How the browser is run. The defaults are right on a Debian machine.
#[derive(Debug, Clone, Default)]
pub struct BrowserConfig {
    /// Chromium; looked for on `PATH` when not given.
    pub chromium: Option<PathBuf>,
    /// Chromedriver; looked for on `PATH` when not given.
    pub chromedriver: Option<PathBuf>,
    /// Runs Chromium without its sandbox. As root it cannot have one, so there it is always off.
    pub no_sandbox: bool,
    /// Shows the window, for an author who watches a description at work.
    pub visible: bool,
    /// The language that pages are asked for; `en-US` when not given.
    pub language: Option<String>,
    /// Where the browser's folder is made; the system's place for such things when not given.
    pub temp: Option<PathBuf>,
}

/// A running chromedriver with one browser. Dropping it kills both.
pub struct Driver {
    group: u32,
    folder: Option<TempDir>,
    child: Child,
}

impl Driver {
    /// Checks that Chromium and chromedriver are there and match, and says their versions.
    pub async fn versions(config: &BrowserConfig) -> Result<(String, String), PortalError> {
        let browser = version(config.chromium.as_deref(), CHROMIUM).await?;
        let driver = version(config.chromedriver.as_deref(), CHROMEDRIVER).await?;
        if major(&browser).is_none() || major(&browser) != major(&driver) {
            return Err(PortalError::Versions { browser, driver });
        }
        Ok((browser, driver))
    }

    /// Starts chromedriver and a browser that can reach these hosts and no others.
    pub(crate) async fn start(
        config: &BrowserConfig,
        hosts: &BTreeSet<String>,
        page: Duration,
    ) -> Result<(Self, Client), PortalError> {
        Self::versions(config).await?;
        let parent = config.temp.clone().unwrap_or_else(std::env::temp_dir);
        let sweep = parent.clone();
        // Reading /proc is quick, but it is no work for an async thread.
        let _ = tokio::task::spawn_blocking(move || processes::sweep(&sweep)).await;
        let folder = tempfile::Builder::new()
            .prefix(&processes::folder_prefix())
            .tempdir_in(&parent)
            .map_err(|error| not_started(&format!("no folder for it in {}: {error}", parent.display())))?;
        let child = spawn(config, folder.path())?;
        let group = child.id().ok_or_else(|| not_started("chromedriver ended at once"))?;
        let mut driver = Self { group, folder: Some(folder), child };
        let port = timeout(START, driver.port())
            .await
            .map_err(|_| not_started("chromedriver did not say its port in time"))??;
        let client = timeout(START, driver.connect(config, hosts, page, port))
            .await
            .map_err(|_| not_started("no session in time"))??;
        info!(port, "browser started");
        Ok((driver, client))
    }

    /// The port is chosen by chromedriver itself, so that nobody else can take it in between.
    async fn port(&mut self) -> Result<u16, PortalError> {
        let output = self.child.stdout.take().ok_or_else(|| not_started("chromedriver has no output"))?;
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            debug!(line, "chromedriver");
            let digits = line.rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.'));
            if let (true, Some(Ok(port))) = (line.contains("successfully"), digits.map(str::parse)) {
                // Chromedriver must never wait for somebody to read what it says.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(port);
            }
        }
        Err(not_started("chromedriver ended at once"))
    }

    async fn connect(
        &self,
        config: &BrowserConfig,
        hosts: &BTreeSet<String>,
        page: Duration,
        port: u16,
    ) -> Result<Client, PortalError> {
        let folder = self.folder.as_ref().map_or(Path::new("."), TempDir::path);
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(config, hosts, page, folder)?)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .map_err(|error| not_started(first_line(&error.to_string())))
    }

    /// Ends the browser and removes what it left.
    pub async fn end(mut self) {
        let (group, folder) = (self.group, self.folder.take());
        let cleaned = tokio::task::spawn_blocking(move || clean(group, folder));
        let _ = cleaned.await;
        let _ = self.child.wait().await;
    }

    /// The browser's folder, which all its processes name on their command lines.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// Whether chromedriver still runs. A browser that died alone shows at the next call.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.folder.is_some() {
            clean(self.group, self.folder.take());
        }
    }
}

fn clean(group: u32, folder: Option<TempDir>) {
    if let Some(folder) = folder {
        processes::end(group, folder.path());
        processes::remove(&folder.keep());
    }
}

fn spawn(config: &BrowserConfig, folder: &Path) -> Result<Child, PortalError> {
    let program = find(config.chromedriver.as_deref(), CHROMEDRIVER);
    // The environment is left behind: it may hold secrets, and a proxy would reach hosts that are not granted.
    let mut command = Command::new(&program);
    command
        .arg("--port=0")
        .arg("--log-level=SEVERE") // at lower levels it logs what is typed
        .arg(format!("--log-path={}", folder.join("chromedriver.log").display()))
        .env_clear()
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    for name in ["PATH", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.spawn().map_err(|error| no_browser(&program, &error.to_string()))
}

fn capabilities(
    config: &BrowserConfig,
    hosts: &BTreeSet<String>,
    page: Duration,
    folder: &Path,
) -> Result<Map<String, Value>, PortalError> {
    let language = config.language.as_deref().unwrap_or("en-US");
    let mut arguments: Vec<String> = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-breakpad",
        "--password-store=basic",
        "--no-proxy-server",
        "--window-size=1400,1600",
        "--force-device-scale-factor=1",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("--host-resolver-rules={}", resolver_rules(hosts)));
    arguments.push(format!("--lang={language}"));
    arguments.push(format!("--user-data-dir={}", folder.join("profile").display()));
    if !config.visible {
        arguments.push("--headless=new".to_owned());
    }
    if config.no_sandbox || rustix::process::geteuid().is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    let program = find(config.chromium.as_deref(), CHROMIUM);
    let millis = u64::try_from(page.as_millis()).unwrap_or(u64::MAX);
    let wanted = json!({
        "browserName": "chrome",
        "pageLoadStrategy": "normal",
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "implicit": 0, "pageLoad": millis, "script": 15_000 },
        "goog:chromeOptions": {
            "binary": program,
            "args": arguments,
            "prefs": {
                "credentials_enable_service": false,
                "profile.password_manager_enabled": false,
                "profile.password_manager_leak_detection": false,
                "autofill.profile_enabled": false,
                "download_restrictions": 3,
                "intl.accept_languages": language,
            },
        },
    });
    match wanted {
        Value::Object(map) => Ok(map),
        _ => Err(not_started("no capabilities")),
    }
}

/// Names of other hosts do not resolve, so nothing on a page can reach them.
fn resolver_rules(hosts: &BTreeSet<String>) -> String {
    let granted: Vec<String> = hosts.iter().map(|host| format!("EXCLUDE {host}")).collect();
    format!("MAP * ~NOTFOUND , {}", granted.join(" , "))
}

async fn version(given: Option<&Path>, names: &[&str]) -> Result<String, PortalError> {
    let program = find(given, names);
    let mut command = Command::new(&program);
    command.arg("--version").stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(START, command.output())
        .await
        .map_err(|_| no_browser(&program, "it did not say its version in time"))?
        .map_err(|error| no_browser(&program, &error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let said = first_line(&said);
    // "ChromeDriver 156.0.8078.79 (a21c…)": the build's hash says nothing to people.
    Ok(said.split_once(" (").map_or(said, |(version, _)| version).to_owned())
}

fn major(version: &str) -> Option<u32> {
    let word = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    word.split('.').next()?.parse().ok()
}

fn find(given: Option<&Path>, names: &[&str]) -> PathBuf {
    let on_path = || {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
        names
            .iter()
            .find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
    };
    given.map(Path::to_path_buf).or_else(on_path).unwrap_or_else(|| PathBuf::from(names[0]))
}

fn no_browser(program: &Path, why: &str) -> PortalError {
    PortalError::NoBrowser { program: program.display().to_string(), why: why.to_owned() }
}

fn not_started(why: &str) -> PortalError {
    PortalError::NotStarted { why: why.to_owned() }
}

pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn the_first_number_of_a_version_is_what_must_match() {
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"), Some(156));
        assert_eq!(major("ChromeDriver 156.0.8078.79"), Some(156));
        assert_eq!(major("command not found"), None);
    }

    #[test]
    fn only_granted_hosts_resolve() {
        let hosts = BTreeSet::from(["127.0.0.1".to_owned(), "books.example".to_owned()]);
        assert_eq!(resolver_rules(&hosts), "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE books.example");
    }

    #[tokio::test]
    async fn a_missing_browser_is_said_with_its_name() {
        let config = BrowserConfig { chromium: Some("/nowhere/chromium".into()), ..BrowserConfig::default() };
        let error = Driver::versions(&config).await.unwrap_err();
        assert_eq!(error.code(), "DH-4010");
        assert!(error.to_string().contains("/nowhere/chromium"));
    }
}
