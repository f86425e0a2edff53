//! The order of one posting, and what is believed after a crash.
//!
//! ```text
//! search -> intend -> fill, check the form -> submitted -> submit -> search, read back, compare -> confirmed
//! ```
//! A row in the store stands for every bill that was ever begun; its state says what may have happened:
//! `intended`: surely nothing was saved; `submitted`: it may have been. Whoever comes after a crash searches
//! first, and fills the form again only when the state proves that nothing was saved.

mod words;

use serde_json::json;
use store::{NewPosting, PostingRow, PostingState, Store, StoreError};
use tracing::{info, warn};

use crate::compare::{copies, seen};
use crate::{Album, Bill, Fault, Look, Outcome, Portal, PortalError, Record, differences, look};
use words::{
    another_at_work, mismatch, more_than_once, not_found, other_currency, perhaps_there, signed_out,
    still_unknown, there_with_another_total,
};

/// Enters a bill once, whatever happens, and says how it ended.
///
/// # Errors
/// The machinery failed ([`PortalError`]): call again later with the same bill; what was done is found then.
pub async fn post_bill(
    portal: &dyn Portal,
    store: &Store,
    bill: &Bill,
    document: &str,
    run: &str,
) -> Result<Outcome, PortalError> {
    if let Some(only) =
        portal.policy().only_currency.as_deref().filter(|c| !c.eq_ignore_ascii_case(&bill.currency))
    {
        return Ok(other_currency(portal, only, &bill.currency));
    }
    let _turn = portal.turn().lock().await;
    let mut posting = Posting { portal, store, bill, album: Album::new() };
    let row = store.posting_by_key(portal.name(), &bill.key).await?;
    let outcome = match row {
        None => posting.begin(document, run).await,
        Some(row) => posting.resume(row, document, run).await,
    };
    posting.album.leave_with_document(store, document).await;
    info!(portal = portal.name(), run, outcome = ?outcome.as_ref().map(name_of), "posting");
    outcome
}

/// What one call of [`post_bill`] works with.
struct Posting<'a> {
    portal: &'a dyn Portal,
    store: &'a Store,
    bill: &'a Bill,
    album: Album,
}

impl Posting<'_> {
    fn wanted(&self, document: &str, run: &str) -> NewPosting {
        NewPosting {
            key: self.bill.key.clone(),
            portal: self.portal.name().to_owned(),
            document: document.to_owned(),
            run: run.to_owned(),
            bill: json!(self.bill),
        }
    }

    /// Nobody ever began this bill here.
    async fn begin(&mut self, document: &str, run: &str) -> Result<Outcome, PortalError> {
        let found = match self.portal.search(self.bill, &mut self.album).await {
            Ok(found) => found,
            Err(fault) => return self.nothing_sent(fault),
        };
        if let Some(outcome) = self.told_by(&found) {
            return Ok(outcome);
        }
        let row = self.store.intend(&self.wanted(document, run)).await?;
        if row.state != PostingState::Intended || row.document != document {
            return Ok(another_at_work(self.portal, &row)); // somebody else began between our look and our intent
        }
        self.enter(&row).await
    }

    /// A row is there: this call comes after a crash, a failure, a person's answer, or from a twin.
    async fn resume(&mut self, row: PostingRow, document: &str, run: &str) -> Result<Outcome, PortalError> {
        let ours = row.document == document;
        match row.state {
            PostingState::Confirmed => {
                let reference = row.reference.clone().unwrap_or_default();
                Ok(if ours { Outcome::Posted { reference } } else { Outcome::AlreadyThere { reference } })
            }
            PostingState::Failed => {
                // Surely nothing was saved under this row, so anybody may try.
                let found = match self.portal.search(self.bill, &mut self.album).await {
                    Ok(found) => found,
                    Err(fault) => return self.nothing_sent(fault),
                };
                if let Some(outcome) = self.told_by(&found) {
                    return Ok(outcome);
                }
                info!(posting = row.id, run, "a posting that failed is tried again");
                self.store.posting_reopened(&row.id, &self.wanted(document, run)).await?;
                self.enter(&row).await
            }
            _ if !ours => Ok(another_at_work(self.portal, &row)),
            PostingState::Intended => {
                self.album.bind(self.store, &row.id).await?;
                let found = match self.portal.search(self.bill, &mut self.album).await {
                    Ok(found) => found,
                    Err(fault) => return self.refused_or_retry(&row, fault).await,
                };
                match look(self.bill, &found) {
                    Look::Nothing => self.enter(&row).await,
                    Look::There(record) => self.confirm(&row, &record, &found).await,
                    Look::OtherTotal(_) | Look::Doubtful(_) => {
                        let outcome = self.told_by(&found).unwrap_or_else(|| not_found(self.portal));
                        self.store.posting_failed(&row.id, note_of(&outcome)).await?;
                        Ok(outcome)
                    }
                }
            }
            PostingState::Submitted => {
                self.album.bind(self.store, &row.id).await?;
                match self.settle(&row).await? {
                    Some(outcome) => Ok(outcome),
                    None => self.unknown(&row, not_found(self.portal)).await,
                }
            }
            PostingState::Unknown => {
                self.album.bind(self.store, &row.id).await?;
                match self.settle(&row).await? {
                    Some(outcome) => Ok(outcome),
                    None => Ok(still_unknown(self.portal)),
                }
            }
        }
    }

    /// Fills, checks, submits, and believes only what reads back.
    async fn enter(&mut self, row: &PostingRow) -> Result<Outcome, PortalError> {
        self.album.bind(self.store, &row.id).await?;
        if let Err(fault) = self.portal.fill(self.bill, &mut self.album).await {
            return self.refused_or_retry(row, fault).await;
        }
        self.album.healthy()?;
        match self.store.posting_submitted(&row.id).await {
            Ok(()) => {}
            Err(StoreError::WrongState { .. }) => return Ok(another_at_work(self.portal, row)),
            Err(error) => return Err(error.into()),
        }
        match self.portal.submit(self.bill, &mut self.album).await {
            Ok(()) => match self.settle(row).await? {
                Some(outcome) => Ok(outcome),
                None => self.unknown(row, not_found(self.portal)).await,
            },
            Err(Fault::NotSent(error)) => {
                self.store.posting_failed(&row.id, error.code()).await?;
                Err(error)
            }
            // The site said no. It is believed only after it was looked for.
            Err(Fault::Refused { code, why }) => {
                if let Some(outcome) = self.settle(row).await? {
                    Ok(outcome)
                } else {
                    let outcome = Outcome::refused(code, why);
                    self.store.posting_failed(&row.id, note_of(&outcome)).await?;
                    Ok(outcome)
                }
            }
            // The site answered, and its answer was the sign-in page: what was sent was not taken.
            Err(Fault::SignedOut) => {
                if let Some(outcome) = self.settle(row).await? {
                    Ok(outcome)
                } else {
                    let error = signed_out(self.portal.name());
                    self.store.posting_failed(&row.id, error.code()).await?;
                    Err(error)
                }
            }
            Err(Fault::Broken(error)) => {
                // Only the code: the page's words may hold what must not be in a log.
                warn!(
                    posting = row.id,
                    code = error.code(),
                    "it is not known whether the bill was saved; looking for it"
                );
                match self.settle(row).await? {
                    Some(outcome) => Ok(outcome),
                    None => self.unknown(row, not_found(self.portal)).await,
                }
            }
        }
    }

    /// Looks for a bill that may have been saved, several times. `None`: it was looked for and is not there.
    ///
    /// An error leaves the row as it is, so that the next call looks again.
    async fn settle(&mut self, row: &PostingRow) -> Result<Option<Outcome>, PortalError> {
        let policy = self.portal.policy();
        let mut broken = None;
        for attempt in 0..policy.searches.max(1) {
            if attempt > 0 {
                tokio::time::sleep(policy.pause).await;
            }
            match self.portal.search(self.bill, &mut self.album).await {
                Ok(found) => {
                    broken = None;
                    match look(self.bill, &found) {
                        Look::Nothing => {}
                        Look::There(record) => return self.confirm(row, &record, &found).await.map(Some),
                        Look::OtherTotal(record) | Look::Doubtful(record) => {
                            let wrong = seen(differences(self.bill, &record, false));
                            return self.unknown(row, mismatch(self.portal, &record, &wrong)).await.map(Some);
                        }
                    }
                }
                Err(fault) => broken = Some(fault),
            }
        }
        match broken {
            None => Ok(None),
            Some(Fault::NotSent(error) | Fault::Broken(error)) => Err(error),
            Some(Fault::SignedOut) => Err(signed_out(self.portal.name())),
            Some(Fault::Refused { why, .. }) => Err(PortalError::Page {
                portal: self.portal.name().to_owned(),
                doing: "search".to_owned(),
                why: why.en,
            }),
        }
    }

    /// Reads the found bill from its own page and compares it to the cent.
    async fn confirm(
        &mut self,
        row: &PostingRow,
        record: &Record,
        found: &[Record],
    ) -> Result<Outcome, PortalError> {
        let shown = match self.portal.read_back(self.bill, record, &mut self.album).await {
            Ok(shown) => shown,
            Err(Fault::NotSent(error) | Fault::Broken(error)) => return Err(error),
            Err(Fault::SignedOut) => return Err(signed_out(self.portal.name())),
            Err(Fault::Refused { code, why }) => return self.unknown(row, Outcome::unknown(code, why)).await,
        };
        let wrong = differences(self.bill, &shown, self.portal.policy().only_currency.is_none());
        if !wrong.is_empty() {
            return self.unknown(row, mismatch(self.portal, &shown, &wrong)).await;
        }
        let copies = copies(self.bill, found);
        if copies > 1 {
            return self.unknown(row, more_than_once(self.portal, copies)).await;
        }
        let reference = shown.name().to_owned();
        self.store.posting_confirmed(&row.id, &reference, &json!(shown)).await?;
        Ok(Outcome::Posted { reference })
    }

    /// A first search that found something decides alone; nothing was ever sent.
    fn told_by(&self, found: &[Record]) -> Option<Outcome> {
        match look(self.bill, found) {
            Look::Nothing => None,
            Look::There(record) => Some(Outcome::AlreadyThere { reference: record.name().to_owned() }),
            Look::OtherTotal(record) => Some(there_with_another_total(self.portal, &record)),
            Look::Doubtful(record) => Some(perhaps_there(self.portal, &record)),
        }
    }

    /// A fault of the very first search: there is no row yet.
    fn nothing_sent(&self, fault: Fault) -> Result<Outcome, PortalError> {
        match fault {
            Fault::Refused { code, why } => Ok(Outcome::refused(code, why)),
            Fault::SignedOut => Err(signed_out(self.portal.name())),
            Fault::NotSent(error) | Fault::Broken(error) => Err(error),
        }
    }

    /// A fault before the row became `submitted`: a refusal is final, anything else may be tried again.
    async fn refused_or_retry(&mut self, row: &PostingRow, fault: Fault) -> Result<Outcome, PortalError> {
        let outcome = self.nothing_sent(fault)?;
        self.store.posting_failed(&row.id, note_of(&outcome)).await?;
        Ok(outcome)
    }

    async fn unknown(&mut self, row: &PostingRow, outcome: Outcome) -> Result<Outcome, PortalError> {
        match self.store.posting_unknown(&row.id, note_of(&outcome)).await {
            Ok(()) => {}
            // It was unknown before and still is.
            Err(StoreError::WrongState { .. }) if row.state == PostingState::Unknown => {}
            Err(error) => return Err(error.into()),
        }
        Ok(outcome)
    }
}

fn name_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Posted { .. } => "posted",
        Outcome::AlreadyThere { .. } => "already there",
        Outcome::Refused { .. } => "refused",
        Outcome::Unknown { .. } => "unknown",
    }
}

fn note_of(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Posted { reference } | Outcome::AlreadyThere { reference } => reference,
        Outcome::Refused { why, .. } | Outcome::Unknown { why, .. } => &why.en,
    }
}

#[cfg(test)]
mod tests;
