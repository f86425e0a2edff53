//! One line of a proposal as a picture: what was sold, what is expected, and how the stock will go.
//!
//! The picture is one SVG that needs nothing else: colours come from the page where it has them (`--ink`, `--jade`, …), and
//! are those of paper elsewhere; there is no style and no script in it, so that the strictest page may show it.
//!
//! [`line`] puts together what [`course`] reckons, [`frame`] measures, [`words`] says and [`svg`] writes: above the stock
//! from the day of the proposal on, below what was sold and is expected a day.

mod course;
mod frame;
mod sales;
mod shelf;
mod svg;
mod words;

use crate::order::ProposedLine;
use course::Course;
use frame::Frame;
use svg::Svg;
use words::Words;

/// How large the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// 640 × 260, with words and figures.
    Page,
    /// 180 × 56 without a word, for a row of a table.
    Small,
}

/// The picture of a line as SVG: of what was proposed, or of the units that are `ordered` instead. None when the line has no
/// outlook, or nothing in it. `language` is `en` or `zh-Hant`.
pub fn line(line: &ProposedLine, ordered: Option<i64>, language: &str, size: Size) -> Option<String> {
    let outlook = line.outlook.as_ref()?;
    let days = &outlook.days[..outlook.days.len().min(course::MOST_DAYS)];
    if days.is_empty() && outlook.sold.is_empty() {
        return None;
    }
    let ordered = ordered.unwrap_or_else(|| line.line.outcome.units());
    let course = Course::of(line, days, ordered);
    let words = Words::new(language, line.line.id.day);
    let frame = Frame::new(size, outlook, days, course.as_ref());
    let mut svg = Svg::new(frame.width, frame.height);
    svg.told("title", &words.title(&line.name));
    svg.told("desc", &words.description(outlook, days, course.as_ref()));
    frame.draw_axis(&mut svg, &words);
    sales::draw(&mut svg, &frame, &words, days);
    if let Some(course) = &course {
        shelf::draw(&mut svg, &frame, &words, course);
    }
    Some(svg.end())
}

#[cfg(test)]
mod tests;
