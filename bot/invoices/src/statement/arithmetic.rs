//! The statement's own arithmetic: balances, what is carried over, sums, ageing, and how many lines there are.

use rust_decimal::Decimal;

use crate::statement::lines::{Sum, Table};
use crate::statement::words::Column;
use crate::statement::{Fault, FaultWhat, Line};

/// Where it does not hold. What an unread row leaves open is not held against the statement.
pub(super) fn check(table: &Table, stated_lines: Option<usize>) -> Vec<Fault> {
    let mut faults = balances(table);
    if table.unread.is_empty() {
        faults.extend(table.sums.iter().flat_map(|sum| of_sum(table, sum)));
        faults.extend(closing(table));
    }
    if let (Some(printed), false) = (table.closing(), table.ageing.is_empty()) {
        let comes_to: Decimal = table.ageing.iter().sum();
        // The last figure of the ageing may be its own sum.
        let last = table.ageing.last().copied().unwrap_or_default();
        let holds = comes_to == printed || last == printed && comes_to - last == printed;
        faults.extend((!holds).then_some(Fault { what: FaultWhat::Ageing, place: None, printed, comes_to }));
    }
    let read = table.lines.len() + table.unread.len();
    if let Some(stated) = stated_lines.filter(|stated| *stated != read) {
        let (printed, comes_to) = (Decimal::from(stated), Decimal::from(read));
        faults.push(Fault { what: FaultWhat::Count, place: None, printed, comes_to });
    }
    faults
}

/// The balance after each line, and what is carried from page to page. After a fault it goes on from what is printed, so
/// that each fault is told once.
fn balances(table: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut running = table.opening;
    let mut carried = table.carried.iter().peekable();
    let mut unread = table.unread.iter().peekable();
    for (at, line) in table.lines.iter().enumerate() {
        while let Some((place, printed, _)) = carried.next_if(|(_, _, after)| *after == at) {
            faults.extend(differs(FaultWhat::Carried, *place, *printed, running));
            running = Some(*printed);
        }
        // Nobody knows what an unread row adds.
        while unread.next_if(|row| row.place < line.place).is_some() {
            running = None;
        }
        let expected = running.map(|before| before + line.amount);
        match line.balance {
            Some(printed) => {
                faults.extend(differs(FaultWhat::Balance, line.place, printed, expected));
                running = Some(printed);
            }
            None => running = expected,
        }
    }
    if unread.peek().is_none() {
        for (place, printed, _) in carried {
            faults.extend(differs(FaultWhat::Carried, *place, *printed, running));
        }
    }
    faults
}

fn differs(
    what: FaultWhat,
    place: crate::statement::Place,
    printed: Decimal,
    expected: Option<Decimal>,
) -> Option<Fault> {
    let comes_to = expected.filter(|expected| *expected != printed)?;
    Some(Fault { what, place: Some(place), printed, comes_to })
}

/// The sums of a row: over all lines before it, or over those since the sums before it.
fn of_sum(table: &Table, sum: &Sum) -> Vec<Fault> {
    let since =
        table.sums.iter().filter(|other| other.place < sum.place).map(|other| other.after).max().unwrap_or(0);
    let faults = sum.cells.iter().filter_map(|(column, printed)| {
        let over = |lines: &[Line]| -> Option<Decimal> {
            let amounts = lines.iter().map(|line| line.amount);
            match column {
                Column::Debit => Some(amounts.filter(Decimal::is_sign_positive).sum()),
                Column::Credit if table.open_items => None,
                Column::Credit => Some(amounts.filter(Decimal::is_sign_negative).map(|amount| -amount).sum()),
                Column::Amount => Some(amounts.sum()),
                Column::Outstanding => Some(lines.iter().filter_map(|line| line.outstanding).sum()),
                _ => None,
            }
        };
        let (all, part) = (over(&table.lines[..sum.after])?, over(&table.lines[since..sum.after])?);
        let opened = table.opening.map(|opening| opening + all);
        // Credits that are printed as negative debits are summed with their sign, and a sum may begin with what was
        // brought forward.
        let signed: Decimal = table.lines[..sum.after].iter().map(|line| line.amount).sum();
        let holds = [Some(all), Some(part), opened, Some(-all), Some(signed)].contains(&Some(*printed));
        (!holds).then_some(Fault {
            what: FaultWhat::Total,
            place: Some(sum.place),
            printed: *printed,
            comes_to: all,
        })
    });
    faults.collect()
}

/// What is owed at the end.
fn closing(table: &Table) -> Option<Fault> {
    let (place, printed) = *table.closings.last()?;
    let comes_to: Decimal = if table.open_items {
        table.lines.iter().map(|line| line.outstanding.unwrap_or(line.amount)).sum()
    } else {
        let begins_at = table.lines.first().and_then(|line| Some(line.balance? - line.amount));
        let moved: Decimal = table.lines.iter().map(|line| line.amount).sum();
        table.opening.or(begins_at).unwrap_or_default() + moved
    };
    (comes_to != printed).then_some(Fault { what: FaultWhat::Closing, place: Some(place), printed, comes_to })
}
