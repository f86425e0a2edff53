//! The seam: what a portal can do.

use std::time::Duration;

use async_trait::async_trait;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::{Album, Bill, PortalError, Words};

/// A bill as the portal shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The portal's own number for the bill.
    pub number: Option<String>,
    /// The supplier's invoice number.
    pub reference: Option<String>,
    /// The supplier's name.
    pub supplier: Option<String>,
    /// The supplier's tax or registration number.
    pub supplier_tax_id: Option<String>,
    /// The bill's date.
    pub date: Option<NaiveDate>,
    /// What is owed.
    pub total: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Where the bill's own page is.
    pub link: Option<String>,
}

impl Record {
    /// What people call it: the portal's number, else the place of its page, else the supplier's number.
    pub fn name(&self) -> &str {
        self.number.as_deref().or(self.link.as_deref()).or(self.reference.as_deref()).unwrap_or("?")
    }
}

/// What is true of a portal as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What is entered there, as people call it: `bill`, `單據`.
    pub what: Words,
    /// The only currency that the portal's books are kept in; `None` when each bill records its own.
    pub only_currency: Option<String>,
    /// How many times a bill that may have been saved is looked for.
    pub searches: u32,
    /// The pause between these searches.
    pub pause: Duration,
}

/// Why a portal did not do what it was asked to.
#[derive(Debug)]
pub enum Fault {
    /// The site said no, or the bill does not fit the site. For a person.
    Refused {
        /// Such as `DH-4107`.
        code: &'static str,
        /// Why.
        why: Words,
    },
    /// The site answered with its sign-in page, and signing in again did not or must not help.
    SignedOut,
    /// The machinery failed before anything was sent that could save a bill.
    NotSent(PortalError),
    /// The machinery failed; while submitting, the bill may have been saved.
    Broken(PortalError),
}

impl Fault {
    pub(crate) fn refused(code: &'static str, why: Words) -> Self {
        Self::Refused { code, why }
    }
}

/// An accounting system that is driven through its pages.
///
/// Only [`post_bill`](crate::post_bill) should call these: it holds the order that keeps a bill from being
/// entered twice.
#[async_trait]
pub trait Portal: Send + Sync {
    /// The name in the configuration, in postings and in the audit.
    fn name(&self) -> &str;
    /// What is true of the portal as a whole.
    fn policy(&self) -> &Policy;
    /// Held for the whole of one posting: one at a time in each portal.
    fn turn(&self) -> &Mutex<()>;
    /// Every bill that may be this one, by the supplier's number.
    async fn search(&self, bill: &Bill, album: &mut Album) -> Result<Vec<Record>, Fault>;
    /// Fills the form and compares what stands in it with what was typed. Saves nothing.
    async fn fill(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault>;
    /// Saves the filled form.
    async fn submit(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault>;
    /// Reads a found bill from its own page.
    async fn read_back(&self, bill: &Bill, found: &Record, album: &mut Album) -> Result<Record, Fault>;
    /// Ends the session, if there is one.
    async fn close(&self) {}
}
