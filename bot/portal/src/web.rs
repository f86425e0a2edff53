//! The real portal: plays a description in a browser.
//!
//! The browser and its session are kept between bills. A lost browser or an ended sign-in is made good once,
//! except while submitting: then only the search may say what happened.

mod address;
mod choice;
mod play;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::{debug, warn};

use crate::browser::Page;
use crate::description::{Act, Description};
use crate::{Album, Bill, BrowserConfig, Driver, Fault, Policy, Portal, PortalError, Record};
use play::{Play, Stop};

/// What the operator says of one portal.
pub struct PortalConfig {
    /// What is done on its pages.
    pub description: Description,
    /// Where it is, such as `https://books.example`.
    pub base_url: String,
    /// Hosts that its pages need besides its own.
    pub hosts: Vec<String>,
    /// The secrets that the description names, such as `user` and `password`.
    pub secrets: BTreeMap<String, SecretString>,
    /// Other values for the description's settings.
    pub settings: BTreeMap<String, String>,
    /// How the browser is run.
    pub browser: BrowserConfig,
}

/// A portal that is driven through a browser.
pub struct WebPortal {
    description: Description,
    policy: Policy,
    base_url: String,
    hosts: BTreeSet<String>,
    secrets: BTreeMap<String, SecretString>,
    settings: BTreeMap<String, String>,
    browser: BrowserConfig,
    turn: Mutex<()>,
    stage: Mutex<Option<Stage>>,
}

/// A browser grows with use: after this time the next bill gets a new one.
const LONGEST: Duration = Duration::from_hours(6);

/// A running browser.
struct Stage {
    started: Instant,
    driver: Driver,
    page: Page,
    signed_in: bool,
}

impl WebPortal {
    /// Checks that the operator gave all that the description needs. Starts nothing yet.
    pub fn new(config: PortalConfig) -> Result<Self, PortalError> {
        let PortalConfig { description, base_url, hosts, secrets, settings, browser } = config;
        let setup = |why: String| PortalError::Setup { portal: description.name.clone(), why };
        let host = address::host(&base_url)
            .ok_or_else(|| setup(format!("its address {base_url:?} is not like https://books.example")))?;
        if let Some(name) = description.secrets.iter().find(|name| !secrets.contains_key(*name)) {
            return Err(setup(format!("its secret {name:?} is missing")));
        }
        if let Some(name) = settings.keys().find(|name| !description.settings.contains_key(*name)) {
            let known: Vec<&str> = description.settings.keys().map(String::as_str).collect();
            return Err(setup(format!("it has no setting {name:?}; it has: {}", known.join(", "))));
        }
        let odd = |host: &&String| host.is_empty() || host.contains([',', ' ', '*', '/', ':']);
        if let Some(host) = hosts.iter().find(odd) {
            return Err(setup(format!("{host:?} is not the name of one host")));
        }
        let mut all = description.settings.clone();
        all.extend(settings);
        let only_currency =
            description.only_currency.as_ref().and_then(|t| t.fill(|hole| all.get(&hole.name).cloned()));
        let policy = Policy {
            what: description.what.clone(),
            only_currency,
            searches: description.times.searches,
            pause: Duration::from_secs(description.times.pause),
        };
        let hosts = hosts.into_iter().map(|h| h.to_lowercase()).chain([host]).collect();
        let (turn, stage) = (Mutex::default(), Mutex::default());
        Ok(Self { description, policy, base_url, hosts, secrets, settings: all, browser, turn, stage })
    }

    /// Signs in and does nothing else, for `deskhand doctor`. The browser stays; [`Portal::close`] ends it.
    pub async fn try_sign_in(&self) -> Result<(), PortalError> {
        let mut stage = self.stage.lock().await;
        let mut album = Album::new();
        self.ready(&mut stage, &mut album).await.map(|_| ()).map_err(|stop| self.error_of(stop, "sign in"))
    }

    /// The driver's folder while a browser runs, for tests that kill it.
    #[doc(hidden)]
    pub async fn browser_folder(&self) -> Option<std::path::PathBuf> {
        self.stage
            .lock()
            .await
            .as_ref()
            .and_then(|stage| stage.driver.folder())
            .map(std::path::Path::to_path_buf)
    }

    /// Plays a section. What was lost is started again once.
    async fn play(
        &self,
        name: &'static str,
        acts: &[Act],
        bill: &Bill,
        found: Option<&Record>,
        album: &mut Album,
    ) -> Result<Vec<Record>, Fault> {
        let mut stage = self.stage.lock().await;
        let mut tried = false;
        loop {
            let played = match self.ready(&mut stage, album).await {
                Ok(ready) => self.play_once(ready, name, acts, bill, found, album).await,
                Err(stop) => Err(stop),
            };
            let stop = match played {
                Ok(records) => return Ok(records),
                Err(stop) => stop,
            };
            match stop {
                Stop::Lost { .. } => self.drop_stage(&mut stage).await,
                Stop::SignedOut => {
                    if let Some(stage) = stage.as_mut() {
                        stage.signed_in = false;
                    }
                }
                _ => {}
            }
            if tried || !matches!(stop, Stop::Lost { .. } | Stop::SignedOut) {
                return Err(self.fault_of(stop, name));
            }
            debug!(portal = self.description.name, section = name, "the session ended; starting again");
            tried = true;
        }
    }

    async fn play_once(
        &self,
        stage: &mut Stage,
        name: &'static str,
        acts: &[Act],
        bill: &Bill,
        found: Option<&Record>,
        album: &mut Album,
    ) -> Result<Vec<Record>, Stop> {
        let lines = values::lines(bill, &self.description.lines);
        let mut play = Play::new(self, &stage.page, name, album);
        play.bill = Some(bill);
        play.lines = &lines;
        play.found = found;
        play.act_all(acts).await?;
        if name == "fill" {
            play.check_form().await?;
        }
        play.into_records()
    }

    /// A browser that is signed in.
    async fn ready<'s>(
        &self,
        stage: &'s mut Option<Stage>,
        album: &mut Album,
    ) -> Result<&'s mut Stage, Stop> {
        if stage.as_mut().is_some_and(|stage| !stage.driver.is_running() || stage.started.elapsed() > LONGEST)
        {
            self.drop_stage(stage).await;
        }
        let ready = match stage {
            Some(ready) => ready,
            none => {
                let times = &self.description.times;
                let (load, wait) = (Duration::from_secs(times.page), Duration::from_secs(times.act));
                let started = Driver::start(&self.browser, &self.hosts, load).await;
                let (driver, client) = started.map_err(Stop::Failed)?;
                none.insert(Stage {
                    started: Instant::now(),
                    driver,
                    page: Page::new(client, load, wait),
                    signed_in: false,
                })
            }
        };
        if !ready.signed_in {
            let mut play = Play::new(self, &ready.page, "sign_in", album);
            play.act_all(&self.description.sign_in).await?;
            play.expect_signed_in().await?;
            ready.signed_in = true;
        }
        Ok(ready)
    }

    async fn drop_stage(&self, stage: &mut Option<Stage>) {
        if let Some(stage) = stage.take() {
            stage.driver.end().await;
        }
    }

    fn fault_of(&self, stop: Stop, name: &str) -> Fault {
        match stop {
            Stop::Refused { code, why } => Fault::Refused { code, why },
            Stop::SignedOut => Fault::SignedOut,
            other => Fault::Broken(self.error_of(other, name)),
        }
    }

    fn error_of(&self, stop: Stop, name: &str) -> PortalError {
        let portal = self.description.name.clone();
        match stop {
            Stop::Failed(error) => error,
            Stop::Lost { doing, why } => PortalError::Lost { doing, why: self.hide(&why) },
            Stop::Page { doing, why } => PortalError::Page { portal, doing, why: self.hide(&why) },
            Stop::SignedOut => {
                PortalError::Page { portal, doing: name.to_owned(), why: "the sign-in ended".to_owned() }
            }
            Stop::Refused { why, .. } => PortalError::Page { portal, doing: name.to_owned(), why: why.en },
        }
    }

    /// Takes every secret out of words that came from a page or from the driver.
    fn hide(&self, words: &str) -> String {
        self.secrets.values().fold(words.to_owned(), |words, secret| hide_one(&words, secret.expose_secret()))
    }

    /// Whether a page of this host may be used.
    fn grants(&self, host: &str) -> bool {
        self.hosts.contains(&host.to_lowercase())
    }
}

/// A short secret (a user name such as `bot`) is hidden where it stands alone, a longer one everywhere.
fn hide_one(words: &str, secret: &str) -> String {
    if secret.is_empty() {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(place) = rest.find(secret) {
        let (before, after) = (&rest[..place], &rest[place + secret.len()..]);
        let alone = !out.chars().chain(before.chars()).next_back().is_some_and(char::is_alphanumeric)
            && !after.chars().next().is_some_and(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if alone || secret.chars().count() > 5 { "[hidden]" } else { secret });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[async_trait]
impl Portal for WebPortal {
    fn name(&self) -> &str {
        &self.description.name
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn turn(&self) -> &Mutex<()> {
        &self.turn
    }

    async fn search(&self, bill: &Bill, album: &mut Album) -> Result<Vec<Record>, Fault> {
        self.play("search", &self.description.search, bill, None, album).await
    }

    async fn fill(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        self.play("fill", &self.description.fill, bill, None, album).await.map(|_| ())
    }

    async fn submit(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        let mut stage = self.stage.lock().await;
        let Some(ready) = stage.as_mut() else {
            let why = "the browser ended after the form was filled".to_owned();
            return Err(Fault::NotSent(PortalError::Lost { doing: "submit".to_owned(), why }));
        };
        let lines = values::lines(bill, &self.description.lines);
        let mut play = Play::new(self, &ready.page, "submit", album);
        play.bill = Some(bill);
        play.lines = &lines;
        let played = play.act_all(&self.description.submit).await;
        let sent = play.sent;
        let Err(stop) = played else { return Ok(()) };
        let (lost, signed_out) = (matches!(stop, Stop::Lost { .. }), matches!(stop, Stop::SignedOut));
        let fault = self.fault_of(stop, "submit");
        if lost {
            self.drop_stage(&mut stage).await;
        } else if signed_out && let Some(stage) = stage.as_mut() {
            stage.signed_in = false;
        }
        Err(match fault {
            Fault::Broken(error) if !sent => Fault::NotSent(error),
            fault => {
                warn!(portal = self.description.name, sent, "submitting did not end as described");
                fault
            }
        })
    }

    async fn read_back(&self, bill: &Bill, found: &Record, album: &mut Album) -> Result<Record, Fault> {
        let mut records =
            self.play("read_back", &self.description.read_back, bill, Some(found), album).await?;
        let own = records.pop().unwrap_or_default();
        // What its own page does not show, the search saw a moment ago.
        let found = found.clone();
        Ok(Record {
            number: own.number.or(found.number),
            reference: own.reference.or(found.reference),
            supplier: own.supplier.or(found.supplier),
            supplier_tax_id: own.supplier_tax_id.or(found.supplier_tax_id),
            date: own.date.or(found.date),
            total: own.total.or(found.total),
            currency: own.currency.or(found.currency),
            link: own.link.or(found.link),
        })
    }

    async fn close(&self) {
        let mut stage = self.stage.lock().await;
        self.drop_stage(&mut stage).await;
    }
}

#[cfg(test)]
mod tests {
    use super::hide_one;

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        assert_eq!(hide_one("no user bot at the bottom", "bot"), "no user [hidden] at the bottom");
        assert_eq!(hide_one("xledger-pass-1x ledger-pass-1", "ledger-pass-1"), "x[hidden]x [hidden]");
        assert_eq!(hide_one("nothing", ""), "nothing");
    }
}
