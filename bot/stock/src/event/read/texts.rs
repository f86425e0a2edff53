//! The texts of one record as numbers, times and ids; what is wrong with them is collected.

use std::str::FromStr as _;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone as _};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use taxid::date::PaperDate;

use super::super::moment::hong_kong;
use super::super::record::Record;
use super::super::{EventId, Field, Moment, Rejection, Remark};
use super::Reading;

/// No shop moves more base units in one event; sums of so many never overflow.
const MOST_UNITS: i64 = 1_000_000_000;

pub(super) struct Texts<'a> {
    record: &'a Record<'a>,
    reading: &'a Reading<'a>,
    wrong: Vec<Rejection>,
    other_offset: bool,
}

impl<'a> Texts<'a> {
    pub(super) fn new(record: &'a Record<'a>, reading: &'a Reading<'a>) -> Self {
        Self { record, reading, wrong: Vec::new(), other_offset: false }
    }

    pub(super) fn record(&self) -> &'a Record<'a> {
        self.record
    }

    pub(super) fn refuse_if(&mut self, bad: bool, why: Rejection) {
        if bad {
            self.wrong.push(why);
        }
    }

    pub(super) fn finish(self) -> (Vec<Rejection>, Vec<Remark>) {
        (self.wrong, if self.other_offset { vec![Remark::OtherOffset] } else { Vec::new() })
    }

    pub(super) fn text(&self, field: Field) -> Option<String> {
        self.record.get(field).map(|text| text.trim().to_owned())
    }

    pub(super) fn need(&mut self, field: Field) -> Option<String> {
        let text = self.text(field);
        self.refuse_if(text.is_none(), Rejection::Missing(field));
        text
    }

    pub(super) fn id(&mut self, field: Field) -> Option<EventId> {
        let text = self.record.get(field)?;
        let id = EventId::parse_str(text.trim()).ok();
        self.refuse_if(id.is_none(), Rejection::BadId(field));
        id
    }

    pub(super) fn need_id(&mut self, field: Field) -> Option<EventId> {
        self.need(field)?;
        self.id(field)
    }

    /// A quantity: whole, not negative, not beyond reason.
    pub(super) fn whole(&mut self, field: Field) -> Option<i64> {
        let units = self.signed(field)?;
        self.refuse_if(units < 0, Rejection::Negative(field));
        (units >= 0).then_some(units)
    }

    pub(super) fn need_whole(&mut self, field: Field) -> Option<i64> {
        self.need(field)?;
        self.whole(field)
    }

    /// A whole number of base units, negative or not.
    pub(super) fn signed(&mut self, field: Field) -> Option<i64> {
        let number = self.decimal(field)?;
        if !number.fract().is_zero() {
            self.wrong.push(Rejection::Fractional(field));
            return None;
        }
        let units = number.to_i64().filter(|units| units.abs() <= MOST_UNITS);
        self.refuse_if(units.is_none(), Rejection::OutOfRange(field));
        units
    }

    pub(super) fn decimal(&mut self, field: Field) -> Option<Decimal> {
        let number = decimal(self.record.get(field)?);
        self.refuse_if(number.is_none(), Rejection::NotANumber(field));
        number
    }

    pub(super) fn need_decimal(&mut self, field: Field) -> Option<Decimal> {
        self.need(field)?;
        self.decimal(field)
    }

    pub(super) fn date(&mut self, field: Field) -> Option<NaiveDate> {
        self.moment(field).map(Moment::date)
    }

    pub(super) fn instant(&mut self, field: Field) -> Option<DateTime<FixedOffset>> {
        match self.moment(field)? {
            Moment::At(at) => Some(at),
            Moment::Day(_) => {
                self.wrong.push(Rejection::MissingZone(field));
                None
            }
        }
    }

    pub(super) fn need_moment(&mut self, field: Field) -> Option<Moment> {
        self.need(field)?;
        self.moment(field)
    }

    pub(super) fn moment(&mut self, field: Field) -> Option<Moment> {
        let text = self.record.get(field)?.trim();
        let read = self.read_moment(text);
        if let Err(not_read) = read {
            let why = match not_read {
                NotRead::Zone => Rejection::MissingZone(field),
                NotRead::Time => Rejection::NotATime(field),
            };
            self.wrong.push(why);
        }
        read.ok()
    }

    fn read_moment(&mut self, text: &str) -> Result<Moment, NotRead> {
        if let Some(day) = iso_day(text) {
            return Ok(Moment::Day(day));
        }
        let zoned = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
        if let Ok(at) = zoned {
            self.other_offset |= at.offset() != &hong_kong();
            return Ok(Moment::at(at));
        }
        let (day, time) = parted(text);
        let paper = PaperDate::parse(day).map_err(|_| NotRead::Time)?;
        if paper.is_ambiguous() && !self.reading.day_first {
            return Err(NotRead::Time);
        }
        let Some(time) = time else { return Ok(Moment::Day(paper.date())) };
        let time = of_day(time).ok_or(NotRead::Time)?;
        // What exports a date as midnight means the day.
        if time == NaiveTime::MIN {
            return Ok(Moment::Day(paper.date()));
        }
        let zone = self.reading.source.zone.ok_or(NotRead::Zone)?;
        let at = zone.from_local_datetime(&paper.date().and_time(time)).single().ok_or(NotRead::Time)?;
        self.other_offset |= zone != hong_kong();
        Ok(Moment::at(at))
    }
}

#[derive(Clone, Copy)]
enum NotRead {
    Zone,
    Time,
}

/// `2026-03-05`, as almost every file writes it.
fn iso_day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

/// The day, and the time behind it if there is one.
fn parted(text: &str) -> (&str, Option<&str>) {
    let Some(colon) = text.find(':') else { return (text, None) };
    let hour = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (text[..hour].trim_end_matches(['T', ' ']), Some(text[hour..].trim()))
}

fn of_day(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// A number as people and programs write it: `1,200`, `HK$12.50`, `1.2e1`; never `2,5`.
fn decimal(text: &str) -> Option<Decimal> {
    let text = taxid::text::solid(text);
    let text = ["HK$", "$"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(&text);
    if text.contains(',') {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let mut groups = whole.trim_start_matches('-').split(',');
        let tidy = groups.next().is_some_and(|group| (1..=3).contains(&group.len()))
            && groups.all(|group| group.len() == 3)
            && !rest.contains(',');
        return if tidy { plain(&text.replace(',', "")) } else { None };
    }
    plain(text)
}

fn plain(text: &str) -> Option<Decimal> {
    let figures = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if !figures || text.len() > 40 {
        return None;
    }
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_and_never_guessed() {
        for (text, number) in [
            ("12", "12"),
            ("12.0", "12.0"),
            ("1,200", "1200"),
            ("HK$1,200.50", "1200.50"),
            ("１２", "12"),
            ("1e2", "100"),
            ("-3", "-3"),
        ] {
            assert_eq!(decimal(text), Decimal::from_str(number).ok(), "{text}");
        }
        for text in ["2,5", "1,20", "", "abc", "1.2.3", "٣", "NaN", "1,200,5", "12,3456", ",5"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_parted_from_its_day() {
        assert_eq!(parted("2026/3/5 14:05"), ("2026/3/5", Some("14:05")));
        assert_eq!(parted("5 March 2026"), ("5 March 2026", None));
        assert_eq!(of_day("2:05 PM").map(|t| t.to_string()).as_deref(), Some("14:05:00"));
    }
}
