//! Red stamps over dark print: seeing the print through the stamp.
//!
//! Stamp ink reflects red as well as paper does, and print does not: in the red channel alone the stamp is gone
//! and the print under it stays.

use image::{Luma, Rgb, RgbImage};
use imageproc::definitions::Image;
use imageproc::region_labelling::{Connectivity, connected_components};

/// A page is searched for stamps in cells of this many pixels.
const CELL: u32 = 16;
/// A cell with this share of stamp ink belongs to a stamp.
const INKED: f32 = 0.12;
/// A stamp is at least this large, as a share of the page's short side, both ways: smaller red is print.
const SMALLEST: f32 = 0.04;

/// A stamp with the room around it covers at most this share of a page: a larger red thing is a form printed in red.
const LARGEST: f32 = 0.3;

/// An upright part of a page, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Ink of a stamp: red, not dark.
fn is_stamp(Rgb([red, green, blue]): Rgb<u8>) -> bool {
    red >= 120 && i16::from(red) - i16::from(green) >= 50 && i16::from(red) - i16::from(blue) >= 30
}

/// Dark print of any colour but red.
fn is_print(Rgb([red, green, blue]): Rgb<u8>) -> bool {
    red < 110 && green < 130 && blue < 160
}

/// Whether stamp ink and dark print share this line.
pub(super) fn is_stamped(line: &RgbImage) -> bool {
    let share = |of: fn(Rgb<u8>) -> bool| {
        line.pixels().filter(|pixel| of(**pixel)).count() as f32
            / (line.width() * line.height()).max(1) as f32
    };
    share(is_stamp) >= 0.02 && share(is_print) >= 0.02
}

/// The image without its stamp ink. Everything that is not reddish stays as it is.
pub(super) fn without_stamps(image: &RgbImage) -> RgbImage {
    let mut out = image.clone();
    for pixel in out.pixels_mut() {
        let [red, green, blue] = pixel.0.map(i16::from);
        // Between 15 and 45 the change comes in by and by: a hard edge would draw the stamp's outline.
        let reddish = f32::from((red - green.max(blue) - 15).clamp(0, 30)) / 30.0;
        if reddish > 0.0 {
            // What a stamp leaves of white paper in the red channel is spread to white, its print stays dark.
            let seen = ((f32::from(red as u8) - 70.0) * 255.0 / 110.0).clamp(0.0, 255.0);
            pixel.0 = pixel.0.map(|value| (f32::from(value) * (1.0 - reddish) + seen * reddish) as u8);
        }
    }
    out
}

/// The parts of the page that are stamped, each with some room around it.
pub(super) fn stamps(page: &RgbImage) -> Vec<Part> {
    let smallest = ((page.width().min(page.height()) as f32 * SMALLEST / CELL as f32) as u32).max(3);
    let largest = (page.width() as f32 * page.height() as f32 * LARGEST) as u32;
    let inked = Image::<Luma<u8>>::from_fn(page.width() / CELL, page.height() / CELL, |column, row| {
        Luma([u8::from(stamp_share(page, column, row) >= INKED)])
    });
    if inked.width() == 0 || inked.height() == 0 {
        return Vec::new();
    }
    let labels = connected_components(&inked, Connectivity::Eight, Luma([0]));
    let mut found: Vec<Option<[u32; 4]>> = Vec::new();
    for (x, y, Luma([label])) in labels.enumerate_pixels().filter(|(_, _, label)| label.0[0] > 0) {
        let index = *label as usize;
        found.resize(found.len().max(index + 1), None);
        let [left, top, right, bottom] = found[index].unwrap_or([x, y, x, y]);
        found[index] = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }
    found
        .into_iter()
        .flatten()
        .filter(|[left, top, right, bottom]| (right - left).min(bottom - top) + 1 >= smallest)
        .map(|edges| room_around(edges, page))
        .filter(|part| part.width * part.height <= largest)
        .collect()
}

/// The share of a cell's pixels that are stamp ink.
fn stamp_share(page: &RgbImage, column: u32, row: u32) -> f32 {
    let mut inked = 0.0;
    for y in (0..CELL).step_by(2) {
        for x in (0..CELL).step_by(2) {
            inked += f32::from(u8::from(is_stamp(*page.get_pixel(column * CELL + x, row * CELL + y))));
        }
    }
    inked / (CELL * CELL / 4) as f32
}

/// How far print that a stamp covers may reach out of it.
fn room(page: &RgbImage) -> u32 {
    page.width().min(page.height()) / 12
}

fn room_around([left, top, right, bottom]: [u32; 4], page: &RgbImage) -> Part {
    let room = room(page);
    let (left, top) = ((left * CELL).saturating_sub(room), (top * CELL).saturating_sub(room));
    let (right, bottom) = ((right + 1) * CELL + room, (bottom + 1) * CELL + room);
    Part { left, top, width: right.min(page.width()) - left, height: bottom.min(page.height()) - top }
}
