//! OFD (GB/T 33190-2016): a zip of XML in which text stands at given places, beside the invoice's data.
//!
//! Four places hold data, in order of trust: attached XML, tags that point at texts of the page (`tags`), named
//! values in the head of the file, and the page itself (`page`). Paths are followed, never guessed: folder names vary.

mod page;
mod picture;
mod tags;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::apart::{self, Pages, Request};
use crate::archive::Archive;
use crate::child::{self, Children};
use crate::document::{Embedded, Remark, Value};
use crate::error::ReadError;
use crate::limits::Limits;
use crate::pdf::Pictures;
use crate::text;
use crate::xml::Element;

pub(crate) use page::OfdPage;

/// What an OFD file gave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ofd {
    pub(crate) pages: Vec<OfdPage>,
    pub(crate) embedded: Vec<Embedded>,
    pub(crate) remarks: Vec<Remark>,
}

impl Pages for Ofd {
    fn images(&mut self) -> Vec<&mut Option<RgbImage>> {
        self.pages.iter_mut().map(|page| &mut page.image).collect()
    }

    fn remarks(&mut self) -> &mut Vec<Remark> {
        &mut self.remarks
    }
}

/// A part of the package with the folder that its paths start from.
struct Part {
    folder: String,
    root: Element,
}

/// Reads an OFD file in a child process if there is one, else in this one: what draws it trusts the sizes that the
/// file names, and a lying one would end the house.
pub(crate) fn read_apart(
    children: Option<&Children>,
    bytes: &[u8],
    limits: Limits,
) -> Result<Ofd, ReadError> {
    let request = Request { limits, font_dirs: Vec::new(), pictures: Pictures::All };
    apart::read(children, child::OFD, &request, bytes, || read(bytes, limits))
}

/// The child's side.
pub(crate) fn serve_one(request: &[u8]) -> Result<Vec<u8>, String> {
    apart::serve_one(request, |Request { limits, .. }, file| read(file, limits))
}

/// Reads an OFD file.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Ofd, ReadError> {
    let archive = Archive::open(bytes)?;
    let head = part(&archive, "", "OFD.xml")
        .ok_or_else(|| ReadError::Damaged { reason: "its OFD.xml is missing".to_owned() })?;
    let mut ofd = Ofd { pages: Vec::new(), embedded: Vec::new(), remarks: Vec::new() };
    let bodies: Vec<&Element> = head.root.all("DocBody").collect();
    for body in &bodies {
        ofd.embedded.extend(custom_data(body));
        let Some(document) = body.text_at("DocRoot").and_then(|path| part(&archive, "", path)) else {
            continue;
        };
        let objects = page::read_all(&archive, &document, limits, &mut ofd);
        let files = attachments(&archive, &document, &mut ofd.remarks);
        ofd.embedded.extend(files);
        ofd.embedded.extend(tags::read(&archive, &document, &objects));
    }
    if ofd.pages.is_empty() {
        return Err(ReadError::Damaged { reason: "it has no page".to_owned() });
    }
    if bodies.len() == 1 {
        picture::draw(&archive, bytes, limits, &mut ofd);
    }
    Ok(ofd)
}

/// A part of the package by a path that starts in a folder.
fn part(archive: &Archive, folder: &str, path: &str) -> Option<Part> {
    let path = join(folder, path);
    let text = text::decode_xml(archive.get(&path)?)?;
    let root = Element::parse(&text).ok()?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    Some(Part { folder, root })
}

/// A path from a folder; one that begins with a slash starts at the top.
fn join(folder: &str, path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    if path.starts_with('/') || folder.is_empty() {
        return path.trim_start_matches('/').to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Named values in the head of the file. They are a hint: a writer fills in what it likes.
fn custom_data(body: &Element) -> Option<Embedded> {
    let values: Vec<Value> = body
        .at("DocInfo/CustomDatas")?
        .all("CustomData")
        .filter(|data| !data.text.is_empty())
        .map(|data| Value {
            path: data.attribute("Name").unwrap_or_default().to_owned(),
            text: data.text.clone(),
            page: 1,
            bbox: None,
        })
        .collect();
    (!values.is_empty()).then(|| Embedded { name: "CustomDatas".to_owned(), text: String::new(), values })
}

/// The XML files attached; what they are, their content says.
fn attachments(archive: &Archive, document: &Part, remarks: &mut Vec<Remark>) -> Vec<Embedded> {
    const FILES: usize = 32;
    let Some(list) =
        document.root.text_at("Attachments").and_then(|path| part(archive, &document.folder, path))
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for entry in list.root.all("Attachment").take(FILES) {
        let name = entry.attribute("Name").unwrap_or("attachment").to_owned();
        let Some(location) = entry.text_at("FileLoc") else { continue };
        let bytes = archive
            .get(&join(&list.folder, location))
            .or_else(|| archive.get(&join(&document.folder, location)));
        let read = match bytes.filter(|bytes| text::looks_like_xml(bytes)).map(text::decode_xml) {
            Some(Some(text)) => Ok(Embedded { name, text, values: Vec::new() }),
            Some(None) => {
                Err(format!("the attached file {name} is in an unknown character set and is left out"))
            }
            None => Err(format!("the attached file {name} is missing or not XML and is left out")),
        };
        match read {
            Ok(file) => out.push(file),
            Err(text) => remarks.push(Remark { code: "DH-1116".to_owned(), text }),
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests;
