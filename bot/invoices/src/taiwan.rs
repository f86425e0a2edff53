//! Taiwan's uniform invoices on paper: slips of electronic invoices, triplicates, cash register receipts.
//!
//! Print is small and amounts are often written by hand, so that labels are read badly: forms of numbers, check digits
//! and the five per cent between sales and tax say what is what. Such papers go to a person in any case.

use rust_decimal::Decimal;

use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, LineItem};
use crate::labels::{self, Family, Names};
use crate::reach::Reach;
use crate::sheet::{Glyph, Row, Sheet};
use crate::table::{self, Amounts};
use crate::values;

mod names;

/// Reads all pages of one invoice; answers the goods, where they stand in a table.
pub(crate) fn read(sheets: &[Sheet], known: &Names, gathered: &mut Gathered) -> Vec<LineItem> {
    // Uniform invoices are in New Taiwan dollars by law.
    gathered.add(FieldName::Currency, Candidate::by_law("TWD"));
    let mut goods = Vec::new();
    for sheet in sheets {
        let hits = labels::find(sheet, Family::Hongkong, known);
        let reach = Reach { sheet, hits: &hits };
        number(&reach, gathered);
        date(&reach, gathered);
        random_code(&reach, gathered);
        parties(&reach, gathered);
        names::read(&reach, gathered);
        amounts(&reach, gathered);
        goods.extend(lines(&reach));
    }
    goods
}

/// The rows between the table's head and its sums.
fn lines(reach: &Reach<'_>) -> Vec<LineItem> {
    let Some(header) = table::header(reach.sheet, reach.hits) else { return Vec::new() };
    let rows = reach.sheet.rows.iter().enumerate().skip(header.last + 1);
    let end = rows.into_iter().find(|(_, row)| {
        let text = row.folded(0, row.glyphs.len());
        ["销售额", "营业税", "总计", "总额", "合计"].iter().any(|sum| text.contains(sum))
    });
    end.map(|(end, _)| table::read(reach.sheet, &header, end, Amounts::HongKong)).unwrap_or_default()
}

/// Two letters and eight digits in the upper half; a hyphen or a gap may part them.
fn number(reach: &Reach<'_>, gathered: &mut Gathered) {
    for row in reach.sheet.rows.iter().filter(|row| row.middle() < 0.5) {
        for at in 0..row.glyphs.len().saturating_sub(9) {
            let letter = |i: usize| row.glyphs[i].c.is_ascii_uppercase();
            let alone = at == 0 || !row.glyphs[at - 1].c.is_ascii_alphanumeric() || row.gap(at) > 0.9;
            if !(alone && letter(at) && letter(at + 1)) {
                continue;
            }
            let from = at + 2 + usize::from(row.glyphs[at + 2].c == '-');
            let Some(to) = digits(row, from, 0.9).filter(|to| to - from == 8) else { continue };
            let text: String =
                row.glyphs[at..at + 2].iter().chain(&row.glyphs[from..to]).map(|glyph| glyph.c).collect();
            if let Ok(number) = taxid::tw::InvoiceNumber::parse(&text) {
                let value = number.normalised().to_owned();
                gathered
                    .add(FieldName::InvoiceNumber, reach.candidate(value, &row.glyphs[at..to], Rank::Likely));
            }
        }
    }
}

/// The end of the digits that begin here.
fn digits(row: &Row, from: usize, gap: f32) -> Option<usize> {
    let is_digit = |i: usize| row.glyphs.get(i).is_some_and(|glyph| glyph.c.is_ascii_digit());
    if !is_digit(from) {
        return None;
    }
    let to = (from + 1..=row.glyphs.len()).find(|&i| !is_digit(i) || row.gap(i) > gap)?;
    Some(to)
}

/// The day of the Republic's calendar is the paper's own; a slip prints the other one first.
fn date(reach: &Reach<'_>, gathered: &mut Gathered) {
    let mut days = reach.sheet.rows.iter().filter_map(|row| {
        let taken = values::date(row, 0, row.glyphs.len())?;
        Some((row, taken))
    });
    let own = days.clone().find(|(row, _)| row.folded(0, row.glyphs.len()).contains("民国"));
    if let Some((row, taken)) = own.or_else(|| days.next()) {
        let value = taken.value.date.to_string();
        gathered.add(FieldName::IssueDate, reach.candidate(value, &row.glyphs[taken.at], Rank::Likely));
    }
}

fn random_code(reach: &Reach<'_>, gathered: &mut Gathered) {
    for row in &reach.sheet.rows {
        let text = row.folded(0, row.glyphs.len());
        let Some(label) = text.find("随机码").map(|byte| text[..byte].chars().count() + 3) else {
            continue;
        };
        let from = (label..row.glyphs.len()).find(|&i| row.glyphs[i].c.is_ascii_digit());
        if let Some((from, to)) = from.and_then(|from| Some((from, digits(row, from, 0.9)?)))
            && to - from == 4
        {
            let value = row.glyphs[from..to].iter().map(|glyph| glyph.c).collect();
            gathered.add(FieldName::RandomCode, reach.candidate(value, &row.glyphs[from..to], Rank::Certain));
        }
    }
}

/// Eight digits whose check holds are a business. Its label says whose it is, or its place: a slip prints the seller left
/// of the buyer.
fn parties(reach: &Reach<'_>, gathered: &mut Gathered) {
    let mut unnamed = Vec::new();
    for row in &reach.sheet.rows {
        let ids = businesses(row);
        for (place, (value, at)) in ids.iter().enumerate() {
            let before = row.folded(0, at.start);
            let tail: String = before.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
            let named = match () {
                () if tail.contains("卖") => Some((FieldName::SellerTaxId, Rank::Certain)),
                () if tail.contains("买") => Some((FieldName::BuyerTaxId, Rank::Certain)),
                () if ids.len() == 2 && place == 0 => Some((FieldName::SellerTaxId, Rank::Placed)),
                () if ids.len() == 2 => Some((FieldName::BuyerTaxId, Rank::Placed)),
                () => None,
            };
            let glyphs = &row.glyphs[at.clone()];
            match named {
                Some((field, rank)) => gathered.add(field, reach.candidate(value.clone(), glyphs, rank)),
                None => unnamed.push((value.clone(), glyphs)),
            }
        }
    }
    // The stamp's own number: the buyer's stands above it.
    for (value, glyphs) in unnamed.into_iter().rev() {
        let field =
            if gathered.has(FieldName::SellerTaxId) { FieldName::BuyerTaxId } else { FieldName::SellerTaxId };
        if !gathered.has(field) {
            gathered.add(field, reach.candidate(value, glyphs, Rank::Placed));
        }
    }
}

type Business = (String, std::ops::Range<usize>);

fn businesses(row: &Row) -> Vec<Business> {
    let mut out: Vec<Business> = Vec::new();
    let mut at = 0;
    while at < row.glyphs.len() {
        let Some(to) = digits(row, at, 1.6) else {
            at += 1;
            continue;
        };
        let letters_before =
            at >= 2 && row.glyphs[at - 2..at].iter().any(|glyph| glyph.c.is_ascii_uppercase());
        let text: String = row.glyphs[at..to].iter().map(|glyph| glyph.c).collect();
        if text.len() == 8 && !letters_before && taxid::tw::Ubn::parse(&text).is_ok() {
            out.push((text, at..to));
        }
        at = to;
    }
    out
}

/// A figure in whole dollars.
struct Figure<'a> {
    value: u32,
    glyphs: &'a [Glyph],
    labelled: Option<FieldName>,
}

/// Sales, tax and total, where they stand below each other and fit; else the one that is called the total.
fn amounts(reach: &Reach<'_>, gathered: &mut Gathered) {
    let figures: Vec<Figure<'_>> = reach.sheet.rows.iter().flat_map(figures).collect();
    let mut sums: Vec<[usize; 3]> = Vec::new();
    for (s, sales) in figures.iter().enumerate() {
        for (t, tax) in figures.iter().enumerate().skip(s + 1) {
            let due = (u64::from(sales.value) * 5 + 50) / 100;
            if sales.value < 10 || due.abs_diff(u64::from(tax.value)) > 1 {
                continue;
            }
            let total = figures.iter().enumerate().skip(t + 1);
            let fits = |figure: &Figure<'_>| {
                u64::from(figure.value) == u64::from(sales.value) + u64::from(tax.value)
            };
            if let Some((total, _)) = total.into_iter().find(|(_, figure)| fits(figure)) {
                sums.push([s, t, total]);
            }
        }
    }
    let values = |sum: &[usize; 3]| sum.map(|i| figures[i].value);
    sums.sort_by_key(values);
    sums.dedup_by_key(|sum| values(sum));
    let called = |i: usize, field| figures[i].labelled == Some(field);
    // Of several ways to reckon, the one whose figures are called so.
    let best = sums.iter().max_by_key(|sum| {
        usize::from(called(sum[0], FieldName::AmountExTax))
            + usize::from(called(sum[1], FieldName::Tax))
            + usize::from(called(sum[2], FieldName::Total))
    });
    let mut add = |i: usize, field: FieldName, rank: Rank| {
        let value = values::plain(Decimal::from(figures[i].value));
        gathered.add(field, reach.candidate(value, figures[i].glyphs, rank));
    };
    if let Some(sum) =
        best.filter(|_| sums.len() == 1 || best.is_some_and(|sum| called(sum[2], FieldName::Total)))
    {
        for (&i, field) in sum.iter().zip([FieldName::AmountExTax, FieldName::Tax, FieldName::Total]) {
            add(i, field, if called(i, field) { Rank::Certain } else { Rank::Likely });
        }
    } else if let Some(i) = (0..figures.len()).find(|&i| called(i, FieldName::Total)) {
        add(i, FieldName::Total, Rank::Certain);
    }
}

/// The whole figures of a row. Dates, times, telephone numbers and codes are none.
fn figures(row: &Row) -> Vec<Figure<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < row.glyphs.len() {
        let is_part = |i: usize| {
            row.glyphs
                .get(i)
                .is_some_and(|glyph| glyph.c.is_ascii_digit() || glyph.c == ',' && i > at && row.gap(i) < 0.5)
        };
        if !is_part(at) {
            at += 1;
            continue;
        }
        let from = at;
        let mut to = at + 1;
        while is_part(to) && row.gap(to) < 0.6 {
            to += 1;
        }
        at = to;
        let char_at = |i: usize| row.glyphs.get(i).map(|glyph| glyph.c);
        let joined_before = from > 0 && row.gap(from) < 0.6 && {
            let before = char_at(from - 1).unwrap_or(' ');
            let timed = before == ':' && from > 1 && char_at(from - 2).is_some_and(|c| c.is_ascii_digit());
            timed || before.is_ascii_alphanumeric() || matches!(before, '-' | '/' | '.' | '(' | ')')
        };
        let joined_after = to < row.glyphs.len() && row.gap(to) < 0.6 && {
            let after = char_at(to).unwrap_or(' ');
            let more = char_at(to + 1).is_some_and(|c| c.is_ascii_digit());
            after.is_ascii_alphanumeric()
                || matches!(after, '年' | '月' | '日' | '%' | '張' | '段' | '號' | '樓' | '巷' | ')')
                || more && matches!(after, ':' | '/' | '-' | '.' | ')')
        };
        let text: String = row.glyphs[from..to].iter().map(|glyph| glyph.c).filter(|c| *c != ',').collect();
        if joined_before || joined_after || text.len() > 9 {
            continue;
        }
        if let Ok(value) = text.parse() {
            out.push(Figure { value, glyphs: &row.glyphs[from..to], labelled: label(&row.folded(0, from)) });
        }
    }
    out
}

/// What the text before a figure calls it.
fn label(before: &str) -> Option<FieldName> {
    let bare: String = before.chars().filter(|c| !c.is_ascii()).collect();
    match bare.as_str() {
        text if text.contains("销售额") => Some(FieldName::AmountExTax),
        text if text.contains("营业税") || text.ends_with("税额") => Some(FieldName::Tax),
        text if text.ends_with("总计") || text.ends_with("总额") => Some(FieldName::Total),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::invoice::{Decision, FieldName as F, Kind};
    use crate::tests::paper::Paper;

    fn slip() -> Paper {
        let mut p = Paper::a4();
        p.put(200.0, 40.0, 20.0, "示範停車股份有限公司").put(200.0, 80.0, 24.0, "電子發票證明聯");
        p.put(200.0, 110.0, 24.0, "115年03-04月").put(200.0, 140.0, 24.0, "AB-12345678");
        p.put(180.0, 170.0, 12.0, "2026-03-05").put(300.0, 170.0, 12.0, "19:38:05");
        p.put(180.0, 186.0, 12.0, "隨機碼：6746").put(320.0, 186.0, 12.0, "總計：$105");
        p.put(180.0, 202.0, 12.0, "賣方：04595257").put(320.0, 202.0, 12.0, "買方：22099131");
        p.put(180.0, 400.0, 12.0, "TEL:(02)6600-8888").put(180.0, 420.0, 12.0, "序139084");
        p.put(180.0, 440.0, 12.0, "銷售額：$100").put(180.0, 456.0, 12.0, "稅額：$5").put(
            180.0,
            472.0,
            12.0,
            "總計：$105",
        );
        p
    }

    fn holds(p: &Paper, wanted: &[(F, &str)]) {
        let invoice = p.invoice();
        for (field, value) in wanted {
            assert_eq!(invoice.value(*field).unwrap_or("—"), *value, "{field:?} {:?}", invoice.fields);
        }
        assert_eq!(invoice.decision, Decision::Review, "a person sees it in any case");
    }

    #[test]
    fn a_slip_is_read_by_the_forms_of_its_numbers() {
        let p = slip();
        assert_eq!(p.invoice().kind, Kind::TwEinvoiceSlip);
        holds(
            &p,
            &[
                (F::InvoiceNumber, "AB12345678"),
                (F::IssueDate, "2026-03-05"),
                (F::RandomCode, "6746"),
                (F::SellerTaxId, "04595257"),
                (F::BuyerTaxId, "22099131"),
                (F::AmountExTax, "100.00"),
                (F::Tax, "5.00"),
                (F::Total, "105.00"),
                (F::Currency, "TWD"),
            ],
        );
    }

    #[test]
    fn badly_read_labels_do_not_matter() {
        let mut p = slip();
        p.change("賣方：04595257", "黄方:04595257")
            .change("買方：22099131", "方:22099131")
            .change("稅額：$5", "频:$5");
        holds(
            &p,
            &[
                (F::SellerTaxId, "04595257"),
                (F::BuyerTaxId, "22099131"),
                (F::Tax, "5.00"),
                (F::Total, "105.00"),
            ],
        );
    }

    #[test]
    fn a_triplicate_by_hand_is_read_where_its_figures_fit() {
        let mut p = Paper::a4();
        p.put(40.0, 40.0, 16.0, "KY").put(90.0, 40.0, 16.0, "54957806").put(
            200.0,
            30.0,
            20.0,
            "統一發票（三聯式）",
        );
        p.put(40.0, 80.0, 12.0, "買受人：示範貿易有限公司").put(40.0, 110.0, 12.0, "統一編號：22099131");
        p.put(300.0, 110.0, 12.0, "中華民國115年3月6日");
        p.put(300.0, 200.0, 14.0, "25780.-")
            .put(300.0, 400.0, 14.0, "25780.-")
            .put(300.0, 430.0, 14.0, "1289.-");
        p.put(300.0, 460.0, 14.0, "27069.-").put(450.0, 430.0, 14.0, "04595257").put(
            450.0,
            460.0,
            10.0,
            "02-2599-5123",
        );
        holds(
            &p,
            &[
                (F::InvoiceNumber, "KY54957806"),
                (F::IssueDate, "2026-03-06"),
                (F::SellerTaxId, "04595257"),
                (F::BuyerTaxId, "22099131"),
                (F::AmountExTax, "25780.00"),
                (F::Tax, "1289.00"),
                (F::Total, "27069.00"),
            ],
        );
    }

    #[test]
    fn figures_that_do_not_fit_are_not_reckoned_with() {
        let mut p = slip();
        p.change("稅額：$5", "稅額：$9").change("銷售額：$100", "銷售額：$96");
        let invoice = p.invoice();
        assert_eq!((invoice.value(F::Tax), invoice.value(F::Total)), (None, Some("105.00")));
    }
}
