//! Tesseract parts Chinese into single characters and pairs; here they become the words of the house.

use super::engine::Found;
use crate::document::{BBox, Source, Word};
use crate::ocr::Reading;

/// Chinese characters closer than this share of their height are one word.
const CLOSE: f32 = 0.6;

/// The words on a page of this size in pixels.
pub(super) fn join(found: &[Found], (width, height): (u32, u32)) -> Vec<Word> {
    let mut words: Vec<Found> = Vec::new();
    for next in found {
        match words.last_mut() {
            Some(last) if belong_together(last, next) => {
                // The weaker half tells how sure the whole is.
                last.confidence = last.confidence.min(next.confidence);
                last.text.push_str(&next.text);
                last.edges = around(last.edges, next.edges);
            }
            _ => words.push(next.clone()),
        }
    }
    let share = |pixel: i32, size: u32| (pixel as f32 / size.max(1) as f32).clamp(0.0, 1.0);
    let word = |found: Found| {
        let [left, top, right, bottom] = found.edges;
        let bbox = BBox {
            x0: share(left, width),
            y0: share(top, height),
            x1: share(right, width),
            y1: share(bottom, height),
        };
        Word { text: found.text, bbox, confidence: found.confidence, source: Source::OcrTesseract }
    };
    words.into_iter().map(word).collect()
}

/// What a line says: a space between Latin words, none beside Chinese characters.
pub(super) fn reading(found: &[Found]) -> Reading {
    let mut text = String::new();
    for next in found {
        let chinese = text.chars().next_back().is_some_and(is_chinese)
            || next.text.chars().next().is_some_and(is_chinese);
        if !text.is_empty() && !chinese {
            text.push(' ');
        }
        text.push_str(&next.text);
    }
    let confidence = found.iter().map(|next| next.confidence).reduce(f32::min).unwrap_or(0.0);
    Reading { text, confidence }
}

fn belong_together(last: &Found, next: &Found) -> bool {
    let chinese = last.text.chars().next_back().is_some_and(is_chinese)
        || next.text.chars().next().is_some_and(is_chinese);
    let height = (next.edges[3] - next.edges[1]).max(last.edges[3] - last.edges[1]);
    let gap = next.edges[0] - last.edges[2];
    chinese && last.line == next.line && gap as f32 <= CLOSE * height as f32
}

fn around(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Chinese characters and the full-width signs that stand between them.
fn is_chinese(c: char) -> bool {
    c >= '\u{2E80}'
}
