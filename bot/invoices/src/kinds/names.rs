//! The names by which papers are told, from `data/kinds.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::invoice::Kind;
use crate::labels;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) title: Vec<Title>,
    pub(super) not_invoice: Vec<Named>,
    pub(super) claim: Vec<Names>,
    pub(super) special: Vec<Named>,
    pub(super) taiwan: Vec<Title>,
    pub(super) mark: Vec<Named>,
    pub(super) receipt_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    pub(super) kind: Kind,
    pub(super) names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) en: String,
    pub(super) zh_hant: String,
    pub(super) names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) names: Vec<String>,
}

pub(super) static FILE: LazyLock<File> = LazyLock::new(|| {
    let mut file: File = toml::from_str(include_str!("../../data/kinds.toml"))
        .expect("data/kinds.toml is compiled in, and a test reads it");
    let fold = |names: &mut Vec<String>| {
        for name in names.iter_mut() {
            *name = labels::fold_text(name);
        }
        names.sort_by_key(|n| std::cmp::Reverse(n.chars().count()));
    };
    file.title.iter_mut().chain(&mut file.taiwan).for_each(|t| fold(&mut t.names));
    file.not_invoice
        .iter_mut()
        .chain(&mut file.special)
        .chain(&mut file.mark)
        .for_each(|n| fold(&mut n.names));
    file.claim.iter_mut().for_each(|n| fold(&mut n.names));
    fold(&mut file.receipt_words);
    file
});
