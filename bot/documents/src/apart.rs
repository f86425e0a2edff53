//! Documents read in a child process, where a bomb of a file ends with the child and not with the house.
//!
//! The readers of PDF and OFD are safe Rust, but nothing bounds what a stream of a few kilobytes unpacks to, how long a
//! drawing takes, or how deep a page recurses. With a child configured the system does: memory and time are the child's.
//!
//! A request is the length of a JSON head, the head, and the file. An answer is the length of a JSON head, the head
//! (what was read, or the code of an error), and for each page width, height and the pixels.

use std::path::PathBuf;
use std::time::Duration;

use image::RgbImage;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::child::{ChildError, ChildLimits, Children};
use crate::document::Remark;
use crate::error::ReadError;
use crate::limits::Limits;
use crate::pdf::Pictures;

/// What a reader makes of a file. The pictures of its pages do not travel as JSON.
pub(crate) trait Pages: Serialize + DeserializeOwned {
    /// The pictures, page by page.
    fn images(&mut self) -> Vec<&mut Option<RgbImage>>;

    /// What the reader has to say.
    fn remarks(&mut self) -> &mut Vec<Remark>;
}

/// What goes with a file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) limits: Limits,
    pub(crate) font_dirs: Vec<PathBuf>,
    pub(crate) pictures: Pictures,
}

#[derive(Serialize, Deserialize)]
enum Answer<T> {
    Read(T),
    Encrypted,
    Damaged(String),
    Unsafe(String),
}

/// Sixty pages of A4 at 200 dpi, as pixels, are a gigabyte; address space is not memory, so there is room.
const MEMORY: u64 = 4 << 30;
const LONGEST_ANSWER: usize = 1 << 30;

/// Reads a file in a child of this kind if there is one, else here.
pub(crate) fn read<T: Pages>(
    children: Option<&Children>,
    kind: &str,
    request: &Request,
    bytes: &[u8],
    here: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let Some(children) = children else { return here() };
    let bounds = ChildLimits {
        // The child watches its own time; a little more lets it say so itself.
        time: request.limits.time + Duration::from_secs(2),
        memory: MEMORY,
        answer: LONGEST_ANSWER,
    };
    match children.call(kind, pack_request(request, bytes), &bounds) {
        Ok(answer) => unpack(answer),
        // The program has moved, or there are too many processes: reading here is better than not reading.
        Err(ChildError::Start(error)) => {
            let mut document = here()?;
            let text = format!("the file was read without the protection of a child process: {error}");
            document.remarks().push(Remark { code: "DH-1121".to_owned(), text });
            Ok(document)
        }
        Err(error) => Err(ReadError::Unsafe { reason: error.to_string() }),
    }
}

/// The child's side.
pub(crate) fn serve_one<T: Pages>(
    request: &[u8],
    read: impl FnOnce(Request, &[u8]) -> Result<T, ReadError>,
) -> Result<Vec<u8>, String> {
    let (head, file) = split_head(request).ok_or("the request is cut off")?;
    let head: Request = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    let mut images = Vec::new();
    let answer = match read(head, file) {
        Ok(mut document) => {
            images = document.images().into_iter().map(Option::take).collect();
            Answer::Read(document)
        }
        Err(ReadError::Encrypted) => Answer::Encrypted,
        Err(ReadError::Damaged { reason }) => Answer::Damaged(reason),
        Err(ReadError::Unsafe { reason }) => Answer::Unsafe(reason),
        Err(error) => Answer::Damaged(error.to_string()),
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

fn pack_request(request: &Request, bytes: &[u8]) -> Vec<u8> {
    // A path that is not UTF-8 cannot be told to the child; it then looks nowhere and says that a font is missing.
    let without = Request { limits: request.limits, font_dirs: Vec::new(), pictures: request.pictures };
    let mut packed = pack_head(request).or_else(|_| pack_head(&without)).unwrap_or_default();
    packed.extend(bytes);
    packed
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

fn unpack<T: Pages>(mut answer: Vec<u8>) -> Result<T, ReadError> {
    let garbled = || ReadError::Unsafe { reason: "the child process answered nonsense".to_owned() };
    let (head, pixels) = split_head(&answer).ok_or_else(garbled)?;
    let begin = answer.len() - pixels.len();
    let mut document: T = match serde_json::from_slice(head).map_err(|_| garbled())? {
        Answer::Read(document) => document,
        Answer::Encrypted => return Err(ReadError::Encrypted),
        Answer::Damaged(reason) => return Err(ReadError::Damaged { reason }),
        Answer::Unsafe(reason) => return Err(ReadError::Unsafe { reason }),
    };
    let images = document.images();
    let places = places(&answer, begin, images.len()).ok_or_else(garbled)?;
    // From the end, so that the answer shrinks as the pictures are taken out of it: many pages are never held twice.
    for (image, (width, height, start)) in images.into_iter().zip(places).rev() {
        let pixels = answer.split_off(start);
        answer.shrink_to_fit();
        *image = RgbImage::from_raw(width, height, pixels).filter(|image| !image.is_empty());
        answer.truncate(start - 8);
    }
    Ok(document)
}

/// Width, height and beginning of each picture, if they fill the answer.
fn places(answer: &[u8], mut at: usize, count: usize) -> Option<Vec<(u32, u32, usize)>> {
    let mut places = Vec::new();
    for _ in 0..count {
        let (width, rest) = answer.get(at..)?.split_first_chunk::<4>()?;
        let (height, rest) = rest.split_first_chunk::<4>()?;
        let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
        let length = (width as usize).checked_mul(height as usize)?.checked_mul(3)?;
        rest.get(..length)?;
        places.push((width, height, at + 8));
        at += 8 + length;
    }
    (at == answer.len()).then_some(places)
}
