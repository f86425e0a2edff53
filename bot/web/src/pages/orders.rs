//! Orders: what was proposed, approved, mailed and entered; and what has become of each.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;
use stock::order::{Edits, Proposal, PurchaseOrder};
use stock::picture::{self, Size};
use store::{OrderRow, OrderState, RunFilter, StepRow, TaskRow};

use crate::desk::OrderEnd;
use crate::failure::Failure;
use crate::format;
use crate::pages::order_task::{edits_of, proposal_of};
use crate::pages::queue::names;
use crate::paths;
use crate::people::{Permission, Signed};
use crate::render;
use crate::render::{context, escaped};
use crate::state::WebState;
use crate::view::order::ordered;
use crate::view::task::name_of;

/// More rows than anybody reads; older orders are found by their number.
const ROWS: u32 = 300;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only orders in this state.
    #[serde(default)]
    state: String,
    /// What was just done.
    #[serde(default)]
    done: String,
}

/// The latest orders.
pub(crate) async fn list(
    State(state): State<WebState>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let wanted: Option<OrderState> = asked.state.parse().ok();
    let mut orders = match wanted {
        Some(wanted) => state.store.stock_orders_in(wanted).await?,
        None => state.store.stock_orders(ROWS).await?,
    };
    orders.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.number.cmp(&b.number)));
    orders.truncate(ROWS as usize);
    let rows: Vec<Value> = orders.iter().map(|order| row(&state, &signed, order)).collect();
    let own = context! {
        rows, state => wanted.map(OrderState::as_str).unwrap_or_default(),
        states => OrderState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>(),
        full => orders.len() >= ROWS as usize,
    };
    Ok(render::page("orders.html", render::frame(&state, &signed, "/orders"), own))
}

fn row(state: &WebState, signed: &Signed, order: &OrderRow) -> Value {
    let language = signed.language();
    let money = |amount: &String| format::money(amount, Some(&order.currency));
    let priced = order.proposed.parse::<rust_decimal::Decimal>().is_ok_and(|total| !total.is_zero());
    context! {
        number => &order.number, supplier => &order.supplier, state => order.state,
        day => format::date(order.day, language),
        proposed => priced.then(|| money(&order.proposed)),
        total => order.total.as_ref().filter(|_| priced).map(money),
        mailed => order.mailed_at.map(|at| format::moment(at, state.zone, language)),
        reference => &order.reference,
        updated => format::moment(order.updated_at, state.zone, language),
    }
}

/// An order with all that belongs to it.
struct Whole {
    order: OrderRow,
    proposal: Option<Proposal>,
    placed: Option<PurchaseOrder>,
    edits: Edits,
    run: Option<String>,
    steps: Vec<StepRow>,
    task: Option<TaskRow>,
}

impl Whole {
    async fn of(state: &WebState, segment: &str) -> Result<Self, Failure> {
        let store = &state.store;
        let order = store.stock_order(&paths::id(segment)).await?.ok_or(Failure::NotFound)?;
        let filter = RunFilter { document: Some(order.document.clone()), limit: 1, ..RunFilter::default() };
        let run = store.runs_where(&filter).await?.pop().map(|run| run.id);
        let (mut steps, mut task) = (Vec::new(), None);
        if let Some(run) = &run {
            steps = store.run(run).await?.map(|(_, steps)| steps).unwrap_or_default();
            let tasks = store.tasks_of_run(run).await?;
            task = tasks.into_iter().find(|task| task.reason.starts_with("order:"));
        }
        Ok(Self {
            // What a plan has proposed may be forgotten one day; the order is not.
            proposal: proposal_of(state, &order.document).await.ok(),
            placed: order.placed.clone().and_then(|placed| serde_json::from_value(placed).ok()),
            edits: task.as_ref().map(edits_of).unwrap_or_default(),
            order,
            run,
            steps,
            task,
        })
    }

    /// The papers that were printed: which, and the hash under which each is kept.
    fn papers(&self) -> Vec<(&'static str, String)> {
        let printed = self.steps.iter().rev().find(|step| step.name == "stock::paper");
        let answer = printed.and_then(|step| step.output.as_ref());
        let hash = |name: &str| answer?[name].as_str().filter(|hash| !hash.is_empty()).map(str::to_owned);
        [("supplier", hash("report")), ("buyer", hash("buyer_report"))]
            .into_iter()
            .filter_map(|(which, hash)| Some((which, hash?)))
            .collect()
    }
}

/// One order.
pub(crate) async fn one(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let whole = Whole::of(&state, &segment).await?;
    let language = signed.language();
    let people = names(&state.store).await?;
    let lines = ordered(whole.proposal.as_ref(), whole.placed.as_ref(), &whole.edits, language);
    let expected = whole.placed.as_ref().map(|placed| format::date(placed.expected, language));
    let own = context! {
        order => row(&state, &signed, &whole.order), lines, expected,
        name => whole.proposal.as_ref().map(|proposal| &proposal.supplier.name),
        approved_by => whole.order.approved_by.as_ref().map(|by| name_of(&people, by)),
        note => whole.task.as_ref().and_then(|task| task.note.clone()),
        papers => whole.papers().into_iter().map(|(which, _)| which).collect::<Vec<_>>(),
        workbook => whole.proposal.is_some() && state.stock.is_some(),
        run => whole.run, task => whole.task.map(|task| task.id),
        settles => whole.order.state == OrderState::Approved && state.stock.is_some() && signed.may(Permission::Decide),
        done => asked.done,
    };
    Ok(render::page("order.html", render::frame(&state, &signed, "/orders"), own))
}

/// How an order ends.
#[derive(Debug, Deserialize)]
pub(crate) struct End {
    end: String,
}

/// All of it has come, or it will not come.
pub(crate) async fn settle(
    State(state): State<WebState>,
    signed: Signed,
    Path(segment): Path<String>,
    form: Result<Form<End>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Failure> {
    signed.must(Permission::Decide)?;
    let Form(End { end }) = form.map_err(|_| Failure::BadForm)?;
    let end = match end.as_str() {
        "received" => OrderEnd::Received,
        "called_off" => OrderEnd::CalledOff,
        _ => return Err(Failure::BadForm),
    };
    let desk = state.stock.as_ref().ok_or(Failure::NotFound)?;
    let number = paths::id(&segment);
    let settled = desk.settle(&number, end, &signed.0.id).await?;
    let done = if settled { "settled" } else { "before" };
    Ok(Redirect::to(&format!("/orders/{}?done={done}", paths::segment(&number))).into_response())
}

/// A file of an order: the workbook of its proposal, or a paper that was printed.
pub(crate) async fn file(
    State(state): State<WebState>,
    signed: Signed,
    Path((segment, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let whole = Whole::of(&state, &segment).await?;
    let number = &whole.order.number;
    if file == "proposal.xlsx" {
        let (Some(proposal), Some(desk)) = (&whole.proposal, &state.stock) else {
            return Err(Failure::NotFound);
        };
        let bytes = desk.proposal_sheet(proposal, signed.language()).map_err(|why| {
            tracing::error!(number, why, "a proposal could not be written as a workbook");
            Failure::Broken
        })?;
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return download(bytes, media, &format!("{number}.xlsx"));
    }
    let which = file.strip_suffix(".pdf").ok_or(Failure::NotFound)?;
    let paper = whole.papers().into_iter().find(|(paper, _)| *paper == which).ok_or(Failure::NotFound)?;
    let bytes = state.store.report(&paper.1).await?;
    download(bytes, "application/pdf", &format!("{number} {which}.pdf"))
}

fn download(bytes: Vec<u8>, media: &'static str, name: &str) -> Result<Response, Failure> {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let name = format!("attachment; filename*=UTF-8''{}", escaped(name));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|_| Failure::Broken)?);
    Ok(response)
}

/// How many units the picture is to show.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    units: Option<i64>,
}

/// The large picture of a line, by its place in the proposal.
pub(crate) async fn picture(
    State(state): State<WebState>,
    signed: Signed,
    Path((segment, index)): Path<(String, usize)>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    signed.must(Permission::Read)?;
    let order = state.store.stock_order(&paths::id(&segment)).await?.ok_or(Failure::NotFound)?;
    let proposal = proposal_of(&state, &order.document).await?;
    let line = proposal.lines.get(index).ok_or(Failure::NotFound)?;
    let units = shown.units.map(|units| units.clamp(0, stock::count::LARGEST));
    let svg = picture::line(line, units, signed.language().tag(), Size::Page).ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((headers, svg).into_response())
}
