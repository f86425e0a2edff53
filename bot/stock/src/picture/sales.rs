//! The lower part: bars of what was sold, then what is expected with its band.

use super::course::sound;
use super::frame::Frame;
use super::svg::{Anchor, EDGE, JADE, NOTE, Svg, Type};
use super::words::Words;
use crate::count;
use crate::order::Day;

/// Draws it.
pub(super) fn draw(svg: &mut Svg, frame: &Frame, words: &Words, days: &[Day]) {
    let base = frame.sales.bottom;
    svg.straight((frame.left, base), (frame.right, base), &format!("stroke=\"{EDGE}\" stroke-width=\"0.8\""));
    draw_sold(svg, frame);
    draw_expected(svg, frame, days);
    if frame.words {
        draw_words(svg, frame, words, !days.is_empty());
    }
}

fn draw_sold(svg: &mut Svg, frame: &Frame) {
    let (base, day) = (frame.sales.bottom, frame.day());
    let ring = (day * 0.2).clamp(0.7, 2.2);
    for (at, sold) in &frame.sold {
        match sold {
            Some(units) if *units > 0.0 => {
                let corner = (frame.x(*at) + day * 0.18, frame.sales.y(*units));
                svg.bar(corner, day * 0.64, base, &format!("fill=\"{EDGE}\""));
            }
            Some(_) => {}
            None => {
                let place = (frame.x(at + 0.5), base - ring - 1.8);
                svg.dot(place, ring, &format!("fill=\"none\" stroke=\"{EDGE}\" stroke-width=\"0.9\""));
            }
        }
    }
}

fn draw_expected(svg: &mut Svg, frame: &Frame, days: &[Day]) {
    let steps = |of: fn(&Day) -> f64| {
        let both = days.iter().enumerate().flat_map(move |(index, day)| {
            let (at, units) = (count::len_as_float(index), sound(of(day)).max(0.0));
            [(at, units), (at + 1.0, units)]
        });
        frame.place(&frame.sales, &both.collect::<Vec<_>>())
    };
    let mut band = steps(|day| day.low.min(day.high));
    band.extend(steps(|day| day.high.max(day.low)).into_iter().rev());
    svg.area(&band, &format!("fill=\"{JADE}\" fill-opacity=\"0.16\""));
    let width = if frame.words { 1.6 } else { 1.2 };
    svg.line(&steps(|day| day.mean), &format!("stroke=\"{JADE}\" stroke-width=\"{width}\""));
}

fn draw_words(svg: &mut Svg, frame: &Frame, words: &Words, expects: bool) {
    let heading = frame.sales.top - 8.0;
    if frame.sold.is_empty() {
        svg.text((frame.left, heading), words.pick("No sales known", "沒有銷售記錄"), NOTE);
    } else {
        svg.text((frame.left, heading), words.pick("Sold a day", "每日售出"), NOTE);
        if frame.sold.iter().any(|(_, sold)| sold.is_none()) {
            let place = frame.left + words.pick(74.0, 64.0);
            svg.dot((place, heading - 4.0), 2.4, &format!("fill=\"none\" stroke=\"{EDGE}\""));
            svg.text((place + 7.0, heading), words.pick("not for sale, or unknown", "未能出售或未知"), NOTE);
        }
    }
    if expects {
        let at = (frame.x(0.0) + 6.0, heading);
        svg.text(at, words.pick("Expected; band: 9 days of 10", "預計；色帶：十天有九天"), NOTE);
    }
    if let Some(most) = frame.sales.rounds().last() {
        let y = frame.sales.y(*most);
        svg.straight((frame.left - 4.0, y), (frame.left, y), &format!("stroke=\"{EDGE}\""));
        let look = Type { anchor: Anchor::End, ..NOTE };
        svg.text((frame.left - 7.0, y + 4.0), &words.round(*most), look);
        svg.text((frame.left - 7.0, frame.sales.bottom + 3.0), "0", look);
    }
}
