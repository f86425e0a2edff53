//! A problem at its place in a script, for people.

use engine::Problem;

use crate::cli::LangArg;

/// `file:line:column: code: sentence`, and the line with a mark under the place.
pub(crate) fn at_its_place(file: &str, problem: &Problem, lang: LangArg) -> String {
    let Problem { code, line, column, source, message } = problem;
    let sentence = match lang {
        LangArg::En => &message.en,
        LangArg::ZhHant => &message.zh_hant,
    };
    // What is as wide as a Chinese character is replaced by a blank of that width, so that the mark stands right.
    let blank = |c: char| match c {
        '\t' => '\t',
        c if c >= '\u{2e80}' => '\u{3000}',
        _ => ' ',
    };
    let before: String = source.chars().take(column.saturating_sub(1)).map(blank).collect();
    format!("{file}:{line}:{column}: {code}: {sentence}\n{line:>6} | {source}\n       | {before}^\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_place_also_behind_chinese_characters() {
        let text = "let 票 = invoices::chekc(run.document);\nrun::done(票.number)";
        let problem = engine::check_script("test", text, &engine::Grants::default()).remove(0);
        insta::assert_snapshot!(at_its_place("test.rhai", &problem, LangArg::En));
        insta::assert_snapshot!(at_its_place("test.rhai", &problem, LangArg::ZhHant));
    }
}
