#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use super::{Vocabulary, VocabularyError, built_in_labels};
use crate::invoice::{FieldName as F, Kind};
use crate::tests::paper::{Paper, hong_kong};
use crate::{Known, check};

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn labels(text: &str) -> Result<Vocabulary, VocabularyError> {
    let folder = tempfile::tempdir().unwrap();
    Vocabulary::with_own(Some(&file(&folder, "my-labels.toml", text)), None)
}

fn read(paper: &Paper, vocabulary: Vocabulary) -> crate::Invoice {
    let known = Known { vocabulary: vocabulary.into(), memory: Vec::new() };
    let mut invoice = crate::extract(&paper.document(), None, &known);
    check(&mut invoice, &crate::tests::paper::facts());
    invoice
}

#[test]
fn the_built_in_labels_are_well_formed() {
    let file = built_in_labels();
    assert_eq!(file.traditional.chars().count(), file.simplified.chars().count());
    assert!(file.label.len() > 50);
}

#[test]
fn a_label_of_the_admins_own_is_read() {
    let mut paper = hong_kong();
    paper.change("Invoice No.:", "Docket:");
    assert_eq!(read(&paper, Vocabulary::default()).value(F::InvoiceNumber), None);
    let own =
        labels("[[label]]\nid = \"invoice_number\"\nfamily = \"hongkong\"\nstrong = [\"Docket\"]\n").unwrap();
    assert_eq!(read(&paper, own).value(F::InvoiceNumber), Some("FL-2026-0118"));
}

#[test]
fn a_title_of_the_admins_own_is_known() {
    let mut paper = hong_kong();
    paper.change("INVOICE", "FEE NOTE");
    assert_ne!(read(&paper, Vocabulary::default()).decision, crate::Decision::StraightThrough);
    let folder = tempfile::tempdir().unwrap();
    let kinds = file(&folder, "my-kinds.toml", "[[title]]\nkind = \"hk_invoice\"\nnames = [\"Fee Note\"]\n");
    let invoice = read(&paper, Vocabulary::with_own(None, Some(&kinds)).unwrap());
    assert_eq!((invoice.kind, invoice.decision), (Kind::HkInvoice, crate::Decision::StraightThrough));
}

#[test]
fn a_name_that_means_something_else_is_refused_with_its_line() {
    let error = labels(
        "# ours\n[[label]]\nid = \"invoice_number\"\nfamily = \"hongkong\"\nstrong = [\n  \"Docket\",\n  \"Due Date\",\n]\n",
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.starts_with("DH-1016: ") && error.contains("line 7") && error.contains("due_date"),
        "{error}"
    );
}

#[test]
fn a_mistake_in_the_file_is_named_with_its_line() {
    for (text, wanted) in [
        ("[[label]]\nid = \"invoice_nr\"\nfamily = \"any\"\n", "line 2"),
        ("[[label]]\nid = \"total\"\nfamily = \"any\"\nstrongest = []\n", "strongest"),
        ("[[label]\n", "line 1"),
        ("[[label]]\nid = \"total\"\nfamily = \"any\"\nstrong = [\". .\"]\n", "line 4"),
    ] {
        let error = labels(text).unwrap_err().to_string();
        assert!(error.starts_with("DH-1015: ") && error.contains(wanted), "{text}: {error}");
    }
    let missing = Vocabulary::with_own(Some(std::path::Path::new("nowhere.toml")), None).unwrap_err();
    assert!(missing.to_string().starts_with("DH-1014: "));
}
