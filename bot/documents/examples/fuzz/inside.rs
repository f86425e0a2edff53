//! Spoils what lies inside of a packed file, and packs it again so that its reader gets that far.

use std::io::{Cursor, Read, Write};
use std::ops::Range;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::dictionary;
use crate::mutate::{Dice, bytes};
use crate::target::Target;

/// What is packed may not unpack to more than this here: that is its reader's own business.
const UNPACKED: u64 = 4 << 20;

/// The file with something inside of it spoilt once; nothing when it is not packed, or cannot be unpacked any more.
pub(crate) fn spoil(dice: &mut Dice, target: Target, file: &[u8]) -> Option<Vec<u8>> {
    match target {
        Target::Pdf | Target::Witness => pdf_stream(dice, file),
        Target::Ofd | Target::Zip => archive(dice, target, file),
        Target::Image if file.starts_with(b"\x89PNG") => png(dice, file),
        Target::Image | Target::Xml | Target::Mail => None,
    }
}

/// A file of an archive is spoilt, renamed, doubled or lost.
fn archive(dice: &mut Dice, target: Target, file: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(file)).ok()?;
    let mut files = Vec::new();
    for index in 0..zip.len().min(64) {
        let entry = zip.by_index(index).ok()?;
        let name = entry.name().to_owned();
        let mut content = Vec::new();
        entry.take(UNPACKED).read_to_end(&mut content).ok()?;
        files.push((name, content));
    }
    let at = dice.below(files.len());
    let other = dice.pick(&files)?.1.clone();
    let (name, content) = files.get_mut(at)?;
    match dice.below(12) {
        0 => name.push('x'),
        1 => *name = format!("{}/{name}", "a/..".repeat(dice.below(300))),
        2 => content.clone_from(&other),
        3 => {
            let (name, content) = (format!("{name}.{}", dice.byte()), content.clone());
            files.push((name, content));
        }
        4 => drop(files.remove(at)),
        _ => {
            let inner = if target == Target::Ofd { Target::Xml } else { target };
            *content = bytes(dice, dictionary::of(inner), std::mem::take(content), &other);
        }
    }
    let method = if dice.one_in(2) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        // Two files of one name are not written; the case is then another.
        if out.start_file(name, SimpleFileOptions::default().compression_method(method)).is_ok() {
            out.write_all(&content).ok()?;
        }
    }
    Some(out.finish().ok()?.into_inner())
}

/// One deflated stream of a PDF is unpacked, spoilt and packed.
fn pdf_stream(dice: &mut Dice, file: &[u8]) -> Option<Vec<u8>> {
    let streams = streams(file);
    let place = dice.pick(&streams)?.clone();
    let packed = &file[place.clone()];
    let plain = inflate(packed);
    // What is not deflated is spoilt as it stands.
    let (content, is_packed) = plain.map_or_else(|| (packed.to_vec(), false), |plain| (plain, true));
    let spoilt = bytes(dice, dictionary::of(Target::Pdf), content.clone(), &content);
    let mut content = if is_packed { deflate(&spoilt)? } else { spoilt };
    // Where there is room the objects after it stay in their places; else the reader must look for them.
    let room = place.len();
    if content.len() < room {
        content.resize(room, b'\n');
    }
    let mut out = file.to_vec();
    out.splice(place, content);
    Some(out)
}

/// What stands between `stream` and `endstream`.
fn streams(file: &[u8]) -> Vec<Range<usize>> {
    const BEGIN: &[u8] = b"stream";
    const END: &[u8] = b"endstream";
    let find = |word: &[u8], from: usize| {
        let rest = file.get(from..)?;
        rest.windows(word.len()).position(|window| window == word).map(|n| from + n)
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = find(BEGIN, from) {
        let mut start = at + BEGIN.len();
        start += usize::from(file.get(start) == Some(&b'\r'));
        start += usize::from(file.get(start) == Some(&b'\n'));
        let Some(end) = find(END, start) else { break };
        found.push(start..end);
        from = end + END.len();
    }
    found
}

/// The pixels of a PNG are spoilt, or one of its other chunks; every checksum is right.
fn png(dice: &mut Dice, file: &[u8]) -> Option<Vec<u8>> {
    let mut chunks = Vec::new();
    let mut rest = file.get(8..)?;
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (kind, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        chunks.push((*kind, after.get(..length)?.to_vec()));
        rest = after.get(length + 4..)?;
    }
    let at = dice.below(chunks.len());
    let (kind, content) = chunks.get_mut(at)?;
    let plain = if kind == b"IDAT" { inflate(content) } else { None };
    let words = dictionary::of(Target::Image);
    *content = match plain {
        Some(plain) => deflate(&bytes(dice, words, plain.clone(), &plain))?,
        None => bytes(dice, words, std::mem::take(content), file),
    };
    if dice.one_in(4) {
        let copy = chunks.get(at)?.clone();
        chunks.insert(dice.below(chunks.len()), copy);
    }
    let mut out = file.get(..8)?.to_vec();
    for (kind, content) in chunks {
        let mut sum = flate2::Crc::new();
        sum.update(&kind);
        sum.update(&content);
        out.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
        out.extend(kind);
        out.extend(content);
        out.extend(sum.sum().to_be_bytes());
    }
    Some(out)
}

fn inflate(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    ZlibDecoder::new(packed).take(UNPACKED).read_to_end(&mut plain).ok()?;
    Some(plain)
}

fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(plain).ok()?;
    packed.finish().ok()
}
