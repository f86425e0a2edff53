//! Archives, unpacked within bounds: a small file may hold a very large one.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::error::ReadError;
use crate::text;

/// More files than any invoice's container has.
const ENTRIES: usize = 2_000;
/// All files together, unpacked.
const UNPACKED: u64 = 64 << 20;
/// Unpacked to packed, of one file: text shrinks to a twentieth, a bomb to a thousandth.
const RATIO: u64 = 100;
/// More directories than any archive has, those of archives inside of it counted. A broken one has the library look at
/// each of them, and each look goes through the whole file.
const DIRECTORIES: usize = 64;
/// Small files may shrink as they like.
const SMALL: u64 = 1 << 20;

/// The files of an archive, by name, in the archive's order.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    files: Vec<(String, Vec<u8>)>,
}

impl Archive {
    /// Unpacks everything, in memory.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, ReadError> {
        let damaged = |error: &dyn std::fmt::Display| ReadError::Damaged { reason: error.to_string() };
        is_sane(bytes)?;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        if zip.len() > ENTRIES {
            return Err(bomb("too many files inside"));
        }
        let mut files = Vec::new();
        let mut left = UNPACKED;
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(|error| damaged(&error))?;
            if entry.encrypted() {
                return Err(ReadError::Encrypted);
            }
            if entry.is_dir() {
                continue;
            }
            drop(entry);
            let mut entry = zip.by_index(index).map_err(|error| damaged(&error))?;
            let name = text::file_name(entry.name_raw());
            let most = entry.compressed_size().saturating_mul(RATIO).max(SMALL).min(left);
            // Who opens the archive after us may reserve what it claims.
            if entry.size() > most {
                return Err(bomb("a file inside claims to unpack to far more than it should"));
            }
            let mut content = Vec::new();
            entry.by_ref().take(most + 1).read_to_end(&mut content).map_err(|error| damaged(&error))?;
            if content.len() as u64 > most {
                return Err(bomb("a file inside unpacks to far more than it should"));
            }
            left -= content.len() as u64;
            files.push((name, content));
        }
        Ok(Self { files })
    }

    /// The files, in the archive's order.
    pub(crate) fn into_files(self) -> Vec<(String, Vec<u8>)> {
        self.files
    }

    /// What is in the files.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &[u8]> {
        self.files.iter().map(|(_, content)| content.as_slice())
    }

    /// A file by its path. Writers do not agree on capitals and slashes.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        let wanted = path.trim_start_matches('/');
        let same = |name: &str| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(wanted);
        self.files.iter().find(|(name, _)| same(name)).map(|(_, content)| content.as_slice())
    }
}

/// Refuses what would keep the library busy or have it reserve memory for files that are not there.
fn is_sane(bytes: &[u8]) -> Result<(), ReadError> {
    const DIRECTORY: &[u8; 4] = b"PK\x05\x06";
    const WIDE_DIRECTORY: &[u8; 4] = b"PK\x06\x06";
    let mut directories = 0;
    for (at, mark) in bytes.windows(4).enumerate().filter(|(_, window)| window.starts_with(b"PK")) {
        directories += usize::from(mark == DIRECTORY || mark == WIDE_DIRECTORY);
        if directories > DIRECTORIES {
            return Err(bomb("too many directories inside"));
        }
        // How many files a wide directory says that it lists, of all disks.
        let count =
            bytes.get(at + 32..at + 40).and_then(|count| count.try_into().ok()).map(u64::from_le_bytes);
        if mark == WIDE_DIRECTORY && count.is_some_and(|count| count > ENTRIES as u64) {
            return Err(bomb("too many files inside"));
        }
    }
    Ok(())
}

fn bomb(reason: &str) -> ReadError {
    ReadError::Unsafe { reason: reason.to_owned() }
}

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// An archive of these files.
    pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_found_whatever_their_capitals() {
        let archive =
            Archive::open(&zipped(&[("Doc_0/Attachs/A.xml", b"<a/>"), ("OFD.xml", b"<o/>")])).unwrap();
        assert_eq!(archive.get("/doc_0/attachs/a.XML"), Some(&b"<a/>"[..]));
        assert_eq!(archive.get("B.xml"), None);
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeros = vec![0; 8 << 20];
        assert!(matches!(Archive::open(&zipped(&[("a", &zeros)])), Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn a_file_that_claims_to_be_enormous_is_not_believed() {
        let mut whole = zipped(&[("a", b"hello")]);
        let directory = whole.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        whole[directory + 24..directory + 28].copy_from_slice(&0xFFFE_FFFF_u32.to_le_bytes());
        assert!(matches!(Archive::open(&whole), Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn an_archive_of_directories_alone_is_not_searched() {
        // Without the bound this takes minutes.
        let whole = zipped(&[("a", b"hello")]);
        let directory = &whole[whole.len() - 22..];
        let broken = [&whole[..whole.len() - 22], &directory[..20].repeat(100_000)].concat();
        assert!(matches!(Archive::open(&broken), Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn no_memory_is_reserved_for_files_that_are_not_there() {
        let mut wide = b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0".to_vec();
        wide.extend([0xFF; 32]);
        assert!(matches!(Archive::open(&wide), Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn a_cut_archive_is_damaged() {
        let whole = zipped(&[("a", b"hello")]);
        for end in [0, 10, whole.len() / 2, whole.len() - 3] {
            assert!(matches!(Archive::open(&whole[..end]), Err(ReadError::Damaged { .. })), "{end}");
        }
    }
}
