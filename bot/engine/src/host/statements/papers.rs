//! Whose statement it is, and what the house has of that supplier.

use std::collections::BTreeMap;

use invoices::Invoice;
use invoices::statement::{Paper, PaperState, Statement, fold_name};
use portal::Bill;
use store::{PostingState, RunState, SupplierPaper};

use crate::failure::Failure;
use crate::host::portal::bill;
use crate::house::House;

/// A name of so many bytes or fewer, folded, stands in other texts by chance.
const TOO_SHORT: usize = 5;

/// The supplier of a statement.
pub(super) struct Supplier {
    /// As its papers name it most often; none when the statement names no supplier that is known, or several.
    pub(super) name: Option<String>,
    /// Every way in which its papers spell it.
    pub(super) spellings: Vec<String>,
    /// Why there is none: the names that were found.
    pub(super) trouble: Vec<String>,
}

/// The supplier that was asked for, else the one known supplier whose name stands on the statement.
pub(super) async fn supplier(
    house: &House,
    statement: &Statement,
    asked: Option<&str>,
) -> Result<Supplier, Failure> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in house.store.supplier_names().await? {
        known.entry(fold_name(&name)).or_default().push(name);
    }
    if let Some(asked) = asked {
        let spellings = known.remove(&fold_name(asked)).unwrap_or_default();
        return Ok(Supplier { name: Some(asked.to_owned()), spellings, trouble: Vec::new() });
    }
    let texts: Vec<String> = statement.texts.iter().map(|text| fold_name(text)).collect();
    let stands =
        |name: &String| name.len() > TOO_SHORT && texts.iter().any(|text| text.contains(name.as_str()));
    let mut found: Vec<String> = known.keys().filter(|name| stands(name)).cloned().collect();
    // A name within a longer one that stands there too is a part of it.
    let all = found.clone();
    found.retain(|name| !all.iter().any(|longer| longer != name && longer.contains(name.as_str())));
    match found.as_slice() {
        [one] => {
            let spellings = known.remove(one).unwrap_or_default();
            Ok(Supplier { name: spellings.first().cloned(), spellings, trouble: Vec::new() })
        }
        several => {
            let names = several.iter().filter_map(|name| known.get(name)?.first().cloned()).collect();
            Ok(Supplier { name: None, spellings: Vec::new(), trouble: names })
        }
    }
}

/// The papers of a supplier under all its spellings, each as what became of it says.
pub(super) async fn of(house: &House, spellings: &[String]) -> Result<Vec<Paper>, Failure> {
    let mut papers = Vec::new();
    for name in spellings {
        let rows = house.store.papers_of_supplier(name).await?;
        papers.extend(rows.iter().filter_map(paper));
    }
    Ok(papers)
}

/// What was posted is what the bill says; what was not, what was read.
fn paper(row: &SupplierPaper) -> Option<Paper> {
    let state = state(row);
    let posted: Option<Bill> = row.bill.clone().and_then(|bill| serde_json::from_value(bill).ok());
    let read = || row.invoice.clone().and_then(|invoice| serde_json::from_value::<Invoice>(invoice).ok());
    let bill = match (state, posted) {
        (PaperState::Posted | PaperState::Unknown, Some(posted)) => Some(posted),
        _ => read().and_then(|invoice| bill(&invoice).ok()),
    };
    if let Some(bill) = bill {
        return Some(Paper {
            document: row.document.clone(),
            number: Some(bill.reference),
            date: Some(bill.issue_date),
            currency: Some(bill.currency),
            total: Some(bill.total),
            state,
        });
    }
    // Too little of it is known for a bill: its number still tells that it is here.
    let number = read()?.value(invoices::FieldName::InvoiceNumber)?.to_owned();
    Some(Paper {
        document: row.document.clone(),
        number: Some(number),
        date: None,
        currency: None,
        total: None,
        state,
    })
}

fn state(row: &SupplierPaper) -> PaperState {
    match (row.posting_state, row.run_state) {
        (Some(PostingState::Confirmed), _) => PaperState::Posted,
        (Some(PostingState::Unknown | PostingState::Submitted), _) => PaperState::Unknown,
        (_, Some(RunState::Waiting)) => PaperState::Waiting,
        (_, Some(RunState::Running) | None) => PaperState::UnderWay,
        (_, Some(RunState::Rejected)) => PaperState::Rejected,
        (_, Some(RunState::Failed)) => PaperState::Failed,
        _ => PaperState::NotPosted,
    }
}
