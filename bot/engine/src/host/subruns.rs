//! `run`: runs that a step of another run starts.
//!
//! Their ids are made from the run and the step, so that none is started twice. They are queued; the loop that lets
//! runs go begins them, within the limits of their workflows and of the step.

use serde_json::{Map, Value, json};
use store::{NewChildren, NewRun, RunRow, RunState};

use crate::failure::Failure;
use crate::host::text;
use crate::house::House;
use crate::orchestrator::{Ask, Reply};
use crate::params;
use crate::start::Starter;

pub(crate) const START: &str = "run::start";
/// `call` is a word of rhai's own.
pub(crate) const INVOKE: &str = "run::invoke";
pub(crate) const WAIT: &str = "run::wait";
pub(crate) const EACH: &str = "run::each";

/// So many runs may stand above one another.
const DEEPEST: u32 = 5;
/// So many items one step may start runs for.
const MOST: usize = 1_000;
/// So many of them go at a time when the script says nothing.
const AT_ONCE: u32 = 4;

/// Starts a run and does not wait for it.
pub(crate) async fn start(house: &House, starter: &Starter, ask: &Ask) -> Result<Value, Failure> {
    let workflow = text(ask, "workflow")?;
    begin(house, starter, ask, workflow, &[ask.call.args["params"].clone()], None).await?;
    Ok(json!({ "run": id(ask, None), "step": ask.call.index }))
}

/// Starts a run and waits for its end.
pub(crate) async fn invoke(house: &House, starter: &Starter, ask: &Ask) -> Result<Reply, Failure> {
    let workflow = text(ask, "workflow")?;
    begin(house, starter, ask, workflow, &[ask.call.args["params"].clone()], None).await?;
    awaited(house, ask, ask.call.index, &[id(ask, None)], |mut ends| ends.remove(0)).await
}

/// Waits for the end of a run that `start` began.
pub(crate) async fn wait(house: &House, ask: &Ask) -> Result<Reply, Failure> {
    let run = text(ask, "run")?.to_owned();
    let child = house.store.run(&run).await?.map(|(row, _)| row);
    let step =
        child.filter(|row| row.parent.as_deref() == Some(ask.run.as_str())).and_then(|row| row.parent_step);
    let foreign =
        || wrong(&format!("{run} was not started by this run; give run::wait what run::start answered"));
    awaited(house, ask, step.ok_or_else(foreign)?, std::slice::from_ref(&run), |mut ends| ends.remove(0))
        .await
}

/// Starts a run for each item and waits for the end of all of them. One that fails stops no other.
pub(crate) async fn each(house: &House, starter: &Starter, ask: &Ask) -> Result<Reply, Failure> {
    let items = ask.call.args["items"].as_array().map_or(&[][..], Vec::as_slice);
    if items.len() > MOST {
        return Err(wrong(&format!("{} items are more than {MOST}; take them in parts", items.len())));
    }
    if items.is_empty() {
        return Ok(Reply::Done(json!([])));
    }
    let at_once = options(&ask.call.args["options"])?;
    begin(house, starter, ask, text(ask, "workflow")?, items, Some(at_once)).await?;
    let ids: Vec<String> = (0..items.len()).map(|place| id(ask, Some(place))).collect();
    awaited(house, ask, ask.call.index, &ids, Value::Array).await
}

fn options(options: &Value) -> Result<u32, Failure> {
    let mut at_once = AT_ONCE;
    for (name, value) in options.as_object().into_iter().flatten() {
        let number =
            value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
        match (name.as_str(), number) {
            ("at_once", Some(number)) => at_once = number,
            _ => {
                return Err(wrong(&format!(
                    "`{name}: {value}` is no option; there is at_once, a number from 1"
                )));
            }
        }
    }
    Ok(at_once)
}

/// The id of the run that a step starts: the same however often the step is tried.
fn id(ask: &Ask, place: Option<usize>) -> String {
    let Ask { run, call, edition, .. } = ask;
    let edition = if *edition == 0 { String::new() } else { format!(".{edition}") };
    let place = place.map(|place| format!("/{place}")).unwrap_or_default();
    format!("{run}/{}{edition}{place}", call.index)
}

/// Queues the runs that are not there yet.
async fn begin(
    house: &House,
    starter: &Starter,
    ask: &Ask,
    workflow: &str,
    items: &[Value],
    at_once: Option<u32>,
) -> Result<(), Failure> {
    if !house.grants.workflows(&ask.workflow).any(|granted| granted == workflow) {
        return Err(Failure::business(&format!(
            "DH-6054: the workflow {} was not granted to start {workflow}; add it to [grants.{0}] workflows in the settings, then try again",
            ask.workflow
        )));
    }
    let depth = house.store.run(&ask.run).await?.map(|(row, _)| row.depth).unwrap_or_default();
    if depth >= DEEPEST {
        return Err(wrong(&format!("{DEEPEST} runs stand above one another already")));
    }
    // Which versions they are on was fixed when they were first written down.
    let there = house.store.children(&ask.run, Some(ask.call.index)).await?;
    let known = |id: &str| there.iter().any(|row| row.id == id);
    let script = starter.workflows.load(workflow).map_err(|error| Failure::business(&error))?;
    let mut runs = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let id = id(ask, at_once.map(|_| place));
        if known(&id) {
            continue;
        }
        if house.store.run(&id).await?.is_some() {
            return Err(wrong(&format!("the run {id} is another's")));
        }
        let params = params::checked(workflow, &script.text, &given(item)?);
        let params = params.map_err(|error| Failure::business(&error))?;
        let pinned = starter.pin(&id, workflow, None, params.into()).await;
        let pinned = pinned.map_err(|error| Failure::application(&error))?;
        let (workflow, trigger) = (workflow.to_owned(), "run".to_owned());
        runs.push(NewRun { id, workflow, script_sha256: pinned.sha256, document: None, trigger });
    }
    if !runs.is_empty() {
        let children = NewChildren { parent: ask.run.clone(), step: ask.call.index, at_once, runs };
        house.store.start_children(&children, &starter.limits).await?;
    }
    Ok(())
}

fn given(item: &Value) -> Result<Map<String, Value>, Failure> {
    let named = item.as_object().filter(|item| !item.contains_key("key"));
    named
        .cloned()
        .ok_or_else(|| wrong(&"what a run is started with is a map of its parameters, without `key`"))
}

/// The ends of runs, when all of them have ended; else the run rests.
async fn awaited(
    house: &House,
    ask: &Ask,
    step: u32,
    ids: &[String],
    answer: impl Fn(Vec<Value>) -> Value,
) -> Result<Reply, Failure> {
    let children = house.store.children(&ask.run, Some(step)).await?;
    let of = |id: &String| children.iter().find(|row| row.id == *id);
    let ends: Vec<&RunRow> = ids.iter().filter_map(of).filter(|row| row.state.is_final()).collect();
    if ends.len() < ids.len() {
        house.store.rest_run(&ask.run, Some(step)).await?;
        return Ok(Reply::Awaiting);
    }
    house.store.wake_run(&ask.run).await?;
    Ok(Reply::Done(answer(ends.into_iter().map(end).collect())))
}

fn end(row: &RunRow) -> Value {
    json!({
        "run": row.id,
        "state": row.state,
        "done": row.state == RunState::Done,
        "note": row.note,
        "value": row.answer,
    })
}

fn wrong(why: &impl std::fmt::Display) -> Failure {
    Failure::business(&format!(
        "DH-6055: a run cannot be started as the script says: {why}; correct the script"
    ))
}
