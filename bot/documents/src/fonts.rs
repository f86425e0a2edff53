//! Fonts for PDFs that do not carry their own: mainland e-invoices mostly leave the Chinese ones out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use hayro_interpret::InterpreterSettings;
use hayro_interpret::font::{FallbackFontQuery, FontData, FontQuery};
use hayro_interpret::hayro_cmap::CidFamily;

/// Where Linux distributions put Noto Sans CJK (Debian, Arch, Fedora); a doctor's line names them.
pub const FONT_DIRS: [&str; 3] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
];

/// The collection that holds all five regional faces.
const COLLECTION: &str = "NotoSansCJK-Regular.ttc";

/// The regional faces of the collection, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum Face {
    Japan = 0,
    Korea = 1,
    Mainland = 2,
    Taiwan = 3,
    HongKong = 4,
}

/// The fall-back fonts, loaded when the first PDF asks for one.
#[derive(Debug)]
pub(crate) struct Fonts {
    dirs: Vec<PathBuf>,
    collection: Arc<OnceLock<Option<Arc<Vec<u8>>>>>,
}

impl Fonts {
    pub(crate) fn new(dirs: Vec<PathBuf>) -> Self {
        Self { dirs, collection: Arc::default() }
    }

    pub(crate) fn dirs(&self) -> &[PathBuf] {
        &self.dirs
    }

    /// Where the collection is, if it is anywhere.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.dirs.iter().map(|dir| dir.join(COLLECTION)).find(|path| path.is_file())
    }

    /// Settings for hayro, and a flag that is raised when a Chinese font was asked for and is not there.
    pub(crate) fn settings(&self) -> (InterpreterSettings, Arc<AtomicBool>) {
        let missed = Arc::new(AtomicBool::new(false));
        let raise = Arc::clone(&missed);
        let cell = Arc::clone(&self.collection);
        let path = self.path();
        let font_resolver = move |query: &FontQuery| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(query) => Some(
                chinese(query)
                    .and_then(|face| {
                        let font = cell.get_or_init(|| load(path.as_deref())).clone();
                        if font.is_none() {
                            raise.store(true, Ordering::Relaxed);
                        }
                        font.map(|font| -> (FontData, u32) { (font, face as u32) })
                    })
                    .unwrap_or_else(|| query.pick_standard_font().get_font_data()),
            ),
        };
        let settings = InterpreterSettings { font_resolver: Arc::new(font_resolver), ..Default::default() };
        (settings, missed)
    }
}

/// Reads the collection, unless it has fewer faces than it should: then an index into it would mean nothing.
fn load(path: Option<&Path>) -> Option<Arc<Vec<u8>>> {
    let bytes = std::fs::read(path?).ok()?;
    let faces = bytes.strip_prefix(b"ttcf")?.get(4..8)?;
    let faces = u32::from_be_bytes(faces.try_into().ok()?);
    (faces > Face::HongKong as u32).then(|| Arc::new(bytes))
}

/// The face that a font query wants, if it wants a Chinese, Japanese or Korean one at all.
fn chinese(query: &FallbackFontQuery) -> Option<Face> {
    let names = [&query.post_script_name, &query.font_name, &query.font_family];
    let name = names.into_iter().flatten().map(|name| name.to_lowercase()).collect::<Vec<_>>().join(" ");
    match query.character_collection.as_ref().map(|collection| &collection.family) {
        Some(CidFamily::AdobeGB1) => Some(Face::Mainland),
        Some(CidFamily::AdobeCNS1) if name.contains("hk") => Some(Face::HongKong),
        Some(CidFamily::AdobeCNS1) => Some(Face::Taiwan),
        Some(CidFamily::AdobeJapan1) => Some(Face::Japan),
        Some(CidFamily::AdobeKorea1) => Some(Face::Korea),
        _ => by_name(&name),
    }
}

/// Fonts named without a character collection, by the names that Windows, macOS and WPS use.
fn by_name(name: &str) -> Option<Face> {
    const MAINLAND: [&str; 14] = [
        "simsun",
        "simhei",
        "simkai",
        "simfang",
        "kaiti",
        "fangsong",
        "stsong",
        "stkai",
        "yahei",
        "msyh",
        "pingfangsc",
        "宋",
        "黑",
        "楷",
    ];
    const TAIWAN: [&str; 7] = ["mingliu", "jhenghei", "msjh", "dfkai", "pingfangtc", "明體", "標楷"];
    const HONG_KONG: [&str; 2] = ["hkscs", "pingfanghk"];
    let has = |list: &[&str]| list.iter().any(|part| name.contains(part));
    if has(&HONG_KONG) {
        Some(Face::HongKong)
    } else if has(&TAIWAN) {
        Some(Face::Taiwan)
    } else if has(&MAINLAND) {
        Some(Face::Mainland)
    } else {
        None
    }
}
