//! A dry run: a workflow on a real paper, with everything shown that it would read, ask, type and mail, and nothing
//! done. What it must know it reads from the store; a person is taken to approve, a posting to succeed.

mod world;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::EngineError;
use crate::house::House;
use crate::orchestrator::Started;
use crate::params;
use crate::rehearsal::{Ending, Next, Rehearsal};
use crate::script::Scripts;
use world::World;

/// What a dry run starts with.
#[derive(Debug, Clone, Default)]
pub struct DryRun {
    /// The workflow.
    pub workflow: String,
    /// Its script.
    pub script: String,
    /// The paper's name and bytes, if it is about one.
    pub paper: Option<(String, Vec<u8>)>,
    /// What else the script finds as `run`, such as the portal.
    pub params: Map<String, Value>,
}

/// One step that was not done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryStep {
    /// The step.
    pub step: String,
    /// What it would do, a sentence a line.
    pub would: Vec<String>,
    /// What the script was told that it answered.
    pub answer: Value,
}

/// What became of a dry run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRunReport {
    /// The steps, in order.
    pub steps: Vec<DryStep>,
    /// How the run would end.
    pub would_end: Ending,
}

/// Runs a workflow dry.
pub async fn dry_run(house: &House, dry: DryRun) -> Result<DryRunReport, EngineError> {
    let DryRun { workflow, script, paper, mut params } = dry;
    if let Some((_, bytes)) = &paper {
        params.insert("document".to_owned(), json!(store::sha256_hex(bytes)));
    }
    let run = format!("{workflow}/dry-run");
    let params = params::with_defaults(&script, Value::Object(params));
    let constants = Started::constants(&run, &workflow, params);
    let mut rehearsal = Rehearsal::new(&Arc::new(Scripts::new()), &workflow, &script, constants.clone())?;
    let mut world = World::new(house, workflow, constants, paper);
    let mut steps = Vec::new();
    let would_end = loop {
        let call = match rehearsal.next() {
            Next::End(end) => break end,
            Next::Step(call) => call,
        };
        let step = call.name.clone();
        match world.would(&call, rehearsal.steps()).await {
            Ok((told, answer)) => {
                steps.push(DryStep { step, would: told, answer: answer.clone() });
                rehearsal.answer(call, answer);
            }
            Err(failure) => {
                steps.push(DryStep { step, would: vec![failure.text.clone()], answer: Value::Null });
                break Ending { state: "waiting".to_owned(), note: failure.text };
            }
        }
    };
    Ok(DryRunReport { steps, would_end })
}
