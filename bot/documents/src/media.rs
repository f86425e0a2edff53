//! What a file is, by its bytes and never by its name.

use serde::{Deserialize, Serialize};

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// `application/pdf`
    Pdf,
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
    /// `image/webp`
    Webp,
    /// `image/tiff`, one or more pages
    Tiff,
    /// `application/ofd`, GB/T 33190
    Ofd,
    /// `application/xml`: an invoice as data
    Xml,
}

/// What some bytes turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// A format that can be read.
    Known(Media),
    /// Not a document, but a file with files inside.
    Container(Container),
    /// A format that is recognised and cannot be read: its name for people.
    Unsupported(&'static str),
    /// Nothing that is recognised.
    Unknown,
}

/// Files that hold files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `application/zip`
    Zip,
    /// `message/rfc822`
    Mail,
}

impl Container {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zip => "ZIP archive",
            Self::Mail => "e-mail",
        }
    }
}

/// Some writers put a few bytes of mail or printer language before the PDF header; readers allow 1024.
const PDF_HEADER_WITHIN: usize = 1024;

impl Media {
    /// The media type, as HTTP and mail write it.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Ofd => "application/ofd",
            Self::Xml => "application/xml",
        }
    }

    /// Looks at the bytes.
    pub fn sniff(bytes: &[u8]) -> Sniffed {
        let head = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
        if bytes.starts_with(b"%PDF-") {
            return Sniffed::Known(Self::Pdf);
        }
        let sniffed = by_infer(bytes);
        // Big and very small TIFFs are not known to the library.
        let tiff = [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"];
        if sniffed == Sniffed::Unknown && tiff.iter().any(|magic| bytes.starts_with(magic)) {
            return Sniffed::Known(Self::Tiff);
        }
        // A picture, an archive or a mail may quote a PDF header by chance; only what is nothing else may be a late PDF.
        match if sniffed == Sniffed::Unknown { by_text(bytes) } else { sniffed } {
            Sniffed::Unknown if contains(head, b"%PDF-") => Sniffed::Known(Self::Pdf),
            sniffed => sniffed,
        }
    }
}

fn by_infer(bytes: &[u8]) -> Sniffed {
    let Some(kind) = infer::get(bytes) else { return Sniffed::Unknown };
    match kind.mime_type() {
        "application/pdf" => Sniffed::Known(Media::Pdf),
        "image/png" => Sniffed::Known(Media::Png),
        "image/jpeg" => Sniffed::Known(Media::Jpeg),
        "image/webp" => Sniffed::Known(Media::Webp),
        "image/tiff" => Sniffed::Known(Media::Tiff),
        "application/zip" => zip_kind(bytes),
        "image/heif" | "image/heic" | "image/avif" => Sniffed::Unsupported("HEIC or AVIF picture"),
        "image/gif" => Sniffed::Unsupported("GIF picture"),
        "image/bmp" => Sniffed::Unsupported("BMP picture"),
        mime if mime.starts_with("image/") => Sniffed::Unsupported("picture of another kind"),
        mime if mime.contains("openxmlformats") || mime.contains("ms-") || mime.contains("msword") => {
            Sniffed::Unsupported("Microsoft Office file")
        }
        mime if mime.contains("opendocument") => Sniffed::Unsupported("OpenDocument file"),
        "application/vnd.rar" | "application/x-7z-compressed" | "application/gzip" | "application/x-tar" => {
            Sniffed::Unsupported("archive")
        }
        "text/xml" => Sniffed::Known(Media::Xml),
        "text/html" => Sniffed::Unsupported("HTML page"),
        _ => Sniffed::Unknown,
    }
}

/// What a zip is, by the names in its directory at its end.
fn zip_kind(bytes: &[u8]) -> Sniffed {
    let directory = &bytes[bytes.len().saturating_sub(64 << 10)..];
    // What is cut off has no directory; the first entry's name stands at the beginning.
    let head = &bytes[..bytes.len().min(4 << 10)];
    if contains(directory, b"OFD.xml") || contains(head, b"OFD.xml") {
        Sniffed::Known(Media::Ofd)
    } else if contains(directory, b"[Content_Types].xml") {
        Sniffed::Unsupported("Microsoft Office file")
    } else {
        Sniffed::Container(Container::Zip)
    }
}

fn by_text(bytes: &[u8]) -> Sniffed {
    /// A mail that came a long way has many lines before its subject.
    const MAIL_HEAD: usize = 32 << 10;
    let head = &bytes[..bytes.len().min(MAIL_HEAD)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"<!DOCTYPE html") || text.starts_with(b"<html") {
        return Sniffed::Unsupported("HTML page");
    }
    if crate::text::looks_like_xml(head) {
        return Sniffed::Known(Media::Xml);
    }
    let is_name =
        |name: &[u8]| !name.is_empty() && name.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'-');
    let field_first = text.split(|c| *c == b':').next().is_some_and(|name| name.len() < 40 && is_name(name));
    let has = |field: &[u8]| text.starts_with(&field[1..]) || contains(text, field);
    if field_first && has(b"\nFrom:") && (has(b"\nSubject:") || has(b"\nMIME-Version:")) {
        return Sniffed::Container(Container::Mail);
    }
    Sniffed::Unknown
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::pdf(b"%PDF-1.7\n", Sniffed::Known(Media::Pdf))]
    #[case::pdf_after_a_printer_header(b"\x1b%-12345X@PJL\r\n%PDF-1.4\n", Sniffed::Known(Media::Pdf))]
    #[case::png(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Sniffed::Known(Media::Png))]
    #[case::jpeg(b"\xff\xd8\xff\xe0\0\x10JFIF", Sniffed::Known(Media::Jpeg))]
    #[case::tiff(b"II*\0\x08\0\0\0", Sniffed::Known(Media::Tiff))]
    #[case::webp(b"RIFF\x24\0\0\0WEBPVP8 ", Sniffed::Known(Media::Webp))]
    #[case::ofd(b"PK\x03\x04\x14\0\0\0\0\0 some entry OFD.xml", Sniffed::Known(Media::Ofd))]
    #[case::zip(b"PK\x03\x04\x14\0\0\0\0\0 a.txt", Sniffed::Container(Container::Zip))]
    #[case::xml_with_a_mark(b"\xef\xbb\xbf<?xml version=\"1.0\"?><a/>", Sniffed::Known(Media::Xml))]
    #[case::xml_without_a_declaration(b"<EInvoice><Header/></EInvoice>", Sniffed::Known(Media::Xml))]
    #[case::html(b"<!DOCTYPE html><html>", Sniffed::Unsupported("HTML page"))]
    #[case::mail(b"From: a@example.com\r\nSubject: invoice\r\n\r\n", Sniffed::Container(Container::Mail))]
    #[case::mail_from_afar(
        b"DKIM-Signature: v=1\r\nTo: b\r\nFrom: a\r\nMIME-Version: 1.0\r\n\r\n%PDF-",
        Sniffed::Container(Container::Mail)
    )]
    #[case::text(b"hello", Sniffed::Unknown)]
    #[case::nothing(b"", Sniffed::Unknown)]
    fn the_bytes_decide(#[case] bytes: &[u8], #[case] expected: Sniffed) {
        assert_eq!(Media::sniff(bytes), expected);
    }
}
