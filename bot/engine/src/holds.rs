//! Holds that an address announces, such as the warning summary of the Hong Kong Observatory.
//!
//! What the address last said stays in force until it says something else. When it has not answered for too long, the
//! operators are told once: from then on a person sets and lifts holds by hand.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use notify::{Alarm, Language, Mail};
use serde_json::Value;
use store::{HoldKind, HoldSource};

use crate::config::HoldPolling;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::host::mail;

/// How long an answer may take, and how large it may be.
const PATIENCE: Duration = Duration::from_secs(30);
const LARGEST: usize = 1024 * 1024;
/// Who sets and lifts what was polled.
const BY: &str = "deskhand";

/// Polls for as long as the engine runs.
pub(crate) async fn keep_polling(engine: Engine, polling: HoldPolling) {
    loop {
        if let Err(error) = poll(&engine, &polling).await {
            tracing::warn!("what the address of holds says could not be noted: {error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(polling.every) => {}
        }
    }
}

async fn poll(engine: &Engine, polling: &HoldPolling) -> Result<(), EngineError> {
    let store = engine.store();
    match asked(&polling.url).await.and_then(|text| announced(&text)) {
        Ok(kinds) => {
            store.hold_source_answered().await?;
            let polled =
                store.holds_in_force().await?.into_iter().filter(|hold| hold.source == HoldSource::Polled);
            for hold in polled.filter(|hold| !kinds.contains(&hold.kind)) {
                tracing::info!(kind = %hold.kind, "a hold is lifted by the polled address");
                store.lift_hold(&hold.id, BY, "").await?;
            }
            for kind in kinds {
                store.set_hold(kind, HoldSource::Polled, BY, "").await?;
            }
        }
        Err(why) => {
            tracing::warn!("DH-6044: the address of holds did not answer: {why}");
            let silent = store.hold_source_failed().await?;
            let stale = TimeDelta::from_std(polling.stale_after).unwrap_or(TimeDelta::MAX);
            if silent.told_at.is_none() && store.now() - silent.silent_since >= stale {
                tell(engine, &silent, &why).await?;
            }
        }
    }
    Ok(())
}

/// Fetches the address; the error says why not, without the address, which may hold a key.
async fn asked(url: &str) -> Result<String, String> {
    let failed = |error: reqwest::Error| error.without_url().to_string();
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(failed)?;
    let mut response =
        client.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err("its answer is larger than 1 MiB".to_owned());
        }
    }
    String::from_utf8(body).map_err(|_| "its answer is not UTF-8".to_owned())
}

/// What is in force: by the Observatory's warning summary, or by `{ "holds": ["black_rain"] }` of an address of one's own.
fn announced(text: &str) -> Result<BTreeSet<HoldKind>, String> {
    let said: Value = serde_json::from_str(text).map_err(|_| "its answer is no JSON".to_owned())?;
    if said.as_array().is_some_and(Vec::is_empty) {
        return Ok(BTreeSet::new());
    }
    let Value::Object(said) = said else { return Err("its answer is no JSON object".to_owned()) };
    if let Some(holds) = said.get("holds") {
        return serde_json::from_value(holds.clone()).map_err(|_| {
            "its `holds` are not a list of typhoon_8, black_rain, extreme_conditions".to_owned()
        });
    }
    let mut kinds = BTreeSet::new();
    for (warning, is_hold, kind) in [
        ("WTCSGNL", is_signal_8 as fn(&str) -> bool, HoldKind::Typhoon8),
        ("WRAIN", is_black_rain as fn(&str) -> bool, HoldKind::BlackRain),
    ] {
        let Some(warning) = said.get(warning) else { continue };
        let code = warning["code"].as_str().ok_or("a warning in its answer has no code")?;
        if is_hold(code) && warning["actionCode"] != "CANCEL" {
            kinds.insert(kind);
        }
    }
    Ok(kinds)
}

/// Signals 8 (of four directions), 9 and 10.
fn is_signal_8(code: &str) -> bool {
    ["TC8", "TC9", "TC10"].iter().any(|signal| code.starts_with(signal))
}

fn is_black_rain(code: &str) -> bool {
    code == "WRAINB"
}

/// Mails the operators. What cannot be sent now is tried at the next look; the id makes it the same mail.
async fn tell(engine: &Engine, silent: &store::SilentSource, why: &str) -> Result<(), EngineError> {
    let house = engine.house();
    let since = silent.silent_since.with_timezone(&house.zone).format("%Y-%m-%d %H:%M");
    let link = format!("{}/", house.base_url);
    let alarm = match house.language {
        Language::En => Alarm {
            headline: "Typhoon and rain warnings cannot be read".to_owned(),
            detail: format!(
                "The address of holds has not answered since {since} ({why}). What it said last stays in force."
            ),
            to_do: "Set and lift holds by hand (deskhand hold) until it answers again (DH-6044).".to_owned(),
            link,
        },
        Language::ZhHant => Alarm {
            headline: "無法讀取颱風及暴雨警告".to_owned(),
            detail: format!("警告來源自 {since} 起沒有回應（{why}），最後一次讀到的狀態維持不變。"),
            to_do: "在恢復之前，請以 deskhand hold 人手設定或解除暫停（DH-6044）。".to_owned(),
            link,
        },
    };
    let id = format!("hold-source/{}", silent.silent_since.timestamp());
    let mail = Mail::alarm(house.operators.clone(), house.language, &id, &alarm);
    match mail::send(house, &mail).await {
        Ok(_) => engine.store().hold_source_was_told().await?,
        Err(error) => tracing::warn!("the operators could not be told yet: {error}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn kinds(text: &str) -> Vec<HoldKind> {
        announced(text).unwrap().into_iter().collect()
    }

    #[test]
    fn the_observatorys_summary_is_understood() {
        let warning = |name: &str, code: &str, act: &str| {
            format!(
                r#"{{"{name}":{{"name":"x","code":"{code}","actionCode":"{act}","issueTime":"2023-09-01T02:40:00+08:00"}}}}"#
            )
        };
        for code in ["TC8NE", "TC8SE", "TC8SW", "TC8NW", "TC9", "TC10"] {
            assert_eq!(kinds(&warning("WTCSGNL", code, "ISSUE")), [HoldKind::Typhoon8], "{code}");
        }
        for (name, code) in [("WTCSGNL", "TC1"), ("WTCSGNL", "TC3"), ("WRAIN", "WRAINR"), ("WHOT", "WHOT")] {
            assert_eq!(kinds(&warning(name, code, "ISSUE")), [], "{code}");
        }
        assert_eq!(kinds(&warning("WRAIN", "WRAINB", "EXTEND")), [HoldKind::BlackRain]);
        assert_eq!(kinds(&warning("WRAIN", "WRAINB", "CANCEL")), []);
        assert_eq!(kinds("{}"), []);
        assert_eq!(kinds("[]"), []);
        assert_eq!(kinds(r#"{"holds":["extreme_conditions"]}"#), [HoldKind::ExtremeConditions]);
    }

    #[test]
    fn an_answer_that_is_something_else_is_a_failure_and_not_good_weather() {
        for text in ["", "<html>", "null", "[1]", r#"{"holds":["sunshine"]}"#, r#"{"WTCSGNL":{}}"#] {
            assert!(announced(text).is_err(), "{text}");
        }
    }
}
