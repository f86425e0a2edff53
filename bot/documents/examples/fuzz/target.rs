//! The doors that strangers' bytes come in by.

use std::io::Cursor;

use documents::child::{self, ChildLimits};
use documents::{FONT_DIRS, Limits, Reader, ReaderConfig, container, xml};
use serde_json::json;

/// One door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A PDF as the child process reads it: words, pictures of pages, attachments.
    Pdf,
    /// A PDF's text as the second witness reads it. It is known to panic: a panic there is an answer.
    Witness,
    /// An OFD as the child process reads it: pages, their data and their pictures.
    Ofd,
    /// An invoice that is data.
    Xml,
    /// PNG, JPEG, WebP and TIFF, up to where OCR would begin.
    Image,
    /// Archives that are taken apart.
    Zip,
    /// Mails that are taken apart.
    Mail,
}

impl Target {
    const ALL: [(&'static str, Self); 7] = [
        ("pdf", Self::Pdf),
        ("witness", Self::Witness),
        ("ofd", Self::Ofd),
        ("xml", Self::Xml),
        ("image", Self::Image),
        ("zip", Self::Zip),
        ("mail", Self::Mail),
    ];

    /// The target of this name.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, target)| target).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            format!("there is no target {name}; there are {}", names.join(", "))
        })
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, target)| *target == self).map_or("", |(name, _)| name)
    }

    /// The address space that the work may take. The house gives PDFs and witnesses to a child with such a limit; the
    /// others are given one here that no honest read comes near.
    pub(crate) fn memory(self) -> u64 {
        if self == Self::Witness { ChildLimits::default().memory } else { 4 << 30 }
    }
}

/// Reads what comes in by one door.
pub(crate) struct Door {
    target: Target,
    reader: Reader,
}

impl Door {
    pub(crate) fn new(target: Target) -> Self {
        // Without models the work ends where OCR would begin.
        Self { target, reader: Reader::new(ReaderConfig::with_models("no-models")) }
    }

    /// Has the bytes read as the program has them read; answers what became of them in a few words.
    pub(crate) fn read(&self, bytes: &[u8]) -> String {
        match self.target {
            Target::Pdf => as_child(child::PDF, &request(bytes)),
            Target::Ofd => as_child(child::OFD, &request(bytes)),
            Target::Witness => as_child(child::PDF_TEXT, bytes),
            Target::Image => self.document(bytes),
            Target::Xml => {
                let _ = xml::Element::parse(&String::from_utf8_lossy(bytes));
                self.document(bytes)
            }
            Target::Zip | Target::Mail => match container::unpack(bytes) {
                None => "no container".to_owned(),
                Some(Ok(_)) => "read".to_owned(),
                Some(Err(error)) => code(&error),
            },
        }
    }

    fn document(&self, bytes: &[u8]) -> String {
        match self.reader.read("hostile", bytes) {
            Ok(_) => "read".to_owned(),
            Err(error) => code(&error),
        }
    }
}

/// A file as the house sends it to a child.
fn request(bytes: &[u8]) -> Vec<u8> {
    // Half of the files are drawn as for a person, the others only where that is needed to read them.
    let pictures = if bytes.len().is_multiple_of(2) { "All" } else { "WhereNeeded" };
    let head =
        json!({ "limits": Limits::default(), "font_dirs": FONT_DIRS, "pictures": pictures }).to_string();
    [framed(head.as_bytes()), bytes.to_vec()].concat()
}

/// The child's side of the protocol; the first word of its answer tells what became of the file.
fn as_child(kind: &str, request: &[u8]) -> String {
    let mut answer = Vec::new();
    if let Err(error) = child::serve(kind, Cursor::new(framed(request)), &mut answer) {
        return error.to_string();
    }
    let text = String::from_utf8_lossy(&answer[..answer.len().min(80)]).into_owned();
    let outcomes = ["Read", "Encrypted", "Damaged", "Unsafe", "it panicked"];
    outcomes.into_iter().find(|outcome| text.contains(outcome)).unwrap_or("answered").to_owned()
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// The code that an error begins with.
fn code(error: &impl ToString) -> String {
    let text = error.to_string();
    text.split(':').next().unwrap_or_default().to_owned()
}
