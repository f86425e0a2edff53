//! Runs that wait are let go: who is queued when its turn comes, who sleeps when its time comes, who waits for runs
//! that it has started when they have ended. The store decides; this loop asks it and tells duroxide.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::error::EngineError;

/// How often the store is asked when no bell rings: clocks ring none, and neither do other programs.
const LOOK: Duration = Duration::from_secs(2);
/// How long a run gets to hear before it is told again.
const TELL_AGAIN: Duration = Duration::from_secs(30);

/// Lets runs go for as long as the engine runs.
pub(crate) async fn keep_releasing(engine: Engine) {
    let every = LOOK.min(engine.config().reconcile);
    let mut told = HashMap::new();
    loop {
        if let Err(error) = release(&engine).await {
            tracing::warn!("queued runs cannot begin yet: {error}");
        }
        if let Err(error) = wake(&engine, &mut told).await {
            tracing::warn!("runs that rest cannot be woken yet: {error}");
        }
        tokio::select! {
            () = engine.stopping() => return,
            () = engine.freed() => {}
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// What cannot begin now although it was let go begins with the reconcile loop.
async fn release(engine: &Engine) -> Result<(), EngineError> {
    for run in engine.store().release_runs(engine.limits()).await? {
        engine.begin_again(&run).await?;
    }
    Ok(())
}

async fn wake(engine: &Engine, told: &mut HashMap<(String, u32), Instant>) -> Result<(), EngineError> {
    let resting = engine.store().runs_to_wake().await?;
    told.retain(|run, _| resting.contains(run));
    for run in resting {
        if told.get(&run).is_none_or(|told| told.elapsed() > TELL_AGAIN) {
            engine.durable().wake(&run.0, run.1).await?;
            told.insert(run, Instant::now());
        }
    }
    Ok(())
}
