//! Whether the end of a file has arrived: a copy that stalls, or a scan that was cut off, lacks its last bytes.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use documents::media::{Media, Sniffed};

/// Other programs append bytes of their own; the end mark is looked for in this many last bytes.
const TAIL: usize = 64 * 1024;
/// So much of the beginning says what a file is.
const HEAD: u64 = 4 * 1024;

/// Whether these bytes of a known format lack their end.
pub(crate) fn is_cut_off(media: Media, bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let mark: &[u8] = match media {
        Media::Pdf => b"%%EOF",
        Media::Png => b"IEND",
        Media::Jpeg => &[0xFF, 0xD9],
        // A RIFF file says at its beginning how long it is, a TIFF file has no end mark.
        Media::Webp | Media::Tiff => return false,
        Media::Ofd => b"PK\x05\x06",
        Media::Xml => b">",
    };
    !tail.windows(mark.len()).any(|window| window == mark)
}

/// Whether a file that is still seems to lack its end. What cannot be told is taken as whole: reading it says more.
pub(crate) fn seems_cut_off(file: &Path) -> std::io::Result<bool> {
    let mut file = std::fs::File::open(file)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let Sniffed::Known(media) = Media::sniff(&head) else { return Ok(false) };
    let bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(TAIL as u64)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(is_cut_off(media, &tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_without_its_end_is_cut_off_and_one_with_a_mailers_footer_is_not() {
        assert!(is_cut_off(Media::Pdf, b"%PDF-1.7 1 0 obj << /Type"));
        assert!(!is_cut_off(
            Media::Pdf,
            b"%PDF-1.7 ... startxref 12 %%EOF\r\n-- scanned by a virus scanner --"
        ));
    }

    #[test]
    fn pictures_say_where_they_end() {
        assert!(is_cut_off(Media::Jpeg, &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]));
        assert!(!is_cut_off(Media::Jpeg, &[0xFF, 0xD8, 1, 2, 0xFF, 0xD9]));
        assert!(is_cut_off(Media::Png, b"\x89PNG\r\n\x1a\n"));
        assert!(!is_cut_off(Media::Png, b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"));
    }
}
