//! Schedules, holds, folders and mailboxes: what starts by itself, and why it did or did not.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use chrono_tz::Tz;
use engine::{FolderView, MailboxView, ScheduleView};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{FireOutcome, FireRow, HoldKind, HoldSource, MailRow};

use crate::failure::Failure;
use crate::format;
use crate::language::{Arguments, Language};
use crate::pages::queue::names;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::finding::sentence;

/// So many of the last fires are shown, and of the last mails.
const FIRES: u32 = 5;
const MAILS: u32 = 8;
/// So many times of the day that was asked about.
const TOLD: usize = 6;
/// A reason is a sentence, not a report.
const LONGEST_REASON: usize = 300;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The schedule that is asked about.
    #[serde(default)]
    schedule: String,
    /// On which day.
    #[serde(default)]
    on: String,
    /// What was just done.
    #[serde(default)]
    done: String,
}

/// The page.
pub(crate) async fn page(
    State(state): State<WebState>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    signed.must(Permission::Runs)?;
    let shown = Shown { state: &state, language: signed.language() };
    let schedules = (state.triggers.schedules)();
    let names: Vec<&str> = schedules.iter().map(|schedule| schedule.name.as_str()).collect();
    let why = shown.why(&asked).await;
    let today = state.store.now().with_timezone(&state.zone).date_naive();
    let mut rows = Vec::new();
    for schedule in &schedules {
        rows.push(shown.schedule(schedule).await?);
    }
    let own = context! {
        names, why, schedules => rows, done => asked.done,
        asked => context! { schedule => asked.schedule, on => day(&asked.on).unwrap_or(today).to_string() },
        holds => shown.holds().await?,
        kinds => HoldKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        folders => shown.folders().await?,
        mailboxes => shown.mailboxes(signed.may(Permission::Read)).await?,
    };
    Ok(render::page("schedules.html", render::frame(&state, &signed, "/schedules"), own))
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// Turns what is known into what is shown.
struct Shown<'a> {
    state: &'a WebState,
    language: Language,
}

impl Shown<'_> {
    fn moment(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        format::moment(at, self.state.zone, self.language)
    }

    fn catch_up(&self, seconds: u64) -> String {
        let (key, count) = match seconds {
            s if s % 3600 == 0 => ("span-hours", s / 3600),
            s if s < 120 => ("span-seconds", s),
            s => ("span-minutes", s / 60),
        };
        self.language.text_with(key, &Arguments::from([("n".into(), count.into())]))
    }

    /// The answer to the form, if it was asked and there is one.
    async fn why(&self, asked: &Asked) -> Option<Value> {
        if asked.schedule.is_empty() {
            return None;
        }
        let why = (self.state.triggers.why)(asked.schedule.clone(), day(&asked.on)).await;
        let Some(why) = why else { return Some(context! { sentence => (), fires => Vec::<Value>::new() }) };
        let fires = why.fires.iter().take(TOLD).map(|fire| {
            context! { due => self.moment(fire.due), outcome => fire.outcome, run => fire.run }
        });
        Some(context! {
            sentence => sentence(&why.sentence, self.language), date => format::date(why.date, self.language), fires => fires.collect::<Vec<_>>(),
        })
    }

    async fn schedule(&self, view: &ScheduleView) -> Result<Value, Failure> {
        let zone: Tz = view.zone.parse().unwrap_or(self.state.zone);
        let at = |at| format::moment(at, zone, self.language);
        let next = view.next.iter().map(|next| {
            context! { due => at(next.due), instead_of => (next.nominal != next.due).then(|| at(next.nominal)) }
        });
        let mut last = Vec::new();
        for fire in self.state.store.fires(&view.name, FIRES).await? {
            last.push(self.fire(&fire, zone).await?);
        }
        Ok(context! {
            name => view.name, workflow => view.workflow, cron => view.cron, zone => view.zone,
            calendar => view.calendar.join(" + "), catch_up => self.catch_up(view.catch_up.as_secs()),
            overlap => view.overlap, not_working_day => view.not_working_day, on_hold => view.on_hold,
            next => next.collect::<Vec<_>>(), last,
        })
    }

    async fn fire(&self, fire: &FireRow, zone: Tz) -> Result<Value, Failure> {
        let run = match fire.outcome {
            FireOutcome::Started => self.state.store.run(&fire.run).await?.map(|(row, _)| row),
            _ => None,
        };
        Ok(context! {
            due => format::moment(fire.due, zone, self.language), outcome => fire.outcome,
            state => run.as_ref().map(|run| run.state), run => run.map(|run| run.id),
        })
    }

    async fn holds(&self) -> Result<Vec<Value>, Failure> {
        let people = names(&self.state.store).await?;
        let mut kinds: BTreeMap<HoldKind, Vec<_>> = BTreeMap::new();
        for hold in self.state.store.holds_in_force().await? {
            kinds.entry(hold.kind).or_default().push(hold);
        }
        let view = |(kind, holds): (HoldKind, Vec<store::HoldRow>)| {
            let first = &holds[0];
            let by = match first.source {
                HoldSource::Person => people.get(&first.set_by).cloned(),
                HoldSource::Polled => None,
            };
            context! { kind, by, since => self.moment(first.set_at), reason => first.reason }
        };
        Ok(kinds.into_iter().map(view).collect())
    }

    async fn folders(&self) -> Result<Vec<Value>, Failure> {
        let quiet = self.state.store.quiet_folders().await?;
        let view = |folder: &FolderView| {
            let path = folder.path.display().to_string();
            let since = quiet.iter().find(|row| row.folder == path).map(|row| self.moment(row.quiet_since));
            context! {
                name => path, workflow => folder.workflow, quiet => since, trouble => folder.trouble,
                seen => folder.seen_at.map(|at| self.moment(at)),
            }
        };
        Ok((self.state.triggers.folders)().iter().map(view).collect())
    }

    async fn mailboxes(&self, with_mails: bool) -> Result<Vec<Value>, Failure> {
        let quiet = self.state.store.quiet_folders().await?;
        let mut views = Vec::new();
        for mailbox in (self.state.triggers.mailboxes)().await {
            let MailboxView { name, place, workflow, announces, answered_at, trouble, told_at } = mailbox;
            let own = format!("mailbox:{name}");
            let since = quiet.iter().find(|row| row.folder == own).map(|row| self.moment(row.quiet_since));
            let mails = if with_mails { self.state.store.mails(&name, MAILS).await? } else { Vec::new() };
            views.push(context! {
                name, place, workflow, announces, trouble, quiet => since, alarmed => told_at.is_some(),
                seen => answered_at.map(|at| self.moment(at)),
                mails => mails.iter().map(|mail| self.mail(mail)).collect::<Vec<_>>(),
            });
        }
        Ok(views)
    }

    fn mail(&self, mail: &MailRow) -> Value {
        let refused = mail.papers.iter().filter_map(|paper| {
            let why = paper.refused.as_deref()?;
            Some(json!({ "name": paper.name, "code": why.split(':').next().unwrap_or_default() }))
        });
        context! {
            came => self.moment(mail.came_at), sender => mail.sender, subject => mail.subject, outcome => mail.outcome,
            papers => mail.papers.iter().filter(|paper| paper.document.is_some()).count(),
            refused => refused.collect::<Vec<_>>(),
        }
    }
}

/// A hold that is to be put on.
#[derive(Debug, Deserialize)]
pub(crate) struct Hold {
    kind: String,
    #[serde(default)]
    reason: String,
}

/// Why a hold is lifted.
#[derive(Debug, Deserialize)]
pub(crate) struct Lift {
    #[serde(default)]
    reason: String,
}

/// Puts a hold on.
pub(crate) async fn hold(
    State(state): State<WebState>,
    signed: Signed,
    form: Result<Form<Hold>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let Form(hold) = form.map_err(|_| Failure::BadForm)?;
    let kind: HoldKind = hold.kind.parse().map_err(|_| Failure::BadForm)?;
    state.store.set_hold(kind, HoldSource::Person, &signed.0.id, &short(&hold.reason)).await?;
    Ok(Redirect::to("/schedules?done=held").into_response())
}

/// Lifts every hold of a kind that is in force.
pub(crate) async fn lift(
    State(state): State<WebState>,
    signed: Signed,
    Path(kind): Path<String>,
    form: Result<Form<Lift>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let Form(lift) = form.map_err(|_| Failure::BadForm)?;
    let kind: HoldKind = kind.parse().map_err(|_| Failure::NotFound)?;
    for hold in state.store.holds_in_force().await?.iter().filter(|hold| hold.kind == kind) {
        state.store.lift_hold(&hold.id, &signed.0.id, &short(&lift.reason)).await?;
    }
    Ok(Redirect::to("/schedules?done=lifted").into_response())
}

fn short(reason: &str) -> String {
    reason.trim().chars().take(LONGEST_REASON).collect()
}
