//! A trigger that fires opens an incident; firing again while it is open opens no other.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::guard::strata::hex;
use crate::guard::verdict::{Trigger, Verdict};

/// The id of an incident: derived from the pilot, the trigger and the week, so that two machines that see the same firing give
/// it the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(String);

impl IncidentId {
    /// The id of the incident that `trigger` opens in the week that begins on `week`.
    pub fn derive(pilot: &str, trigger: Trigger, week: NaiveDate) -> Self {
        let hash = Sha256::digest(format!("{}\t{pilot}\t{trigger}\t{week}", pilot.len()));
        Self(hex(&hash[..8]))
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something went wrong, and what was known when it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What the trigger said when it first fired.
    pub opened_by: Verdict,
    /// The Mondays of all weeks in which it fired while open.
    pub weeks: Vec<NaiveDate>,
    /// The day it was closed, with the post-mortem written.
    pub closed: Option<NaiveDate>,
}

/// The incidents of a pilot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct IncidentBook {
    /// The pilot's name; part of every id.
    pub pilot: String,
    /// By id.
    pub incidents: BTreeMap<IncidentId, Incident>,
}

impl IncidentBook {
    /// Takes up a verdict that fired. Gives the incident's id, and whether it is new: only a new one is told to people. A
    /// verdict that did not fire gives none.
    pub fn take(&mut self, verdict: &Verdict) -> Option<(IncidentId, bool)> {
        if !verdict.fired {
            return None;
        }
        let id = IncidentId::derive(&self.pilot, verdict.trigger, verdict.week);
        let open = self.incidents.values_mut().find(|incident| {
            incident.id == id || (incident.closed.is_none() && incident.opened_by.trigger == verdict.trigger)
        });
        if let Some(open) = open {
            if !open.weeks.contains(&verdict.week) {
                open.weeks.push(verdict.week);
            }
            return Some((open.id.clone(), false));
        }
        let incident =
            Incident { id: id.clone(), opened_by: verdict.clone(), weeks: vec![verdict.week], closed: None };
        self.incidents.insert(id.clone(), incident);
        Some((id, true))
    }

    /// Closes an incident; whether there was an open one of that id.
    pub fn close(&mut self, id: &IncidentId, day: NaiveDate) -> bool {
        match self.incidents.get_mut(id) {
            Some(incident) if incident.closed.is_none() => {
                incident.closed = Some(day);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::accuracy::t1;
    use crate::guard::accuracy::tests::{monday, sku};
    use crate::guard::record::AccuracyWeek;
    use crate::guard::verdict::Form;

    fn fired(week: u64) -> Verdict {
        let weeks = [week - 1, week]
            .map(|week| AccuracyWeek { week: monday(week), skus: vec![sku("a", 10, 20.0, 10.0)] });
        t1(Form::Default, &weeks).unwrap()
    }

    #[test]
    fn firing_twice_is_one_incident_and_after_closing_another() {
        let mut book = IncidentBook { pilot: "2026 spring".into(), ..IncidentBook::default() };
        let (id, new) = book.take(&fired(3)).unwrap();
        assert!(new);
        assert_eq!(book.take(&fired(3)), Some((id.clone(), false)));
        assert_eq!(book.take(&fired(4)), Some((id.clone(), false)));
        assert_eq!((book.incidents.len(), book.incidents[&id].weeks.len()), (1, 2));
        assert!(book.close(&id, monday(5)) && !book.close(&id, monday(5)));
        assert_eq!(book.take(&fired(3)), Some((id.clone(), false)), "the same week is the same incident");
        let (other, new) = book.take(&fired(6)).unwrap();
        assert!(new && other != id);
    }

    #[test]
    fn what_did_not_fire_opens_nothing() {
        let mut book = IncidentBook::default();
        assert_eq!(book.take(&Verdict { fired: false, ..fired(3) }), None);
        assert!(book.incidents.is_empty());
    }
}
