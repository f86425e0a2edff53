//! What was printed, cleaned before any check.
//!
//! Full-width forms become ASCII (NFKC), NUL and other control characters go, blanks collapse.
//! Keep the raw text for names: NFKC also rewrites some CJK compatibility forms.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// NFKC, without control and invisible format characters; every blank stays as one `' '`, in its place.
///
/// Field texts whose blanks count (QR payloads) want exactly this.
pub fn fold_width(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.nfkc().filter_map(keep).collect())
}

/// [`fold_width`], then blanks collapsed to one and trimmed at both ends.
pub fn nfkc(raw: &str) -> Cow<'_, str> {
    let folded = fold_width(raw);
    let tidy = !folded.starts_with(' ') && !folded.ends_with(' ') && !folded.contains("  ");
    if tidy {
        folded
    } else {
        Cow::Owned(folded.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
    }
}

/// An id as it is compared: folded, without blanks, hyphens and middle dots, in capitals.
pub fn id(raw: &str) -> String {
    fold_width(raw).chars().filter(|c| !is_separator(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// Text without any blank, in folded width.
pub fn solid(raw: &str) -> String {
    fold_width(raw).chars().filter(|c| *c != ' ').collect()
}

/// Hyphens and dashes of every kind.
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}')
}

/// Blanks, hyphens and middle dots: printed inside ids for the eye only.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_hyphen(c) || matches!(c, '·' | '・' | '‧' | '•')
}

fn keep(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{00AD}' => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_between_label_and_words_does_not_reach_a_check() {
        assert_eq!(nfkc("价税合计（大写）\0壹圆整"), "价税合计(大写)壹圆整");
    }

    #[test]
    fn an_id_loses_what_was_printed_for_the_eye() {
        assert_eq!(id("ａｂ·12－34 5—6\u{200B}"), "AB123456");
    }

    #[test]
    fn blanks_inside_a_payload_stay_where_they_are() {
        assert_eq!(fold_width("01,32, ,2344"), "01,32, ,2344");
    }
}
