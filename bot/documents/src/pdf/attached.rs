//! Files inside a PDF: mainland e-invoices carry their data as XML there.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Object, Stream, String as PdfString};

use super::remark;
use crate::document::{Embedded, Remark};
use crate::limits::Limits;
use crate::text;

/// More attachments than any invoice has.
const FILES: usize = 32;
/// How deep a name tree may be.
const DEPTH: u32 = 16;
/// The largest XML that is kept.
const LARGEST: usize = 8 << 20;

/// The XML files under `/Names /EmbeddedFiles` and `/AF`; other kinds are left out with a remark.
pub(super) fn read(pdf: &Pdf, _limits: Limits, remarks: &mut Vec<Remark>) -> Vec<Embedded> {
    let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return Vec::new() };
    let mut specs = Vec::new();
    if let Some(tree) =
        catalog.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"))
    {
        collect(&tree, DEPTH, &mut specs);
    }
    let pages = pdf.pages().iter().map(|page| page.raw().get::<Array<'_>>("AF"));
    for files in pages.chain([catalog.get::<Array<'_>>("AF")]).flatten() {
        specs.extend(files.iter::<Dict<'_>>().take(FILES));
    }
    let mut embedded: Vec<Embedded> = Vec::new();
    for spec in specs.iter().take(2 * FILES) {
        match read_one(spec) {
            Some(Ok(file))
                if embedded.iter().any(|known| known.name == file.name && known.text == file.text) => {}
            Some(Ok(file)) => embedded.push(file),
            Some(Err(reason)) if remarks.iter().all(|known| known.text != reason) => {
                remarks.push(remark("DH-1116", reason));
            }
            _ => {}
        }
    }
    embedded
}

/// Walks a name tree: `/Names [key spec key spec …]` in its leaves, `/Kids` above them.
fn collect<'a>(node: &Dict<'a>, depth: u32, specs: &mut Vec<Dict<'a>>) {
    if depth == 0 || specs.len() >= FILES {
        return;
    }
    if let Some(names) = node.get::<Array<'_>>("Names") {
        specs.extend(names.iter::<Object<'_>>().filter_map(Object::into_dict).take(FILES));
    }
    if let Some(kids) = node.get::<Array<'_>>("Kids") {
        for kid in kids.iter::<Dict<'_>>().take(FILES) {
            collect(&kid, depth - 1, specs);
        }
    }
}

/// One file specification; nothing when it points outside of the PDF.
fn read_one(spec: &Dict<'_>) -> Option<Result<Embedded, String>> {
    let files = spec.get::<Dict<'_>>("EF")?;
    let stream = files.get::<Stream<'_>>("UF").or_else(|| files.get::<Stream<'_>>("F"))?;
    let name = spec.get::<PdfString<'_>>("UF").or_else(|| spec.get::<PdfString<'_>>("F"));
    let name = name.map_or_else(|| "attachment".to_owned(), |name| text::pdf_string(name.as_bytes()));
    let Ok(bytes) = stream.decoded_data() else {
        return Some(Err(format!("the attached file {name} is damaged and is left out")));
    };
    if !text::looks_like_xml(&bytes) {
        return Some(Err(format!("the attached file {name} is not XML and is left out")));
    }
    if bytes.len() > LARGEST {
        return Some(Err(format!("the attached file {name} is too large and is left out")));
    }
    Some(match text::decode_xml(&bytes) {
        Some(text) => Ok(Embedded { name, text, values: Vec::new() }),
        None => Err(format!("the attached file {name} is in an unknown character set and is left out")),
    })
}
