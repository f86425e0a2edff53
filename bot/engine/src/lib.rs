//! Durable runs, schedules, triggers, and the rhai host: what a workflow may do.
//!
//! In the order in which an invoice meets them:
//!
//! | file | what |
//! |---|---|
//! | `folder`, `settle`, `whole` | a file lies in a watched folder until it is still and complete |
//! | `intake`, `shelf` | its bytes are stored and recorded, the file is put away |
//! | `upload` | files that come by the page or the command line |
//! | `mailbox` | a mail arrives in a watched mailbox; a mailbox that has fallen silent |
//! | `calendar`, `schedule` | working days; cron fields in a zone, and what the calendar makes of them |
//! | `catch_up`, `fires`, `why` | what starts by the clock, also after an absence; why it did, or did not |
//! | `params`, `followers` | what starts by hand, with parameters, or after another's end |
//! | `holds` | a typhoon or black rain that an address announces |
//! | `quiet` | a folder or mailbox in which nothing has arrived for too long |
//! | `engine`, `start`, `workflows` | [`Engine`]: a run starts, its script pinned by hash |
//! | `durable`, `provider` | duroxide, on a file of its own or in PostgreSQL |
//! | `lanes` | steps that never queue behind each other, and which of them a machine takes |
//! | `orchestrator` | the script is run from the top until it ends |
//! | `script`, `tape` | the rhai host; answers of finished steps, and the history check |
//! | `grants`, `bounds` | what each workflow may reach, and what a script may take |
//! | `steps`, `failure`, `alone` | one step: written down before and after; three classes of failure |
//! | `known` | what the house remembers, before a paper is read |
//! | `host` | the modules of a script: `documents`, `invoices`, `review`, `portal`, `mail`, `statements` … |
//! | `office`, `book` | when people are reminded, and what a report reckons with; workbooks for people |
//! | `stock` | replenishment: events, plans, proposals, purchase orders, the guard; stocktakes |
//! | `printer` | paper |
//! | `trouble` | a step that failed becomes a question to a person |
//! | `pictures` | pages that were not drawn to be read are drawn to be seen |
//! | `again` | a failed run is done again, from a step, by a person |
//! | `turns` | runs that are queued, sleep or wait for others are let go |
//! | `reconcile` | what was lost is told again |
//! | `clock_watch`, `hosts` | a machine's clock that jumps; a machine that falls silent |
//!
//! And for those who write scripts:
//!
//! | file | what |
//! |---|---|
//! | `reference`, `shape` | what a script may call, from the functions' own documentation |
//! | `lint` | what can be known to be wrong with a script before it runs |
//! | `rehearsal`, `props` | a script is run without the world; what stands for the answers of its steps |
//! | `script_tests` | tests of workflows |
//! | `dry_run` | a workflow on a real paper, with everything shown and nothing done |
//! | `versions` | what runs began on before, and the way back |
//! | `backtest` | a changed script over the answers of past runs |

#![forbid(unsafe_code)]

mod again;
mod alone;
mod backtest;
mod book;
mod bounds;
mod calendar;
mod cancel;
mod catch_up;
mod clock_watch;
mod config;
mod dry_run;
mod durable;
mod engine;
mod error;
mod failure;
mod fires;
mod folder;
mod followers;
mod grants;
mod holds;
mod host;
mod hosts;
mod house;
mod intake;
mod known;
mod lanes;
mod lint;
mod mailbox;
mod office;
mod orchestrator;
mod params;
mod pictures;
mod printer;
mod props;
mod provider;
mod quiet;
mod reconcile;
mod reference;
mod rehearsal;
mod schedule;
mod script;
mod script_tests;
mod settle;
mod shape;
mod shelf;
mod start;
mod steps;
mod stock;
mod tape;
mod trouble;
mod turns;
mod upload;
mod versions;
mod whole;
mod why;
mod workflows;

#[cfg(test)]
mod tests;

pub use again::{Repeat, Retry, RetryPlan, plan_retry, retry_run};
pub use backtest::{Backtested, Difference, StepGiven, backtest};
pub use calendar::{Calendars, Closed, DayList, WorkingDays};
pub use cancel::cancel_run;
pub use clock_watch::CLOCKS_APART;
pub use config::{
    EngineConfig, EngineState, Filing, FolderTrigger, Follower, HoldPolling, MailboxTrigger, NotWorkingDay,
    OfficeHours, OnHold, Overlap, ScheduleConfig,
};
pub use dry_run::{DryRun, DryRunReport, DryStep, dry_run};
pub use engine::Engine;
pub use error::{EngineError, ScriptPlace};
pub use fires::{NextFire, ScheduleView};
pub use folder::FolderView;
pub use grants::{FolderGrant, Grant, Grants};
pub use hosts::{GONE_AFTER, lanes_of_nobody};
pub use house::House;
pub use lanes::Lane;
pub use lint::{Problem, check_script};
pub use mailbox::{MailboxCheck, MailboxError, MailboxView, check_mailbox};
pub use office::OfficeRules;
pub use params::{Param, ParamKind};
pub use printer::{NoPrinter, Printer};
pub use reference::{HostFunction, HostParam, host_definitions, host_functions, host_reference};
pub use rehearsal::Ending;
pub use schedule::{Fate, Planned, Schedule, check_schedule, is_name as is_workflow_name};
pub use script_tests::{TESTS, TestOutcome, run_script_tests};
pub use stock::{
    Guarded, OrderEnd, Pilot, PilotState, StockRules, SupplierRules, TakeError, Waiver, manual_order_sheet,
    move_pilot, pilot_state, proposal_sheet, settle_order, take_batch,
};
pub use upload::{Intake, Upload};
pub use versions::{Version, roll_back, version_text, workflow_versions};
pub use why::{Explained, Why, why};
pub use workflows::WorkflowView;
