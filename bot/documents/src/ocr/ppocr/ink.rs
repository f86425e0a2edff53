//! The part of a page on which anything is printed: the rest need not be searched for lines.

use image::RgbImage;

use super::seal::Part;

/// A page is looked at in cells of this many pixels.
const CELL: u32 = 16;
/// Print is at least so much darker or lighter than what is around it. The grain of a scan is less.
const CONTRAST: u8 = 40;
/// Cells of bare paper that are kept around the print.
const ROOM: u32 = 3;

/// The part of the page that holds all its print, with some paper around it; `None` where that is nearly all of it.
pub(super) fn printed_part(page: &RgbImage) -> Option<Part> {
    let (columns, rows) = (page.width() / CELL, page.height() / CELL);
    let (mut left, mut top, mut right, mut bottom) = (columns, rows, 0, 0);
    for row in 0..rows {
        for column in 0..columns {
            // Inside of what is known to be printed there is nothing to learn.
            let known = (left..right).contains(&column) && (top..bottom).contains(&row);
            if !known && is_printed(page, column, row) {
                (left, top) = (left.min(column), top.min(row));
                (right, bottom) = (right.max(column + 1), bottom.max(row + 1));
            }
        }
    }
    if left >= right {
        return None;
    }
    let (left, top) = (left.saturating_sub(ROOM) * CELL, top.saturating_sub(ROOM) * CELL);
    // The last pixels of a page fill no cell: they belong to a part that reaches the last one.
    let end =
        |cells: u32, all: u32, side: u32| if cells + ROOM >= all { side } else { (cells + ROOM) * CELL };
    let (right, bottom) = (end(right, columns, page.width()), end(bottom, rows, page.height()));
    let part = Part { left, top, width: right - left, height: bottom - top };
    // A flat strip is seen worse than a page; and cutting off little saves nothing.
    let flat = part.height < page.width() / 4 || part.width < page.height() / 4;
    let share = |part: &Part| u64::from(part.width) * u64::from(part.height) * 10;
    let whole = u64::from(page.width()) * u64::from(page.height()) * 9;
    (!flat && share(&part) < whole).then_some(part)
}

fn is_printed(page: &RgbImage, column: u32, row: u32) -> bool {
    let (mut low, mut high) = ([u8::MAX; 3], [0; 3]);
    for y in (row * CELL..(row + 1) * CELL).step_by(2) {
        for x in (column * CELL..(column + 1) * CELL).step_by(2) {
            let pixel = page.get_pixel(x, y).0;
            for channel in 0..3 {
                low[channel] = low[channel].min(pixel[channel]);
                high[channel] = high[channel].max(pixel[channel]);
            }
        }
    }
    low.iter().zip(&high).any(|(low, high)| high - low >= CONTRAST)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn page_with(marks: &[(u32, u32)]) -> RgbImage {
        let mut page = RgbImage::from_fn(1600, 2300, |x, y| Rgb([235 + ((x * 7 + y * 13) % 20) as u8; 3]));
        for &(x, y) in marks {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                page.put_pixel(x + dx, y + dy, Rgb([120, 120, 130]));
            }
        }
        page
    }

    #[test]
    fn bare_paper_below_the_print_is_left_out() {
        let part = printed_part(&page_with(&[(100, 200), (1500, 900)])).expect("much of it is bare");
        assert!(part.left <= 100 - 16 && part.top <= 200 - 16);
        assert!(part.left + part.width >= 1500 + 18 && part.top + part.height >= 900 + 18);
        assert!(part.height < 1000);
    }

    #[test]
    fn a_full_page_an_empty_page_and_a_single_line_are_looked_at_whole() {
        assert_eq!(printed_part(&page_with(&[(20, 20), (1580, 2280)])), None);
        assert_eq!(printed_part(&page_with(&[])), None);
        assert_eq!(printed_part(&page_with(&[(100, 200), (1500, 210)])), None);
    }
}
