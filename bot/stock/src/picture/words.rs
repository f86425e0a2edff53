//! What the picture says, in English or 繁體中文.

use chrono::{Datelike, NaiveDate};

use super::course::{Course, sound};
use super::frame::moved;
use crate::count;
use crate::figure::grouped;
use crate::order::{Day, Outlook};

/// The language of a picture and the day of its proposal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    chinese: bool,
    /// The day of the proposal.
    pub(super) day: NaiveDate,
}

impl Words {
    pub(super) fn new(language: &str, day: NaiveDate) -> Self {
        Self { chinese: language.starts_with("zh"), day }
    }

    /// One of two.
    pub(super) fn pick<T>(self, english: T, chinese: T) -> T {
        if self.chinese { chinese } else { english }
    }

    /// 23 Nov, 11月23日.
    pub(super) fn date(self, date: NaiveDate) -> String {
        if self.chinese {
            format!("{}月{}日", date.month(), date.day())
        } else {
            date.format("%-d %b").to_string()
        }
    }

    /// 23, 23日.
    pub(super) fn day_number(self, date: NaiveDate) -> String {
        format!("{}{}", date.day(), self.pick("", "日"))
    }

    /// The day of a moment.
    fn moment(self, moment: f64) -> String {
        self.date(moved(self.day, count::floor(moment)))
    }

    /// A count, with its thousands parted; from ten millions on only roughly.
    pub(super) fn units(self, units: i64) -> String {
        let size = units.unsigned_abs();
        if size < 10_000_000 {
            return grouped(units);
        }
        let million = count::as_float(units) / 1e6;
        match (self.chinese, size) {
            (_, 1_000_000_000_000..) => format!("{:.1e}", count::as_float(units)),
            (true, _) => format!("{} 萬", grouped(count::nearest(million * 100.0))),
            (false, _) => format!("{} M", grouped(count::nearest(million))),
        }
    }

    /// A round number beside an axis, short.
    pub(super) fn round(self, units: f64) -> String {
        let (per, sign) = match (self.chinese, units) {
            (true, 1e8..) => (1e8, "億"),
            (true, 1e4..) => (1e4, "萬"),
            (false, 1e6..) => (1e6, "M"),
            (false, 1e4..) => (1e3, "k"),
            _ => (1.0, ""),
        };
        format!("{}{sign}", grouped(count::nearest(units / per)))
    }

    /// What the picture is of.
    pub(super) fn title(self, name: &str) -> String {
        self.pick(format!("{name}: sales, forecast and stock"), format!("{name}：銷售、預測及庫存"))
    }

    /// Order 24.
    pub(super) fn order(self, units: i64) -> String {
        let figure = self.units(units);
        match units {
            0 => self.pick("No order", "不訂購").to_owned(),
            _ => self.pick(format!("Order {figure}"), format!("訂購 {figure} 件")),
        }
    }

    /// What is there and on its way.
    pub(super) fn position(self, course: &Course) -> String {
        let (now, coming) = (self.units(course.now), self.units(course.coming));
        match course.coming {
            0 => self.pick(format!("{now} on the shelf"), format!("貨架 {now} 件")),
            _ => self.pick(
                format!("{now} on the shelf, {coming} on the way"),
                format!("貨架 {now} 件，在途 {coming} 件"),
            ),
        }
    }

    /// The course of the stock with this order.
    pub(super) fn with(self, course: &Course) -> String {
        let what = match course.ordered {
            0 => self.pick("stock", "庫存"),
            _ => self.pick("with this order", "連同此訂單"),
        };
        self.until(what, course.empty_with)
    }

    /// The course of the stock without it.
    pub(super) fn without(self, course: &Course) -> String {
        self.until(self.pick("without it", "不訂購"), course.empty)
    }

    fn until(self, what: &str, empty: Option<f64>) -> String {
        match empty.map(|moment| self.moment(moment)) {
            None => what.to_owned(),
            Some(day) => self.pick(format!("{what}: empty on {day}"), format!("{what}：{day}售罄")),
        }
    }

    /// All of the picture in words.
    pub(super) fn description(self, outlook: &Outlook, days: &[Day], course: Option<&Course>) -> String {
        let parts = [
            Some(self.sold(outlook)),
            self.expected(days),
            course.map(|course| self.stock(course, days.len())),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(self.pick(" ", ""))
    }

    fn sold(self, outlook: &Outlook) -> String {
        let known: Vec<f64> = outlook.sold.iter().flatten().map(|units| sound(*units)).collect();
        if known.is_empty() {
            return self.pick("No sales are known.", "沒有銷售記錄。").to_owned();
        }
        let (units, days, all) = (decimal(known.iter().sum()), known.len(), outlook.sold.len());
        self.pick(
            format!("Sold {units} in the last {all} days, on {days} of which it could be sold."),
            format!("過去 {all} 天售出 {units} 件，其中 {days} 天有貨出售。"),
        )
    }

    fn expected(self, days: &[Day]) -> Option<String> {
        let number = count::len_as_float(days.len());
        let mean = |of: fn(&Day) -> f64| {
            let sum: f64 = days.iter().map(|day| sound(of(day))).sum();
            decimal(sum / number)
        };
        let (middle, low, high) = (mean(|day| day.mean), mean(|day| day.low), mean(|day| day.high));
        let days = days.len();
        (days > 0).then(|| {
            self.pick(
                format!("Expected: {middle} a day for {days} days, on nine days of ten {low} to {high}."),
                format!("預計未來 {days} 天每日售出 {middle} 件，十天有九天介乎 {low} 至 {high} 件。"),
            )
        })
    }

    fn stock(self, course: &Course, days: usize) -> String {
        let (position, order) = (self.position(course), self.order(course.ordered));
        let target = self.units(course.target);
        let mut text = self.pick(
            format!("Stock: {position}; order up to {target}. {order}."),
            format!("庫存：{position}；補至 {target} 件。{order}。"),
        );
        if let Some(day) = course.arrival.map(|day| self.moment(day)) {
            text += &self.pick(format!(" Goods arrive by {day}."), format!("貨品於{day}或之前送到。"));
        }
        match (course.ordered, course.empty.map(|moment| self.moment(moment))) {
            (_, None) => text += &self.pick(format!(" It lasts {days} days."), format!("足夠 {days} 天。")),
            (0, Some(day)) => {
                text += &self.pick(format!(" The shelf is empty on {day}."), format!("貨架於{day}售罄。"));
            }
            (_, Some(day)) => {
                text += &self.pick(
                    format!(" Without the order the shelf is empty on {day}."),
                    format!("如不訂購，貨架於{day}售罄。"),
                );
            }
        }
        text
    }
}

/// With at most one decimal.
fn decimal(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0 + 0.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn figures_and_days_read_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let (english, chinese) = (Words::new("en", day), Words::new("zh-Hant", day));
        assert_eq!(
            (english.units(12_345_678), chinese.units(12_345_678)),
            ("12 M".into(), "1,235 萬".into())
        );
        assert_eq!((english.date(day), chinese.date(day)), ("3 Nov".into(), "11月3日".into()));
        assert_eq!((english.round(5e4), chinese.round(5e4)), ("50k".into(), "5萬".into()));
        assert_eq!(decimal(4.04), "4");
    }
}
