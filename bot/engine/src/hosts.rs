//! Machines that share a database: each says that it is there, and one that falls silent is missed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use notify::{Alarm, Language, Mail};
use store::HostRow;

use crate::config::EngineState;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::host::mail;
use crate::lanes::Lane;

/// How often a machine says that it is there.
const EVERY: Duration = Duration::from_secs(15);
/// A machine that was not seen for so long is gone.
pub const GONE_AFTER: TimeDelta = TimeDelta::minutes(2);

/// Says so for as long as the engine runs, and misses the others. A machine with a file of its own has none to miss.
pub(crate) async fn keep_saying(engine: Engine) {
    let (EngineState::Postgres(_), Some(host)) = (&engine.config().state, &engine.config().host) else {
        return;
    };
    let store = engine.store();
    let (mut said, mut idle) = (false, Vec::new());
    loop {
        let told = if said { look(&engine, host, &mut idle).await } else { start(&engine, host).await };
        match told {
            Ok(()) => said = true,
            Err(error) => tracing::warn!("this machine could not say that it is there: {error}"),
        }
        tokio::select! {
            () = engine.stopping() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    if let Err(error) = store.host_ended(host).await {
        tracing::warn!("this machine could not say that it ends: {error}");
    }
}

/// The lanes that none of these machines takes: steps in them wait for nobody.
pub fn lanes_of_nobody(hosts: &[HostRow], now: DateTime<Utc>) -> Vec<&'static str> {
    let there = |row: &&HostRow| row.ended_at.is_none() && now - row.seen_at <= GONE_AFTER;
    let taken: Vec<&str> =
        hosts.iter().filter(there).flat_map(|row| &row.lanes).map(String::as_str).collect();
    Lane::ALL.into_iter().map(Lane::word).filter(|lane| !taken.contains(lane)).collect()
}

async fn start(engine: &Engine, host: &str) -> Result<(), EngineError> {
    let lanes: Vec<String> = engine.config().lanes.iter().map(|lane| lane.word().to_owned()).collect();
    Ok(engine.store().host_started(host, &lanes, env!("CARGO_PKG_VERSION")).await?)
}

async fn look(engine: &Engine, host: &str, idle: &mut Vec<&'static str>) -> Result<(), EngineError> {
    let store = engine.store();
    if store.host_is_there(host).await? {
        tracing::info!("this machine was missed, and is back");
    }
    let rows = store.hosts().await?;
    let of_nobody = lanes_of_nobody(&rows, store.now());
    if of_nobody != *idle && !of_nobody.is_empty() {
        tracing::warn!(lanes = of_nobody.join(", "), "DH-6113: no machine takes these steps; they wait");
    }
    *idle = of_nobody;
    for row in rows {
        let gone = row.ended_at.is_none() && row.told_at.is_none() && store.now() - row.seen_at > GONE_AFTER;
        if gone && store.host_is_gone(&row.host).await? {
            tell(engine, &row).await;
        }
    }
    Ok(())
}

/// Mails the operators. Should that fail, the log and `deskhand doctor` say the same.
async fn tell(engine: &Engine, row: &HostRow) {
    let house = engine.house();
    let last = row.seen_at.with_timezone(&house.zone).format("%Y-%m-%d %H:%M");
    let (host, lanes) = (&row.host, row.lanes.join(", "));
    tracing::warn!(host, %last, lanes, "DH-6112: a machine is gone");
    let alarm = match house.language {
        Language::En => Alarm {
            headline: format!("The machine {host} is gone"),
            detail: format!(
                "It was last seen on {last}, and took these steps: {lanes}. What it was doing, others take over; what only it can do waits for it."
            ),
            to_do: format!(
                "Start `deskhand` on {host} again; a machine that is no longer used is asked to end and not switched off (DH-6112)."
            ),
            link: format!("{}/", house.base_url),
        },
        Language::ZhHant => Alarm {
            headline: format!("主機 {host} 已失去聯絡"),
            detail: format!(
                "最後一次出現的時間是 {last}，負責的步驟：{lanes}。其未完成的步驟由其他主機接手；只有它能做的會等候。"
            ),
            to_do: format!(
                "請在 {host} 重新啟動 deskhand；不再使用的主機應正常結束程式，而非直接關機（DH-6112）。"
            ),
            link: format!("{}/", house.base_url),
        },
    };
    let id = format!("host-gone/{}/{}", store::sha256_hex(host), row.seen_at.timestamp());
    let mail = Mail::alarm(house.operators.clone(), house.language, &id, &alarm);
    if let Err(error) = mail::send(house, &mail).await {
        tracing::warn!("the operators could not be told: {error}");
    }
}
