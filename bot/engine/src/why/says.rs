//! The sentences, in both languages that the pages speak.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use invoices::Message;
use store::{FireOutcome, FireRow, HoldKind, RunState};

use super::{Explained, Looking, Span};
use crate::config::OnHold;
use crate::error::EngineError;
use crate::schedule::{Fate, Planned, Schedule};

/// More fires than these are summed up.
const TOLD_ONE_BY_ONE: usize = 4;
/// A run that starts later than this was late.
const LATE: TimeDelta = TimeDelta::minutes(2);

fn both(en: impl Into<String>, zh_hant: impl Into<String>) -> Message {
    Message { en: en.into(), zh_hant: zh_hant.into() }
}

/// A time that runs although its calendar says nothing of the year.
pub(super) fn of_an_unknown_year(says: &Message, calendar: &str) -> Message {
    both(
        format!(
            "{} (the calendar {calendar} says nothing of that year, so the day counts as a working day)",
            says.en
        ),
        format!("{}（行事曆 {calendar} 沒有該年資料，當日視作工作天）", says.zh_hant),
    )
}

impl Looking<'_> {
    /// The answer, with its day and its full stop. `unserved` says that the settings hold only after the next start.
    pub(super) fn sentence(
        &self,
        name: &str,
        fires: &[Explained],
        spans: &[Span],
        unserved: bool,
    ) -> Message {
        let Message { mut en, mut zh_hant } = if fires.is_empty() {
            self.nothing(name, spans)
        } else {
            let (day, told) = (shown_day(self.date), self.told(name, fires));
            both(format!("On {}, {}", day.en, told.en), format!("{}：{}", day.zh_hant, told.zh_hant))
        };
        if unserved {
            en.push_str(" (once `deskhand serve` has been started with these settings)");
            zh_hant.push_str("（須待 `deskhand serve` 以此設定啟動後）");
        }
        both(en + ".", zh_hant + "。")
    }

    /// What became of a fire that is written down.
    pub(super) async fn recorded(
        &self,
        schedule: &Schedule,
        when: &Message,
        row: &FireRow,
    ) -> Result<Message, EngineError> {
        let (note, at) = (&row.note, &when.en);
        let because = |en: &str, zh_hant: &str| {
            both(
                format!("did not run {at}, because {en}"),
                format!("沒有{}執行，因為{zh_hant}", when.zh_hant),
            )
        };
        Ok(match row.outcome {
            FireOutcome::Started => {
                let late = (row.recorded_at - row.due > LATE).then(|| self.moment(row.recorded_at));
                let (late_en, late_zh) = late.map_or_else(Default::default, |late| {
                    (format!(" late, on {},", late.en), format!("（遲至 {}）", late.zh_hant))
                });
                let ended = self.ended(&row.run).await?;
                both(
                    format!("ran {at}{late_en} as run {}, which {}", row.run, ended.en),
                    format!("已{}{late_zh}執行，即 {}，{}", when.zh_hant, row.run, ended.zh_hant),
                )
            }
            FireOutcome::Held => {
                let (en, zh_hant) = hold(note);
                both(
                    format!("has waited {at} for the end of {en}"),
                    format!("原定{}執行，正等候{zh_hant}解除", when.zh_hant),
                )
            }
            FireOutcome::Queued => both(
                format!("has waited {at} for the end of run {note}"),
                format!("原定{}執行，正等候 {note} 完成", when.zh_hant),
            ),
            FireOutcome::SkippedOverlap => {
                because(&format!("run {note} was still going"), &format!("當時 {note} 仍在執行"))
            }
            FireOutcome::SkippedHold => {
                let (en, zh_hant) = hold(note);
                because(&format!("{en} was in force"), &format!("當時{zh_hant}生效"))
            }
            FireOutcome::SkippedHoliday => {
                let closed = schedule.days().closed(schedule.date(row.nominal));
                let zh_hant = closed.filter(|closed| closed.en == *note);
                let zh_hant = zh_hant.map_or_else(|| format!("非工作天（{note}）"), |closed| closed.zh_hant);
                because(&format!("it was {note}"), &format!("當日是{zh_hant}"))
            }
            FireOutcome::GaveWay => both(
                format!("did not run by itself: its time was moved, {at}, where the fire of {note} ran"),
                format!("沒有單獨執行：時間已調動，{}，由 {note} 的一次一併執行", when.zh_hant),
            ),
            FireOutcome::Missed => because(
                "Deskhand was not running then and came back after the catch-up window",
                "當時 Deskhand 沒有運行，重新啟動時已過補行時限",
            ),
            FireOutcome::Superseded => because(
                &format!(
                    "it could not be done then, and only the latest one, that of {note}, was made up for"
                ),
                &format!("當時未能執行，其後只補行最近一次，即 {note}"),
            ),
        })
    }

    async fn ended(&self, run: &str) -> Result<Message, EngineError> {
        let row = self.store.run(run).await?.map(|(row, _)| row);
        let rests = row.as_ref().is_some_and(|row| row.awaits.is_some() || row.wakes_at.is_some());
        Ok(match row.map(|row| row.state) {
            None => both("is not known any more", "已無記錄"),
            Some(RunState::Running) => both("is still going", "仍在執行"),
            Some(RunState::Queued) => both("waits for its turn", "正在排隊"),
            Some(RunState::Waiting) if rests => {
                both("waits for a time or for other runs", "正等候時間或其他執行")
            }
            Some(RunState::Waiting) => both("waits for a person", "正等候人手處理"),
            Some(RunState::Done) => both("ended well", "已順利完成"),
            Some(RunState::Rejected) => both("ended as rejected", "已被拒絕"),
            Some(RunState::NotPosted) => both("ended as not posted", "已完成而沒有過賬"),
            Some(RunState::Failed) => both("ended as failed", "失敗"),
            Some(RunState::Cancelled) => both("ended as cancelled", "已被取消"),
        })
    }

    /// What becomes of a time of which nothing is written down.
    pub(super) fn unrecorded(
        &self,
        schedule: &Schedule,
        planned: &Planned,
        when: &Message,
    ) -> (&'static str, Message) {
        let window = TimeDelta::from_std(schedule.config().catch_up).unwrap_or(TimeDelta::MAX);
        let (at, zh_when) = (&when.en, &when.zh_hant);
        let ahead = planned.due > self.now;
        let is = if ahead { "is" } else { "was" };
        let (not, zh_not) = if ahead { ("will not run", "不會") } else { ("did not run", "沒有") };
        match &planned.fate {
            Fate::Closed(closed) => (
                "skipped_holiday",
                both(
                    format!("{not} {at}, because it {is} {}", closed.en),
                    format!("{zh_not}{zh_when}執行，因為當日是{}", closed.zh_hant),
                ),
            ),
            Fate::GivesWay(to) => {
                let to = schedule.nominal(*to);
                (
                    "gave_way",
                    both(
                        format!("{not} by itself: its time {is} moved, {at}, where the fire of {to} runs"),
                        format!("{zh_not}單獨執行：時間已調動，{zh_when}，由 {to} 的一次一併執行"),
                    ),
                )
            }
            Fate::Runs if ahead => ("planned", self.planned(schedule, planned, when)),
            Fate::Runs if planned.due.checked_add_signed(window).is_none_or(|end| end > self.now) => (
                "due",
                both(
                    format!(
                        "is due {at} and runs as soon as `deskhand serve` does, if that is in time for its catch-up window"
                    ),
                    format!("應{zh_when}執行，`deskhand serve` 啟動後若未過補行時限便會執行"),
                ),
            ),
            Fate::Runs => (
                "missed",
                both(
                    format!(
                        "did not run {at}, because Deskhand has not been running since, or came back after the catch-up window"
                    ),
                    format!("沒有{zh_when}執行，因為 Deskhand 其後一直沒有運行，或重新啟動時已過補行時限"),
                ),
            ),
        }
    }

    fn planned(&self, schedule: &Schedule, planned: &Planned, when: &Message) -> Message {
        let today = self.now.with_timezone(&self.zone).date_naive() == schedule.date(planned.due);
        let held = self.hold.as_ref().filter(|_| today && schedule.config().on_hold != OnHold::Run);
        let (unless_en, unless_zh) = held.map_or_else(Default::default, |held| {
            let (en, zh_hant) = (held.kind.en(), held.kind.zh_hant());
            (format!(", unless {en} is still in force then"), format!("，除非屆時{zh_hant}仍然生效"))
        });
        both(
            format!("will run {}: it is not yet due{unless_en}", when.en),
            format!("將{}執行，尚未到時間{unless_zh}", when.zh_hant),
        )
    }

    /// Why the day names no time at all.
    fn nothing(&self, name: &str, spans: &[Span]) -> Message {
        let ((from, until), Message { en: day, zh_hant: zh_day }) = (self.bounds(), shown_day(self.date));
        let Some(span) = spans.iter().rev().find(|span| span.since < until) else {
            let since = spans.first().map(|span| self.moment(span.since));
            let since = since.unwrap_or_else(|| both("", ""));
            return both(
                format!(
                    "{name} did not run on {day}, because it did not exist then: it is known since {}",
                    since.en
                ),
                format!("{name} 沒有於{zh_day}執行，因為當時尚未設定：自 {} 起才有", since.zh_hant),
            );
        };
        let since = self.moment(span.since);
        let Some(schedule) = &span.schedule else {
            return both(
                format!(
                    "{name} does not run on {day}, because it was taken out of the settings on {}",
                    since.en
                ),
                format!("{name} 不會於{zh_day}執行，因為已於 {} 從設定中移除", since.zh_hant),
            );
        };
        let too_early = schedule.on(self.date).into_iter().next();
        if let Some(planned) = too_early.filter(|_| span.since >= from) {
            let at = self.when(schedule, &planned);
            return both(
                format!(
                    "{name} did not run {} on {day}, because it was made or changed only on {}, and makes up for nothing before that",
                    at.en, since.en
                ),
                format!(
                    "{name} 沒有於{zh_day}{}執行，因為該排程到 {} 才設定或更改，之前的不會補行",
                    at.zh_hant, since.zh_hant
                ),
            );
        }
        let (does, zh_does) = if until <= self.now { ("did", "沒有") } else { ("does", "不會") };
        let (cron, zone) = (&schedule.config().cron, self.zone);
        both(
            format!(
                "{name} {does} not run on {day}, because its fields `{cron}` ({zone}) name no time on that day"
            ),
            format!("{name} {zh_does}於{zh_day}執行，因為時間設定 `{cron}`（{zone}）在當日沒有任何時間"),
        )
    }

    /// One sentence of all times, without its day and its full stop.
    fn told(&self, name: &str, fires: &[Explained]) -> Message {
        // What was moved to this day and gives way to its own fire is told on the day from which it was moved.
        let named = |fire: &&Explained| fire.nominal.with_timezone(&self.zone).date_naive() == self.date;
        let fires: Vec<&Explained> = fires
            .iter()
            .filter(|fire| fire.outcome != FireOutcome::GaveWay.as_str() || named(fire))
            .collect();
        if fires.len() <= TOLD_ONE_BY_ONE {
            let en: Vec<&str> = fires.iter().map(|fire| fire.says.en.as_str()).collect();
            let zh_hant: Vec<&str> = fires.iter().map(|fire| fire.says.zh_hant.as_str()).collect();
            return both(format!("{name} {}", en.join("; it ")), format!("{name} {}", zh_hant.join("；")));
        }
        let mut kinds: Vec<(&str, usize, &Explained)> = Vec::new();
        let count = fires.len();
        for fire in fires {
            match kinds.iter_mut().find(|(outcome, ..)| *outcome == fire.outcome) {
                Some(kind) => (kind.1, kind.2) = (kind.1 + 1, fire),
                None => kinds.push((fire.outcome, 1, fire)),
            }
        }
        let kind = |(outcome, count, last): (&str, usize, &Explained)| {
            (
                format!("{count} {}, of which the last {}", outcome.replace('_', " "), last.says.en),
                format!("{count} 次，其中最後一次{}", last.says.zh_hant),
            )
        };
        let (en, zh_hant): (Vec<String>, Vec<String>) = kinds.into_iter().map(kind).unzip();
        both(
            format!("{name} had {count} times: {}", en.join("; ")),
            format!("{name} 共 {count} 次：{}", zh_hant.join("；")),
        )
    }

    /// The time of a fire, and from where or to where the calendar moved it.
    pub(super) fn when(&self, schedule: &Schedule, planned: &Planned) -> Message {
        let time = planned.due.with_timezone(&self.zone).format("%H:%M");
        let (named, due) = (schedule.date(planned.nominal), schedule.date(planned.due));
        if named == due {
            return both(format!("at {time}"), format!("在 {time} "));
        }
        let closed = schedule.days().closed(named);
        let (en, zh_hant) = closed.map(|closed| (closed.en, closed.zh_hant)).unwrap_or_default();
        if due == self.date {
            let from = shown_day(named);
            both(
                format!("at {time} in place of {} ({en})", from.en),
                format!("在 {time}（代替{}，{zh_hant}）", from.zh_hant),
            )
        } else {
            let to = shown_day(due);
            both(
                format!("not then ({en}) but on {} at {time}", to.en),
                format!("改於{} {time}（原定日是{zh_hant}）", to.zh_hant),
            )
        }
    }

    fn moment(&self, at: DateTime<Utc>) -> Message {
        let at = at.with_timezone(&self.zone);
        both(at.format("%-d %b %Y at %H:%M").to_string(), at.format("%Y年%-m月%-d日 %H:%M").to_string())
    }
}

fn shown_day(date: NaiveDate) -> Message {
    let weekday = ["一", "二", "三", "四", "五", "六", "日"][date.weekday().num_days_from_monday() as usize];
    both(
        date.format("%a %-d %b %Y").to_string(),
        format!("{}（星期{weekday}）", date.format("%Y年%-m月%-d日")),
    )
}

/// The name of a hold's kind in both languages, as it was noted.
fn hold(word: &str) -> (&str, &str) {
    word.parse().map_or((word, word), |kind: HoldKind| (kind.en(), kind.zh_hant()))
}
