//! Files that hold files: ZIP archives, and mails with what is attached to them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{MessageParser, MimeHeaders as _};

use crate::archive::Archive;
use crate::child::panic_text;
use crate::error::ReadError;
use crate::limits::Limits;
use crate::media::{Container, Media, Sniffed};

/// A file out of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its own name, without folders.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// More attachments than any mail has.
const ATTACHMENTS: usize = 200;
/// A picture in a mail's text that is smaller than this is a logo, not a photographed invoice.
const LOGO: usize = 20_000;

/// Parts times bytes of a mail: an honest one of the largest size may have a hundred parts.
const MAIL_WORK: u64 = 8 << 30;

/// The files inside, if this is a container; `None` if it is not. A part may be a container itself.
pub fn unpack(bytes: &[u8]) -> Option<Result<Vec<Part>, ReadError>> {
    let Sniffed::Container(container) = Media::sniff(bytes) else { return None };
    let (size, limit) = (bytes.len() as u64, Limits::default().bytes);
    if size > limit {
        return Some(Err(ReadError::TooLarge { bytes: size, limit }));
    }
    Some(unpack_as(container, bytes))
}

fn unpack_as(container: Container, bytes: &[u8]) -> Result<Vec<Part>, ReadError> {
    let parts = guarded(|| match container {
        Container::Zip => zip(bytes),
        Container::Mail => mail(bytes),
    })?;
    if parts.is_empty() { Err(ReadError::NothingInside) } else { Ok(parts) }
}

/// What panics on a hostile file ends that file's reading and nothing else.
fn guarded<T>(work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(ReadError::Unsafe { reason: format!("a decoder crashed: {}", panic_text(panic.as_ref())) })
    })
}

/// The papers of what a mail server calls a mail, as [`papers`] finds them in a file; what mail programs attach beside
/// them (signatures, calendar entries) is left out.
pub fn mail_papers(bytes: &[u8]) -> Vec<Paper> {
    let parts = match unpack_as(Container::Mail, bytes) {
        Ok(parts) => parts,
        Err(error) => return vec![("mail".to_owned(), Err(error))],
    };
    let mut papers = Vec::new();
    for part in parts.into_iter().filter(|part| !is_trimming(&part.name)) {
        apart(part.name, part.bytes, 1, &mut papers);
    }
    if papers.is_empty() { vec![("mail".to_owned(), Err(ReadError::NothingInside))] } else { papers }
}

/// What mail programs attach that nobody sent.
fn is_trimming(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let numbered = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    match ending {
        "p7s" | "asc" | "sig" | "ics" | "vcf" => true,
        // Exchange numbers the pieces of a text that it has cut in two.
        "txt" | "htm" | "html" => stem.strip_prefix("att").is_some_and(numbered),
        _ => false,
    }
}

/// Who sent a mail and what it is called, as it says itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailHead {
    /// `Chan Tai Man <chan@supplier.example>`; empty when it does not say.
    pub sender: String,
    /// Its subject; empty when it has none.
    pub subject: String,
}

/// Longer names and subjects are cut.
const LONGEST_HEAD: usize = 300;

/// Reads who sent a mail and what it is called; a mail that cannot be read says neither.
pub fn mail_head(bytes: &[u8]) -> MailHead {
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_HEAD).collect()
    };
    let read = guarded(|| {
        let Some(message) = MessageParser::default().parse_headers(bytes) else {
            return Ok(MailHead::default());
        };
        let sender = message.from().and_then(mail_parser::Address::first).map(|from| {
            let address = from.address().unwrap_or_default();
            from.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
        });
        Ok(MailHead {
            sender: plain(&sender.unwrap_or_default()),
            subject: plain(message.subject().unwrap_or_default()),
        })
    });
    read.unwrap_or_default()
}

/// So deep may a container lie in others: a mail with an archive of archives.
pub const DEEPEST: usize = 3;

/// One paper out of a file, by its name with those of the containers around it; or why it could not be taken out.
pub type Paper = (String, Result<Vec<u8>, ReadError>);

/// All papers of one file together, in bytes and in number: an archive of archives may unpack to far more than one.
const TOGETHER: usize = 256 << 20;
const PAPERS: usize = 2_000;

/// A file's papers: itself, or what an archive or a mail holds, each by its name behind those of its containers.
pub fn papers(name: String, bytes: Vec<u8>) -> Vec<Paper> {
    let mut papers = Vec::new();
    apart(name, bytes, 0, &mut papers);
    papers
}

fn apart(name: String, bytes: Vec<u8>, depth: usize, papers: &mut Vec<Paper>) {
    let refused = |reason: &str| Err(ReadError::Unsafe { reason: reason.to_owned() });
    let so_far: usize = papers.iter().filter_map(|(_, paper)| Some(paper.as_ref().ok()?.len())).sum();
    let paper = match unpack(&bytes) {
        _ if papers.len() >= PAPERS => return,
        _ if so_far + bytes.len() > TOGETHER => refused("the files inside are too large together"),
        None => Ok(bytes),
        Some(Err(error)) => Err(error),
        Some(Ok(_)) if depth >= DEEPEST => refused("archives lie in archives without end"),
        Some(Ok(parts)) => {
            for part in parts {
                apart(format!("{name}/{}", part.name), part.bytes, depth + 1, papers);
            }
            return;
        }
    };
    papers.push((name, paper));
}

fn zip(bytes: &[u8]) -> Result<Vec<Part>, ReadError> {
    let files = Archive::open(bytes)?.into_files();
    let parts = files.into_iter().filter(|(path, _)| !is_litter(path));
    Ok(parts.map(|(path, bytes)| Part { name: own_name(&path), bytes }).collect())
}

/// What systems leave in archives.
fn is_litter(path: &str) -> bool {
    let name = own_name(path);
    path.contains("__MACOSX") || name.starts_with('.') || matches!(name.as_str(), "Thumbs.db" | "desktop.ini")
}

fn own_name(path: &str) -> String {
    let name: String =
        path.rsplit(['/', '\\']).next().unwrap_or(path).chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() { "file".to_owned() } else { name }
}

fn mail(bytes: &[u8]) -> Result<Vec<Part>, ReadError> {
    if work(bytes) > MAIL_WORK {
        return Err(ReadError::Unsafe { reason: "the mail has too many parts".to_owned() });
    }
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| ReadError::Damaged { reason: "it is no mail that can be read".to_owned() })?;
    let mut parts = Vec::new();
    for (index, attachment) in message.attachments().take(ATTACHMENTS).enumerate() {
        let bytes = attachment.contents();
        let is_picture = attachment.content_type().is_some_and(|kind| kind.ctype() == "image");
        let inline = attachment.content_disposition().is_none_or(mail_parser::ContentType::is_inline);
        if bytes.is_empty() || inline && is_picture && bytes.len() < LOGO {
            continue;
        }
        let name = attachment.attachment_name().map_or_else(|| format!("attachment-{}", index + 1), own_name);
        parts.push(Part { name, bytes: bytes.to_vec() });
    }
    Ok(parts)
}

/// How many bytes reading a mail may pass over: the library looks for the end of each part in all that follows it. What
/// hides in an encoded mail inside of it is not seen from here, and may be as bad as it can be.
fn work(bytes: &[u8]) -> u64 {
    /// The shortest part with parts of its own.
    const PART: u64 = 50;
    let (mut parts, mut hidden) = (0, 0);
    // What is said of one part, up to a blank line: it is a mail, and it is encoded.
    let (mut is_mail, mut is_encoded) = (false, false);
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii().to_ascii_lowercase();
        let has = |word: &[u8]| line.windows(word.len()).any(|window| window == word);
        if line.is_empty() {
            (is_mail, is_encoded) = (false, false);
        }
        parts += u64::from(has(b"content-type"));
        is_mail |= has(b"rfc822") || has(b"message/global") || has(b"multipart/digest");
        is_encoded |= has(b"base64") || has(b"quoted-printable") || has(b"multipart/digest");
        if is_mail && is_encoded {
            hidden = bytes.len() as u64 / PART;
        }
    }
    (parts + hidden) * bytes.len() as u64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::archive::tests::zipped;

    fn names(bytes: &[u8]) -> Vec<String> {
        unpack(bytes).unwrap().unwrap().into_iter().map(|part| part.name).collect()
    }

    #[test]
    fn an_archive_gives_its_files_and_no_litter() {
        let zip = zipped(&[
            ("十一月/發票.pdf", b"%PDF-"),
            ("__MACOSX/._a", b"x"),
            (".DS_Store", b"x"),
            ("b.xml", b"<a/>"),
        ]);
        assert_eq!(names(&zip), ["發票.pdf", "b.xml"]);
        assert_eq!(unpack(&zipped(&[(".DS_Store", b"x")])).unwrap(), Err(ReadError::NothingInside));
        assert!(unpack(b"%PDF-1.7").is_none());
        assert!(unpack(&crate::ofd::tests::invoice()).is_none(), "an OFD is one document");
    }

    #[test]
    fn papers_are_found_in_archives_of_archives_but_not_without_end() {
        let named = |bytes: Vec<u8>| {
            let papers = papers("a.zip".to_owned(), bytes).into_iter();
            papers.map(|(name, paper)| (name, paper.is_ok())).collect::<Vec<_>>()
        };
        let once = zipped(&[("b.pdf", b"%PDF-"), ("c.xml", b"<a/>")]);
        assert_eq!(named(once.clone()), [("a.zip/b.pdf".to_owned(), true), ("a.zip/c.xml".to_owned(), true)]);
        let thrice = zipped(&[("y.zip", &zipped(&[("x.zip", &once)]))]);
        assert_eq!(named(thrice.clone())[1], ("a.zip/y.zip/x.zip/c.xml".to_owned(), true));
        assert_eq!(named(zipped(&[("z.zip", &thrice)])), [("a.zip/z.zip/y.zip/x.zip".to_owned(), false)]);
        assert_eq!(
            papers("b.pdf".to_owned(), b"%PDF-".to_vec()),
            [("b.pdf".to_owned(), Ok(b"%PDF-".to_vec()))]
        );
    }

    #[test]
    fn a_mail_gives_what_is_attached() {
        let mail = "From: a@example.com\r\nSubject: =?utf-8?b?55m856Wo?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
            --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''%E7%99%BC%E7%A5%A8.pdf\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n\
            --b\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=logo.png\r\n\r\nx\r\n--b--\r\n";
        let parts = unpack(mail.as_bytes()).unwrap().unwrap();
        assert_eq!(parts, [Part { name: "發票.pdf".to_owned(), bytes: b"%PDF-1.7".to_vec() }]);
        let empty = mail.split("--b\r\nContent-Type: application").next().unwrap().to_owned() + "--b--\r\n";
        assert_eq!(unpack(empty.as_bytes()).unwrap(), Err(ReadError::NothingInside));
    }

    #[test]
    fn a_mail_says_who_sent_it_and_gives_its_papers_without_its_trimmings() {
        let attached = |name: &str| {
            format!(
                "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\n\r\n%PDF-{name}\r\n"
            )
        };
        // No line says that it is a mail: only the server knows.
        let head = "X-Odd: 1\r\nfrom: =?utf-8?b?6Zmz?= <chan@supplier.example>\r\nsubject: =?utf-8?b?55m856Wo?=\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n";
        let mail = |names: &[&str]| {
            format!("{head}{}--b--\r\n", names.iter().map(|name| attached(name)).collect::<String>())
        };
        let named = |names: &[&str]| {
            let papers = mail_papers(mail(names).as_bytes()).into_iter();
            papers.map(|(name, paper)| (name, paper.is_ok())).collect::<Vec<_>>()
        };
        assert_eq!(
            named(&["smime.p7s", "ATT00001.htm", "bill.pdf", "attached.txt"]),
            [("bill.pdf".to_owned(), true), ("attached.txt".to_owned(), true)]
        );
        assert_eq!(named(&["invite.ics"]), [("mail".to_owned(), false)]);
        assert_eq!(named(&[]), [("mail".to_owned(), false)]);
        let said =
            MailHead { sender: "陳 <chan@supplier.example>".to_owned(), subject: "發票".to_owned() };
        assert_eq!(mail_head(head.as_bytes()), said);
        assert_eq!(mail_head(b"\xff\0\0"), MailHead::default());
    }

    #[test]
    fn a_mail_of_parts_without_an_end_is_not_read() {
        // Without the bound this takes minutes.
        let part = "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".repeat(100_000);
        let mail = format!(
            "From: a\r\nSubject: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{part}"
        );
        assert!(matches!(unpack(mail.as_bytes()).unwrap(), Err(ReadError::Unsafe { .. })));
        let hidden = "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        let mail = format!("From: a\r\nSubject: b\r\n\r\n{hidden}{}", "AAAA\r\n".repeat(1 << 20));
        assert!(matches!(unpack(mail.as_bytes()).unwrap(), Err(ReadError::Unsafe { .. })));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_mail_makes_the_reader_panic(text in "(Content-[A-Z][a-z]{3}: [a-z/;=\"]{0,12}\r\n|--b\r\n|[a-z=?]{0,9}\r\n){0,20}") {
            let _ = unpack(format!("From: a\r\nSubject: b\r\n{text}").as_bytes());
        }
    }
}
