//! The house: what a workflow may reach, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use documents::Reader;
use invoices::Vocabulary;
use notify::Mailer;
use portal::Portal;
use secrecy::SecretString;
use store::Store;

use crate::calendar::{Calendars, WorkingDays};
use crate::grants::Grants;
use crate::office::OfficeRules;
use crate::printer::Printer;
use crate::stock::StockRules;

/// What a workflow may reach. Cheap to clone.
#[derive(Clone)]
pub struct House {
    /// Documents, runs, tasks, postings; the time comes from its clock.
    pub store: Store,
    /// Reads documents.
    pub reader: Arc<Reader>,
    /// The portals by name.
    pub portals: BTreeMap<String, Arc<dyn Portal>>,
    /// What each workflow may reach.
    pub grants: Grants,
    /// The secrets that workflows may be granted, by name.
    pub secrets: BTreeMap<String, SecretString>,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Where the pages are, for links in mails; no slash at its end.
    pub base_url: String,
    /// The zone in which "today" is meant.
    pub zone: Tz,
    /// The days on which the office works.
    pub office_days: WorkingDays,
    /// The calendars that a script may name.
    pub calendars: Calendars,
    /// Who is told of exceptions and gets the digest; no such mail is sent when empty.
    pub reviewers: Vec<String>,
    /// Who is told when something is wrong with the house itself; no such mail is sent when empty.
    pub operators: Vec<String>,
    /// Who keeps the heads of the audit chain; no such mail is sent when empty.
    pub keepers: Vec<String>,
    /// The language of the mails.
    pub language: notify::Language,
    /// An invoice older than this many months goes to a person.
    pub oldest_months: u32,
    /// When people work and are reminded, and what reports reckon with.
    pub office: OfficeRules,
    /// What replenishment goes by.
    pub stock: Arc<StockRules>,
    /// Prints paper.
    pub printer: Arc<dyn Printer>,
    /// The names by which labels and titles are told.
    pub vocabulary: Arc<Vocabulary>,
}

impl House {
    /// The portals that a workflow was granted.
    pub(crate) fn granted_portals(&self, workflow: &str) -> impl Iterator<Item = (&str, &Arc<dyn Portal>)> {
        self.grants.portals(workflow).filter_map(|name| Some((name, self.portals.get(name)?)))
    }
}
