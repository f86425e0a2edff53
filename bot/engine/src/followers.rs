//! A workflow that starts when a run of another has ended.
//!
//! The run's id is made from the run that it follows, so it starts once, whatever happens. What the bell does not
//! bring, the next look finds.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use crate::config::Follower;
use crate::engine::Engine;
use crate::error::EngineError;

/// After a whole look, ends that are older than this are settled: no writer is that late.
const SETTLED: TimeDelta = TimeDelta::days(1);

/// Starts the followers for as long as the engine runs.
pub(crate) async fn keep_following(engine: Engine, every: Duration) {
    let mut first = true;
    loop {
        match follow_all(&engine, first).await {
            Ok(()) => first = false,
            Err(error) => tracing::warn!("what follows ended runs cannot start yet: {error}"),
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = engine.ended() => {}
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn follow_all(engine: &Engine, first: bool) -> Result<(), EngineError> {
    let (store, followers) = (engine.store(), &engine.config().followers);
    if first {
        for (workflow, leader) in store.followers().await? {
            if !followers.iter().any(|follower| follower.workflow == workflow && follower.after == leader) {
                store.follows_no_more(&workflow, &leader).await?;
            }
        }
    }
    for follower in followers {
        let since = store.follows_since(&follower.workflow, &follower.after).await?;
        let since = if first { since } else { since.max(store.now() - SETTLED) };
        let prefix = format!("{}/after/", follower.workflow);
        for ended in store.ended_without(&follower.after, since, &prefix).await? {
            if follower.states.contains(&ended.state) {
                let params = json!({
                    "key": format!("after/{}", ended.id), "after": ended.id, "after_state": ended.state,
                    "after_document": ended.document,
                });
                engine.start_run(&follower.workflow, params, "after").await?;
            }
        }
    }
    Ok(())
}

/// A circle of workflows would never end.
pub(crate) fn check(followers: &[Follower]) -> Result<(), EngineError> {
    for follower in followers {
        let mut reached = vec![follower.workflow.as_str()];
        let mut place = 0;
        while let Some(workflow) = reached.get(place).copied() {
            for next in followers.iter().filter(|next| next.after == workflow) {
                if next.workflow == follower.workflow {
                    let what =
                        format!("the workflow {} comes after itself: {}", next.workflow, reached.join(", "));
                    return Err(EngineError::Settings { what });
                }
                if !reached.contains(&next.workflow.as_str()) {
                    reached.push(&next.workflow);
                }
            }
            place += 1;
        }
    }
    Ok(())
}
