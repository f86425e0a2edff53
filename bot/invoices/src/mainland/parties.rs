//! Buyer and seller: which block is whose is told by the places of the blocks, and by the words beside them.

use crate::finding::finding;
use crate::gather::{Gathered, Rank};
use crate::invoice::{FieldName, Severity};
use crate::labels::{Hit, Label};
use crate::reach::{Reach, Span};
use crate::sheet::SideKind;
use crate::table::Header;
use crate::values;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Buyer,
    Seller,
}

pub(super) fn read(reach: &Reach<'_>, header: Option<&Header>, gathered: &mut Gathered) {
    for (label, field) in
        [(Label::BuyerName, FieldName::BuyerName), (Label::SellerName, FieldName::SellerName)]
    {
        for hit in reach.hits.iter().filter(|h| h.label == label) {
            name(reach, hit, None, field, gathered);
        }
    }
    for (label, field) in
        [(Label::BuyerTaxId, FieldName::BuyerTaxId), (Label::SellerTaxId, FieldName::SellerTaxId)]
    {
        for hit in reach.hits.iter().filter(|h| h.label == label) {
            tax_id(reach, hit, field, gathered);
        }
    }
    let ids: Vec<&Hit> = reach.hits.iter().filter(|h| h.label == Label::PartyTaxId).collect();
    let names: Vec<&Hit> = reach.hits.iter().filter(|h| h.label == Label::PartyName).collect();
    for hit in &ids {
        match role(reach, hit, &ids, header) {
            Some(role) => tax_id(reach, hit, tax_field(role), gathered),
            None => unclear(gathered, &[FieldName::BuyerTaxId, FieldName::SellerTaxId]),
        }
    }
    for hit in &names {
        let below = ids.iter().copied().find(|id| right_below(reach, hit, id));
        match role(reach, hit, &names, header) {
            Some(role) => name(reach, hit, below, name_field(role), gathered),
            None => unclear(gathered, &[FieldName::BuyerName, FieldName::SellerName]),
        }
    }
    for id in &ids {
        let has_own = names.iter().any(|n| right_below(reach, n, id));
        if !has_own && let Some(role) = role(reach, id, &ids, header) {
            unlabelled_name(reach, id, name_field(role), gathered);
        }
    }
}

fn name_field(role: Role) -> FieldName {
    if role == Role::Buyer { FieldName::BuyerName } else { FieldName::SellerName }
}

fn tax_field(role: Role) -> FieldName {
    if role == Role::Buyer { FieldName::BuyerTaxId } else { FieldName::SellerTaxId }
}

/// Whose label this is. `None` if the two ways of telling it differ, or neither tells.
fn role(reach: &Reach<'_>, hit: &Hit, alike: &[&Hit], header: Option<&Header>) -> Option<Role> {
    match (by_side(reach, hit), by_place(reach, hit, alike, header)) {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

/// By the word that runs downwards left of the block.
fn by_side(reach: &Reach<'_>, hit: &Hit) -> Option<Role> {
    let row = &reach.sheet.rows[hit.row];
    let (y, h) = (row.middle(), row.height());
    reach
        .sheet
        .sides
        .iter()
        .filter(|s| matches!(s.kind, SideKind::Buyer | SideKind::Seller))
        .filter(|s| s.x1 < hit.x0 + 0.5 * h && s.y0 - 1.5 * h < y && y < s.y1 + 1.5 * h)
        .max_by(|a, b| a.x0.total_cmp(&b.x0))
        .map(|s| if s.kind == SideKind::Buyer { Role::Buyer } else { Role::Seller })
}

/// Old faces: buyer above the table, seller below. Digital faces: both above, buyer left, seller right.
fn by_place(reach: &Reach<'_>, hit: &Hit, alike: &[&Hit], header: Option<&Header>) -> Option<Role> {
    let middle = |h: &Hit| reach.sheet.rows[h.row].middle();
    let height = reach.sheet.rows[hit.row].height();
    let beside = alike.iter().find(|o| **o != hit && (middle(o) - middle(hit)).abs() < 1.5 * height);
    if let Some(other) = beside {
        return Some(if hit.x0 < other.x0 { Role::Buyer } else { Role::Seller });
    }
    if let Some(header) = header {
        let table = reach.sheet.rows[header.first].middle();
        if middle(hit) > table {
            return Some(Role::Seller);
        }
        let below = alike.iter().any(|o| middle(o) > table);
        return below.then_some(Role::Buyer);
    }
    match alike {
        [a, b] if (middle(a) - middle(b)).abs() > 6.0 * height => {
            Some(if middle(hit) < middle(a).max(middle(b)) { Role::Buyer } else { Role::Seller })
        }
        _ => None,
    }
}

fn right_below(reach: &Reach<'_>, name: &Hit, id: &Hit) -> bool {
    let (a, b) = (&reach.sheet.rows[name.row], &reach.sheet.rows[id.row]);
    let down = b.middle() - a.middle();
    down > 0.0 && down < 4.5 * a.height() && (name.x0 - id.x0).abs() < 3.0 * a.height()
}

fn tax_id(reach: &Reach<'_>, hit: &Hit, field: FieldName, gathered: &mut Gathered) {
    let Some(span) = reach.right(hit) else { return };
    let Some(taken) = values::alphanumerics(reach.row(span), span.from, span.to, 1.4) else { return };
    if !(12..=21).contains(&taken.value.len()) {
        return;
    }
    let glyphs = &reach.row(span).glyphs[taken.at];
    gathered.add(field, reach.candidate(taken.value, glyphs, Rank::Certain));
}

fn name(reach: &Reach<'_>, hit: &Hit, id: Option<&Hit>, field: FieldName, gathered: &mut Gathered) {
    let Some(span) = reach.right(hit) else { return };
    let row = reach.row(span);
    let Some(taken) = values::name(row, span.from, span.to, 1.7) else { return };
    let mut value = taken.value;
    let mut glyphs = row.glyphs[taken.at].to_vec();
    if let Some(id) = id
        && let Some(more) = wrapped(reach, span, id, glyphs[0].x0)
    {
        value.push_str(&values::tidy(&reach.text(more)));
        glyphs.extend_from_slice(reach.glyphs(more));
    }
    gathered.add(field, reach.candidate(value, &glyphs, Rank::Certain));
}

/// A long name goes on in the row between its own and the tax id's.
fn wrapped(reach: &Reach<'_>, name: Span, id: &Hit, x0: f32) -> Option<Span> {
    let rows = &reach.sheet.rows;
    let height = rows[name.row].height();
    let (top, bottom) = (rows[name.row].middle(), rows[id.row].middle());
    rows.iter().enumerate().find_map(|(i, row)| {
        if i == name.row
            || i == id.row
            || row.middle() <= top + 0.5 * height
            || row.middle() >= bottom - 0.5 * height
        {
            return None;
        }
        row.cells(0, row.glyphs.len(), 1.7)
            .into_iter()
            .find(|(from, _)| (row.glyphs[*from].x0 - x0).abs() < 1.2 * height)
            .filter(|(from, to)| !reach.hits.iter().any(|h| h.row == i && h.from < *to && h.to > *from))
            .map(|(from, to)| Span { row: i, from, to })
    })
}

/// The label 名称 was not read, but its value stands right above the tax id's.
fn unlabelled_name(reach: &Reach<'_>, id: &Hit, field: FieldName, gathered: &mut Gathered) {
    if gathered.has(field) {
        return;
    }
    let Some(id_value) = reach.right(id) else { return };
    let rows = &reach.sheet.rows;
    let height = rows[id.row].height();
    let x0 = reach.glyphs(id_value)[0].x0;
    let above = rows
        .iter()
        .enumerate()
        .filter(|(i, r)| *i != id.row && r.middle() < rows[id.row].middle() - 0.5 * height)
        .filter(|(_, r)| rows[id.row].middle() - r.middle() < 2.6 * height)
        .filter_map(|(i, r)| {
            let from = r.glyphs.iter().position(|g| g.x0 > x0 - 1.5 * height)?;
            ((r.glyphs[from].x0 - x0).abs() < 3.0 * height).then_some((i, from))
        })
        .max_by(|a, b| rows[a.0].middle().total_cmp(&rows[b.0].middle()));
    let Some((row, from)) = above else { return };
    if let Some(taken) = values::name(&rows[row], from, rows[row].glyphs.len(), 1.7) {
        let glyphs = &rows[row].glyphs[taken.at];
        gathered.add(field, reach.candidate(taken.value, glyphs, Rank::Placed));
    }
}

fn unclear(gathered: &mut Gathered, fields: &[FieldName]) {
    let found = finding(
        "DH-2314",
        Severity::Review,
        fields,
        "It is not clear which block belongs to the buyer and which to the seller.",
        "未能分辨哪一欄屬購買方、哪一欄屬銷售方。",
    );
    if !gathered.findings.contains(&found) {
        gathered.findings.push(found);
    }
}
