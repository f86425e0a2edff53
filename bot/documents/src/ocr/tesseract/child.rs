//! Tesseract in a process of its own: what is asked, what is answered, on both sides.
//!
//! A request is one line of JSON and the grey pixels of its pictures, one after another. An answer is JSON.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use image::{GrayImage, RgbImage, imageops};
use serde::{Deserialize, Serialize};

use super::Tesseract;
use crate::child::{self, ChildLimits, Children};
use crate::document::{Source, Word};
use crate::ocr::{Expect, Ocr, OcrError, Reading};

/// What a page may take: the worst that was seen of a page full of noise is half of this.
const PAGE_TIME: Duration = Duration::from_mins(1);
/// What starting may take: the languages are 9 MB to read.
const START_TIME: Duration = Duration::from_secs(10);
/// What a line may take.
const LINE_TIME: Duration = Duration::from_secs(3);
/// Address space for Tesseract, three languages and a page of 4000 pixels each way.
const MEMORY: u64 = 2 << 30;
/// A page full of words is a hundredth of this.
const ANSWER: usize = 16 << 20;

/// Tesseract behind a process boundary: a crash, a hang or a flood of memory ends with the child.
#[derive(Debug, Clone)]
pub struct TesseractInChild {
    /// The house's children.
    pub children: Arc<Children>,
    /// The folder of Tesseract's languages.
    pub tessdata: PathBuf,
}

/// The line before the pixels.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    tessdata: PathBuf,
    /// The first (and only) picture is a page; otherwise all are lines.
    page: bool,
    pictures: Vec<Picture>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Picture {
    width: u32,
    height: u32,
    expect: Expect,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Words(Vec<Word>),
    Readings(Vec<Reading>),
}

impl TesseractInChild {
    fn ask(&self, pictures: &[(GrayImage, Expect)], page: bool, time: Duration) -> Result<Answer, OcrError> {
        let described = pictures.iter().map(|(picture, expect)| Picture {
            width: picture.width(),
            height: picture.height(),
            expect: *expect,
        });
        let head = Request { tessdata: self.tessdata.clone(), page, pictures: described.collect() };
        let mut request = serde_json::to_vec(&head).map_err(|error| no_answer(&error))?;
        request.push(b'\n');
        for (picture, _) in pictures {
            request.extend_from_slice(picture.as_raw());
        }
        let limits = ChildLimits { time, memory: MEMORY, answer: ANSWER };
        let answer = self.children.call(child::TESSERACT, request, &limits);
        let answer = answer.map_err(|error| no_answer(&error))?;
        serde_json::from_slice(&answer).map_err(|error| no_answer(&error))
    }
}

fn no_answer(reason: &dyn std::fmt::Display) -> OcrError {
    OcrError::SecondReader { reason: reason.to_string() }
}

impl Ocr for TesseractInChild {
    fn source(&self) -> Source {
        Source::OcrTesseract
    }

    fn read_page(&self, page: &RgbImage) -> Result<Vec<Word>, OcrError> {
        match self.ask(&[(imageops::grayscale(page), Expect::Text)], true, START_TIME + PAGE_TIME)? {
            Answer::Words(words) => Ok(words),
            Answer::Readings(_) => Err(no_answer(&"it took a page for lines")),
        }
    }

    fn read_line(&self, line: &RgbImage, expect: Expect) -> Result<Reading, OcrError> {
        let read = self.read_lines(&[(line.clone(), expect)])?.pop();
        read.ok_or_else(|| no_answer(&"it left a line out"))
    }

    /// All lines in one child: starting it costs more than reading a line.
    fn read_lines(&self, lines: &[(RgbImage, Expect)]) -> Result<Vec<Reading>, OcrError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let grey: Vec<_> = lines.iter().map(|(line, expect)| (imageops::grayscale(line), *expect)).collect();
        let time = START_TIME + LINE_TIME * u32::try_from(lines.len()).unwrap_or(u32::MAX).min(100);
        match self.ask(&grey, false, time)? {
            Answer::Readings(readings) if readings.len() == lines.len() => Ok(readings),
            _ => Err(no_answer(&"it did not answer for each line")),
        }
    }
}

/// The child's side: reads the pictures of one request and answers with what they say.
///
/// # Errors
/// The reason, in plain words, when the request is not one, or Tesseract fails.
pub fn serve_one(request: &[u8]) -> Result<Vec<u8>, String> {
    let end = request.iter().position(|byte| *byte == b'\n').ok_or("the request has no first line")?;
    let head: Request = serde_json::from_slice(&request[..end]).map_err(|error| error.to_string())?;
    let pictures = pictures(&head.pictures, &request[end + 1..])?;
    let tesseract = Tesseract::open(&head.tessdata).map_err(|error| error.to_string())?;
    let answer = match pictures.as_slice() {
        [(page, _)] if head.page => tesseract.page(page).map(Answer::Words),
        lines => lines
            .iter()
            .map(|(line, expect)| tesseract.line(line, *expect))
            .collect::<Result<_, _>>()
            .map(Answer::Readings),
    };
    let answer = answer.map_err(|error| error.to_string())?;
    serde_json::to_vec(&answer).map_err(|error| error.to_string())
}

/// Parts the pixels of a request into its pictures.
fn pictures(described: &[Picture], pixels: &[u8]) -> Result<Vec<(GrayImage, Expect)>, String> {
    let mut rest = pixels;
    let mut out = Vec::with_capacity(described.len().min(1024));
    for picture in described {
        let size = usize::try_from(u64::from(picture.width) * u64::from(picture.height))
            .map_err(|e| e.to_string())?;
        let (own, later) = rest.split_at_checked(size).ok_or("the request has fewer pixels than it says")?;
        rest = later;
        let image = GrayImage::from_raw(picture.width, picture.height, own.to_vec());
        out.push((image.ok_or("a picture is not as large as it says")?, picture.expect));
    }
    Ok(out)
}
