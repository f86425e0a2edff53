//! The sums: 合计 under the columns 金额 and 税额, and 价税合计 in words and figures.

use rust_decimal::Decimal;

use crate::gather::{Gathered, Rank};
use crate::invoice::FieldName;
use crate::labels::{Hit, Label};
use crate::reach::{Reach, Span};
use crate::table::{Column, Header};
use crate::values::{self, Taken};

pub(super) fn read(reach: &Reach<'_>, header: Option<&Header>, gathered: &mut Gathered) {
    for hit in reach.hits.iter().filter(|h| h.label == Label::Sum) {
        net_and_tax(reach, hit, header, gathered);
    }
    for hit in reach.hits.iter().filter(|h| h.label == Label::TotalInFigures) {
        figures(reach, hit, gathered);
    }
    for hit in reach.hits.iter().filter(|h| h.label == Label::TotalInWords) {
        words(reach, hit, gathered);
    }
}

/// The sum's row holds two figures; each belongs to the column that it stands under.
fn net_and_tax(reach: &Reach<'_>, hit: &Hit, header: Option<&Header>, gathered: &mut Gathered) {
    let row = &reach.sheet.rows[hit.row];
    let moneys = values::moneys(row, hit.to, row.glyphs.len());
    let stars = stars(reach, hit);
    let column = |label| header.and_then(|h| h.column(label));
    let (Some(amount), Some(tax)) = (column(Label::ColumnAmount), column(Label::ColumnTax)) else {
        if let [net, tax] = &moneys[..] {
            add(reach, hit, FieldName::AmountExTax, net, Rank::Likely, gathered);
            add(reach, hit, FieldName::Tax, tax, Rank::Likely, gathered);
        }
        return;
    };
    let (mut nets, mut taxes): (Vec<&Taken<Decimal>>, Vec<&Taken<Decimal>>) = (Vec::new(), Vec::new());
    for money in &moneys {
        let (first, last) = (&row.glyphs[money.at.start], &row.glyphs[money.at.end - 1]);
        let to_amount = distance(first.x0, last.x1, amount);
        let to_tax = distance(first.x0, last.x1, tax);
        if to_amount < to_tax { nets.push(money) } else { taxes.push(money) }
    }
    if let [net] = nets[..] {
        add(reach, hit, FieldName::AmountExTax, net, Rank::Certain, gathered);
    }
    if let [tax] = taxes[..] {
        add(reach, hit, FieldName::Tax, tax, Rank::Certain, gathered);
    } else if taxes.is_empty()
        && let Some(span) = stars
    {
        // `***` stands for exempt or not taxed: there is no tax on the face.
        gathered.add(FieldName::Tax, reach.candidate("0.00".to_owned(), reach.glyphs(span), Rank::Certain));
    }
}

fn distance(x0: f32, x1: f32, column: &Column) -> f32 {
    let gap = (column.x0 - x1).max(x0 - column.x1).max(0.0);
    gap + 0.01 * (f32::midpoint(x0, x1) - f32::midpoint(column.x0, column.x1)).abs()
}

fn stars(reach: &Reach<'_>, hit: &Hit) -> Option<Span> {
    let row = &reach.sheet.rows[hit.row];
    row.cells(hit.to, row.glyphs.len(), 1.0)
        .into_iter()
        .rfind(|(from, to)| {
            row.glyphs[*from..*to].iter().all(|g| g.c == '*' || g.c == '¥') && row.glyphs[*to - 1].c == '*'
        })
        .map(|(from, to)| Span { row: hit.row, from, to })
}

fn add(
    reach: &Reach<'_>,
    hit: &Hit,
    field: FieldName,
    money: &Taken<Decimal>,
    rank: Rank,
    gathered: &mut Gathered,
) {
    let glyphs = &reach.sheet.rows[hit.row].glyphs[money.at.clone()];
    gathered.add(field, reach.candidate(values::plain(money.value), glyphs, rank));
}

fn figures(reach: &Reach<'_>, hit: &Hit, gathered: &mut Gathered) {
    let Some(span) = reach.right(hit) else { return };
    let moneys = values::moneys(reach.row(span), span.from, span.to);
    if let [money] = &moneys[..] {
        let glyphs = &reach.row(span).glyphs[money.at.clone()];
        gathered.add(FieldName::Total, reach.candidate(values::plain(money.value), glyphs, Rank::Certain));
    }
}

/// Kept as printed; the check reads it and compares values, never texts.
fn words(reach: &Reach<'_>, hit: &Hit, gathered: &mut Gathered) {
    let Some(span) = reach.right(hit) else { return };
    let row = reach.row(span);
    let begin = (span.from..span.to).find(|&i| is_amount_word(row.glyphs[i].c));
    let Some(from) = begin else { return };
    let mut to = (from..span.to).find(|&i| !is_amount_word(row.glyphs[i].c)).unwrap_or(span.to);
    while to > from && row.glyphs[to - 1].c == '(' {
        to -= 1; // the bracket of (小写)
    }
    let text: String = row.glyphs[from..to].iter().map(|g| g.c).collect();
    if text.chars().count() >= 2 {
        gathered.add(FieldName::TotalInWords, reach.candidate(text, &row.glyphs[from..to], Rank::Certain));
    }
}

fn is_amount_word(c: char) -> bool {
    "零〇壹贰貳弍叁參参叄肆伍陆陸柒捌玖拾佰仟万萬亿億元圆圓角分整正负負数數()（）一二三四五六七八九十百千"
        .contains(c)
}

#[cfg(test)]
mod tests {
    use super::is_amount_word;

    #[test]
    fn the_mark_before_the_words_is_not_part_of_them() {
        assert!(!is_amount_word('⊗') && !is_amount_word('x') && is_amount_word('圆'));
    }
}
