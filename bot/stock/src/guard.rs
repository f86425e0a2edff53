//! Watching a policy in the present, and the way back.
//!
//! In reading order: [`strata`] and [`assignment`] choose by lot which SKUs are ordered automatically, [`ramp`] widens the
//! choice; [`record`] is what is written down each week; [`verdict`] is what a trigger says; the triggers themselves:
//! [`accuracy`] (T1, T2), [`cover`] (T3), [`drift`] (T4, with [`psi`] and [`sequence`]), [`operations`] (T5 to T8);
//! [`mod@watch`] asks all of them; [`rolling`] forecasts the weeks of the past, [`past`] makes records of them, and
//! [`false_alarm`] says how often the triggers would have cried wolf; then [`incident`], [`mod@roll_back`] and the
//! manual order [`sheet`].

pub mod accuracy;
pub mod assignment;
pub mod cover;
pub mod drift;
pub mod error;
pub mod false_alarm;
pub mod incident;
pub mod operations;
pub mod past;
pub mod psi;
pub mod ramp;
pub mod record;
pub mod roll_back;
pub mod rolling;
pub mod sequence;
pub mod sheet;
pub mod strata;
pub mod verdict;
pub mod watch;

pub use assignment::{Arm, Assigned, Assignment, assign};
pub use error::GuardError;
pub use false_alarm::{FalseAlarms, false_alarms};
pub use incident::{Incident, IncidentBook, IncidentId};
pub use past::{Unasked, records, unasked};
pub use ramp::{RAMP, Ramp};
pub use record::Records;
pub use roll_back::{RolledBack, roll_back};
pub use rolling::{ForecastSku, ForecastWeek, forecast_weeks, weeks};
pub use sheet::{ApprovedLine, ManualSheet};
pub use verdict::{Form, Reach, Trigger, Verdict};
pub use watch::{Rules, watch};
