//! One invoice in several files: as data, as a page, as a photo. It is read from the best of them, posted once, and
//! asked about once; the others are its carriers.

use invoices::{Decision, Invoice};
use store::{DocumentRow, PostingState, RunState, TwinRow};

use crate::cancel::cancel_run;
use crate::failure::Failure;
use crate::host::invoices::load;
use crate::house::House;

/// Settles which document the invoice is read from. Answers the one that this document gives way to, if it does.
///
/// Files that say different things of one number are left alone: a person must see both.
pub(crate) async fn settle(
    house: &House,
    sha256: &str,
    invoice: &Invoice,
    twins: &[TwinRow],
) -> Result<Option<DocumentRow>, Failure> {
    let store = &house.store;
    let row = store.document(sha256).await?;
    if let Some(of) = row.as_ref().and_then(|row| row.carrier_of.as_deref()) {
        return Ok(store.document(of).await?);
    }
    for twin in twins.iter().filter(|twin| twin.hard && is_alive(twin)) {
        let Ok(other) = load(house, &twin.sha256).await else { continue };
        if !invoices::same_invoice(invoice, &other) {
            continue;
        }
        if is_undecided(twin, &other) && invoices::outranks(invoice, &other) {
            let gave_way = store.set_carrier(&twin.sha256, sha256).await?;
            if let (true, Some(run), Some(row)) = (gave_way, twin.run.as_deref(), &row) {
                let why = format!("the same invoice came as {}, which is read instead", row.name);
                cancel_run(store, run, &why).await.map_err(|error| Failure::application(&error))?;
            }
        } else if store.set_carrier(sha256, &twin.sha256).await? {
            return Ok(store.document(&twin.sha256).await?);
        }
    }
    Ok(None)
}

/// The document that this one would give way to, were it settled now; nothing is noted.
pub(crate) async fn would_give_way_to(
    house: &House,
    invoice: &Invoice,
    twins: &[TwinRow],
) -> Result<Option<DocumentRow>, Failure> {
    for twin in twins.iter().filter(|twin| twin.hard && is_alive(twin)) {
        let Ok(other) = load(house, &twin.sha256).await else { continue };
        let stays = is_undecided(twin, &other) && invoices::outranks(invoice, &other);
        if invoices::same_invoice(invoice, &other) && !stays {
            return Ok(house.store.document(&twin.sha256).await?);
        }
    }
    Ok(None)
}

/// What a person has rejected, or what could not be finished, stands for nothing: a person sees the newcomer too.
fn is_alive(twin: &TwinRow) -> bool {
    let posted = twin.posting_state.is_some_and(|state| state != PostingState::Failed);
    posted
        || matches!(
            twin.run_state,
            Some(RunState::Queued | RunState::Running | RunState::Waiting | RunState::Done)
        )
}

/// Nothing of it is in a portal or on its way there, and a person would have to be asked.
fn is_undecided(twin: &TwinRow, other: &Invoice) -> bool {
    twin.posting_state.is_none()
        && other.decision == Decision::Review
        && matches!(twin.run_state, Some(RunState::Queued | RunState::Running | RunState::Waiting))
}
