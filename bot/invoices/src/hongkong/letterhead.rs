//! The supplier's name: after a label, else the largest company name in the head that is not the buyer's.

use std::sync::LazyLock;

use regex::Regex;

use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, Kind};
use crate::kinds::Titles;
use crate::labels::{Label, is_ideograph};
use crate::reach::{Reach, rank};
use crate::sheet::{Glyph, Row};
use crate::table::Header;
use crate::values;

/// How a company's name ends, in folded form.
static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(有限公司|公司|集团|企业|商行|工作室|事务所|合伙|LIMITED|LTD\.?|COMPANY|CO\.?|INC\.?|LLC|LLP|CORP\.?|CORPORATION|ENTERPRISES?|TRADING|H\.?K\.?\))(\(.{1,12}\))?$")
        .expect("the pattern is a constant")
});

pub(super) fn read(
    reach: &Reach<'_>,
    header: Option<&Header>,
    kind: Kind,
    titles: &Titles,
    gathered: &mut Gathered,
) {
    for hit in reach.hits.iter().filter(|h| h.label == Label::SellerName) {
        if let Some((span, taken)) =
            super::head::reached(reach, hit, |row, from, to| values::name(row, from, to, 1.8))
        {
            let glyphs = &reach.row(span).glyphs[taken.at];
            gathered.add(FieldName::SellerName, reach.candidate(taken.value, glyphs, rank(hit)));
        }
    }
    if gathered.has(FieldName::SellerName) {
        return;
    }
    let limit = header.map_or(0.4, |h| reach.sheet.rows[h.first].y0()).min(0.45);
    let heads: Vec<Head> = heads(reach, limit, titles);
    let heads = joined(heads);
    let companies: Vec<&Head> = heads.iter().filter(|h| COMPANY.is_match(&h.folded)).collect();
    let buyer = gathered.value(FieldName::BuyerName).map(crate::labels::fold_text);
    let companies: Vec<&Head> = companies.into_iter().filter(|h| Some(&h.folded) != buyer.as_ref()).collect();
    if let Some(head) = largest(companies.iter().copied()) {
        // A letterhead stands above what it heads. A company further down may be anybody, such as a buyer whose
        // block has no label on a paper whose letterhead is a picture.
        let rank =
            if head.y < head_line(reach, titles) + 0.6 * head.height { Rank::Likely } else { Rank::Placed };
        gathered.add(FieldName::SellerName, candidate(reach, head, rank));
        return;
    }
    if kind == Kind::HkReceipt
        && let Some(head) = largest(heads.iter().filter(|h| h.y < 0.35))
    {
        gathered.add(FieldName::SellerName, candidate(reach, head, Rank::Placed));
    }
}

/// `萬事示範行 Mansi Demo` is one name in two languages: the Chinese one is taken.
fn first_language(row: &Row, from: usize, to: usize, folded: String) -> (usize, String) {
    let chinese = (from..to).take_while(|&i| !row.glyphs[i].c.is_ascii_alphabetic()).count();
    let latin = row.glyphs[from + chinese..to].iter().filter(|g| g.c.is_ascii_alphabetic()).count();
    let ideographs = row.glyphs[from..from + chinese].iter().filter(|g| is_ideograph(g.c)).count();
    let mixed_again = row.glyphs[from + chinese..to].iter().any(|g| is_ideograph(g.c));
    if ideographs >= 2 && ideographs == chinese && latin >= 4 && !mixed_again {
        return (from + chinese, row.folded(from, from + chinese));
    }
    (to, folded)
}

/// A long name takes two rows: the second ends as a company does, the first does not, and their print is alike.
fn joined(heads: Vec<Head>) -> Vec<Head> {
    let mut out: Vec<Head> = Vec::new();
    for mut head in heads {
        let goes_on = out.last().is_some_and(|above| {
            let h = head.height;
            COMPANY.is_match(&head.folded)
                && !COMPANY.is_match(&above.folded)
                && (above.height - h).abs() < 0.12 * h
                && (head.y - above.y) > 0.8 * h
                && (head.y - above.y) < 1.7 * h
                && (above.x0 - head.x0).abs() < 0.6 * h
                && is_latin(&above.value) == is_latin(&head.value)
        });
        if goes_on && let Some(above) = out.pop() {
            let gap = if is_latin(&above.value) { " " } else { "" };
            head.value = format!("{}{gap}{}", above.value, head.value);
            head.folded = format!("{}{}", above.folded, head.folded);
            head.glyphs = above.glyphs.into_iter().chain(head.glyphs).collect();
        }
        out.push(head);
    }
    out
}

fn is_latin(text: &str) -> bool {
    text.is_ascii()
}

/// Where the paper's own matter begins: its title, number, or the buyer's label, whichever comes first.
fn head_line(reach: &Reach<'_>, names: &Titles) -> f32 {
    let labels = reach
        .hits
        .iter()
        .filter(|h| matches!(h.label, Label::InvoiceNumber | Label::IssueDate | Label::BuyerName))
        .map(|h| reach.sheet.rows[h.row].middle());
    let titles = reach.sheet.rows.iter().filter(|row| {
        row.cells(0, row.glyphs.len(), 2.0)
            .iter()
            .any(|&(a, b)| crate::kinds::is_title(&row.folded(a, b), names))
    });
    labels.chain(titles.map(Row::middle)).fold(f32::INFINITY, f32::min)
}

struct Head {
    glyphs: Vec<Glyph>,
    value: String,
    folded: String,
    height: f32,
    x0: f32,
    y: f32,
}

/// Cells in the head that could be a name: no title, no label, no label's value, no address or figure.
fn heads(reach: &Reach<'_>, limit: f32, titles: &Titles) -> Vec<Head> {
    let mut out = Vec::new();
    let buyers = buyer_blocks(reach);
    for (index, row) in reach.sheet.rows.iter().enumerate().filter(|(_, r)| r.middle() < limit) {
        for (from, to) in row.cells(0, row.glyphs.len(), 1.8) {
            let labelled = reach.hits.iter().any(|h| h.row == index && h.from < to && h.to <= to);
            let g = &row.glyphs[from];
            let in_buyer =
                buyers.iter().any(|b| g.y0 > b.top && g.y0 < b.bottom && g.x1 > b.x0 && g.x0 < b.x1);
            let folded = row.folded(from, to);
            if labelled || in_buyer || crate::kinds::is_title(&folded, titles) || !could_be_name(&folded) {
                continue;
            }
            let height = row.glyphs[from..to].iter().map(Glyph::height).fold(0.0, f32::max);
            let (to, folded) = first_language(row, from, to, folded);
            let value = values::tidy(&row.text(from, to));
            let glyphs = row.glyphs[from..to].to_vec();
            out.push(Head { glyphs, value, folded, height, x0: g.x0, y: row.middle() });
        }
    }
    out
}

struct Block {
    x0: f32,
    x1: f32,
    top: f32,
    bottom: f32,
}

/// What stands under `Bill To` for five rows is the buyer's.
fn buyer_blocks(reach: &Reach<'_>) -> Vec<Block> {
    reach
        .hits
        .iter()
        .filter(|h| matches!(h.label, Label::BuyerName | Label::ShipTo))
        .map(|h| {
            let row = &reach.sheet.rows[h.row];
            let height = row.height();
            Block {
                x0: h.x0 - height,
                x1: h.x0 + 25.0 * height,
                top: row.y0() - 0.2 * height,
                bottom: row.y1() + 8.0 * height,
            }
        })
        .collect()
}

fn could_be_name(folded: &str) -> bool {
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    let place = [
        "ROAD", "STREET", "FLOOR", "BUILDING", "KOWLOON", "WWW", "HTTP", "@", "TEL", "FAX", "号楼", "电话",
        "传真",
    ];
    letters >= 2
        && digits * 2 <= letters
        && folded.chars().count() <= 60
        && !place.iter().any(|p| folded.contains(p))
}

/// The largest; of equal ones the topmost.
fn largest<'a>(heads: impl Iterator<Item = &'a Head>) -> Option<&'a Head> {
    heads.fold(None, |best: Option<&Head>, head| match best {
        Some(b) if head.height <= 1.08 * b.height => Some(b),
        _ => Some(head),
    })
}

fn candidate(reach: &Reach<'_>, head: &Head, rank: Rank) -> Candidate {
    reach.candidate(head.value.clone(), &head.glyphs, rank)
}
