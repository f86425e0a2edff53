//! A machine's clock that jumps: timers and leases are reckoned by it.
//!
//! A clock that goes forward lets timers ring early and leases run out, which costs nothing: a step that is handed out
//! twice waits for itself. One that is set back would let every timer wait for so much longer, so the runs of a file
//! begin anew from the store, in which all that they did is written down.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use store::{Clock as _, RunFilter, RunState, SystemClock};

use crate::config::EngineState;
use crate::engine::Engine;
use crate::error::EngineError;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// After how many looks it is compared with the database's.
const COMPARED: u32 = 30;
/// A jump of less is what time services do.
const JUMP: f64 = 20.0;
/// A clock that is further than this from the database's lets leases run out early or late.
pub const CLOCKS_APART: TimeDelta = TimeDelta::seconds(2);

/// Watches for as long as the engine runs.
pub(crate) async fn keep_watching(engine: Engine) {
    // The machine's own clock, whichever the house goes by: timers and leases are reckoned by it.
    let mut before = (SystemClock.now(), Instant::now());
    let mut apart = false;
    for look in 1_u32.. {
        tokio::select! {
            () = engine.stopping() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = (SystemClock.now(), Instant::now());
        let jumped = (now.0 - before.0).as_seconds_f64() - (now.1 - before.1).as_secs_f64();
        before = now;
        if jumped.abs() >= JUMP {
            tracing::warn!(
                seconds = jumped.round(),
                "DH-6111: the clock of this machine jumped; let a time service set it"
            );
        }
        let looked = match engine.config().state {
            EngineState::File(_) if jumped <= -JUMP => begin_anew(&engine).await,
            EngineState::Postgres(_) if look % COMPARED == 0 => compare(&engine, &mut apart).await,
            EngineState::File(_) | EngineState::Postgres(_) => Ok(()),
        };
        if let Err(error) = looked {
            tracing::warn!("{error}");
        }
    }
}

/// All open runs begin from what the store holds, with timers by the new time.
async fn begin_anew(engine: &Engine) -> Result<(), EngineError> {
    for state in [RunState::Running, RunState::Waiting] {
        let filter = RunFilter { state: Some(state), workflow: None, document: None, limit: 10_000 };
        for run in engine.store().runs_where(&filter).await? {
            engine.durable().forget(&run).await?;
            engine.begin_again(&run.id).await?;
        }
    }
    Ok(())
}

/// Says when this machine's clock is far from the one that it shares, and when it agrees again.
async fn compare(engine: &Engine, apart: &mut bool) -> Result<(), EngineError> {
    let Some(theirs) = engine.store().server_clock().await? else { return Ok(()) };
    let off = theirs - SystemClock.now();
    let is = off.abs() > CLOCKS_APART;
    if is != *apart {
        *apart = is;
        let milliseconds = off.num_milliseconds();
        if is {
            tracing::warn!(
                milliseconds,
                "DH-6111: the clock of this machine is not the database's; let a time service set it"
            );
        } else {
            tracing::info!(milliseconds, "the clock of this machine agrees with the database's again");
        }
    }
    Ok(())
}
