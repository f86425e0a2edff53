//! The names by which labels and papers are told: those in `data/`, and an admin's own beside them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::kinds::Titles;
use crate::labels::{self, Family, Label, Names};

/// The names of labels and titles that a paper is read with.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    pub(crate) labels: Names,
    pub(crate) titles: Titles,
}

/// A file of names that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// It is not there, or may not be read.
    #[error("DH-1014: {} cannot be read ({reason}); correct its path in [invoices] of deskhand.toml", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It has not the form of the built-in one.
    #[error("DH-1015: {} cannot be used: {reason}; write it in the form that docs/operators.md shows", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and in which line.
        reason: String,
    },
    /// A name already means something else.
    #[error("DH-1016: {}, line {line}: `{name}` cannot be {wanted}, it already means {meaning}; take it out, or write the label longer", path.display())]
    Taken {
        /// Which file.
        path: PathBuf,
        /// 1 for the first line.
        line: usize,
        /// The name as it is written there.
        name: String,
        /// What it should mean.
        wanted: String,
        /// What it means.
        meaning: String,
    },
}

impl Vocabulary {
    /// The names that come with the program.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
            let mut labels = Names::default();
            for entry in &built_in_labels().label {
                for (names, strong) in [(&entry.strong, true), (&entry.weak, false)] {
                    for name in names {
                        labels.add(name.get_ref(), entry.id, strong, entry.family);
                    }
                }
            }
            Vocabulary { labels, titles: Titles::built_in() }
        });
        &BUILT_IN
    }

    /// The built-in names with an admin's own beside them, each file in the form of its built-in one.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, has another form, or gives a name a second meaning.
    pub fn with_own(labels: Option<&Path>, kinds: Option<&Path>) -> Result<Self, VocabularyError> {
        let mut vocabulary = Self::built_in().clone();
        if let Some(path) = labels {
            vocabulary.add_labels(path)?;
        }
        if let Some(path) = kinds {
            vocabulary.titles.add(parsed(path, &text_of(path)?)?);
        }
        Ok(vocabulary)
    }

    /// The same with one more name of a label on Hong Kong papers: what is remembered of one supplier.
    pub(crate) fn with_label(&self, name: &str, label: Label) -> Self {
        let mut more = self.clone();
        more.labels.take_away(name, Family::Hongkong);
        more.labels.add(name, label, true, Family::Hongkong);
        more
    }

    fn add_labels(&mut self, path: &Path) -> Result<(), VocabularyError> {
        let text = text_of(path)?;
        let file: OwnLabels = parsed(path, &text)?;
        for entry in &file.label {
            for (names, strong) in [(&entry.strong, true), (&entry.weak, false)] {
                for name in names {
                    self.add_label(entry, name, strong, path, &text)?;
                }
            }
        }
        Ok(())
    }

    fn add_label(
        &mut self,
        entry: &Entry,
        name: &Spanned<String>,
        strong: bool,
        path: &Path,
        text: &str,
    ) -> Result<(), VocabularyError> {
        let line = text[..name.span().start].matches('\n').count() + 1;
        let name = name.get_ref();
        if labels::spelling(name).is_empty() {
            let reason = format!("line {line} holds an empty name");
            return Err(VocabularyError::Form { path: path.to_owned(), reason });
        }
        match self.labels.meaning(name, entry.family) {
            Some((meaning, _)) if meaning != entry.id => Err(VocabularyError::Taken {
                path: path.to_owned(),
                line,
                name: name.clone(),
                wanted: word(entry.id),
                meaning: word(meaning),
            }),
            _ => {
                self.labels.add(name, entry.id, strong, entry.family);
                Ok(())
            }
        }
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self::built_in().clone()
    }
}

/// The built-in file of labels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuiltInLabels {
    pub(crate) traditional: String,
    pub(crate) simplified: String,
    label: Vec<Entry>,
}

/// An admin's file of labels: the same without the characters, which are everybody's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnLabels {
    label: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Label,
    family: Family,
    #[serde(default)]
    strong: Vec<Spanned<String>>,
    #[serde(default)]
    weak: Vec<Spanned<String>>,
}

pub(crate) fn built_in_labels() -> &'static BuiltInLabels {
    static FILE: LazyLock<BuiltInLabels> = LazyLock::new(|| {
        toml::from_str(include_str!("../data/labels.toml"))
            .expect("data/labels.toml is compiled in, and a test reads it")
    });
    &FILE
}

fn text_of(path: &Path) -> Result<String, VocabularyError> {
    std::fs::read_to_string(path)
        .map_err(|error| VocabularyError::Unreadable { path: path.to_owned(), reason: error.to_string() })
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T, VocabularyError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        let reason = format!("line {line}: {}", error.message());
        VocabularyError::Form { path: path.to_owned(), reason }
    })
}

/// A label's id as the files write it.
fn word(label: impl Serialize) -> String {
    serde_json::to_value(label).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
