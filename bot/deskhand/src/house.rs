//! Puts the adapters into their seams: the real store, reader, portals, mailer and clock.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use documents::{ChildCommand, Limits, Reader, ReaderConfig};
use engine::{
    Calendars, Engine, EngineConfig, FolderGrant, FolderTrigger, Follower, Grants, HoldPolling, House, Lane,
    OfficeHours, OfficeRules, ScheduleConfig,
};
use invoices::{Facts, Vocabulary};
use notify::{Mailer, Outbox, Smtp, SmtpConfig};
use portal::{BrowserConfig, Description, Portal, WebPortal};
use secrecy::SecretString;
use serde::Serialize;
use store::{Limit, Person, Role, Store};

use crate::config::{Config, MailTransport, Mailbox, PortalConfig};
use crate::printer::BrowserPrinter;
use crate::storage;

/// The reader; crash-prone work runs in children of this same program.
pub(crate) fn reader(config: &Config) -> Arc<Reader> {
    let child =
        std::env::current_exe().ok().map(|program| ChildCommand { program, args: vec!["child".into()] });
    Arc::new(Reader::new(ReaderConfig {
        models: config.models.clone(),
        font_dirs: documents::FONT_DIRS.iter().map(Into::into).collect(),
        limits: Limits::default(),
        child,
    }))
}

/// What the checks know besides the paper, when there is no store to ask for twins.
pub(crate) fn facts(config: &Config, now: DateTime<Utc>) -> Facts {
    let today = now.with_timezone(&config.zone).date_naive();
    // A paper alone is judged here: how old it may be when it arrives, and what came before it, the house's runs know.
    Facts { oldest_months: u32::MAX, ..Facts::of_day(today) }
}

/// The schedules as the engine wants them.
pub(crate) fn schedules(config: &Config) -> Vec<ScheduleConfig> {
    let schedules = config.schedules.iter();
    schedules
        .map(|s| ScheduleConfig {
            name: s.name.clone(),
            workflow: s.workflow.clone(),
            cron: s.cron.clone(),
            zone: s.zone.clone().unwrap_or_else(|| config.zone.to_string()),
            catch_up: s.catch_up,
            overlap: s.overlap,
            calendar: s.calendar.clone(),
            not_working_day: s.not_working_day,
            on_hold: s.on_hold,
        })
        .collect()
}

/// What each workflow may reach. Who lets a folder or mailbox start a workflow for a portal has granted the one to the other.
pub(crate) fn grants(config: &Config) -> Grants {
    let mut grants = Grants::default();
    for (workflow, grant) in &config.grants {
        let granted = grants.of(workflow);
        granted.portals.extend(grant.portals.iter().cloned());
        granted.hosts.extend(grant.hosts.iter().cloned());
        granted.mail.extend(grant.mail.iter().cloned());
        granted.secrets.extend(grant.secrets.iter().cloned());
        granted.workflows.extend(grant.workflows.iter().cloned());
        let folders = grant.folders.iter();
        granted.folders.extend(folders.map(|(name, folder)| {
            (name.clone(), FolderGrant { path: folder.path.clone(), write: folder.write })
        }));
    }
    let only = config.portals.keys().next().filter(|_| config.portals.len() == 1);
    for folder in &config.folders {
        grants.of(&folder.workflow).portals.extend(folder.portal.as_ref().or(only).cloned());
    }
    for mailbox in &config.mailboxes {
        grants.of(&mailbox.workflow).portals.extend(mailbox.portal.as_ref().or(only).cloned());
    }
    grants
}

fn followers(config: &Config) -> Vec<Follower> {
    let followers = config.followers.iter();
    followers
        .map(|f| Follower { workflow: f.workflow.clone(), after: f.after.clone(), states: f.states.clone() })
        .collect()
}

/// How many runs may go at a time.
pub(crate) fn limits(config: &Config) -> store::Limits {
    let limits = config.limits.iter().map(|l| {
        let limit = Limit { at_once: l.at_once, per_minute: l.per_minute, priority: l.priority };
        (l.workflow.clone(), limit)
    });
    store::Limits { at_once: config.runs.at_once, workflows: limits.collect() }
}

/// The calendars that schedules may name: the built-in ones and the office's own.
pub(crate) fn calendars(config: &Config) -> Result<Calendars> {
    Ok(Calendars::with_own(&config.calendars)?)
}

fn hours(config: &Config, calendars: &Calendars) -> Result<OfficeHours> {
    let office = &config.office;
    Ok(OfficeHours {
        opens: office.opens,
        closes: office.closes,
        days: calendars.together(&office.calendar)?,
    })
}

/// The engine with all its triggers.
pub(crate) async fn engine(config: &Config, store: Store) -> Result<Engine> {
    let mut engine_config = engine_config(config)?;
    let folders = config.folders.iter();
    engine_config.folders = folders
        .map(|f| FolderTrigger {
            path: f.path.clone(),
            workflow: f.workflow.clone(),
            portal: f.portal.clone(),
            quiet_after: f.quiet_after,
        })
        .collect();
    let mailboxes = config.mailboxes.iter();
    engine_config.mailboxes = mailboxes.map(Mailbox::trigger).collect::<Result<_>>()?;
    engine_config.followers = followers(config);
    engine_config.host = Some(host_name(config, ""));
    engine_config.schedules = schedules(config);
    Ok(Engine::start(engine_config, house(config, store)?).await?)
}

/// The engine for one run by hand: it watches nothing.
pub(crate) async fn engine_without_triggers(config: &Config) -> Result<(Engine, Store)> {
    let store = storage::open_store(config).await?;
    let engine_config = EngineConfig { by_hand: true, ..engine_config(config)? };
    let engine = Engine::start(engine_config, house(config, store.clone())?).await?;
    Ok((engine, store))
}

/// The engine of a machine that takes what others have started: it watches nothing.
pub(crate) async fn engine_of_a_worker(config: &Config, store: Store) -> Result<Engine> {
    let mut engine_config = EngineConfig { by_hand: true, ..engine_config(config)? };
    engine_config.lanes = lanes_of_a_worker(config);
    engine_config.host = Some(host_name(config, " (worker)"));
    Ok(Engine::start(engine_config, house(config, store)?).await?)
}

/// What this machine is called; `serve` and a worker on one machine are two.
fn host_name(config: &Config, what: &str) -> String {
    config.host.name.clone().unwrap_or_else(|| {
        let own = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        format!("{}{what}", own.trim())
    })
}

/// The lanes that were named, or those for which this machine has the programs and folders.
pub(crate) fn lanes_of_a_worker(config: &Config) -> BTreeSet<Lane> {
    if let Some(lanes) = &config.host.lanes {
        return lanes.iter().copied().collect();
    }
    let folders = config.grants.values().flat_map(|grant| grant.folders.values());
    let mut lanes = BTreeSet::from([Lane::Steps, Lane::Reading]);
    if folders.into_iter().all(|folder| folder.path.is_dir()) {
        lanes.insert(Lane::Files);
    }
    if reader(config).health().iter().all(|health| health.ok) {
        lanes.insert(Lane::Pixels);
    }
    if !config.portals.is_empty() && browser_version(config).is_ok() {
        lanes.insert(Lane::Posting);
    }
    lanes
}

/// The versions of the browser and its driver, which must be of one major version; else what is wrong, and what to do.
pub(crate) fn browser_version(config: &Config) -> Result<String, (String, String)> {
    let version = |program: &Path| -> Option<String> {
        let output = Command::new(program).arg("--version").output().ok()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
    };
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    match (version(&config.browser.chromium), version(&config.browser.chromedriver)) {
        (Some(browser), Some(driver)) if major(&browser) == major(&driver) => {
            Ok(format!("chromium {browser} and its driver"))
        }
        (Some(browser), Some(driver)) => Err((
            format!("chromium is {browser}, its driver {driver}"),
            "Install both of one version, from the same source.".into(),
        )),
        _ => Err(("chromium or chromedriver is missing".into(), "Run scripts/setup.".into())),
    }
}

fn engine_config(config: &Config) -> Result<EngineConfig> {
    let mut engine_config = EngineConfig::new(&config.data, &config.workflows);
    if let Some(state) = storage::engine_state(config)? {
        engine_config.state = state;
    }
    if let Some(lanes) = &config.host.lanes {
        engine_config.lanes = lanes.iter().copied().collect();
    }
    engine_config.ocr_parallel = config.host.pixels_at_once;
    engine_config.calendars = calendars(config)?;
    engine_config.hold_polling = config.holds.url.clone().map(|url| HoldPolling {
        url,
        every: config.holds.every,
        stale_after: config.holds.stale_after,
    });
    engine_config.hours = hours(config, &engine_config.calendars)?;
    engine_config.limits = limits(config);
    engine_config.settle = config.intake.settle;
    engine_config.poll = config.intake.poll;
    engine_config.reconcile = config.intake.reconcile;
    Ok(engine_config)
}

/// What workflows may reach.
pub(crate) fn house(config: &Config, store: Store) -> Result<House> {
    house_that_mails_by(mailer(config)?, config, store)
}

/// The same house with another way out for mails.
pub(crate) fn house_that_mails_by(mailer: Arc<dyn Mailer>, config: &Config, store: Store) -> Result<House> {
    let mut portals: BTreeMap<String, Arc<dyn Portal>> = BTreeMap::new();
    for (name, portal) in &config.portals {
        portals.insert(name.clone(), Arc::new(web_portal(config, name, portal)?));
    }
    let calendars = calendars(config)?;
    let secrets = config.secrets.iter();
    let secrets = secrets
        .map(|(name, place)| Ok((name.clone(), place.open().with_context(|| format!("secrets.{name}"))?)));
    Ok(House {
        store,
        secrets: secrets.collect::<Result<_>>()?,
        reader: reader(config),
        portals,
        grants: grants(config),
        mailer,
        base_url: config.base_url(),
        zone: config.zone,
        office_days: calendars.together(&config.office.calendar)?,
        calendars,
        reviewers: config.mail.reviewers.clone(),
        operators: operators(config),
        keepers: config.mail.audit_keepers.clone(),
        language: if config.mail.language == "en" { notify::Language::En } else { notify::Language::ZhHant },
        oldest_months: config.invoices.oldest_months,
        vocabulary: vocabulary(config)?.into(),
        office: office(config)?,
        stock: Arc::new(config.stock.rules()?),
        printer: Arc::new(BrowserPrinter(browser(config))),
    })
}

/// When people work and are reminded, and what reports reckon with.
fn office(config: &Config) -> Result<OfficeRules> {
    Ok(OfficeRules {
        hours: hours(config, &calendars(config)?)?,
        remind_after: config.chase.remind_after,
        escalate_after: config.chase.escalate_after,
        by_hand: config.reports.by_hand,
        report_readers: config.reports.readers.clone(),
    })
}

fn operators(config: &Config) -> Vec<String> {
    let mail = &config.mail;
    if mail.operators.is_empty() { mail.reviewers.clone() } else { mail.operators.clone() }
}

/// The names of labels and titles: the built-in ones and the admin's own.
pub(crate) fn vocabulary(config: &Config) -> Result<Vocabulary> {
    let own = &config.invoices;
    Ok(Vocabulary::with_own(own.labels.as_deref(), own.kinds.as_deref())?)
}

fn web_portal(config: &Config, name: &str, portal: &PortalConfig) -> Result<WebPortal> {
    let description = Description::load(&portal.description)?;
    let mut secrets = BTreeMap::new();
    for (secret, place) in &portal.secrets {
        secrets.insert(
            secret.clone(),
            place.open().with_context(|| format!("portals.{name}.secrets.{secret}"))?,
        );
    }
    Ok(WebPortal::new(portal::PortalConfig {
        description,
        base_url: portal.base_url.clone(),
        hosts: portal.hosts.clone(),
        secrets,
        settings: portal.settings.clone(),
        browser: browser(config),
    })?)
}

fn browser(config: &Config) -> BrowserConfig {
    BrowserConfig {
        chromium: Some(config.browser.chromium.clone()),
        chromedriver: Some(config.browser.chromedriver.clone()),
        no_sandbox: config.browser.no_sandbox,
        ..BrowserConfig::default()
    }
}

fn mailer(config: &Config) -> Result<Arc<dyn Mailer>> {
    let mail = &config.mail;
    if mail.transport == MailTransport::File {
        return Ok(Arc::new(Outbox::new(&mail.outbox, &mail.from)?));
    }
    let mut smtp = SmtpConfig::new(mail.host.as_deref().unwrap_or_default(), &mail.from);
    smtp.port = mail.port;
    smtp.security = mail.security.parse()?;
    smtp.user.clone_from(&mail.user);
    smtp.password = mail.password.as_ref().map(crate::config::Secret::open).transpose()?;
    smtp.root_certificate.clone_from(&mail.extra_root);
    Ok(Arc::new(Smtp::new(&smtp)?))
}

/// A password from `DESKHAND_PASSWORD` or the terminal; never from the command line, where others can read it.
pub(crate) fn password() -> Result<SecretString> {
    if let Ok(password) = std::env::var("DESKHAND_PASSWORD") {
        return Ok(password.into());
    }
    if !std::io::stdin().is_terminal() {
        bail!("DH-1011: there is no terminal to ask for a password; set DESKHAND_PASSWORD");
    }
    Ok(rpassword::prompt_password("Password: ").context("DH-1011: the password could not be read")?.into())
}

/// The person who decides something from the command line. They sign in as on the pages.
pub(crate) async fn operator(store: &Store, name: &str) -> Result<Person> {
    let Some(person) = store.sign_in(name, &password()?).await? else {
        bail!("DH-1007: the name or the password is not right; nothing was changed");
    };
    if !matches!(person.role, Role::Admin | Role::Reviewer) {
        bail!("DH-1008: {} may look but not decide; ask a reviewer", person.name);
    }
    Ok(person)
}

/// The word that a value has in JSON, such as `text_layer`.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether a folder can be written into.
pub(crate) fn writable(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(".deskhand-probe");
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)?;
    Ok(())
}
