//! What the characters of an embedded Chinese font are when the PDF does not say.
//!
//! TeX and some invoice systems embed a font of the Adobe-GB1, CNS1, Japan1 or Korea1 collection without a map to
//! Unicode: the numbers of the collection are known, so no map is needed. hayro uses them for fonts that are *not*
//! embedded only. A glyph tells the name of its font and its code; the rest stands in the PDF's font dictionaries.

use std::cell::OnceCell;
use std::collections::HashMap;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::{self, BfString, CMap, CMapName, CidFamily};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};

/// More fonts than any invoice has.
const FONTS: usize = 256;
/// More objects than are searched for fonts.
const OBJECTS: usize = 50_000;

/// The fonts of one PDF, looked through when the first unnamed glyph is met.
pub(super) struct Names<'a> {
    pdf: &'a Pdf,
    fonts: OnceCell<HashMap<String, Entry>>,
}

/// From the codes of a font to the characters of its collection.
pub(super) struct Codes {
    encoding: CMap,
    unicode: CMap,
}

enum Entry {
    One(Box<One>),
    /// Two fonts of one name that mean different things: neither is believed.
    Ambiguous,
}

struct One {
    encoding: String,
    collection: CMapName<'static>,
    codes: Codes,
}

impl<'a> Names<'a> {
    pub(super) fn new(pdf: &'a Pdf) -> Self {
        Self { pdf, fonts: OnceCell::new() }
    }

    /// The codes of the font that a glyph belongs to.
    pub(super) fn of(&self, glyph: &Glyph<'_>) -> Option<&Codes> {
        let Glyph::Outline(outline) = glyph else { return None };
        let name = outline.font_data()?.postscript_name?;
        match self.fonts.get_or_init(|| collect(self.pdf)).get(&name)? {
            Entry::One(one) => Some(&one.codes),
            Entry::Ambiguous => None,
        }
    }
}

impl Codes {
    /// The characters of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        let cid = (1..=4).find_map(|length| self.encoding.lookup_cid_code(code, length))?;
        match self.unicode.lookup_bf_string(cid)? {
            BfString::Char(character) => Some(String::from(character)),
            BfString::String(text) => Some(text),
        }
    }
}

fn collect(pdf: &Pdf) -> HashMap<String, Entry> {
    let mut fonts: HashMap<String, Entry> = HashMap::new();
    for font in pdf.objects().into_iter().take(OBJECTS).filter_map(Object::into_dict) {
        let Some((name, entry)) = read_one(&font) else { continue };
        let agree = match (fonts.get(&name), &entry) {
            (None, _) => true,
            (Some(Entry::One(a)), Entry::One(b)) => a.encoding == b.encoding && a.collection == b.collection,
            _ => false,
        };
        fonts.insert(name, if agree { entry } else { Entry::Ambiguous });
        if fonts.len() >= FONTS {
            break;
        }
    }
    fonts
}

/// A font by its name without the subset's prefix. Simple fonts have codes of their own, so their names are not to
/// be believed either; nothing for what is no font.
fn read_one(font: &Dict<'_>) -> Option<(String, Entry)> {
    let subtype = font.get::<Name<'_>>("Subtype")?;
    let base = font.get::<Name<'_>>("BaseFont")?;
    let base = base.as_str();
    let name = base.split_once('+').filter(|(prefix, _)| prefix.len() == 6).map_or(base, |(_, rest)| rest);
    match subtype.as_ref() {
        b"Type0" => {
            Some((name.to_owned(), composite(font).map_or(Entry::Ambiguous, |one| Entry::One(Box::new(one)))))
        }
        b"TrueType" | b"Type1" | b"MMType1" => Some((name.to_owned(), Entry::Ambiguous)),
        _ => None,
    }
}

/// A composite font of a known collection.
fn composite(font: &Dict<'_>) -> Option<One> {
    let descendant = font.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    let collection =
        CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes()).ucs2_cmap()?;
    let unicode = CMap::parse(hayro_cmap::load_embedded(collection)?, hayro_cmap::load_embedded)?;
    let encoding = font.get::<Name<'_>>("Encoding")?;
    let map = match CMapName::from_bytes(encoding.as_ref()) {
        CMapName::IdentityH => CMap::identity_h(),
        CMapName::IdentityV => CMap::identity_v(),
        other => CMap::parse(hayro_cmap::load_embedded(other)?, hayro_cmap::load_embedded)?,
    };
    Some(One { encoding: encoding.as_str().to_owned(), collection, codes: Codes { encoding: map, unicode } })
}
