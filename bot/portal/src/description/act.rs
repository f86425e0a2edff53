//! The acts of a description. Each is one inline table whose first key is the verb.

#![expect(clippy::struct_field_names, reason = "a field is named as the act that it is the verb of")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::template::Template;

/// One act.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Goto(Goto),
    Type(Type),
    Choose(Choose),
    Click(Click),
    SubmitForm(SubmitForm),
    AcceptDialog(AcceptDialog),
    WaitFor(WaitFor),
    WaitGone(WaitGone),
    WaitUrl(WaitUrl),
    Read(Read),
    Rows(Box<Rows>),
    EachLine(Vec<Act>),
    IfPresent(IfPresent),
}

/// Opens a page of the site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Goto {
    /// A path below the base address, or a lone hole that holds an address.
    pub(crate) goto: Template,
}

/// Types into a field, which is emptied first; the field is read again at once and before the form is sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Type {
    /// The field.
    pub(crate) r#type: Template,
    /// What is typed.
    pub(crate) text: Template,
    /// Skips the act when the bill has no such value; otherwise a missing value is a refusal.
    #[serde(default)]
    pub(crate) optional: bool,
    /// Is added to the text for each line of the bill, as `"\n{line.description}"` where the field takes several rows.
    #[serde(default)]
    pub(crate) and_each_line: Option<Template>,
}

/// Chooses the one option of a list whose text equals or contains something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choose {
    /// The list (`select`).
    pub(crate) choose: Template,
    /// The option's whole text.
    #[serde(default)]
    pub(crate) equals: Option<Template>,
    /// A part of the option's text. Of several options, one that has it as a word of its own wins.
    #[serde(default)]
    pub(crate) contains: Option<Template>,
    /// A second thing to look for when the first has no value.
    #[serde(default)]
    pub(crate) or_contains: Option<Template>,
    /// What is looked for when not exactly one option has any of these: only where any choice is better than none.
    #[serde(default)]
    pub(crate) otherwise: Option<Template>,
    /// The option's place, from 1 and not counting options without a value, where the list has but one sensible choice.
    #[serde(default)]
    pub(crate) nth: Option<usize>,
}

/// Clicks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Click {
    /// What is clicked.
    pub(crate) click: Template,
}

/// Sends the form that a field belongs to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitForm {
    /// The form, or a field of it.
    pub(crate) submit_form: Template,
}

/// Says yes to a dialog with these words. Any other dialog is a refusal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptDialog {
    /// A part of its words.
    pub(crate) accept_dialog: Template,
}

/// Waits until something is to be seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitFor {
    /// What.
    pub(crate) wait_for: Template,
    /// With this text in it.
    #[serde(default)]
    pub(crate) text: Option<Template>,
}

/// Waits until something is no longer to be seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitGone {
    /// What.
    pub(crate) wait_gone: Template,
}

/// Waits until the address has a form; `*` is anything without a slash, `**` anything.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitUrl {
    /// Such as `/bill/*/detail/*/`: the address below the base, without what follows a `?`.
    pub(crate) wait_url: Template,
    /// A name for what the last star stands for.
    #[serde(default)]
    pub(crate) keep: Option<String>,
}

/// Reads a value from the page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    /// Where it stands; the first that is there counts.
    pub(crate) read: Template,
    /// `number`, `reference`, `supplier`, `supplier_tax_id`, `date`, `total`, `currency`, `link`, or a name for `{kept.…}`.
    pub(crate) keep: String,
    /// An attribute instead of the text or the field's value.
    #[serde(default)]
    pub(crate) attribute: Option<String>,
    /// What stands before the value, if it is there, is cut off.
    #[serde(default)]
    pub(crate) after: Option<String>,
    /// What stands behind the value, if it is there, is cut off.
    #[serde(default)]
    pub(crate) before: Option<String>,
    /// Does not mind when it is not there.
    #[serde(default)]
    pub(crate) optional: bool,
}

/// Reads the rows of a table. In `search`, each is a bill that may be the one searched for.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// The rows.
    pub(crate) rows: Template,
    /// The cells.
    pub(crate) cells: BTreeMap<String, Cell>,
    /// Only rows in which these cells hold these values.
    pub(crate) only: BTreeMap<String, Template>,
    /// Acts for each of these rows, such as opening its page; `{row.link}` is known there.
    pub(crate) then: Vec<Act>,
    /// The link to the next page of rows.
    pub(crate) next: Option<Template>,
    /// More pages than this are an error rather than a bill that is not found.
    pub(crate) at_most_pages: u32,
    /// More rows to open than this are an error.
    pub(crate) at_most_rows: u32,
}

/// Where a cell stands in its row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cell {
    /// The selector within the row.
    pub(crate) at: String,
    /// An attribute instead of the text.
    #[serde(default)]
    pub(crate) attribute: Option<String>,
    /// What stands before the value is cut off.
    #[serde(default)]
    pub(crate) after: Option<String>,
    /// What stands behind the value is cut off.
    #[serde(default)]
    pub(crate) before: Option<String>,
}

/// Acts that depend on what is to be seen.
#[derive(Debug, Clone)]
pub(crate) struct IfPresent {
    /// What is looked for, without waiting.
    pub(crate) what: Template,
    /// When it is there.
    pub(crate) then: Vec<Act>,
    /// When it is not.
    pub(crate) otherwise: Vec<Act>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRows {
    rows: Template,
    cells: BTreeMap<String, RawCell>,
    #[serde(default)]
    only: BTreeMap<String, Template>,
    #[serde(default)]
    then: Vec<toml::Value>,
    #[serde(default)]
    next: Option<Template>,
    #[serde(default = "few")]
    at_most_pages: u32,
    #[serde(default = "many")]
    at_most_rows: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawCell {
    Selector(String),
    Cell(Cell),
}

fn few() -> u32 {
    20
}

fn many() -> u32 {
    200
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEachLine {
    each_line: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIfPresent {
    if_present: Template,
    #[serde(default)]
    then: Vec<toml::Value>,
    #[serde(default)]
    otherwise: Vec<toml::Value>,
}

const VERBS: &[&str] = &[
    "goto",
    "type",
    "choose",
    "click",
    "submit_form",
    "accept_dialog",
    "wait_for",
    "wait_gone",
    "wait_url",
    "read",
    "rows",
    "each_line",
    "if_present",
];

/// Reads a list of acts. The error begins with the act's number.
pub(crate) fn acts(values: Vec<toml::Value>) -> Result<Vec<Act>, String> {
    values
        .into_iter()
        .enumerate()
        .map(|(index, value)| act(value).map_err(|why| format!("act {}: {why}", index + 1)))
        .collect()
}

fn act(value: toml::Value) -> Result<Act, String> {
    let table = value.as_table().ok_or("an act is a table such as { click = \"#save\" }")?;
    let verbs: Vec<&str> = VERBS.iter().copied().filter(|verb| table.contains_key(*verb)).collect();
    let [verb] = verbs.as_slice() else {
        let keys: Vec<&String> = table.keys().collect();
        return Err(format!("exactly one of {} is needed, but there is {keys:?}", VERBS.join(", ")));
    };
    Ok(match *verb {
        "goto" => Act::Goto(read(value)?),
        "type" => Act::Type(read(value)?),
        "choose" => Act::Choose(one_choice(read(value)?)?),
        "click" => Act::Click(read(value)?),
        "submit_form" => Act::SubmitForm(read(value)?),
        "accept_dialog" => Act::AcceptDialog(read(value)?),
        "wait_for" => Act::WaitFor(read(value)?),
        "wait_gone" => Act::WaitGone(read(value)?),
        "wait_url" => Act::WaitUrl(read(value)?),
        "read" => Act::Read(read(value)?),
        "rows" => Act::Rows(Box::new(rows(read(value)?)?)),
        "each_line" => Act::EachLine(acts(read::<RawEachLine>(value)?.each_line)?),
        _ => {
            let raw: RawIfPresent = read(value)?;
            Act::IfPresent(IfPresent {
                what: raw.if_present,
                then: acts(raw.then)?,
                otherwise: acts(raw.otherwise)?,
            })
        }
    })
}

fn read<T: DeserializeOwned>(value: toml::Value) -> Result<T, String> {
    value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

fn one_choice(choose: Choose) -> Result<Choose, String> {
    let ways = usize::from(choose.equals.is_some())
        + usize::from(choose.contains.is_some())
        + usize::from(choose.nth.is_some());
    match (ways, choose.or_contains.is_some() && choose.nth.is_some(), choose.nth) {
        (1, false, Some(0)) => Err("nth begins at 1".to_owned()),
        (1, false, _) => Ok(choose),
        _ => Err("choose takes exactly one of equals, contains, nth (or_contains may follow the first two)"
            .to_owned()),
    }
}

fn rows(raw: RawRows) -> Result<Rows, String> {
    let cells: BTreeMap<String, Cell> = raw
        .cells
        .into_iter()
        .map(|(name, cell)| match cell {
            RawCell::Selector(at) => (name, Cell { at, attribute: None, after: None, before: None }),
            RawCell::Cell(cell) => (name, cell),
        })
        .collect();
    if let Some(name) = raw.only.keys().find(|name| !cells.contains_key(*name)) {
        return Err(format!("only names the cell {name:?}, which is not among the cells"));
    }
    Ok(Rows {
        rows: raw.rows,
        cells,
        only: raw.only,
        then: acts(raw.then)?,
        next: raw.next,
        at_most_pages: raw.at_most_pages,
        at_most_rows: raw.at_most_rows,
    })
}

/// The acts within an act.
pub(crate) fn inner(act: &Act) -> Vec<&Act> {
    match act {
        Act::Rows(rows) => rows.then.iter().collect(),
        Act::EachLine(acts) => acts.iter().collect(),
        Act::IfPresent(branch) => branch.then.iter().chain(&branch.otherwise).collect(),
        _ => Vec::new(),
    }
}

/// The templates of an act itself, without those of the acts within it.
pub(crate) fn templates(act: &Act) -> Vec<&Template> {
    match act {
        Act::Goto(a) => vec![&a.goto],
        Act::Type(a) => vec![&a.r#type, &a.text],
        Act::Choose(a) => std::iter::once(&a.choose)
            .chain(a.equals.iter())
            .chain(&a.contains)
            .chain(&a.or_contains)
            .chain(&a.otherwise)
            .collect(),
        Act::Click(a) => vec![&a.click],
        Act::SubmitForm(a) => vec![&a.submit_form],
        Act::AcceptDialog(a) => vec![&a.accept_dialog],
        Act::WaitFor(a) => std::iter::once(&a.wait_for).chain(&a.text).collect(),
        Act::WaitGone(a) => vec![&a.wait_gone],
        Act::WaitUrl(a) => vec![&a.wait_url],
        Act::Read(a) => vec![&a.read],
        Act::Rows(a) => std::iter::once(&a.rows).chain(a.only.values()).chain(&a.next).collect(),
        Act::EachLine(_) => Vec::new(),
        Act::IfPresent(a) => vec![&a.what],
    }
}

/// The name that an act keeps, if it keeps one.
pub(crate) fn kept(act: &Act) -> Option<&str> {
    match act {
        Act::Read(read) => Some(&read.keep),
        Act::WaitUrl(wait) => wait.keep.as_deref(),
        _ => None,
    }
}
