//! The TOML description of a portal: where its pages are and what is done on them.
//!
//! Sections `sign_in`, `search`, `fill`, `submit` and `read_back` are lists of acts; an act is an inline table:
//!
//! ```toml
//! fill = [
//!   { goto = "/bills/new" },
//!   { choose = "#vendor", contains = "{bill.supplier_tax_id}" },
//!   { type = "#number", text = "{bill.reference}" },
//! ]
//! ```
//! Everything is checked when it is loaded: unknown keys, unknown holes, secrets outside `sign_in`.

mod act;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

pub(crate) use act::{Act, Cell, Choose, Read, Rows, Type, WaitUrl, inner};
pub(crate) use template::{Hole, Template, Value};

use crate::Words;

/// The names that a page's values may be kept under to make a [`Record`](crate::Record).
const RECORD: &[&str] =
    &["number", "reference", "supplier", "supplier_tax_id", "date", "total", "currency", "link"];

/// A portal's description, checked.
#[derive(Debug, Clone)]
pub struct Description {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) what: Words,
    pub(crate) only_currency: Option<Template>,
    pub(crate) date_forms: Vec<String>,
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) lines: Lines,
    pub(crate) times: Times,
    pub(crate) pages: Pages,
    pub(crate) sign_in: Vec<Act>,
    pub(crate) search: Vec<Act>,
    pub(crate) fill: Vec<Act>,
    pub(crate) submit: Vec<Act>,
    pub(crate) read_back: Vec<Act>,
}

/// How many lines the form takes, and where the tax goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// A bill with more lines is entered as one line.
    pub at_most: usize,
    /// The form has no field for tax: it becomes a line of its own.
    pub tax_line: bool,
    /// The form takes lines below zero (discounts). If not, a bill with one is entered as one line.
    pub below_zero: bool,
    /// The site works out each amount from quantity and price: a line whose own do not give its amount, to the
    /// cent, is entered as one of that amount.
    #[serde(default)]
    pub multiplies: bool,
}

/// How long to wait, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Times {
    /// For a page to load.
    pub(crate) page: u64,
    /// For something to be seen on it.
    pub(crate) act: u64,
    /// How many times a bill that may have been saved is looked for.
    pub(crate) searches: u32,
    /// Between two of these searches.
    pub(crate) pause: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self { page: 30, act: 10, searches: 4, pause: 3 }
    }
}

/// How to tell pages apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pages {
    /// To be seen only where the site asks for a sign-in.
    pub(crate) signed_out: String,
    /// Where the page says why it does not take something.
    pub(crate) refused: String,
    /// To be seen only on the site's own error pages.
    #[serde(default)]
    pub(crate) trouble: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    title: String,
    #[serde(default = "bill")]
    what: Words,
    #[serde(default)]
    only_currency: Option<Template>,
    #[serde(default = "iso")]
    date_forms: Vec<String>,
    #[serde(default)]
    secrets: BTreeSet<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    lines: Lines,
    #[serde(default)]
    times: Times,
    pages: Pages,
    sign_in: Vec<toml::Value>,
    search: Vec<toml::Value>,
    fill: Vec<toml::Value>,
    submit: Vec<toml::Value>,
    read_back: Vec<toml::Value>,
}

fn bill() -> Words {
    Words::new("bill", "單據")
}

fn iso() -> Vec<String> {
    vec!["%Y-%m-%d".to_owned()]
}

/// Why a description cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// The file is not there.
    #[error(
        "DH-4001: The portal description {file} cannot be read: {why}. Put it there, or correct the portal's `description`."
    )]
    Missing {
        /// Its name.
        file: String,
        /// What the system said.
        why: String,
    },
    /// The file says something that is not understood.
    #[error("DH-4002: The portal description {file} is wrong{place}: {why}. Correct it there.")]
    Wrong {
        /// Its name.
        file: String,
        /// Such as `, section fill`.
        place: String,
        /// What is wrong.
        why: String,
    },
}

impl DescriptionError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "DH-4001",
            Self::Wrong { .. } => "DH-4002",
        }
    }
}

impl Description {
    /// Reads and checks a description.
    pub fn load(file: &Path) -> Result<Self, DescriptionError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| DescriptionError::Missing { file: name.clone(), why: error.to_string() })?;
        Self::parse(&name, &text)
    }

    /// Reads and checks a description from text; `file` is for the errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, DescriptionError> {
        let wrong = |place: &str, why: String| DescriptionError::Wrong {
            file: file.to_owned(),
            place: place.to_owned(),
            why,
        };
        let raw: Raw =
            toml::from_str(text).map_err(|error| wrong("", error.to_string().trim().replace('\n', " ")))?;
        let section = |name: &str, acts: Vec<toml::Value>| {
            act::acts(acts).map_err(|why| wrong(&format!(", section {name}"), why))
        };
        let description = Self {
            name: raw.name,
            title: raw.title,
            what: raw.what,
            only_currency: raw.only_currency,
            date_forms: raw.date_forms,
            secrets: raw.secrets,
            settings: raw.settings,
            lines: raw.lines,
            times: raw.times,
            pages: raw.pages,
            sign_in: section("sign_in", raw.sign_in)?,
            search: section("search", raw.search)?,
            fill: section("fill", raw.fill)?,
            submit: section("submit", raw.submit)?,
            read_back: section("read_back", raw.read_back)?,
        };
        description.check().map_err(|(place, why)| wrong(&place, why))?;
        Ok(description)
    }

    /// The portal's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The names of the secrets that the sign-in needs.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// The settings that an operator may change, with their usual values.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    pub(crate) fn sections(&self) -> [(&'static str, &[Act]); 5] {
        [
            ("sign_in", &self.sign_in),
            ("search", &self.search),
            ("fill", &self.fill),
            ("submit", &self.submit),
            ("read_back", &self.read_back),
        ]
    }

    fn check(&self) -> Result<(), (String, String)> {
        if self.date_forms.is_empty() {
            return Err((String::new(), "date_forms is empty".to_owned()));
        }
        if let Some(odd) =
            self.only_currency.iter().flat_map(Template::holes).find(|hole| hole.scope != "setting")
        {
            return Err((", only_currency".to_owned(), format!("{odd} is not a setting")));
        }
        let mut found = BTreeSet::new();
        for (name, acts) in self.sections() {
            let mut known = Known::of(name);
            for (index, act) in acts.iter().enumerate() {
                self.check_act(act, &mut known)
                    .map_err(|why| (format!(", section {name}"), format!("act {}: {why}", index + 1)))?;
            }
            let place = || format!(", section {name}");
            if name == "search" && !acts.iter().any(has_rows) {
                return Err((place(), "no act reads rows, so nothing would ever be found".to_owned()));
            }
            match name {
                "search" => found = known.found,
                "read_back" => {
                    let missing =
                        |needed: &&&str| !known.kept.contains(**needed) && !found.contains(**needed);
                    if let Some(needed) = ["reference", "date", "total"].iter().find(missing) {
                        return Err((
                            place(),
                            format!("neither it nor search keeps {needed:?}, so it could not be compared"),
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_act(&self, act: &Act, known: &mut Known) -> Result<(), String> {
        if let Act::Type(Type { and_each_line: Some(template), .. }) = act {
            let in_line = Known { in_line: true, ..known.clone() };
            template.holes().try_for_each(|hole| self.check_hole(hole, &in_line))?;
            if template.is_secret() {
                return Err("a secret may only be typed as the text of a field".to_owned());
            }
        }
        for template in act::templates(act) {
            template.holes().try_for_each(|hole| self.check_hole(hole, known))?;
            if template.is_secret() && !matches!(act, Act::Type(t) if &t.text == template) {
                return Err("a secret may only be typed".to_owned());
            }
        }
        if let Some(name) = act::kept(act) {
            known.kept.insert(name.to_owned());
        }
        let (was_in_line, was_row) = (known.in_line, known.row.clone());
        known.in_line |= matches!(act, Act::EachLine(_));
        if let Act::Rows(rows) = act {
            if let Some(odd) = rows.cells.keys().find(|name| !RECORD.contains(&name.as_str())) {
                return Err(format!("a cell is called {odd:?}; cells are {}", RECORD.join(", ")));
            }
            known.row = rows.cells.keys().cloned().collect();
            known.found.extend(rows.cells.keys().cloned());
        }
        for (index, act) in inner(act).into_iter().enumerate() {
            self.check_act(act, known).map_err(|why| format!("inner act {}: {why}", index + 1))?;
        }
        (known.in_line, known.row) = (was_in_line, was_row);
        Ok(())
    }

    fn check_hole(&self, hole: &Hole, known: &Known) -> Result<(), String> {
        let name = hole.name.as_str();
        let there = match hole.scope.as_str() {
            "bill" => template::BILL.contains(&name) && known.section != "sign_in",
            "line"
                if name == "item"
                    && !["expense_item", "tax_item"].iter().all(|s| self.settings.contains_key(*s)) =>
            {
                return Err("{line.item} needs the settings expense_item and tax_item".to_owned());
            }
            "line" => template::LINE.contains(&name) && known.in_line,
            "setting" => self.settings.contains_key(name),
            "secret" => self.secrets.contains(name) && known.section == "sign_in",
            "kept" => known.kept.contains(name),
            "row" => known.row.contains(name),
            "found" => RECORD.contains(&name) && known.section == "read_back",
            _ => false,
        };
        if there { Ok(()) } else { Err(format!("{hole} is not known here")) }
    }
}

/// What is known at one place of a description.
#[derive(Clone)]
struct Known {
    section: &'static str,
    in_line: bool,
    row: BTreeSet<String>,
    kept: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Known {
    fn of(section: &'static str) -> Self {
        let (row, kept, found) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { section, in_line: false, row, kept, found }
    }
}

fn has_rows(act: &Act) -> bool {
    matches!(act, Act::Rows(_)) || inner(act).into_iter().any(has_rows)
}

#[cfg(test)]
mod tests;
