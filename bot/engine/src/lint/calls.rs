//! Calls: does the function exist, with that many arguments, and may a script have it?

use std::collections::{BTreeMap, BTreeSet};

use rhai::is_valid_identifier;

use super::tree::{Called, call_of};
use super::{Looked, Problem};
use crate::script::Scripts;

/// What rhai itself knows, in any number of arguments.
const WORDS: [&str; 10] =
    ["print", "debug", "type_of", "Fn", "call", "curry", "eval", "is_def_var", "is_def_fn", "is_shared"];
/// What people try when they want the clock or dice.
const CLOCKS_AND_DICE: [&str; 14] = [
    "timestamp",
    "now",
    "time",
    "today",
    "date",
    "datetime",
    "clock",
    "elapsed",
    "sleep",
    "rand",
    "random",
    "rand_int",
    "shuffle",
    "uuid",
];
/// How alike a name must be to be offered.
const ALIKE: f64 = 0.8;

/// The functions there are, with the numbers of arguments that each takes.
struct Known(BTreeMap<String, BTreeSet<usize>>);

pub(super) fn check(looked: &Looked, scripts: &Scripts) -> Vec<Problem> {
    let known = Known::of(looked, scripts);
    let mut problems = Vec::new();
    looked.ast.walk(&mut |path| {
        if let Some(called) = path.last().and_then(call_of) {
            problems.extend(known.problem(&called));
        }
        true
    });
    problems
}

impl Known {
    fn of(looked: &Looked, scripts: &Scripts) -> Self {
        let mut known: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut add = |name: String, params: usize| known.entry(name).or_default().insert(params);
        let metadata = scripts.metadata();
        for function in metadata["functions"].as_array().into_iter().flatten() {
            let params = function["numParams"].as_u64().and_then(|number| usize::try_from(number).ok());
            add(function["name"].as_str().unwrap_or_default().to_owned(), params.unwrap_or_default());
        }
        for function in &looked.host {
            add(function.path(), function.params.len());
        }
        for function in looked.ast.iter_fn_def() {
            add(function.name.to_string(), function.params.len());
        }
        Self(known)
    }

    fn problem(&self, called: &Called) -> Option<Problem> {
        let (path, given) = (called.path(), called.call.args.len() + usize::from(called.method));
        let name = called.call.name.as_str();
        if !called.call.is_qualified() && (WORDS.contains(&name) || !is_valid_identifier(name)) {
            return None;
        }
        match self.0.get(&path) {
            Some(takes) if takes.contains(&given) => None,
            Some(takes) => Some(wrong_number(called, &path, takes)),
            None if CLOCKS_AND_DICE.contains(&name) => Some(clock_or_dice(called, &path)),
            None => Some(self.unknown(called, &path)),
        }
    }

    fn unknown(&self, called: &Called, path: &str) -> Problem {
        let likeness = |name: &str| strsim::jaro_winkler(name, path);
        let nearest = self.0.keys().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let nearest = nearest.filter(|name| likeness(name) >= ALIKE);
        let (en, zh) = match nearest {
            Some(name) => (format!("Did you mean `{name}`?"), format!("是否指 `{name}`？")),
            None => {
                ("`deskhand host` lists them.".to_owned(), "可用 `deskhand host` 列出所有函數。".to_owned())
            }
        };
        Problem::at(
            called.position,
            "DH-6501",
            format!("There is no function `{path}`. {en}"),
            format!("沒有名為 `{path}` 的函數。{zh}"),
        )
    }
}

fn wrong_number(called: &Called, path: &str, takes: &BTreeSet<usize>) -> Problem {
    let own = usize::from(called.method);
    let given = called.call.args.len();
    let numbers: Vec<String> = takes.iter().map(|number| number.saturating_sub(own).to_string()).collect();
    let (en, zh) = (numbers.join(" or "), numbers.join(" 或 "));
    Problem::at(
        called.position,
        "DH-6502",
        format!("`{path}` takes {en} arguments, and is given {given}."),
        format!("`{path}` 需要 {zh} 個參數，這裏給了 {given} 個。"),
    )
}

fn clock_or_dice(called: &Called, path: &str) -> Problem {
    Problem::at(
        called.position,
        "DH-6503",
        format!(
            "`{path}`: a script has no clock and no dice, because it is run again after every step and must do the \
             same each time. `calendar::today()` gives the day."
        ),
        format!(
            "`{path}`：指令稿不能看時鐘，也不能取隨機數，因為每一步之後都會重新執行，結果必須相同。日期請用 `calendar::today()`。"
        ),
    )
}
