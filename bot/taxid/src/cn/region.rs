use std::sync::LazyLock;

use crate::table::{self, Row};

static REGIONS: LazyLock<Vec<Row>> = LazyLock::new(|| table::rows(include_str!("../../data/cn_regions.csv")));

/// Who uses the two-digit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Organisations: the provinces and the central government.
    Organisation,
    /// People: the provinces, and the residence permits of Hong Kong, Macau and Taiwan.
    Person,
    /// Paper and early electronic fapiao.
    Fapiao,
    /// The 20-digit numbers, in which planned cities have codes of their own.
    Digital,
}

/// The province of a two-digit code, in English and 繁體中文.
pub fn province(code: &str) -> Option<(&'static str, &'static str)> {
    names(code, |scope| matches!(scope, "all" | "uscc"))
}

/// The province or planned city of a fapiao code's four region digits.
pub fn fapiao_region(code: &str) -> Option<(&'static str, &'static str)> {
    names(code, |scope| scope == "fapiao").or_else(|| names(code.get(..2)?, |scope| scope == "all"))
}

/// [`province`] within what a scope allows.
pub(crate) fn known(code: &str, scope: Scope) -> Option<(&'static str, &'static str)> {
    let wanted = match scope {
        Scope::Organisation => "uscc",
        Scope::Person => "person",
        Scope::Fapiao => "fapiao",
        Scope::Digital => "digital",
    };
    names(code, |s| s == "all" || s == wanted)
}

fn names(code: &str, scope: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
    REGIONS
        .iter()
        .find(|row| row.cells[0] == code && scope(row.cells[1]))
        .map(|row| (row.cells[2], row.cells[3]))
}
