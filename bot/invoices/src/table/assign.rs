//! Which token belongs to which column: the cheapest assignment that keeps the order from left to right.

use crate::labels::{Label, is_ideograph};

use super::{Column, Header, Token};

/// The price of putting a token where it cannot belong.
const WRONG_KIND: f32 = 60.0;
/// The price of a second token in a column that holds one figure.
const SECOND_FIGURE: f32 = 25.0;

/// For each token, the index of its column.
pub(super) fn columns(tokens: &[Token], header: &Header, height: f32) -> Vec<usize> {
    let width = header.columns.len();
    if tokens.is_empty() || width == 0 {
        return Vec::new();
    }
    let mut price = vec![vec![f32::INFINITY; width]; tokens.len()];
    let mut from = vec![vec![0; width]; tokens.len()];
    for (i, token) in tokens.iter().enumerate() {
        for (j, column) in header.columns.iter().enumerate() {
            let own = distance(token, column, height) + kind_price(&token.text, column.label);
            if i == 0 {
                price[i][j] = own;
                continue;
            }
            for k in 0..=j {
                let again =
                    if k == j && !may_follow(&token.text, column.label) { SECOND_FIGURE } else { 0.0 };
                let total = price[i - 1][k] + own + again;
                if total < price[i][j] {
                    price[i][j] = total;
                    from[i][j] = k;
                }
            }
        }
    }
    let last = tokens.len() - 1;
    let mut at = (0..width).min_by(|&a, &b| price[last][a].total_cmp(&price[last][b])).unwrap_or(0);
    let mut places = vec![0; tokens.len()];
    for i in (0..tokens.len()).rev() {
        places[i] = at;
        at = from[i][at];
    }
    places
}

/// How far a token stands from its column's name, in heights of a character.
fn distance(token: &Token, column: &Column, height: f32) -> f32 {
    let gap = (column.x0 - token.x1).max(token.x0 - column.x1).max(0.0);
    let centres = (f32::midpoint(token.x0, token.x1) - f32::midpoint(column.x0, column.x1)).abs();
    (gap + 0.05 * centres) / height.max(1e-4)
}

/// Words may share a cell; after a quantity its unit may stand.
fn may_follow(text: &str, label: Label) -> bool {
    holds_words(label) || (label == Label::ColumnQuantity && is_unit(text))
}

fn is_unit(text: &str) -> bool {
    text.chars().count() <= 4 && text.chars().all(char::is_alphabetic)
}

fn holds_words(label: Label) -> bool {
    matches!(label, Label::ColumnName | Label::ColumnSpec | Label::ColumnOther | Label::ColumnUnit)
}

fn kind_price(text: &str, label: Label) -> f32 {
    let figure = is_figure(text);
    let rate = is_rate(text);
    match label {
        Label::ColumnAmount | Label::ColumnTax | Label::ColumnPrice => {
            if figure || is_masked(text) || is_word_for_none(text) { 0.0 } else { WRONG_KIND }
        }
        Label::ColumnQuantity => {
            if figure && !text.contains(['¥', '$']) {
                0.0
            } else if is_unit(text) {
                1.5
            } else if begins_with_figure(text) && text.chars().count() <= 10 && !rate {
                0.6
            } else {
                WRONG_KIND
            }
        }
        Label::ColumnRate => {
            if rate || is_masked(text) {
                0.0
            } else {
                WRONG_KIND
            }
        }
        Label::ColumnUnit => {
            if figure || rate {
                WRONG_KIND
            } else if begins_with_figure(text) {
                // `40卷` was two cells: the quantity's column takes both apart.
                6.0
            } else if text.chars().count() > 6 {
                4.0
            } else {
                0.0
            }
        }
        Label::ColumnName | Label::ColumnSpec => {
            if rate {
                8.0
            } else if figure && text.contains('.') {
                3.0
            } else {
                0.0
            }
        }
        // Codes and running numbers; what goods are called is written in the column beside them.
        Label::ColumnOther if text.chars().any(is_ideograph) => 3.0,
        _ => 0.5,
    }
}

/// A number, with or without a currency mark.
pub(super) fn is_figure(text: &str) -> bool {
    let bare: String = text
        .to_uppercase()
        .replace("HKD", "")
        .replace("HK$", "")
        .replace("USD", "")
        .replace("US$", "")
        .replace("RMB", "");
    let bare = bare
        .trim_start_matches(['¥', '$', '-', '(', '+', ' ', '−'])
        .trim_start_matches(['¥', '$', '-'])
        .trim_end_matches(')');
    !bare.is_empty()
        && bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

fn begins_with_figure(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().any(|c| c.is_ascii_alphabetic() || is_ideograph(c))
}

/// A tax rate as faces print it.
pub(super) fn is_rate(text: &str) -> bool {
    (text.ends_with('%') && text.trim_end_matches('%').chars().all(|c| c.is_ascii_digit() || c == '.'))
        || ["免税", "不征税", "普通征税", "零税率", "出口零税"].contains(&text)
}

fn is_masked(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '*')
}

fn is_word_for_none(text: &str) -> bool {
    matches!(
        text.to_uppercase().as_str(),
        "-" | "--" | "N/A" | "FOC" | "FREE" | "NIL" | "免费" | "免費" | "INCLUDED"
    )
}
