//! The upper part: the stock with its band, the level that is ordered up to, and where the shelf would be empty.

use super::course::{Course, drawable};
use super::frame::Frame;
use super::svg::{Anchor, EDGE, INK, JADE, LINE, NOTE, PAPER, SOFT, Svg, Type, WRONG};
use super::words::Words;

/// Draws it.
pub(super) fn draw(svg: &mut Svg, frame: &Frame, words: &Words, course: &Course) {
    draw_grounds(svg, frame, words);
    let mut band = frame.place(&frame.stock, &course.low);
    band.extend(frame.place(&frame.stock, &course.high).into_iter().rev());
    svg.area(&band, &format!("fill=\"{JADE}\" fill-opacity=\"0.13\""));
    draw_target(svg, frame, words, course);
    let width = if frame.words { 1.4 } else { 1.1 };
    let dashed = format!("stroke=\"{WRONG}\" stroke-width=\"{width}\" stroke-dasharray=\"4 3\"");
    svg.line(&frame.place(&frame.stock, &course.without), &dashed);
    let width = if frame.words { 2.2 } else { 1.6 };
    let solid = format!("stroke=\"{JADE}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"");
    svg.line(&frame.place(&frame.stock, &course.stock), &solid);
    draw_empty(svg, frame, course);
    if frame.words {
        draw_arrival(svg, frame, words, course);
        draw_legend(svg, frame, words, course);
    }
}

fn draw_grounds(svg: &mut Svg, frame: &Frame, words: &Words) {
    let today = frame.x(0.0);
    let zero = frame.stock.y(0.0);
    svg.straight((today, zero), (frame.right, zero), &format!("stroke=\"{EDGE}\" stroke-width=\"0.8\""));
    if !frame.words {
        return;
    }
    svg.text((frame.right + 6.0, zero + 4.0), "0", NOTE);
    for units in frame.stock.rounds() {
        let y = frame.stock.y(units);
        svg.straight((today, y), (frame.right, y), &format!("stroke=\"{LINE}\" stroke-width=\"0.6\""));
        svg.text((frame.right + 6.0, y + 4.0), &words.round(units), NOTE);
    }
}

fn draw_target(svg: &mut Svg, frame: &Frame, words: &Words, course: &Course) {
    let y = frame.stock.y(drawable(course.target));
    svg.straight((frame.x(0.0), y), (frame.right, y), &format!("stroke=\"{SOFT}\" stroke-width=\"0.8\""));
    if frame.words {
        let target = words.units(course.target);
        let text = words.pick(format!("order up to {target}"), format!("補至 {target}"));
        // Below the line where the stock ends above it, so that neither hides the other.
        let ends_above = course.stock.last().is_some_and(|end| end.1 > drawable(course.target));
        let beside = if ends_above && y + 24.0 < frame.stock.bottom { y + 14.0 } else { y - 5.0 };
        svg.text((frame.right, beside), &text, Type { anchor: Anchor::End, ..NOTE });
    }
}

/// A ring where the shelf is empty: red without this order, and where this order comes too late.
fn draw_empty(svg: &mut Svg, frame: &Frame, course: &Course) {
    let radius = if frame.words { 3.6 } else { 2.2 };
    let mut moments: Vec<f64> = course.empty.into_iter().chain(course.empty_with).collect();
    moments.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    for moment in moments {
        let at = (frame.x(moment), frame.stock.y(0.0));
        svg.dot(at, radius, &format!("fill=\"{PAPER}\" stroke=\"{WRONG}\" stroke-width=\"1.5\""));
    }
}

fn draw_arrival(svg: &mut Svg, frame: &Frame, words: &Words, course: &Course) {
    let Some(day) = course.arrival else { return };
    let top = course.stock.iter().filter(|point| point.0 <= day).map(|point| point.1);
    let y = frame.stock.y(top.last().unwrap_or_default());
    let arrived = words.units(course.coming.saturating_add(course.ordered));
    let text = format!("+{arrived}");
    let look = Type { bold: true, fill: JADE, anchor: Anchor::Start, ..NOTE };
    svg.text((frame.x(day) + 6.0, (y - 5.0).max(frame.stock.top - 4.0)), &text, look);
}

/// The order, what is there, and what the lines mean: in the room above what was sold.
fn draw_legend(svg: &mut Svg, frame: &Frame, words: &Words, course: &Course) {
    let (left, mut y) = (frame.left, frame.stock.top + 6.0);
    svg.text((left, y), &words.order(course.ordered), Type { size: 16, bold: true, fill: INK, ..NOTE });
    y += 19.0;
    svg.text((left, y), &words.position(course), NOTE);
    y += 24.0;
    let solid = format!("stroke=\"{JADE}\" stroke-width=\"2.2\"");
    svg.straight((left, y - 4.0), (left + 20.0, y - 4.0), &solid);
    let (with, without) = (words.with(course), words.without(course));
    svg.text((left + 27.0, y), &with, NOTE);
    if course.ordered > 0 {
        y += 17.0;
        let dashed = format!("stroke=\"{WRONG}\" stroke-width=\"1.4\" stroke-dasharray=\"4 3\"");
        svg.straight((left, y - 4.0), (left + 20.0, y - 4.0), &dashed);
        svg.text((left + 27.0, y), &without, NOTE);
    }
    if course.empty.is_some() || course.empty_with.is_some() {
        y += 17.0;
        let ring = format!("fill=\"{PAPER}\" stroke=\"{WRONG}\" stroke-width=\"1.5\"");
        svg.dot((left + 10.0, y - 4.0), 3.6, &ring);
        svg.text((left + 27.0, y), words.pick("the shelf is empty", "貨架售罄"), NOTE);
    }
}
