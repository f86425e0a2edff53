//! What a code means: the pages of `docs/errors/`, shown by the program itself.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::failure::Failure;
use crate::language::Language;
use crate::people::Session;
use crate::render;
use crate::render::context;
use crate::state::WebState;

const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/errors.rs"));

/// The page of one code. It says nothing about anybody's papers, so it is open to all.
pub(crate) async fn page(
    State(state): State<WebState>,
    session: Session,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let (code, text) = find(&code).ok_or(Failure::NotFound)?;
    let signed = session.user.map(|known| crate::people::Signed(known.0));
    let stranger = || {
        let language = Language::of_request(&headers).tag();
        context! { language, base_url => &state.base_url, path => "", person => () }
    };
    let frame = signed.as_ref().map_or_else(stranger, |signed| render::frame(&state, signed, ""));
    let own = context! { code, title => title(code), blocks => html(body(text)) };
    Ok(render::page("help.html", frame, own))
}

fn find(code: &str) -> Option<(&'static str, &'static str)> {
    PAGES.iter().find(|(known, _)| *known == code).copied()
}

/// The title of a code's page, without the code.
pub(crate) fn title(code: &str) -> Option<String> {
    let (_, text) = find(code)?;
    let first = text.lines().next()?.trim_start_matches('#').trim();
    Some(first.split_once(": ").map_or(first, |(_, title)| title).to_owned())
}

fn body(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, body)| body)
}

/// The little of Markdown that these pages use: paragraphs, lists, bold and code.
fn html(text: &str) -> String {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(one_block).collect()
}

fn one_block(block: &str) -> String {
    if let Some(heading) = block.strip_prefix('#') {
        return format!("<h2>{}</h2>\n", inline(heading.trim_start_matches('#').trim()));
    }
    if block.lines().all(|line| line.starts_with("- ") || line.starts_with("  ")) {
        let joined = block.replace("\n  ", " ");
        let items: Vec<String> = joined.lines().map(|line| inline(line.trim_start_matches("- "))).collect();
        return format!("<ul><li>{}</li></ul>\n", items.join("</li><li>"));
    }
    let chinese = block.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let (lang, gap) = if chinese { (" lang=\"zh-Hant\"", "") } else { ("", " ") };
    format!("<p{lang}>{}</p>\n", inline(&block.replace('\n', gap)))
}

/// `**bold**` and `code` in a text that is escaped first.
fn inline(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let bold = paired(&text, "**", "b");
    paired(&bold, "`", "code")
}

fn paired(text: &str, mark: &str, tag: &str) -> String {
    let parts: Vec<&str> = text.split(mark).collect();
    if parts.len().is_multiple_of(2) {
        // An odd number of marks: somebody meant the sign itself.
        return text.to_owned();
    }
    let dress = |(place, part): (usize, &&str)| {
        if place % 2 == 1 { format!("<{tag}>{part}</{tag}>") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(dress).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_title_and_both_languages() {
        for (code, text) in PAGES.iter().filter(|(code, _)| code.starts_with("DH-7")) {
            assert!(title(code).is_some_and(|title| !title.is_empty()), "{code}");
            assert!(html(body(text)).contains("lang=\"zh-Hant\""), "{code}");
        }
    }

    #[test]
    fn a_page_cannot_smuggle_markup() {
        assert_eq!(
            html("a <script> & `x < y` **b**"),
            "<p>a &lt;script&gt; &amp; <code>x &lt; y</code> <b>b</b></p>\n"
        );
        assert_eq!(html("- one\n  more\n- two"), "<ul><li>one more</li><li>two</li></ul>\n");
        assert_eq!(inline("2 ** 3"), "2 ** 3");
    }
}
