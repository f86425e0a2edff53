//! XML as invoices come in it: a small tree, read within bounds, lenient where real files are broken.
//!
//! Prefixes are dropped and not checked (a widely used writer leaves them undeclared), a document type is refused, and
//! no entity but the five of XML itself is known: nothing outside of the text is ever looked at.

use std::ops::Range;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// More elements than the longest list of goods has.
const ELEMENTS: usize = 50_000;
/// More attributes than all its elements have.
const ATTRIBUTES: usize = 200_000;
/// Deeper than any invoice goes.
const DEPTH: usize = 64;
/// Characters of one element's text.
const TEXT: usize = 20_000;

/// One element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name without a prefix.
    pub name: String,
    /// Its attributes, names without a prefix.
    pub attributes: Vec<(String, String)>,
    /// The elements inside it, in order.
    pub children: Vec<Element>,
    /// The text directly inside it, trimmed.
    pub text: String,
    /// The bytes of the whole text from which it was read.
    pub span: Range<usize>,
}

/// Why a text is not read as XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// It has no element, or its markup breaks off.
    #[error("it is no XML ({0})")]
    Broken(String),
    /// It declares a document type; entities are a way to hurt a reader.
    #[error("it declares a document type, which no invoice does")]
    DocumentType,
    /// It is larger than any invoice.
    #[error("it has more elements, or they lie deeper, than any invoice has")]
    TooLarge,
}

impl Element {
    /// Reads a text; answers its root.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) =
            (false, true, true);
        let broken = |error: &dyn std::fmt::Display| XmlError::Broken(error.to_string());
        let mut open: Vec<Self> = Vec::new();
        let mut root: Option<Self> = None;
        let (mut count, mut attributes) = (0, 0);
        loop {
            let from = position(&reader);
            match reader.read_event().map_err(|error| broken(&error))? {
                Event::Start(start) => {
                    count += 1;
                    if count > ELEMENTS || open.len() >= DEPTH {
                        return Err(XmlError::TooLarge);
                    }
                    open.push(Self::of(&start, from, &mut attributes)?);
                }
                Event::Empty(start) => {
                    count += 1;
                    if count > ELEMENTS {
                        return Err(XmlError::TooLarge);
                    }
                    let element = Self::of(&start, from, &mut attributes)?;
                    close(&mut open, &mut root, element, position(&reader));
                }
                Event::End(_) => {
                    if let Some(element) = open.pop() {
                        close(&mut open, &mut root, element, position(&reader));
                    }
                }
                Event::Text(text) => say(&mut open, &text),
                Event::CData(text) => say(&mut open, &text),
                Event::GeneralRef(entity) => {
                    if let Some(c) = character(&entity) {
                        say(&mut open, c.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::DocType(_) => return Err(XmlError::DocumentType),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        if !open.is_empty() {
            return Err(XmlError::Broken("its end is missing".to_owned()));
        }
        root.ok_or_else(|| XmlError::Broken("it has no element".to_owned()))
    }

    /// The element that a tag opens. Attributes are counted over the whole text.
    fn of(start: &BytesStart<'_>, from: usize, attributes: &mut usize) -> Result<Self, XmlError> {
        let name = local(start.name().as_ref()).to_owned();
        let mut element = Self { name, span: from..from, ..Self::default() };
        for attribute in start.attributes().with_checks(false).flatten() {
            *attributes += 1;
            if *attributes > ATTRIBUTES {
                return Err(XmlError::TooLarge);
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
            element.attributes.push((local(attribute.key.as_ref()).to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at a path of names such as `Amount/TotalAmount`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// The text at a path, if there is any.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// This element and everything inside it, in document order.
    pub fn walk(&self) -> impl Iterator<Item = &Self> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let element = waiting.pop()?;
            waiting.extend(element.children.iter().rev());
            Some(element)
        })
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn character(entity: &BytesRef<'_>) -> Option<char> {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => Some(c),
        _ => match &**entity {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
    }
}

fn say(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        let room = TEXT.saturating_sub(element.text.len());
        element.text.extend(text.chars().take(room));
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn close(open: &mut [Element], root: &mut Option<Element>, mut element: Element, to: usize) {
    element.span.end = to;
    if element.text.trim().len() != element.text.len() {
        element.text = element.text.trim().into();
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        // What follows the root is not part of the document.
        None if root.is_none() => *root = Some(element),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tree_is_read_with_its_paths() {
        let root = Element::parse(
            "<?xml version='1.0'?><fp:a xmlns:fp='x'><fp:b k='1 &amp; 2'>5 &lt; 6</fp:b><b><![CDATA[<c>]]></b><c/></fp:a>",
        )
        .unwrap();
        assert_eq!((root.name.as_str(), root.children.len()), ("a", 3));
        assert_eq!(root.text_at("b"), Some("5 < 6"));
        assert_eq!(root.child("b").unwrap().attribute("k"), Some("1 & 2"));
        assert_eq!(root.all("b").nth(1).unwrap().text, "<c>");
        assert_eq!(root.walk().count(), 4);
    }

    #[test]
    fn an_element_knows_where_it_stands() {
        let text = "<?xml version='1.0'?><a>發 <b>1</b><c k='2'/></a>";
        let root = Element::parse(text).unwrap();
        let spans: Vec<&str> = root.walk().map(|element| &text[element.span.clone()]).collect();
        assert_eq!(spans, [&text[21..], "<b>1</b>", "<c k='2'/>"]);
    }

    #[test]
    fn undeclared_and_empty_prefixes_are_read_over() {
        let root = Element::parse(
            "<:eInvoice xmlns:=\"\"><No><ofd:ObjectRef PageRef=\"1\">70</ofd:ObjectRef></No></:eInvoice>",
        )
        .unwrap();
        assert_eq!(root.name, "eInvoice");
        assert_eq!(root.at("No/ObjectRef").unwrap().attribute("PageRef"), Some("1"));
        assert_eq!(root.text_at("No/ObjectRef"), Some("70"));
    }

    #[test]
    fn what_could_hurt_is_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>";
        assert_eq!(Element::parse(bomb), Err(XmlError::DocumentType));
        assert_eq!(Element::parse(&"<a>".repeat(100)), Err(XmlError::TooLarge));
        assert_eq!(Element::parse(&format!("<a>{}</a>", "<b/>".repeat(60_000))), Err(XmlError::TooLarge));
        assert_eq!(Element::parse(&format!("<a {}/>", "b='' ".repeat(300_000))), Err(XmlError::TooLarge));
        assert_eq!(Element::parse("<a>&unknown;x</a>").unwrap().text, "x");
        for broken in ["", "hello", "<a", "<a><b></a>"] {
            assert!(matches!(Element::parse(broken), Err(XmlError::Broken(_))), "{broken}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_the_reader_panic(text in "(<[/!?]?[a-z:]{0,4}( [a-z]=\"[a-z&;]{0,3}\")?/?>|[a-z&;<]{0,5}){0,20}") {
            let _ = Element::parse(&text);
        }
    }
}
