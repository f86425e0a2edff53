//! `deskhand doctor`: what is installed, reachable and wrong, each with what to do.

use std::process::ExitCode;

use chrono::TimeDelta;
use serde::Serialize;
use store::{Clock as _, Store};

use crate::config::Config;
use crate::{house, output, storage};

/// A machine that was not seen for so long is not coming back.
const FORGOTTEN: TimeDelta = TimeDelta::days(30);

/// One line of the doctor's report.
#[derive(Serialize)]
struct Line {
    what: String,
    ok: bool,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

impl Line {
    fn new(what: &str, result: Result<String, (String, String)>) -> Self {
        match result {
            Ok(detail) => Self { what: what.into(), ok: true, detail, to_do: None },
            Err((detail, to_do)) => Self { what: what.into(), ok: false, detail, to_do: Some(to_do) },
        }
    }
}

/// Looks at everything; exit code 1 when something is wrong.
pub(super) async fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let mut lines = reading(config);
    lines.push(Line::new("browser", house::browser_version(config)));
    lines.extend(database(config).await);
    lines.push(clock(config));
    lines.extend(folders(config));
    lines.extend(mailboxes(config).await);
    lines.extend(configured(config));
    let wrong = lines.iter().any(|line| !line.ok);
    for line in &lines {
        if json {
            output::json(line)?;
            continue;
        }
        output::text(&format!("{} {}: {}\n", if line.ok { "✓" } else { "✕" }, line.what, line.detail))?;
        if let Some(to_do) = &line.to_do {
            output::text(&format!("    {to_do}\n"))?;
        }
    }
    Ok(if wrong { output::found_wrong() } else { output::DONE })
}

fn reading(config: &Config) -> Vec<Line> {
    let health = house::reader(config).health();
    health
        .into_iter()
        .map(|h| Line { what: h.name.into(), ok: h.ok, detail: h.detail, to_do: h.remedy })
        .collect()
}

/// The database, and whether its clock agrees with this machine's.
async fn database(config: &Config) -> Vec<Line> {
    let to_do = || match config.database {
        None => format!("Check who owns {} and whether its disk is full.", config.data.display()),
        Some(_) => "Check the address, and that PostgreSQL is up and lets this machine in.".to_owned(),
    };
    let wrong = |error: String| vec![Line::new("database", Err((error, to_do())))];
    let store = match storage::open_store(config).await {
        Ok(store) => store,
        Err(error) => return wrong(format!("{error:#}")),
    };
    let clock = match store.ping().await {
        Ok(()) => store.server_clock().await,
        Err(error) => Err(error),
    };
    let mut lines = match &clock {
        Ok(_) => vec![Line::new("database", Ok(format!("{} answers", storage::database_place(config))))],
        Err(error) => wrong(error.to_string()),
    };
    if let Ok(Some(theirs)) = clock {
        let apart = (theirs - store.now()).abs();
        let said = format!("it is {} ms from the database's", apart.num_milliseconds());
        let result = if apart <= engine::CLOCKS_APART {
            Ok(said)
        } else {
            Err((
                said,
                "Let a time service set the clocks of all machines: leases are reckoned by them.".into(),
            ))
        };
        lines.push(Line::new("clock of this machine", result));
    }
    lines.push(blobs(&store).await);
    lines.extend(hosts(config, &store).await);
    lines
}

/// The machines that share the database. One that was missed for long is no longer asked after.
async fn hosts(config: &Config, store: &Store) -> Vec<Line> {
    let rows = store.hosts().await.unwrap_or_default();
    let now = store.now();
    let of_nobody = if rows.is_empty() { Vec::new() } else { engine::lanes_of_nobody(&rows, now) };
    let known = rows.into_iter().filter(|row| row.ended_at.is_none() && now - row.seen_at < FORGOTTEN);
    let line = |row: store::HostRow| {
        let said = format!(
            "seen {}, takes {}, version {}",
            output::when(row.seen_at, config.zone),
            row.lanes.join(", "),
            row.version
        );
        let result = if now - row.seen_at <= engine::GONE_AFTER {
            Ok(said)
        } else {
            Err((
                format!("DH-6112: gone: {said}"),
                "Start it again; ask it to end when it is no longer used.".into(),
            ))
        };
        Line::new(&format!("machine {}", row.host), result)
    };
    let mut lines: Vec<Line> = known.map(line).collect();
    if !of_nobody.is_empty() {
        let said = format!("DH-6113: none takes {}", of_nobody.join(", "));
        let to_do =
            "Start `deskhand worker` on a machine that has what they need: steps in these lanes wait.";
        lines.push(Line::new("machines", Err((said, to_do.into()))));
    }
    lines
}

/// The place of files: something is put there and read back.
async fn blobs(store: &Store) -> Line {
    let key = "doctor/was-here.txt";
    let said = b"deskhand doctor".to_vec();
    let result = match store.blobs().put(key, said.clone()).await {
        Ok(()) => store.blobs().get(key).await,
        Err(error) => Err(error),
    };
    let result = match result {
        Ok(bytes) if bytes == said => Ok("they are kept and read back".to_owned()),
        Ok(_) => {
            Err(("what was put there came back changed".to_owned(), "Restore it from a backup.".to_owned()))
        }
        Err(error) => Err((error.to_string(), "Check [blobs], free space and rights.".to_owned())),
    };
    Line::new("originals and pictures", result)
}

fn clock(config: &Config) -> Line {
    let now = store::SystemClock.now();
    let plausible = chrono::Datelike::year(&now) >= 2026;
    let result = if plausible {
        Ok(output::when(now, config.zone))
    } else {
        Err((
            format!("it is not {}", output::when(now, config.zone)),
            "Set the machine's clock; schedules and checks depend on it.".into(),
        ))
    };
    Line::new("clock", result)
}

fn folders(config: &Config) -> Vec<Line> {
    let folders = config.folders.iter();
    folders
        .map(|folder| {
            let result = match house::writable(&folder.path) {
                Ok(()) => Ok(format!("{} starts `{}`", folder.path.display(), folder.workflow)),
                Err(error) => Err((
                    format!("{}: {error}", folder.path.display()),
                    "Make it, and let Deskhand's user write into it.".into(),
                )),
            };
            Line::new("folder", result)
        })
        .collect()
}

/// Whether each mailbox can be opened, and what its server can do. Nothing in it is changed.
async fn mailboxes(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    for mailbox in &config.mailboxes {
        let checked = match mailbox.trigger() {
            Ok(trigger) => engine::check_mailbox(&trigger).await.map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        let result = match checked {
            Ok(found) => {
                let announces = if found.announces {
                    "announces new mail"
                } else {
                    "announces nothing, and is asked again and again"
                };
                let made = match found.to_be_made.as_slice() {
                    [] => String::new(),
                    names => format!("; {} will be made", names.join(" and ")),
                };
                Ok(format!(
                    "{} starts `{}`, holds {} mails, {announces}{made}",
                    mailbox.host, mailbox.workflow, found.mails
                ))
            }
            Err(error) => {
                let said = format!("{error:#}");
                let (what, to_do) = said.rsplit_once("; ").unwrap_or((&said, "Look at the settings"));
                let mut to_do = to_do.chars();
                let first: String = to_do.next().into_iter().flat_map(char::to_uppercase).collect();
                Err((what.to_owned(), format!("{first}{}.", to_do.as_str())))
            }
        };
        lines.push(Line::new(&format!("mailbox {}", mailbox.name), result));
    }
    lines
}

/// Labels and titles of the admin's own.
fn vocabulary(config: &Config) -> Option<Line> {
    let own = [&config.invoices.labels, &config.invoices.kinds];
    let names: Vec<String> = own.into_iter().flatten().map(|path| path.display().to_string()).collect();
    let result = match house::vocabulary(config) {
        Ok(_) if names.is_empty() => return None,
        Ok(_) => Ok(format!("{} beside the built-in ones", names.join(" and "))),
        Err(error) => {
            Err((error.to_string(), "Mend the file; `deskhand serve` does not start with it.".into()))
        }
    };
    Some(Line::new("labels", result))
}

/// Schedules, and whether their calendars know the days to come.
fn schedules(config: &Config) -> Vec<Line> {
    let calendars = match house::calendars(config) {
        Ok(calendars) => calendars,
        Err(error) => {
            let to_do = "Mend the file; `deskhand serve` does not start with it.".to_owned();
            return vec![Line::new("calendars", Err((error.to_string(), to_do)))];
        }
    };
    let now = store::SystemClock.now();
    let check = |settings: engine::ScheduleConfig| {
        let result = match engine::check_schedule(&settings, &calendars) {
            Err(error) => Err((error.to_string(), "Mend deskhand.toml.".to_owned())),
            Ok(schedule) => match schedule.calendar_ends(now) {
                Some(until) => Err((
                    format!("DH-6042: its calendar says nothing of the days after {until}"),
                    "Update Deskhand, or write the new year's days into a calendar of your own.".to_owned(),
                )),
                None => Ok(format!("{} in {}", settings.cron, settings.zone)),
            },
        };
        Line::new(&format!("schedule {}", settings.name), result)
    };
    house::schedules(config).into_iter().map(check).collect()
}

/// Secrets and descriptions of portals; schedules; the mail's way out.
fn configured(config: &Config) -> Vec<Line> {
    let mut lines = Vec::from_iter(vocabulary(config));
    for (name, portal) in &config.portals {
        let result = portal::Description::load(&portal.description)
            .map_err(|e| (e.to_string(), "Mend the description.".to_owned()));
        lines.push(Line::new(&format!("portal {name}"), result.map(|_| portal.base_url.clone())));
        for (secret, place) in &portal.secrets {
            if let Err(error) = place.open() {
                lines.push(Line::new(
                    &format!("portal {name}, secret {secret}"),
                    Err((error.to_string(), "Set it.".into())),
                ));
            }
        }
    }
    for (name, place) in &config.secrets {
        if let Err(error) = place.open() {
            lines.push(Line::new(&format!("secret {name}"), Err((error.to_string(), "Set it.".into()))));
        }
    }
    lines.extend(schedules(config));
    let mail = match (&config.mail.transport, &config.mail.host) {
        (crate::config::MailTransport::File, _) => match house::writable(&config.mail.outbox) {
            Ok(()) => Ok(format!("written into {}", config.mail.outbox.display())),
            Err(error) => Err((error.to_string(), "Let Deskhand's user write into the outbox.".into())),
        },
        (crate::config::MailTransport::Smtp, host) => {
            Ok(format!("sent by {}", host.as_deref().unwrap_or("?")))
        }
    };
    lines.push(Line::new("mail", mail));
    lines
}
