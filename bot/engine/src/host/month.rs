//! `report::month`: a month's figures as a workbook, reckoned from the store.

mod sheets;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Months, NaiveDate, TimeZone, Utc};
use portal::Bill;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::{ConfirmedPosting, Figures, TaskRow};

use crate::book;
use crate::failure::Failure;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const MONTH: &str = "report::month";

/// What happened in a month.
pub(crate) struct Month {
    /// `2026-10`.
    name: String,
    until: DateTime<Utc>,
    figures: Figures,
    postings: Vec<Posted>,
    tasks: Vec<TaskRow>,
    from: DateTime<Utc>,
    carriers: u64,
    /// Minutes that one invoice takes by hand.
    by_hand: u64,
    /// Postings whose bill cannot be read any more.
    unreadable: u64,
    now: DateTime<Utc>,
    zone: chrono_tz::Tz,
}

/// A bill that was posted.
pub(crate) struct Posted {
    bill: Bill,
    at: DateTime<Utc>,
    reference: String,
    portal: String,
    asked: bool,
}

/// What a supplier's bills in one currency come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) count: u64,
    pub(crate) straight: u64,
    pub(crate) net: Decimal,
    pub(crate) tax: Decimal,
    pub(crate) total: Decimal,
}

impl Sum {
    fn add(&mut self, posted: &Posted) {
        self.count += 1;
        self.straight += u64::from(!posted.asked);
        self.net += posted.bill.base();
        self.tax += posted.bill.tax_due().unwrap_or_default();
        self.total += posted.bill.total;
    }
}

pub(crate) async fn month(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let month = read(house, ask.call.args["month"].as_str().unwrap_or_default()).await?;
    let bytes =
        book::workbook(&sheets::pages(house.language, &month)).map_err(|why| Failure::business(&why))?;
    let report = house.store.keep_report("month", bytes).await?;
    Ok(month.in_short(&report))
}

/// What would be answered, with nothing kept.
pub(crate) async fn would_be(house: &House, asked: &str) -> Result<Value, Failure> {
    Ok(read(house, asked).await?.in_short(""))
}

async fn read(house: &House, asked: &str) -> Result<Month, Failure> {
    let today = house.store.now().with_timezone(&house.zone).date_naive();
    let (first, next) = days(asked, today)?;
    let begins = |day: NaiveDate| {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        house
            .zone
            .from_local_datetime(&midnight)
            .earliest()
            .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
    };
    let (from, until) = (begins(first), begins(next));
    let store = &house.store;
    let confirmed = store.confirmed_between(from, until).await?;
    let postings: Vec<Posted> = confirmed.iter().filter_map(posted).collect();
    Ok(Month {
        name: first.format("%Y-%m").to_string(),
        until,
        figures: store.figures(from, until).await?,
        unreadable: u64::try_from(confirmed.len() - postings.len()).unwrap_or(u64::MAX),
        postings,
        tasks: store.tasks_between(from, until).await?,
        from,
        carriers: store.carriers_between(from, until).await?,
        by_hand: house.office.by_hand.as_secs() / 60,
        now: store.now(),
        zone: house.zone,
    })
}

/// The first day of the month that is asked for, or of the last one, and the first day after it.
fn days(asked: &str, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Failure> {
    let wrong = || {
        Failure::business(&format!(
            "DH-6102: `{asked}` is no month that has begun, such as 2026-10; give it as year and month"
        ))
    };
    let first = match asked.trim() {
        "" => today
            .checked_sub_days(Days::new(u64::from(chrono::Datelike::day(&today))))
            .and_then(|last| chrono::Datelike::with_day(&last, 1)),
        month => format!("{month}-01").parse::<NaiveDate>().ok().filter(|first| *first <= today),
    };
    let first = first.ok_or_else(wrong)?;
    Ok((first, first.checked_add_months(Months::new(1)).ok_or_else(wrong)?))
}

fn posted(row: &ConfirmedPosting) -> Option<Posted> {
    Some(Posted {
        bill: serde_json::from_value(row.posting.bill.clone()).ok()?,
        at: row.posting.updated_at,
        reference: row.posting.reference.clone().unwrap_or_default(),
        portal: row.posting.portal.clone(),
        asked: row.asked,
    })
}

impl Month {
    /// What was posted, per supplier and currency.
    pub(crate) fn by_supplier(&self) -> BTreeMap<(String, String), Sum> {
        let mut sums: BTreeMap<(String, String), Sum> = BTreeMap::new();
        for posted in &self.postings {
            let key = (posted.bill.supplier_name.clone(), posted.bill.currency.clone());
            sums.entry(key).or_default().add(posted);
        }
        sums
    }

    /// What was posted, per currency.
    pub(crate) fn by_currency(&self) -> BTreeMap<String, Sum> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for posted in &self.postings {
            sums.entry(posted.bill.currency.clone()).or_default().add(posted);
        }
        sums
    }

    /// The tasks that were opened in the month.
    fn exceptions(&self) -> impl Iterator<Item = &TaskRow> {
        self.tasks.iter().filter(|task| task.created_at >= self.from)
    }

    /// The tasks that waited when the month ended.
    fn open(&self) -> impl Iterator<Item = &TaskRow> {
        self.tasks.iter().filter(|task| task.decided_at.is_none_or(|at| at >= self.until))
    }

    fn straight(&self) -> u64 {
        self.by_currency().values().map(|sum| sum.straight).sum()
    }

    /// By the assumption of what an invoice takes by hand.
    fn hours_saved(&self) -> Decimal {
        (Decimal::from(self.straight() * self.by_hand) / Decimal::from(60)).round_dp(1)
    }

    pub(crate) fn in_short(&self, report: &str) -> Value {
        let totals = self.by_currency();
        let totals: Vec<String> =
            totals.iter().map(|(currency, sum)| format!("{currency} {}", grouped(sum.total))).collect();
        json!({
            "month": self.name,
            "posted": self.figures.posted,
            "totals": totals,
            "straight_through_rate": self.figures.straight_through_rate(),
            "exceptions": self.exceptions().count(),
            "open": self.open().count(),
            "duplicates": self.figures.duplicates + self.carriers,
            "hours_saved": format!("{:.1}", self.hours_saved()),
            "file": format!("deskhand {}.xlsx", self.name),
            "report": report,
        })
    }
}

/// An amount with its thousands parted.
fn grouped(amount: Decimal) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::from(if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{fraction}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_month_is_the_last_one_unless_another_is_asked_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-03-31");
        assert_eq!(days("", today).unwrap(), (day("2026-02-01"), day("2026-03-01")));
        assert_eq!(days("", day("2026-01-01")).unwrap(), (day("2025-12-01"), day("2026-01-01")));
        assert_eq!(days("2026-03", today).unwrap(), (day("2026-03-01"), day("2026-04-01")));
        for wrong in ["2026-04", "2026-13", "March", "2026"] {
            assert_eq!(days(wrong, today).unwrap_err().code, "DH-6102", "{wrong}");
        }
    }

    #[test]
    fn thousands_are_parted() {
        for (cents, text) in [(0, "0.00"), (123_456_789, "1,234,567.89"), (-5, "-0.05"), (99_999, "999.99")] {
            assert_eq!(grouped(Decimal::new(cents, 2)), text);
        }
    }
}
