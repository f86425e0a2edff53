//! The pages of an OFD: texts at given places, from the page and from the template behind it.

use std::collections::HashMap;

use hayro_interpret::kurbo::{Affine, Point, Vec2};
use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::{Ofd, Part, part};
use crate::archive::Archive;
use crate::document::{BBox, Remark, Word};
use crate::limits::Limits;
use crate::words::{Placed, group};
use crate::xml::Element;

/// Millimetres to points.
const POINTS: f64 = 72.0 / 25.4;
/// A4, where nothing else is said.
const A4: [f64; 4] = [0.0, 0.0, 210.0, 297.0];
/// More characters than any page that a person could read.
const GLYPHS: usize = 100_000;

/// A page that has been read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OfdPage {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) words: Vec<Word>,
    #[serde(skip)]
    pub(crate) image: Option<RgbImage>,
}

/// A text of a page, which tags point at.
pub(super) struct Text {
    pub(super) characters: String,
    pub(super) page: u32,
    pub(super) bbox: Option<BBox>,
}

/// Reads the pages into the file and answers their texts by the ids of page and object.
pub(super) fn read_all(
    archive: &Archive,
    document: &Part,
    limits: Limits,
    ofd: &mut Ofd,
) -> HashMap<(String, String), Text> {
    let mut objects = HashMap::new();
    let common = document.root.child("CommonData");
    let usual = common.and_then(|c| c.text_at("PageArea/PhysicalBox")).and_then(numbers4).unwrap_or(A4);
    let leaves: Vec<&Element> =
        document.root.child("Pages").into_iter().flat_map(|pages| pages.all("Page")).collect();
    let most = limits.pages as usize;
    if leaves.len() + ofd.pages.len() > most {
        let text = format!("only the first {most} pages are read");
        ofd.remarks.push(Remark { code: "DH-1111".to_owned(), text });
    }
    for leaf in leaves.into_iter().take(most.saturating_sub(ofd.pages.len())) {
        let Some(page) = leaf.attribute("BaseLoc").and_then(|path| part(archive, &document.folder, path))
        else {
            let text = "a page is missing or broken and was not read".to_owned();
            ofd.remarks.push(Remark { code: "DH-1111".to_owned(), text });
            continue;
        };
        let area = page.root.text_at("Area/PhysicalBox").and_then(numbers4).unwrap_or(usual);
        let number = u32::try_from(ofd.pages.len() + 1).unwrap_or(u32::MAX);
        let id = leaf.attribute("ID").unwrap_or_default();
        let mut glyphs = Vec::new();
        for behind in page.root.all("Template").filter_map(|used| template(archive, document, used)) {
            for object in texts(&behind.root) {
                place(object, area, &mut glyphs);
            }
        }
        for object in texts(&page.root) {
            let from = glyphs.len();
            place(object, area, &mut glyphs);
            if let Some(name) = object.attribute("ID") {
                let bbox = around(object, area);
                let characters = glyphs[from..].iter().map(|glyph| glyph.text.as_str()).collect();
                objects.insert((id.to_owned(), name.to_owned()), Text { characters, page: number, bbox });
            }
        }
        let (width, height) = (area[2] * POINTS, area[3] * POINTS);
        let words = group(&glyphs, width, height);
        ofd.pages.push(OfdPage { width: narrow(width), height: narrow(height), words, image: None });
    }
    objects
}

fn template(archive: &Archive, document: &Part, used: &Element) -> Option<Part> {
    let id = used.attribute("TemplateID")?;
    let templates = document.root.child("CommonData")?;
    let known = templates.all("TemplatePage").find(|template| template.attribute("ID") == Some(id))?;
    part(archive, &document.folder, known.attribute("BaseLoc")?)
}

/// The texts of a page, in drawing order, however deep they are grouped.
fn texts(page: &Element) -> impl Iterator<Item = &Element> {
    let content = page.child("Content").into_iter();
    content.flat_map(Element::walk).filter(|element| element.name == "TextObject")
}

/// Sets a text's characters on the page.
fn place(object: &Element, area: [f64; 4], glyphs: &mut Vec<Placed>) {
    let Some([left, top, ..]) = object.attribute("Boundary").and_then(numbers4) else { return };
    let size = number(object.attribute("Size")).filter(|size| *size > 0.0).unwrap_or(3.175);
    let stretch = number(object.attribute("HScale")).filter(|scale| *scale > 0.0).unwrap_or(1.0);
    let own = object.attribute("CTM").map(numbers).and_then(|n| <[f64; 6]>::try_from(n).ok());
    let to_page = Affine::scale(POINTS)
        * Affine::translate((left - area[0], top - area[1]))
        * own.map_or(Affine::IDENTITY, Affine::new);
    let scale = to_page.determinant().abs().sqrt();
    let along = to_page * Point::new(1.0, 0.0) - to_page * Point::ORIGIN;
    let run = u32::try_from(glyphs.len()).unwrap_or(u32::MAX);
    let mut pen = Point::ORIGIN;
    for code in object.all("TextCode") {
        pen = Point::new(
            number(code.attribute("X")).unwrap_or(pen.x),
            number(code.attribute("Y")).unwrap_or(pen.y),
        );
        let (across, down) = (deltas(code.attribute("DeltaX")), deltas(code.attribute("DeltaY")));
        for (index, c) in code.text.chars().filter(|c| !matches!(c, '\n' | '\r')).enumerate() {
            if glyphs.len() >= GLYPHS {
                return;
            }
            let width = size * stretch * if c.is_ascii() { 0.5 } else { 1.0 };
            let origin = to_page * pen;
            let advance: Vec2 = to_page * (pen + Vec2::new(width, 0.0)) - origin;
            glyphs.push(Placed {
                text: c.to_string(),
                origin,
                advance,
                em: size * scale,
                angle: along.atan2(),
                vertical: false,
                run,
            });
            let step = Vec2::new(
                across.get(index).copied().unwrap_or(if down.is_empty() { width } else { 0.0 }),
                down.get(index).copied().unwrap_or(0.0),
            );
            pen += step;
        }
    }
}

/// Where an object stands, in page coordinates.
fn around(object: &Element, area: [f64; 4]) -> Option<BBox> {
    let [x, y, width, height] = object.attribute("Boundary").and_then(numbers4)?;
    let edge = |value: f64, from: f64, all: f64| narrow(((value - from) / all).clamp(0.0, 1.0));
    (area[2] > 0.0 && area[3] > 0.0).then(|| BBox {
        x0: edge(x, area[0], area[2]),
        y0: edge(y, area[1], area[3]),
        x1: edge(x + width, area[0], area[2]),
        y1: edge(y + height, area[1], area[3]),
    })
}

/// `3.1 3.1 g 4 1.5`: steps, and `g`, a count and a step for so many equal ones.
fn deltas(text: Option<&str>) -> Vec<f64> {
    let mut out = Vec::new();
    let mut words = text.unwrap_or_default().split_whitespace();
    while let Some(word) = words.next() {
        if word == "g" {
            let count: usize = words.next().and_then(|count| count.parse().ok()).unwrap_or(0);
            let step = number(words.next()).unwrap_or(0.0);
            out.extend(std::iter::repeat_n(step, count.min(GLYPHS)));
        } else {
            out.push(number(Some(word)).unwrap_or(0.0));
        }
        if out.len() >= GLYPHS {
            break;
        }
    }
    out
}

fn number(text: Option<&str>) -> Option<f64> {
    text?.trim().parse().ok().filter(|number: &f64| number.is_finite() && number.abs() < 1e6)
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().filter_map(|word| number(Some(word))).collect()
}

fn numbers4(text: &str) -> Option<[f64; 4]> {
    numbers(text).try_into().ok()
}

#[expect(clippy::cast_possible_truncation, reason = "places on a page need no more")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::deltas;

    #[test]
    fn steps_are_repeated_as_often_as_they_say() {
        assert_eq!(deltas(Some("1 g 3 2.5 4")), [1.0, 2.5, 2.5, 2.5, 4.0]);
        assert_eq!(deltas(Some("g")), [] as [f64; 0]);
        assert_eq!(deltas(None), [] as [f64; 0]);
        assert!(deltas(Some("g 999999999999 1 g 9 2")).len() <= 100_000);
    }
}
