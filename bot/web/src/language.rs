//! The two languages that the pages speak, and the look-up of a text in them.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "en",
        // Figures and names stand in the sentence as they are; direction marks would be copied with them.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// 繁體中文.
    ZhHant,
}

/// What a text may have put into it.
pub type Arguments = HashMap<Cow<'static, str>, FluentValue<'static>>;

impl Language {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhHant];

    /// As in the store, the cookie and the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHant => "zh-Hant",
        }
    }

    /// The language of a tag; anything that begins with `zh` is Chinese to us.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split(['-', '_', ';']).next()? {
            "zh" => Some(Self::ZhHant),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// What the browser asks for: the cookie of an earlier choice, else its list of languages.
    pub fn of_request(headers: &HeaderMap) -> Self {
        Self::of_cookie(headers).or_else(|| Self::of_accept(headers)).unwrap_or_default()
    }

    fn of_cookie(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix("language="))
            .find_map(Self::of_tag)
    }

    fn of_accept(headers: &HeaderMap) -> Option<Self> {
        let wish = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        wish.split(',').find_map(Self::of_tag)
    }

    /// The text of this key. A missing key shows itself in brackets that no text uses, so that tests find it.
    pub fn text(self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// The text of this key with its gaps filled.
    pub fn text_with(self, key: &str, arguments: &Arguments) -> String {
        self.find(key, Some(arguments)).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// The text of this key, if there is one: for keys made from data, which may be newer than the pages.
    pub fn find(self, key: &str, arguments: Option<&Arguments>) -> Option<String> {
        let found = TEXTS.lookup_single_language(&self.identifier(), key, arguments).ok();
        if found.is_none() {
            tracing::debug!(key, language = self.tag(), "no text for this key");
        }
        found
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::ZhHant => langid!("zh-Hant"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use std::collections::BTreeSet;

    use super::*;

    const ENGLISH: &str =
        concat!(include_str!("../locales/en/web.ftl"), "\n", include_str!("../locales/en/stock.ftl"));
    const CHINESE: &str = concat!(
        include_str!("../locales/zh-Hant/web.ftl"),
        "\n",
        include_str!("../locales/zh-Hant/stock.ftl")
    );

    fn keys(text: &str) -> BTreeSet<&str> {
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .collect()
    }

    #[test]
    fn every_text_exists_in_both_languages() {
        assert_eq!(keys(ENGLISH), keys(CHINESE));
        assert!(keys(ENGLISH).len() > 100);
    }

    #[test]
    fn no_key_is_written_twice() {
        for text in [ENGLISH, CHINESE] {
            let written = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic())).count();
            assert_eq!(written, keys(text).len());
        }
    }

    #[test]
    fn every_text_can_be_looked_up() {
        for key in keys(ENGLISH) {
            for language in Language::ALL {
                assert!(
                    language.find(key, Some(&Arguments::new())).is_some() || ENGLISH.contains('$'),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn a_browser_that_prefers_chinese_gets_chinese() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "zh-HK,zh;q=0.9,en;q=0.8".parse().unwrap());
        assert_eq!(Language::of_request(&headers), Language::ZhHant);
        headers.insert(header::COOKIE, "a=b; language=en".parse().unwrap());
        assert_eq!(Language::of_request(&headers), Language::En);
    }
}
