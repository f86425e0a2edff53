//! Where a taken file is put: never deleted, never over another one.

use std::io;
use std::path::{Path, PathBuf};

/// Between the claim's id and the file's name.
const MARK: &str = "__";
/// File systems allow 255 bytes for a name; the claim and a `-2` need some of them.
const LONGEST: usize = 200;

/// The sub-folder of files that are being taken.
pub(crate) const TAKEN: &str = ".taken";

/// The name of a claimed file.
pub(crate) fn claimed_name(claim: &str, name: &str) -> String {
    format!("{claim}{MARK}{}", shortened(name))
}

/// A claimed file's claim and name; a stranger's file in the sub-folder has no claim and gets its name as one.
pub(crate) fn claim_of(file: &str) -> (&str, &str) {
    file.split_once(MARK).unwrap_or((file, file))
}

/// Moves a file into a folder, under its name or under the first free `name-2`, `name-3` …
pub(crate) fn put(file: &Path, folder: &Path, name: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let name = shortened(name);
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem.to_owned(), format!(".{extension}")),
        _ => (name, String::new()),
    };
    for number in 1_u32.. {
        let tail = if number == 1 { String::new() } else { format!("-{number}") };
        let place = folder.join(format!("{stem}{tail}{extension}"));
        if !place.try_exists()? {
            std::fs::rename(file, &place)?;
            return Ok(place);
        }
    }
    Err(io::Error::other("no name is free"))
}

/// Cuts the middle out of a name that is too long, and keeps its ending.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 16);
    let mut end = LONGEST - 20;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = &name[..end];
    ending.map_or_else(|| stem.to_owned(), |ending| format!("{stem}.{ending}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_second_file_of_the_same_name_is_not_put_over_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let done = folder.path().join("done");
        for text in ["first", "second", "third"] {
            let file = folder.path().join("incoming");
            std::fs::write(&file, text).unwrap();
            put(&file, &done, "scan.pdf").unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(done.join(name)).unwrap();
        assert_eq!([read("scan.pdf"), read("scan-2.pdf"), read("scan-3.pdf")], ["first", "second", "third"]);
    }

    #[test]
    fn a_very_long_chinese_name_is_shortened_between_characters() {
        let name = format!("{}.pdf", "發票".repeat(60));
        let claimed = claimed_name("01J", &name);
        assert!(
            claimed.len() < 255
                && std::path::Path::new(&claimed).extension().is_some_and(|kind| kind == "pdf")
                && claimed.starts_with("01J__發票")
        );
    }

    #[test]
    fn a_claim_is_found_again_in_its_name() {
        let name = claimed_name("01JABC", "a__b.pdf");
        assert_eq!(claim_of(&name), ("01JABC", "a__b.pdf"));
    }
}
