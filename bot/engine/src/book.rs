//! Workbooks for people: headings that stay in sight, amounts as numbers, columns as wide as what stands in them.

use chrono::{Datelike as _, NaiveDate};
use notify::Language;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// The narrowest and the widest column, in characters.
const WIDTHS: (u16, u16) = (8, 70);

/// One sheet: a few lines above the table, its headings, its rows, and a last row with sums.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) name: String,
    /// The first is the title.
    pub(crate) above: Vec<String>,
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) sums: Vec<Vec<Cell>>,
}

/// The language of a workbook.
pub(crate) struct Words(pub(crate) Language);

impl Words {
    pub(crate) fn say<'a>(&self, en: &'a str, zh_hant: &'a str) -> &'a str {
        match self.0 {
            Language::En => en,
            Language::ZhHant => zh_hant,
        }
    }

    pub(crate) fn headings(&self, pairs: &[(&str, &str)]) -> Vec<String> {
        pairs.iter().map(|(en, zh_hant)| self.say(en, zh_hant).to_owned()).collect()
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Blank,
    /// Never taken for a formula.
    Text(String),
    Money(Decimal),
    Count(u64),
    /// In hundredths.
    Percent(u32),
    /// Hours with one place.
    Hours(Decimal),
    Day(NaiveDate),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn maybe_text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Blank, |text| Self::Text(text.into()))
    }

    pub(crate) fn money(amount: Option<Decimal>) -> Self {
        amount.map_or(Self::Blank, Self::Money)
    }

    pub(crate) fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Blank, Self::Day)
    }

    fn shown(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => text.clone(),
            // With room for the commas.
            Self::Money(amount) => format!("{amount:.2},,,"),
            Self::Count(count) => count.to_string(),
            Self::Percent(percent) => format!("{percent} %"),
            Self::Hours(hours) => format!("{hours:.1}"),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// The formats of a book.
struct Formats {
    title: Format,
    above: Format,
    heading: Format,
    text: Format,
    money: Format,
    count: Format,
    percent: Format,
    hours: Format,
    day: Format,
}

impl Formats {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            above: Format::new().set_font_color(Color::RGB(0x44_44_44)),
            heading: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0xE8_EE_F7))
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::Top)
                .set_text_wrap(),
            text: top.clone().set_text_wrap(),
            money: top.clone().set_num_format("#,##0.00;[Red]-#,##0.00"),
            count: top.clone().set_num_format("#,##0"),
            percent: top.clone().set_num_format("0 %"),
            hours: top.clone().set_num_format("#,##0.0"),
            day: top.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

/// The pages as a workbook. The same pages make the same bytes, whenever they are written.
pub(crate) fn workbook(pages: &[Page]) -> Result<Vec<u8>, String> {
    written(pages).map_err(|error| error.to_string())
}

fn written(pages: &[Page]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let formats = Formats::new();
    for page in pages {
        write_page(book.add_worksheet(), page, &formats)?;
    }
    book.save_to_buffer()
}

fn write_page(sheet: &mut Worksheet, page: &Page, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(&page.name)?;
    for (y, line) in (0_u32..).zip(&page.above) {
        sheet.write_string_with_format(y, 0, line, if y == 0 { &formats.title } else { &formats.above })?;
    }
    let head = u32::try_from(page.above.len()).unwrap_or(u32::MAX) + u32::from(!page.above.is_empty());
    for (x, heading) in (0_u16..).zip(&page.headings) {
        sheet.write_string_with_format(head, x, heading, &formats.heading)?;
    }
    for (y, row) in (head + 1..).zip(page.rows.iter().chain(&page.sums)) {
        let is_sum = y > head + u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
        for (x, cell) in (0_u16..).zip(row) {
            write_cell(sheet, (y, x), cell, formats, is_sum)?;
        }
    }
    for (x, width) in (0_u16..).zip(widths(page)) {
        sheet.set_column_width(x, f64::from(width))?;
    }
    let last = u16::try_from(page.headings.len()).unwrap_or(u16::MAX).saturating_sub(1);
    if page.headings.len() > 2 && !page.rows.is_empty() {
        let end = head + u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
        sheet.autofilter(head, 0, end, last)?;
    }
    sheet.set_freeze_panes(head + 1, 0)?;
    sheet.set_repeat_rows(head, head)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (y, x): (u32, u16),
    cell: &Cell,
    formats: &Formats,
    is_sum: bool,
) -> Result<(), XlsxError> {
    let as_sum = |format: &Format| {
        if is_sum { format.clone().set_bold().set_border_top(FormatBorder::Thin) } else { format.clone() }
    };
    let number = |amount: &Decimal| amount.to_f64().unwrap_or_default();
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => {
            sheet.write_string_with_format(y, x, text, &as_sum(&formats.text))?;
        }
        Cell::Money(amount) => {
            sheet.write_number_with_format(y, x, number(amount), &as_sum(&formats.money))?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no other numbers")]
        Cell::Count(count) => {
            sheet.write_number_with_format(y, x, *count as f64, &as_sum(&formats.count))?;
        }
        Cell::Percent(percent) => {
            sheet.write_number_with_format(y, x, f64::from(*percent) / 100.0, &as_sum(&formats.percent))?;
        }
        Cell::Hours(hours) => {
            sheet.write_number_with_format(y, x, number(hours), &as_sum(&formats.hours))?;
        }
        Cell::Day(day) => {
            let part = |number: u32| u8::try_from(number).unwrap_or_default();
            let year = u16::try_from(day.year()).unwrap_or_default();
            // Spreadsheets know no days before 1900.
            match ExcelDateTime::from_ymd(year, part(day.month()), part(day.day())) {
                Ok(date) => sheet.write_datetime_with_format(y, x, &date, &as_sum(&formats.day))?,
                Err(_) => sheet.write_string_with_format(y, x, day.to_string(), &as_sum(&formats.text))?,
            };
        }
    }
    Ok(())
}

/// As wide as the widest cell, within bounds. A Chinese character is two wide.
fn widths(page: &Page) -> Vec<u16> {
    let wide = |text: &str| {
        let line = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<u16>();
        text.lines().map(line).max().unwrap_or(0)
    };
    let column = |x: usize| {
        let cells = page.rows.iter().chain(&page.sums).filter_map(|row| row.get(x));
        let widest = cells.map(|cell| wide(&cell.shown())).max().unwrap_or(0);
        // Room for the arrow of the filter.
        widest.max(wide(&page.headings[x]) + 3).clamp(WIDTHS.0, WIDTHS.1) + 1
    };
    (0..page.headings.len()).map(column).collect()
}
