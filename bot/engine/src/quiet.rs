//! A folder or mailbox in which nothing has arrived for so many working hours: the operators are told, once for each silence.
//!
//! A scanner that has lost its network, a share that is mounted elsewhere, a mail rule that was changed: nothing fails,
//! there is only nothing to do.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use notify::{Alarm, Language, Mail};

use crate::config::{EngineConfig, OfficeHours};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::host::mail;
use crate::mailbox;

/// A silence is not measured further back than this.
const FURTHEST: TimeDelta = TimeDelta::days(400);

impl OfficeHours {
    /// How long people have worked between two instants.
    pub(crate) fn worked(&self, from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> TimeDelta {
        let from = from.max(until - FURTHEST);
        let day = |instant: DateTime<Utc>| instant.with_timezone(&zone).date_naive();
        let mut worked = TimeDelta::zero();
        for date in day(from).iter_days().take_while(|date| *date <= day(until)) {
            let at = |time| zone.from_local_datetime(&date.and_time(time)).earliest().map(|at| at.to_utc());
            if let (None, Some(opens), Some(closes)) =
                (self.days.closed(date), at(self.opens), at(self.closes))
            {
                worked += (closes.min(until) - opens.max(from)).max(TimeDelta::zero());
            }
        }
        worked
    }
}

/// Listens for as long as the engine runs.
pub(crate) async fn keep_listening(engine: Engine, every: Duration) {
    if let Err(error) = forget(&engine).await {
        tracing::warn!("{error}");
    }
    loop {
        if let Err(error) = listen(&engine).await {
            tracing::warn!("whether the folders are quiet could not be found out: {error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// What must not stay quiet, as its arrivals name it, and for how long.
fn listened(config: &EngineConfig) -> Vec<(String, Duration)> {
    let folders = config.folders.iter().map(|folder| (folder.path.display().to_string(), folder.quiet_after));
    let mailboxes =
        config.mailboxes.iter().map(|mailbox| (mailbox::origin(&mailbox.name), mailbox.quiet_after));
    folders.chain(mailboxes).filter_map(|(name, after)| Some((name, after?))).collect()
}

/// Folders and mailboxes that may stay quiet from now on.
async fn forget(engine: &Engine) -> Result<(), EngineError> {
    let listened = listened(engine.config());
    for name in engine.store().listened_folders().await? {
        if !listened.iter().any(|(other, _)| *other == name) {
            engine.store().folder_may_be_quiet(&name).await?;
        }
    }
    Ok(())
}

async fn listen(engine: &Engine) -> Result<(), EngineError> {
    let store = engine.store();
    let quiet = store.quiet_folders().await?;
    for (name, after) in listened(engine.config()) {
        let since = store.last_heard(&name).await?;
        let worked = engine.config().hours.worked(since, store.now(), engine.house().zone);
        let known = quiet.iter().find(|row| row.folder == name);
        if worked < TimeDelta::from_std(after).unwrap_or(TimeDelta::MAX) {
            if known.is_some() {
                store.folder_is_heard(&name).await?;
            }
            continue;
        }
        // In a typhoon nobody sends anything.
        if known.is_none() && !store.holds_in_force().await?.is_empty() {
            continue;
        }
        store.folder_is_quiet(&name, since).await?;
        if !known.is_some_and(|row| row.quiet_since == since && row.told_at.is_some()) {
            tell(engine, &name, since, worked).await?;
        }
    }
    Ok(())
}

/// Mails the operators. What cannot be sent now is tried at the next look; the id makes it the same mail.
async fn tell(
    engine: &Engine,
    name: &str,
    since: DateTime<Utc>,
    worked: TimeDelta,
) -> Result<(), EngineError> {
    let house = engine.house();
    let last = since.with_timezone(&house.zone).format("%Y-%m-%d %H:%M");
    let hours = worked.num_hours();
    tracing::warn!(folder = name, %last, hours, "DH-6045: nothing has arrived");
    let (en, zh) = match name.strip_prefix("mailbox:") {
        Some(mailbox) => (format!("the mailbox {mailbox}"), format!("電郵信箱 {mailbox} ")),
        None => (name.to_owned(), format!("資料夾 {name} ")),
    };
    let alarm = match house.language {
        Language::En => Alarm {
            headline: format!("Nothing has arrived for {hours} working hours"),
            detail: format!("The last file came into {en} on {last}, or that is when it was first watched."),
            to_do: "See whether the scanner, the share or the mail rule that fills it still works (DH-6045)."
                .to_owned(),
            link: format!("{}/schedules", house.base_url),
        },
        Language::ZhHant => Alarm {
            headline: format!("已有 {hours} 個工作小時沒有收到文件"),
            detail: format!("{zh}最後一次收到文件（或開始留意）的時間是 {last}。"),
            to_do: "請檢查掃描器、共用資料夾或電郵規則是否正常（DH-6045）。".to_owned(),
            link: format!("{}/schedules", house.base_url),
        },
    };
    let id = format!("quiet/{}/{}", store::sha256_hex(name), since.timestamp());
    let mail = Mail::alarm(house.operators.clone(), house.language, &id, &alarm);
    match mail::send(house, &mail).await {
        Ok(_) => engine.store().quiet_was_told(name).await?,
        Err(error) => tracing::warn!("the operators could not be told yet: {error}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use chrono::{Datelike, NaiveTime, Timelike, Weekday};
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Calendars;

    fn hours() -> OfficeHours {
        let days = Calendars::default().together(&["hk".to_owned(), "five_day".to_owned()]).unwrap();
        OfficeHours { days, ..OfficeHours::default() }
    }

    #[test]
    fn nights_week_ends_and_holidays_do_not_count() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let worked =
            |from, until| hours().worked(at(from), at(until), chrono_tz::Asia::Hong_Kong).num_minutes();
        // From Thursday 17:30 over Good Friday, Easter and Ching Ming to Wednesday 09:30.
        assert_eq!(worked("2026-04-02T09:30:00Z", "2026-04-08T01:30:00Z"), 60);
        assert_eq!(worked("2026-04-08T01:00:00Z", "2026-04-08T12:00:00Z"), 9 * 60);
        assert_eq!(worked("2026-04-08T12:00:00Z", "2026-04-08T01:00:00Z"), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn working_time_is_what_a_walk_minute_by_minute_counts(
            start in 29_000_000_i64..29_700_000, minutes in 0_i64..20_000, london in any::<bool>(),
        ) {
            let zone = if london { chrono_tz::Europe::London } else { chrono_tz::Asia::Hong_Kong };
            let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
            let (opens, closes) = (NaiveTime::from_hms_opt(9, 0, 0).unwrap(), NaiveTime::from_hms_opt(18, 0, 0).unwrap());
            let office = OfficeHours { opens, closes, days: Calendars::default().together(&["five_day".to_owned()]).unwrap() };
            let works = |minute: &i64| {
                let local = at(*minute).with_timezone(&zone);
                (9..18).contains(&local.hour()) && !matches!(local.weekday(), Weekday::Sat | Weekday::Sun)
            };
            let walked = (start..start + minutes).filter(works).count();
            let worked = office.worked(at(start), at(start + minutes), zone).num_minutes();
            prop_assert_eq!(usize::try_from(worked).unwrap(), walked);
        }
    }
}
