//! Writing SVG: every number finite, every text escaped.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::course::{Point, sound};

/// What is written.
pub(super) const INK: &str = "var(--ink, #1a201d)";
/// What is said beside it.
pub(super) const SOFT: &str = "var(--soft, #59645e)";
/// What is expected, and the stock.
pub(super) const JADE: &str = "var(--jade, #0a5c45)";
/// What was.
pub(super) const EDGE: &str = "var(--edge, #8b968f)";
/// Hairlines.
pub(super) const LINE: &str = "var(--line, #dde2dd)";
/// The ground.
pub(super) const PAPER: &str = "var(--paper, #ffffff)";
/// An empty shelf.
pub(super) const WRONG: &str = "var(--wrong, #a3242b)";

/// Which point of a text stands at its place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size: u8,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
}

/// The usual text of a picture.
pub(super) const NOTE: Type = Type { size: 11, bold: false, fill: SOFT, anchor: Anchor::Start };

/// A picture that is being written.
pub(super) struct Svg(String);

impl Svg {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture num\" role=\"img\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
        ))
    }

    /// A text for those who do not see the picture.
    pub(super) fn told(&mut self, name: &str, text: &str) {
        self.write(format_args!("<{name}>{}</{name}>", clean(text)));
    }

    /// A straight line with its stroke, such as `stroke="…"`.
    pub(super) fn straight(&mut self, from: Point, to: Point, stroke: &str) {
        self.write(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {stroke}/>",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        ));
    }

    /// A line through points.
    pub(super) fn line(&mut self, points: &[Point], stroke: &str) {
        if points.len() > 1 {
            let points = joined(points);
            self.write(format_args!("<polyline points=\"{points}\" fill=\"none\" {stroke}/>"));
        }
    }

    /// An area between points.
    pub(super) fn area(&mut self, points: &[Point], fill: &str) {
        if points.len() > 2 {
            self.write(format_args!("<polygon points=\"{}\" {fill}/>", joined(points)));
        }
    }

    /// An upright bar on a base.
    pub(super) fn bar(&mut self, (left, top): Point, width: f64, base: f64, fill: &str) {
        self.write(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {fill}/>",
            number(left),
            number(top),
            number(width.max(0.0)),
            number((base - top).max(0.0))
        ));
    }

    /// A dot or a ring.
    pub(super) fn dot(&mut self, at: Point, radius: f64, look: &str) {
        self.write(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {look}/>",
            number(at.0),
            number(at.1),
            number(radius)
        ));
    }

    /// A text, with a rim of the ground so that it stays readable on lines.
    pub(super) fn text(&mut self, at: Point, text: &str, look: Type) {
        let Type { size, bold, fill, anchor } = look;
        let weight = if bold { " font-weight=\"600\"" } else { "" };
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{weight}{anchor} fill=\"{fill}\" stroke=\"{PAPER}\" \
             stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
            number(at.0),
            number(at.1),
            clean(text)
        ));
    }

    pub(super) fn end(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }

    fn write(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string never fails.
        let _ = self.0.write_fmt(what);
    }
}

/// A tenth of a pixel is as fine as anybody sees.
fn number(value: f64) -> f64 {
    (sound(value) * 10.0).round() / 10.0 + 0.0
}

fn joined(points: &[Point]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
    points.join(" ")
}

/// Escaped, and without the characters that XML does not have.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect();
    escape(text.as_str()).into_owned()
}
