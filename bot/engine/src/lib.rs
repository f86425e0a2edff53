//! Durable runs, schedules, triggers, and the rhai host: what a workflow may do.
//!
//! In the order in which an invoice meets them:
//!
//! | file | what |
//! |---|---|
//! | `folder`, `settle`, `whole` | a file lies in a watched folder until it is still and complete |
//! | `intake`, `shelf` | its bytes are stored and recorded, the file is put away |
//! | `calendar`, `schedule` | working days; cron fields in a zone, and what the calendar makes of them |
//! | `catch_up`, `fires`, `why` | what starts by the clock, also after an absence; why it did, or did not |
//! | `params`, `followers` | what starts by hand, with parameters, or after another's end |
//! | `holds` | a typhoon or black rain that an address announces |
//! | `quiet` | a folder in which nothing has arrived for too long |
//! | `engine`, `workflows` | [`Engine`]: a run starts, its script pinned by hash |
//! | `durable`, `provider` | duroxide, on a file of its own |
//! | `orchestrator` | the script is run from the top until it ends |
//! | `script`, `tape` | the rhai host; answers of finished steps, and the history check |
//! | `steps`, `failure`, `alone` | one step: written down before and after; three classes of failure |
//! | `known` | what the house remembers, before a paper is read |
//! | `host` | the modules of a script: `documents`, `invoices`, `review`, `portal`, `mail` … |
//! | `trouble` | a step that failed becomes a question to a person |
//! | `reconcile` | what was lost is told again |

#![forbid(unsafe_code)]

mod alone;
mod calendar;
mod cancel;
mod catch_up;
mod config;
mod durable;
mod engine;
mod error;
mod failure;
mod fires;
mod folder;
mod followers;
mod holds;
mod host;
mod house;
mod intake;
mod known;
mod orchestrator;
mod params;
mod provider;
mod quiet;
mod reconcile;
mod schedule;
mod script;
mod settle;
mod shelf;
mod steps;
mod tape;
mod trouble;
mod whole;
mod why;
mod workflows;

#[cfg(test)]
mod tests;

pub use calendar::{Calendars, Closed, DayList, WorkingDays};
pub use cancel::cancel_run;
pub use config::{
    EngineConfig, FolderTrigger, Follower, HoldPolling, NotWorkingDay, OfficeHours, OnHold, Overlap,
    ScheduleConfig,
};
pub use engine::{Engine, Intake, Upload};
pub use error::EngineError;
pub use fires::{NextFire, ScheduleView};
pub use folder::FolderView;
pub use house::House;
pub use params::{Param, ParamKind};
pub use schedule::{Fate, Planned, Schedule, check_schedule};
pub use why::{Explained, Why, why};
pub use workflows::{WorkflowView, check_workflow, script_functions};
