//! The currency: printed, or assumed in Hong Kong dollars with a note, never mixed in silence.

use std::sync::LazyLock;

use documents::Source;
use regex::Regex;

use crate::finding::finding;
use crate::gather::{Candidate, Gathered, Rank};
use crate::invoice::{FieldName, Severity};
use crate::reach::Reach;
use crate::sheet::{Row, Sheet};

static MARKS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"HK\$|\bHKD\b|港币|港元|HK DOLLARS?|HONG KONG DOLLARS?", "HKD"),
        (r"US\$|\bUSD\b|美元|美金", "USD"),
        (r"\bRMB\b|\bCNY\b|人民币|¥", "CNY"),
        (r"MOP\$|\bMOP\b|澳门元|澳门币", "MOP"),
        (r"NT\$|\bTWD\b|新台币", "TWD"),
        (r"€|\bEUR\b|欧元", "EUR"),
        (r"£|\bGBP\b|英镑", "GBP"),
        (r"\bJPY\b|日元|日圆", "JPY"),
        (r"\bSGD\b|S\$", "SGD"),
        (r"\bAUD\b|A\$", "AUD"),
    ]
    .into_iter()
    .map(|(p, code)| (Regex::new(p).expect("the pattern is a constant, and a test compiles it"), code))
    .collect()
});

/// Every currency that the paper names, with the first place of each.
fn named(sheets: &[Sheet]) -> Vec<(&'static str, Candidate)> {
    let mut out: Vec<(&'static str, Candidate)> = Vec::new();
    for sheet in sheets {
        for row in &sheet.rows {
            let (text, map) = folded(row);
            for (pattern, code) in MARKS.iter() {
                if out.iter().any(|(c, _)| c == code) {
                    continue;
                }
                let Some(m) = pattern.find(&text) else { continue };
                // `HK$` holds `$`, `US$` holds `S$`: a mark inside a longer one is not one.
                if text[..m.start()].ends_with(|c: char| c.is_ascii_alphabetic()) {
                    continue;
                }
                let glyphs = &row.glyphs[map[m.start()]..=map[m.end() - 1]];
                let reach = Reach { sheet, hits: &[] };
                out.push((code, reach.candidate((*code).to_owned(), glyphs, Rank::Certain)));
            }
        }
    }
    out
}

fn folded(row: &Row) -> (String, Vec<usize>) {
    let (mut text, mut map) = (String::new(), Vec::new());
    for (i, g) in row.glyphs.iter().enumerate() {
        if i > 0 && g.spaced {
            text.push(' ');
            map.push(i);
        }
        text.push(g.l);
        map.extend(std::iter::repeat_n(i, g.l.len_utf8()));
    }
    (text, map)
}

pub(super) fn read(sheets: &[Sheet], gathered: &mut Gathered) {
    let named = named(sheets);
    if named.len() > 1 {
        let list: Vec<&str> = named.iter().map(|(c, _)| *c).collect();
        gathered.findings.push(finding(
            "DH-2504",
            Severity::Review,
            &[FieldName::Currency],
            format!(
                "The paper names several currencies ({}); which one the total is in must be seen.",
                list.join(", ")
            ),
            format!("文件上有多種貨幣（{}），須確認總額以何者計算。", list.join("、")),
        ));
    }
    if let Some((_, candidate)) = named.into_iter().next() {
        gathered.add(FieldName::Currency, candidate);
        return;
    }
    let dollars = sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.glyphs).any(|g| g.c == '$');
    let (code, severity, en, zh) = if dollars {
        (
            "DH-2503",
            Severity::Note,
            "The currency is written `$`; Hong Kong dollars are assumed.",
            "貨幣只寫「$」，按港元處理。",
        )
    } else {
        (
            "DH-2502",
            Severity::Review,
            "The paper names no currency; Hong Kong dollars are assumed.",
            "文件沒有註明貨幣，按港元處理。",
        )
    };
    gathered.findings.push(finding(code, severity, &[FieldName::Currency], en, zh));
    gathered.add(
        FieldName::Currency,
        Candidate {
            value: "HKD".to_owned(),
            raw: String::new(),
            page: 1,
            bbox: None,
            confidence: if dollars { 0.97 } else { 0.9 },
            source: Source::Derived,
            rank: Rank::Placed,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::MARKS;

    #[test]
    fn a_mark_is_one_currency_only() {
        for (text, wanted) in
            [("HK$ 20", "HKD"), ("US$ 20", "USD"), ("RMB 20", "CNY"), ("TOTAL (HKD)", "HKD")]
        {
            let found: Vec<&str> = MARKS
                .iter()
                .filter(|(p, _)| {
                    p.find(text)
                        .is_some_and(|m| !text[..m.start()].ends_with(|c: char| c.is_ascii_alphabetic()))
                })
                .map(|(_, c)| *c)
                .collect();
            assert_eq!(found, [wanted], "{text}");
        }
    }
}
