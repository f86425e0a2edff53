//! How replenishment is: the data, the plans, what was refused, the pilot; and the sheet to order by when nothing else works.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use stock::guard::ramp::RAMP;
use stock::order::paper::manual_sheet_html;
use stock::sentence::Finding;
use store::{QuarantinedRow, RunFilter, StepState};

use crate::desk::PilotView;
use crate::failure::Failure;
use crate::format;
use crate::language::Language;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::context;
use crate::state::WebState;
use crate::view::order::say;
use crate::worth;

/// So many plans are shown.
const PLANS: u32 = 7;
/// So many refused events are read, and so many are shown of each source.
const REFUSED: u32 = 2_000;
const ROWS: usize = 10;
/// The workflow of the night.
const NIGHTLY: &str = "replenishment";
/// A refused row is shown so far.
const LONGEST_ROW: usize = 600;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// What was just done.
    #[serde(default)]
    done: String,
    /// Why something was not.
    #[serde(default)]
    refused: String,
    /// The day of a manual sheet.
    #[serde(default)]
    day: String,
}

/// The page.
pub(crate) async fn page(
    State(state): State<WebState>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let language = signed.language();
    let pilot = match &state.stock {
        Some(desk) => desk.pilot().await?,
        None => None,
    };
    let code = asked.refused.chars().take(7).collect::<String>();
    let own = context! {
        readiness => readiness(&state, language).await?,
        plans => plans(&state, language).await?,
        quarantine => quarantine(&state, language).await?,
        refused_total => state.store.stock_quarantine_count().await?,
        pilot => pilot.map(|pilot| pilot_view(&pilot, language)),
        worth => worth::of(state.store.stock_plans(1).await?.first(), language),
        done => asked.done,
        refused => (!asked.refused.is_empty()).then(|| context! { code, text => asked.refused.chars().take(300).collect::<String>() }),
    };
    Ok(render::page("stock.html", render::frame(&state, &signed, "/stock"), own))
}

/// What the last night's run found of the data.
async fn readiness(state: &WebState, language: Language) -> Result<Option<Value>, Failure> {
    let filter = RunFilter { workflow: Some(NIGHTLY.to_owned()), limit: 10, ..RunFilter::default() };
    for run in state.store.runs_where(&filter).await? {
        let Some((run, steps)) = state.store.run(&run.id).await? else { continue };
        let step = steps.iter().find(|s| s.name == "stock::readiness" && s.state == StepState::Done);
        let Some(answer) = step.and_then(|step| step.output.as_ref()) else { continue };
        let words = |name: &str| -> Vec<String> {
            let list = answer[name].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        return Ok(Some(context! {
            ready => answer["ready"].as_bool().unwrap_or_default(),
            failed => words("failed"), waived => words("waived"),
            warned => answer["warned"].as_u64().unwrap_or_default(),
            day => answer["day"].as_str().map(|day| crate::view::task::written_date(day, language)),
            run => run.id, at => format::moment(run.started_at, state.zone, language),
        }));
    }
    Ok(None)
}

async fn plans(state: &WebState, language: Language) -> Result<Vec<Value>, Failure> {
    let plans = state.store.stock_plans(PLANS).await?;
    let orders = state.store.stock_orders(1_000).await?;
    let view = |plan: &store::PlanRow| {
        let number = |name: &str| plan.plan[name].as_u64();
        let own = orders.iter().filter(|order| order.day == plan.day).count();
        context! {
            day => format::date(plan.day, language), run => &plan.run, lines => number("lines"),
            ordering => number("ordering"), manual => number("manual"), orders => own, seconds => number("seconds"),
            made => format::moment(plan.made_at, state.zone, language),
        }
    };
    Ok(plans.iter().map(view).collect())
}

/// Refused events by their source, those with most first.
async fn quarantine(state: &WebState, language: Language) -> Result<Vec<Value>, Failure> {
    let mut sources: BTreeMap<String, Vec<QuarantinedRow>> = BTreeMap::new();
    for row in state.store.stock_quarantine(REFUSED).await? {
        sources.entry(row.source.clone()).or_default().push(row);
    }
    let mut sources: Vec<(String, Vec<QuarantinedRow>)> = sources.into_iter().collect();
    sources.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let row = |row: &QuarantinedRow| {
        let reasons: Vec<Finding> = serde_json::from_value(row.reasons.clone()).unwrap_or_default();
        let reasons = reasons.iter().map(|finding| {
            context! { code => &finding.code, text => say(&finding.message, language) }
        });
        context! {
            place => row.place, reasons => reasons.collect::<Vec<_>>(),
            raw => row.raw.chars().take(LONGEST_ROW).collect::<String>(),
            at => format::moment(row.taken_at, state.zone, language),
        }
    };
    let view = |(source, rows): &(String, Vec<QuarantinedRow>)| {
        context! { source, count => rows.len(), rows => rows.iter().take(ROWS).map(row).collect::<Vec<_>>() }
    };
    Ok(sources.iter().map(view).collect())
}

fn pilot_view(pilot: &PilotView, language: Language) -> Value {
    let verdict = |verdict: &stock::guard::Verdict| {
        context! {
            fired => verdict.fired, trigger => verdict.trigger.to_string(), why => say(&verdict.why, language),
        }
    };
    let incident = |incident: &stock::guard::Incident| {
        context! {
            id => incident.id.to_string(), why => say(&incident.opened_by.why, language),
            week => format::date(incident.opened_by.week, language),
            closed => incident.closed.map(|day| format::date(day, language)),
        }
    };
    let next = RAMP.into_iter().find(|percent| *percent > pilot.percent);
    context! {
        name => &pilot.name, percent => pilot.percent, auto => pilot.auto, manual => pilot.manual, ramp => RAMP,
        next => next.filter(|_| pilot.rolled_back.is_none()),
        rolled_back => pilot.rolled_back.map(|day| format::date(day, language)),
        verdicts => pilot.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        incidents => pilot.incidents.iter().map(incident).collect::<Vec<_>>(),
    }
}

/// Whose refused events are settled.
#[derive(Debug, Deserialize)]
pub(crate) struct Settled {
    source: String,
}

/// A person has put the refused events of a source right, or knows that they do not matter.
pub(crate) async fn settle(
    State(state): State<WebState>,
    signed: Signed,
    form: Result<Form<Settled>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let Form(Settled { source }) = form.map_err(|_| Failure::BadForm)?;
    state.store.acting_as(&signed.0.id).settle_stock_quarantine(&source, &signed.0.id).await?;
    Ok(Redirect::to("/stock?done=settled#refused").into_response())
}

/// What a person wants of the pilot.
#[derive(Debug, Deserialize)]
pub(crate) struct Move {
    /// `step` or `again`.
    wish: String,
}

/// The next step of the pilot, or its beginning again.
pub(crate) async fn pilot(
    State(state): State<WebState>,
    signed: Signed,
    form: Result<Form<Move>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Failure> {
    signed.must(Permission::Pilot)?;
    let Form(Move { wish }) = form.map_err(|_| Failure::BadForm)?;
    let again = match wish.as_str() {
        "step" => false,
        "again" => true,
        _ => return Err(Failure::BadForm),
    };
    let desk = state.stock.as_ref().ok_or(Failure::NotFound)?;
    let refused = desk.move_pilot(again, &signed.0.id).await?;
    let told = match refused {
        None => format!("done=pilot-{wish}"),
        Some(why) => format!("refused={}", render::escaped(&why)),
    };
    Ok(Redirect::to(&format!("/stock?{told}#pilot")).into_response())
}

/// What a store orders by when nothing else runs: it needs the store, and no forecast, plan or pilot.
pub(crate) async fn manual_sheet(
    State(state): State<WebState>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let today = state.store.now().with_timezone(&state.zone).date_naive();
    let day: NaiveDate = asked.day.parse().unwrap_or(today);
    let desk = state.stock.as_ref().ok_or(Failure::NotFound)?;
    let sheet = desk.manual_sheet(day).await.map_err(|why| {
        tracing::error!(why, "the manual order sheet could not be made");
        Failure::Broken
    })?;
    let Some(sheet) = sheet else {
        return Ok(Redirect::to("/stock?done=no-sheet").into_response());
    };
    let html = manual_sheet_html(&sheet, &[], signed.language().tag());
    // The sheet carries its own style, and nothing else.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response())
}
