//! The PDF reader in a child process, where a bomb of a file ends with the child and not with the house.
//!
//! hayro is safe Rust, but nothing bounds what a stream of a few kilobytes unpacks to. With a child configured the
//! system does: memory and time are the child's.
//!
//! A request is the length of a JSON head, the head, and the PDF. An answer is the length of a JSON head, the head
//! ([`PdfRead`] or the code of an error), and for each page width, height and the pixels.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::{PdfRead, read, remark};
use crate::child::{self, ChildCommand, ChildError, ChildLimits};
use crate::error::ReadError;
use crate::fonts::Fonts;
use crate::limits::Limits;

#[derive(Serialize, Deserialize)]
struct Request {
    limits: Limits,
    font_dirs: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Read(PdfRead),
    Encrypted,
    Damaged(String),
    Unsafe(String),
}

/// Sixty pages of A4 at 200 dpi, as pixels, are a gigabyte; address space is not memory, so there is room.
const MEMORY: u64 = 4 << 30;
const LONGEST_ANSWER: usize = 2 << 30;

/// Reads a PDF in a child if there is one, else in this process.
pub(crate) fn read_apart(
    command: Option<&ChildCommand>,
    bytes: &Arc<Vec<u8>>,
    fonts: &Arc<Fonts>,
    limits: Limits,
) -> Result<PdfRead, ReadError> {
    let Some(command) = command else { return read(Arc::clone(bytes), fonts, limits) };
    let bounds = ChildLimits {
        // The child watches its own time; a little more lets it say so itself.
        time: limits.time + Duration::from_secs(2),
        memory: MEMORY,
        answer: LONGEST_ANSWER,
    };
    match child::call(command, child::PDF, &pack_request(bytes, fonts, limits), &bounds) {
        Ok(answer) => unpack(&answer),
        // The program has moved, or there are too many processes: reading here is better than not reading.
        Err(ChildError::Start(error)) => {
            let mut document = read(Arc::clone(bytes), fonts, limits)?;
            let text = format!("the PDF was read without the protection of a child process: {error}");
            document.remarks.push(remark("DH-1121", text));
            Ok(document)
        }
        Err(error) => Err(ReadError::Unsafe { reason: error.to_string() }),
    }
}

/// The child's side.
pub(crate) fn serve_one(request: &[u8]) -> Result<Vec<u8>, String> {
    let (head, pdf) = split_head(request).ok_or("the request is cut off")?;
    let request: Request = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    let fonts = Arc::new(Fonts::new(request.font_dirs));
    let (answer, images) = match read(Arc::new(pdf.to_vec()), &fonts, request.limits) {
        Ok(mut document) => {
            let images = document.pages.iter_mut().map(|page| page.image.take()).collect();
            (Answer::Read(document), images)
        }
        Err(ReadError::Encrypted) => (Answer::Encrypted, Vec::new()),
        Err(ReadError::Damaged { reason }) => (Answer::Damaged(reason), Vec::new()),
        Err(ReadError::Unsafe { reason }) => (Answer::Unsafe(reason), Vec::new()),
        Err(error) => (Answer::Damaged(error.to_string()), Vec::new()),
    };
    let mut packed = pack_head(&answer)?;
    for image in images {
        let (width, height) = image.as_ref().map_or((0, 0), RgbImage::dimensions);
        packed.extend(width.to_be_bytes());
        packed.extend(height.to_be_bytes());
        packed.extend(image.map(RgbImage::into_raw).unwrap_or_default());
    }
    Ok(packed)
}

fn pack_request(bytes: &[u8], fonts: &Fonts, limits: Limits) -> Vec<u8> {
    let head = Request { limits, font_dirs: fonts.dirs().to_vec() };
    // A path that is not UTF-8 cannot be told to the child; it then looks nowhere and says that a font is missing.
    let mut request = pack_head(&head)
        .or_else(|_| pack_head(&Request { limits, font_dirs: Vec::new() }))
        .unwrap_or_default();
    request.extend(bytes);
    request
}

fn pack_head(head: &impl Serialize) -> Result<Vec<u8>, String> {
    let head = serde_json::to_vec(head).map_err(|error| error.to_string())?;
    let length = u32::try_from(head.len()).map_err(|error| error.to_string())?;
    let mut packed = length.to_be_bytes().to_vec();
    packed.extend(head);
    Ok(packed)
}

fn split_head(packed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = packed.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

fn unpack(answer: &[u8]) -> Result<PdfRead, ReadError> {
    let garbled = || ReadError::Unsafe { reason: "the child process answered nonsense".to_owned() };
    let (head, mut pixels) = split_head(answer).ok_or_else(garbled)?;
    let mut document = match serde_json::from_slice(head).map_err(|_| garbled())? {
        Answer::Read(document) => document,
        Answer::Encrypted => return Err(ReadError::Encrypted),
        Answer::Damaged(reason) => return Err(ReadError::Damaged { reason }),
        Answer::Unsafe(reason) => return Err(ReadError::Unsafe { reason }),
    };
    for page in &mut document.pages {
        let (width, rest) = pixels.split_first_chunk::<4>().ok_or_else(garbled)?;
        let (height, rest) = rest.split_first_chunk::<4>().ok_or_else(garbled)?;
        let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
        let length = (width as usize).checked_mul(height as usize).and_then(|n| n.checked_mul(3));
        let (image, rest) = length.and_then(|length| rest.split_at_checked(length)).ok_or_else(garbled)?;
        page.image = RgbImage::from_raw(width, height, image.to_vec()).filter(|image| !image.is_empty());
        pixels = rest;
    }
    Ok(document)
}
