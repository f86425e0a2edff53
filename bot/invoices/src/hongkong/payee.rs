//! Where the money is to go: bank account, FPS id, business registration number; and whether the payee is the supplier.

use taxid::hk::{BankAccount, Brn, FpsId};

use crate::finding::finding;
use crate::gather::Gathered;
use crate::invoice::{FieldName, Severity};
use crate::labels::{self, Family, Label, Names};
use crate::reach::{Reach, rank};
use crate::sheet::{Row, Sheet};
use crate::values::{self, Taken};

pub(super) fn read(reach: &Reach<'_>, gathered: &mut Gathered) {
    for hit in reach.hits {
        let (field, wanted): (FieldName, fn(&str) -> Option<String>) = match hit.label {
            Label::BankAccount => (FieldName::BankAccount, bank_account),
            Label::FpsId => (FieldName::FpsId, fps_id),
            Label::Brn => (FieldName::Brn, brn),
            _ => continue,
        };
        let found = super::head::reached(reach, hit, |row, from, to| number(row, from, to, wanted));
        if let Some((span, taken)) = found {
            let glyphs = &reach.row(span).glyphs[taken.at];
            gathered.add(field, reach.candidate(taken.value, glyphs, rank(hit)));
        }
    }
    ibans(reach, gathered);
}

/// The first cell's digits, letters and hyphens, if they are what is wanted.
fn number(row: &Row, from: usize, to: usize, wanted: fn(&str) -> Option<String>) -> Option<Taken<String>> {
    let (begin, end) = row.cells(from, to, 1.5).into_iter().next()?;
    let stop = (begin..end)
        .find(|&i| !(row.glyphs[i].c.is_ascii_alphanumeric() || matches!(row.glyphs[i].c, '-' | ' ')))
        .unwrap_or(end);
    let text: String = row.glyphs[begin..stop].iter().map(|g| g.c.to_ascii_uppercase()).collect();
    Some(Taken { value: wanted(&text)?, at: begin..stop })
}

fn bank_account(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if let Ok(account) = BankAccount::parse(text) {
        return Some(account.normalised().to_string());
    }
    (digits >= 6 && text.len() <= 34).then(|| text.to_owned())
}

fn fps_id(text: &str) -> Option<String> {
    FpsId::parse(text).ok().map(|id| id.normalised().to_string())
}

fn brn(text: &str) -> Option<String> {
    if let Ok(brn) = Brn::parse(text) {
        return Some(brn.normalised().to_string());
    }
    // A number of another form is kept as it is: the check says so.
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (digits >= 6).then(|| text.chars().filter(|c| *c != '-').take(11).collect())
}

/// An IBAN of a place that has none is a sign of fraud, wherever it stands.
fn ibans(reach: &Reach<'_>, gathered: &mut Gathered) {
    for row in &reach.sheet.rows {
        for (from, to) in row.cells(0, row.glyphs.len(), 1.5) {
            let text: String = row.glyphs[from..to].iter().map(|g| g.c.to_ascii_uppercase()).collect();
            let Some(at) = text.find("IBAN") else { continue };
            let number: String = text[at + 4..]
                .chars()
                .skip_while(|c| !c.is_ascii_alphabetic())
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if number.len() >= 15 && taxid::bank::Iban::parse(&number).is_err() {
                gathered.findings.push(finding(
                    "DH-2505",
                    Severity::Review,
                    &[FieldName::BankAccount],
                    "The paper gives an IBAN that cannot exist; call the supplier back on a known number.",
                    "文件上的 IBAN 不可能存在；請以已知電話向供應商查證。",
                ));
            }
        }
    }
}

/// The account's name should be a name that the paper gives elsewhere.
pub(super) fn compare(sheets: &[Sheet], names: &Names, gathered: &mut Gathered) {
    for sheet in sheets {
        let hits = labels::find(sheet, Family::Hongkong, names);
        let reach = Reach { sheet, hits: &hits };
        for hit in hits.iter().filter(|h| h.label == Label::AccountName) {
            let found = super::head::reached(&reach, hit, |row, from, to| values::name(row, from, to, 1.8));
            let Some((span, taken)) = found else { continue };
            let payee = bare(&taken.value);
            let seller = gathered.value(FieldName::SellerName).map(bare).unwrap_or_default();
            let elsewhere =
                sheets.iter().flat_map(|s| s.rows.iter().map(move |r| (s.number, r))).any(|(page, row)| {
                    let itself = page == sheet.number && std::ptr::eq(row, &raw const sheet.rows[span.row]);
                    !itself && bare(&row.text(0, row.glyphs.len())).contains(&payee)
                });
            if payee.len() >= 2 && payee != seller && !elsewhere {
                gathered.findings.push(finding(
                    "DH-2506",
                    Severity::Review,
                    &[FieldName::SellerName, FieldName::BankAccount],
                    "The money is to go to a payee whose name stands nowhere else on the paper.",
                    "收款人名稱與文件上的供應商名稱不符。",
                ));
            }
            if payee == seller && !payee.is_empty() {
                // The same name after a label: the letterhead is the supplier's.
                let glyphs = &reach.row(span).glyphs[taken.at];
                let seller_name = gathered.value(FieldName::SellerName).unwrap_or(&taken.value).to_owned();
                gathered.add(FieldName::SellerName, reach.candidate(seller_name, glyphs, rank(hit)));
            }
        }
    }
}

/// A name without blanks and marks, folded.
fn bare(name: &str) -> String {
    labels::fold_text(name).chars().filter(|c| c.is_alphanumeric()).collect()
}
