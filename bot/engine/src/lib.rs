//! Durable runs, schedules, triggers, and the rhai host: what a workflow may do.
//!
//! In the order in which an invoice meets them:
//!
//! | file | what |
//! |---|---|
//! | `folder`, `settle`, `whole` | a file lies in a watched folder until it is still and complete |
//! | `intake`, `shelf` | its bytes are stored and recorded, the file is put away |
//! | `schedule`, `fires` | what starts by the clock |
//! | `engine`, `workflows` | [`Engine`]: a run starts, its script pinned by hash |
//! | `durable`, `provider` | duroxide, on a file of its own |
//! | `orchestrator` | the script is run from the top until it ends |
//! | `script`, `tape` | the rhai host; answers of finished steps, and the history check |
//! | `steps`, `failure`, `alone` | one step: written down before and after; three classes of failure |
//! | `known` | what the house remembers, before a paper is read |
//! | `host` | the modules of a script: `documents`, `invoices`, `review`, `portal`, `mail` … |
//! | `trouble` | a step that failed becomes a question to a person |
//! | `pictures` | pages that were not drawn to be read are drawn to be seen |
//! | `reconcile` | what was lost is told again |

#![forbid(unsafe_code)]

mod alone;
mod cancel;
mod config;
mod durable;
mod engine;
mod error;
mod failure;
mod fires;
mod folder;
mod host;
mod house;
mod intake;
mod known;
mod orchestrator;
mod pictures;
mod provider;
mod reconcile;
mod schedule;
mod script;
mod settle;
mod shelf;
mod steps;
mod tape;
mod trouble;
mod whole;
mod workflows;

#[cfg(test)]
mod tests;

pub use cancel::cancel_run;
pub use config::{EngineConfig, FolderTrigger, ScheduleConfig};
pub use engine::{Engine, Intake, Upload};
pub use error::EngineError;
pub use fires::ScheduleView;
pub use folder::FolderView;
pub use house::House;
pub use schedule::{Schedule, check_schedule};
pub use workflows::{WorkflowView, check_workflow, script_functions};
