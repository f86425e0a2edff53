//! What the house remembers of a supplier, and how it is used on that supplier's next paper.
//!
//! A remembered label is one more name of that label, on this supplier's papers alone: the value comes from the page,
//! with the page's own evidence, and needs a second witness like any other. A remembered value stands in where the
//! paper says nothing, or nothing clear; where the paper clearly says something else, a person decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use documents::{Document, Ocr, Source};
use serde::{Deserialize, Serialize};

use crate::extract::read;
use crate::finding::{finding, name};
use crate::invoice::{Field, FieldName, Finding, Invoice, OtherReading, Severity};
use crate::labels;
use crate::second;
use crate::sheet::Sheet;
use crate::supplier::{self, Supplier};
use crate::teach;
use crate::vocabulary::Vocabulary;

/// What the house knows before it reads a paper.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The names of labels and titles.
    pub vocabulary: Arc<Vocabulary>,
    /// Everything that is remembered and not revoked, of all suppliers.
    pub memory: Vec<Remembered>,
}

/// One thing that a person had remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Its id in the store.
    pub id: String,
    /// The key of [`Supplier`].
    pub supplier: String,
    /// The supplier's name as it was surely read on the paper from which this was learnt.
    pub printed_name: Option<String>,
    /// Which field it is about.
    pub field: FieldName,
    /// What it says.
    pub lesson: Lesson,
}

/// What is remembered of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lesson {
    /// It has this value on every paper of the supplier.
    Value {
        /// As the contract writes it.
        value: String,
    },
    /// Its value stands beside this label.
    Label {
        /// As printed.
        label: String,
        /// What a number looked like there, such as `A-9`; another form is shown to a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<String>,
    },
}

/// Findings of this module that speak of the paper, and stay until a person has seen the field.
pub(crate) const OF_THE_PAPER: [&str; 2] = ["DH-2330", "DH-2332"];

/// Guesses that a remembered value makes idle.
const GUESSES: [&str; 3] = ["DH-2320", "DH-2502", "DH-2503"];

/// The invoice with what is remembered of its supplier; as it is, when nothing is or nobody can say whose paper it is.
pub(crate) fn apply(
    document: &Document,
    second: Option<&dyn Ocr>,
    known: &Known,
    invoice: Invoice,
) -> Invoice {
    let Some(supplier) = Supplier::of(&invoice).filter(|_| invoice.is_invoice) else { return invoice };
    let same_name = |m: &&Remembered| match (&m.printed_name, &supplier.printed_name) {
        (Some(then), Some(now)) => then == now,
        _ => true,
    };
    let of_supplier = known.memory.iter().filter(|m| m.supplier == supplier.key);
    let lessons: Vec<&Remembered> = of_supplier.filter(same_name).collect();
    let mut invoice = by_labels(document, second, &known.vocabulary, &lessons, invoice);
    for memory in lessons {
        if let Lesson::Value { value } = &memory.lesson {
            by_value(memory, value, &mut invoice);
        }
    }
    invoice
}

/// Reads the paper again with the supplier's own labels. Only what comes out differently is confirmed anew.
fn by_labels(
    document: &Document,
    engine: Option<&dyn Ocr>,
    vocabulary: &Vocabulary,
    lessons: &[&Remembered],
    first: Invoice,
) -> Invoice {
    let text: String =
        document.pages.iter().flat_map(|page| Sheet::new(page).rows).fold(String::new(), |text, row| {
            text + &labels::spelling(&row.folded(0, row.glyphs.len())) + "\n"
        });
    let mut more = None;
    let mut used: BTreeMap<FieldName, (&Remembered, Option<&str>)> = BTreeMap::new();
    for memory in lessons {
        let Lesson::Label { label, form } = &memory.lesson else { continue };
        let Some(meaning) = teach::label_of(memory.field) else { continue };
        if text.contains(&labels::spelling(label)) {
            more = Some(more.as_ref().unwrap_or(vocabulary).with_label(label, meaning));
            used.insert(memory.field, (memory, form.as_deref()));
        }
    }
    let Some(more) = more else { return first };
    let mut again = read(document, None, &more);
    let mut fresh = BTreeMap::new();
    for (name, field) in &mut again.fields {
        match first.field(*name).filter(|before| same_reading(before, field)) {
            Some(before) => *field = before.clone(),
            None => drop(fresh.insert(*name, field.clone())),
        }
    }
    if let Some(engine) = engine {
        second::confirm(document, &mut fresh, engine);
    }
    again.fields.extend(fresh);
    for (name, (memory, form)) in used {
        rest_on(memory, form, name, &first, &mut again);
    }
    again
}

/// The same characters of the page, read the same.
fn same_reading(before: &Field, now: &Field) -> bool {
    before.value == now.value
        && before.bbox == now.bbox
        && before.page == now.page
        && before.source == now.source
}

/// Marks the field that would have been read otherwise, or with more doubt, without the memory.
fn rest_on(memory: &Remembered, form: Option<&str>, name: FieldName, first: &Invoice, again: &mut Invoice) {
    let doubts = |invoice: &Invoice| invoice.findings.iter().filter(|f| f.fields.contains(&name)).count();
    let changed = first.value(name) != again.value(name) || doubts(first) != doubts(again);
    let Some(field) = again.fields.get_mut(&name).filter(|_| changed) else { return };
    field.remembered = Some(memory.id.clone());
    if form.is_some_and(|form| form != teach::form(&field.value)) {
        again.findings.push(other_form(name));
    }
}

/// Puts a remembered value where the paper says nothing clear, and compares it where it does.
fn by_value(memory: &Remembered, value: &str, invoice: &mut Invoice) {
    let name = memory.field;
    if !teach::is_constant(name, invoice.kind) {
        return;
    }
    let mine = |others: Vec<OtherReading>| Field {
        value: value.to_owned(),
        raw: String::new(),
        page: 1,
        bbox: None,
        confidence: 0.999,
        source: Source::Memory,
        agrees: Vec::new(),
        others,
        remembered: Some(memory.id.clone()),
    };
    let unclear = is_unclear(invoice, name, value);
    let Some(field) = invoice.fields.get_mut(&name) else {
        invoice.fields.insert(name, mine(Vec::new()));
        return;
    };
    if field.value == value
        || name == FieldName::SellerName && supplier::fold(&field.value) == supplier::fold(value)
    {
        field.agrees.push(Source::Memory);
        field.remembered = Some(memory.id.clone());
    } else if unclear {
        let read = OtherReading { source: field.source, value: field.value.clone() };
        *field = mine(vec![read]);
        let idle = |f: &Finding| f.fields == [name] && GUESSES.contains(&f.code.as_str());
        invoice.findings.retain(|f| !idle(f));
    } else {
        field.others.push(OtherReading { source: Source::Memory, value: value.to_owned() });
        field.remembered = Some(memory.id.clone());
        invoice.findings.push(contradiction(name));
    }
}

/// Whether what was read may give way to this value: a currency that was only assumed, a name that was read with doubt,
/// a number that is plainly the same, misread. A number that is another may be another company's.
pub(crate) fn is_unclear(invoice: &Invoice, name: FieldName, value: &str) -> bool {
    let Some(field) = invoice.field(name) else { return true };
    let doubtful = supplier::sure(invoice, name).is_none();
    match name {
        FieldName::Currency => field.source == Source::Derived,
        FieldName::SellerName => doubtful,
        _ => doubtful && is_misreading(&field.value, value),
    }
}

/// As long, and at most two characters differ.
fn is_misreading(read: &str, value: &str) -> bool {
    let differ = read.chars().zip(value.chars()).filter(|(a, b)| a != b).count();
    read.chars().count() == value.chars().count() && differ <= 2
}

fn contradiction(field: FieldName) -> Finding {
    let (en, zh) = name(field);
    finding(
        "DH-2330",
        Severity::Review,
        &[field],
        format!("The paper gives another {en} than the one that is remembered for this supplier."),
        format!("文件上的{zh}與為這個供應商記住的不同。"),
    )
}

fn other_form(field: FieldName) -> Finding {
    let (en, zh) = name(field);
    finding(
        "DH-2332",
        Severity::Review,
        &[field],
        format!(
            "The {en} stands beside the remembered label, but looks unlike the one from which it was learnt."
        ),
        format!("{zh}在記住的標籤旁，但格式與當時所見的不同。"),
    )
}

/// One finding for each field that rests on a memory which no longer holds.
pub(crate) fn revoked(invoice: &Invoice, hold: &BTreeSet<String>) -> Vec<Finding> {
    let rests = |field: &Field| {
        field.source != Source::Person && field.remembered.as_ref().is_some_and(|id| !hold.contains(id))
    };
    let names = invoice.fields.iter().filter(|(_, field)| rests(field)).map(|(name, _)| *name);
    let found = |field: FieldName| {
        let (en, zh) = name(field);
        finding(
            "DH-2331",
            Severity::Review,
            &[field],
            format!("The {en} rests on a memory that was revoked since."),
            format!("{zh}所依據的記憶其後已撤銷。"),
        )
    };
    names.map(found).collect()
}

#[cfg(test)]
mod tests;
