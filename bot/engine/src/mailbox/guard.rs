//! A mailbox that has fallen silent: the operators are told once, and told again when it answers.
//!
//! This does not run in the task that speaks to the server, which may hang: a trigger that dies without a word is the
//! worst that can happen to an office that waits for bills. Mails that need a person are told of here as well.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use notify::{Alarm, Language, Mail};
use store::{MailRow, MailboxRow};

use super::MailboxError;
use crate::config::MailboxTrigger;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::host::mail;

/// Mails that a person must look at are told of at most so often.
const TELL_AGAIN: TimeDelta = TimeDelta::hours(1);
/// So many of them are named.
const NAMED: usize = 10;
/// So much of a subject is said.
const SUBJECT: usize = 80;

/// Looks after all mailboxes for as long as the engine runs.
pub(crate) async fn keep_guarding(engine: Engine, every: Duration) {
    let started = engine.store().now();
    loop {
        for mailbox in &engine.config().mailboxes {
            if let Err(error) = look(&engine, mailbox, started).await {
                tracing::warn!(mailbox = %mailbox.name, "how it is could not be told: {error}");
            }
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn look(engine: &Engine, mailbox: &MailboxTrigger, started: DateTime<Utc>) -> Result<(), EngineError> {
    let store = engine.store();
    let Some(row) = store.mailbox(&mailbox.name).await? else { return Ok(()) };
    let since = row.answered_at.unwrap_or(started).max(started);
    let after = TimeDelta::from_std(mailbox.alarm_after).unwrap_or(TimeDelta::MAX);
    let silent = store.now() - since >= after;
    let deaf = row.trouble.as_deref() == Some(MailboxError::Deaf.to_string().as_str());
    match (silent || deaf, row.told_at) {
        (true, None) => {
            let alarm = if silent { silence(engine, &row, since) } else { deafness(engine, &row) };
            tell(engine, mailbox, since, "silent", &alarm, true).await?;
        }
        (false, Some(told)) => tell(engine, mailbox, told, "answers", &recovery(engine, &row), false).await?,
        _ => {}
    }
    tell_of_mails(engine, mailbox).await
}

/// Mails the operators. What cannot be sent now is tried at the next look; the id makes it the same mail.
async fn tell(
    engine: &Engine,
    mailbox: &MailboxTrigger,
    since: DateTime<Utc>,
    what: &str,
    alarm: &Alarm,
    in_trouble: bool,
) -> Result<(), EngineError> {
    let house = engine.house();
    tracing::warn!(mailbox = %mailbox.name, "{}", alarm.headline);
    let id = format!("mailbox/{}/{what}/{}", store::sha256_hex(&mailbox.name), since.timestamp_micros());
    let mail = Mail::alarm(house.operators.clone(), house.language, &id, alarm);
    match mail::send(house, &mail).await {
        Ok(_) => engine.store().mailbox_was_told(&mailbox.name, in_trouble).await?,
        Err(error) => tracing::warn!("the operators could not be told yet: {error}"),
    }
    Ok(())
}

fn link(engine: &Engine) -> String {
    format!("{}/schedules", engine.house().base_url)
}

fn shown(engine: &Engine, at: DateTime<Utc>) -> String {
    at.with_timezone(&engine.house().zone).format("%Y-%m-%d %H:%M").to_string()
}

fn silence(engine: &Engine, row: &MailboxRow, since: DateTime<Utc>) -> Alarm {
    let (name, since) = (&row.mailbox, shown(engine, since));
    let why = row.trouble.as_deref();
    match engine.house().language {
        Language::En => Alarm {
            headline: format!("The mailbox {name} does not answer"),
            detail: format!(
                "It was last read at {since}. {} Mail that comes meanwhile waits on the server and is taken as soon as it answers.",
                why.map_or_else(|| "Why is not known.".to_owned(), |why| format!("{why}."))
            ),
            to_do: "Look whether the mail server, the network and the password are as they should be; deskhand doctor says more (DH-6070).".to_owned(),
            link: link(engine),
        },
        Language::ZhHant => Alarm {
            headline: format!("電郵信箱 {name} 沒有回應"),
            detail: format!(
                "最後一次成功讀取是 {since}（{}）。期間收到的郵件仍留在伺服器上，恢復後會自動處理。",
                why.unwrap_or("原因不明")
            ),
            to_do: "請檢查郵件伺服器、網絡及密碼；執行 deskhand doctor 可查看詳情（DH-6070）。".to_owned(),
            link: link(engine),
        },
    }
}

fn deafness(engine: &Engine, row: &MailboxRow) -> Alarm {
    let name = &row.mailbox;
    match engine.house().language {
        Language::En => Alarm {
            headline: format!("The mailbox {name} no longer announces new mail"),
            detail: "The server says that it announces new mail, and mail was found that it had not announced. From now on it is asked every few minutes, so nothing is lost.".to_owned(),
            to_do: "Restart the mail server, or look at what stands between it and this machine (DH-6073).".to_owned(),
            link: link(engine),
        },
        Language::ZhHant => Alarm {
            headline: format!("電郵信箱 {name} 不再通知新郵件"),
            detail: "伺服器聲稱會即時通知新郵件，但有郵件未獲通知。系統現改為每隔數分鐘查看一次，郵件不會遺漏。".to_owned(),
            to_do: "請重新啟動郵件伺服器，或檢查兩者之間的網絡設備（DH-6073）。".to_owned(),
            link: link(engine),
        },
    }
}

fn recovery(engine: &Engine, row: &MailboxRow) -> Alarm {
    let name = &row.mailbox;
    match engine.house().language {
        Language::En => Alarm {
            headline: format!("The mailbox {name} works again"),
            detail: "What came meanwhile is being taken now.".to_owned(),
            to_do: "Nothing needs to be done.".to_owned(),
            link: link(engine),
        },
        Language::ZhHant => Alarm {
            headline: format!("電郵信箱 {name} 已恢復正常"),
            detail: "期間收到的郵件正在處理。".to_owned(),
            to_do: "毋須跟進。".to_owned(),
            link: link(engine),
        },
    }
}

/// Tells the reviewers of mails that need a person: of several in one mail, and not every minute.
async fn tell_of_mails(engine: &Engine, mailbox: &MailboxTrigger) -> Result<(), EngineError> {
    let (store, house) = (engine.store(), engine.house());
    let mails = store.mails_untold(&mailbox.name, store.now() - TELL_AGAIN).await?;
    let Some(last) = mails.last() else { return Ok(()) };
    let id = format!("mailbox/look/{}/{}", last.id, last.recorded_at.timestamp_micros());
    let alarm = to_look_at(engine, mailbox, &mails);
    match mail::send(house, &Mail::alarm(house.reviewers.clone(), house.language, &id, &alarm)).await {
        Ok(_) => store.mails_were_told(&mails).await?,
        Err(error) => tracing::warn!("the reviewers could not be told yet: {error}"),
    }
    Ok(())
}

fn to_look_at(engine: &Engine, mailbox: &MailboxTrigger, mails: &[MailRow]) -> Alarm {
    let (name, count) = (&mailbox.name, mails.len());
    let named: Vec<String> = mails.iter().take(NAMED).map(said).collect();
    let named = named.join("; ");
    let place = mailbox.filing.quarantine();
    match engine.house().language {
        Language::En => Alarm {
            headline: format!("Mails in {name} that need a person: {count}"),
            detail: format!("Not everything in them could be taken in: {named}"),
            to_do: match place {
                Some(folder) => format!("Open them in your mail program, in the folder {folder}."),
                None => "Open them in your mail program; they carry a flag.".to_owned(),
            },
            link: link(engine),
        },
        Language::ZhHant => Alarm {
            headline: format!("信箱 {name} 有 {count} 封郵件需要人手處理"),
            detail: format!("以下郵件未能全部讀取：{named}"),
            to_do: match place {
                Some(folder) => format!("請在電郵程式的「{folder}」資料夾內開啟。"),
                None => "請在電郵程式內開啟；這些郵件已加上旗標。".to_owned(),
            },
            link: link(engine),
        },
    }
}

/// A mail and the first thing that is wrong with it, in a few words.
fn said(mail: &MailRow) -> String {
    let subject: String = taxid::privacy::mask(&mail.subject).chars().take(SUBJECT).collect();
    let reason = mail.papers.iter().find_map(|paper| paper.refused.as_deref()).unwrap_or_default();
    let code = crate::error::code_of(reason);
    let at = if subject.is_empty() { mail.sender.clone() } else { subject };
    format!("{at} ({code})")
}
