//! The names by which papers are told, from `data/kinds.toml`.

use serde::Deserialize;

use crate::invoice::Kind;
use crate::labels;

/// Titles, marks and telling words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titles {
    #[serde(default)]
    pub(super) title: Vec<Title>,
    #[serde(default)]
    pub(super) not_invoice: Vec<Named>,
    #[serde(default)]
    pub(super) claim: Vec<Bare>,
    #[serde(default)]
    pub(super) special: Vec<Named>,
    #[serde(default)]
    pub(super) taiwan: Vec<Title>,
    #[serde(default)]
    pub(super) mark: Vec<Named>,
    #[serde(default)]
    pub(super) receipt_words: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    pub(super) kind: Kind,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) en: String,
    pub(super) zh_hant: String,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bare {
    pub(super) names: Vec<String>,
}

impl Titles {
    /// The names that come with the program.
    pub(crate) fn built_in() -> Self {
        let mut file: Self = toml::from_str(include_str!("../../data/kinds.toml"))
            .expect("data/kinds.toml is compiled in, and a test reads it");
        file.fold();
        file
    }

    /// An admin's own names, looked for before the built-in ones.
    pub(crate) fn add(&mut self, mut own: Self) {
        own.fold();
        self.title.splice(0..0, own.title);
        self.not_invoice.splice(0..0, own.not_invoice);
        self.claim.splice(0..0, own.claim);
        self.special.splice(0..0, own.special);
        self.taiwan.splice(0..0, own.taiwan);
        self.mark.splice(0..0, own.mark);
        self.receipt_words.extend(own.receipt_words);
    }

    fn fold(&mut self) {
        let fold = |names: &mut Vec<String>| {
            for name in names.iter_mut() {
                *name = labels::fold_text(name);
            }
            names.retain(|name| !name.is_empty());
            names.sort_by_key(|n| std::cmp::Reverse(n.chars().count()));
        };
        self.title.iter_mut().chain(&mut self.taiwan).for_each(|t| fold(&mut t.names));
        self.not_invoice
            .iter_mut()
            .chain(&mut self.special)
            .chain(&mut self.mark)
            .for_each(|n| fold(&mut n.names));
        self.claim.iter_mut().for_each(|n| fold(&mut n.names));
        fold(&mut self.receipt_words);
    }
}
