//! One step at a time for each run, and one posting at a time for each portal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turnstile, OwnedMutexGuard};

/// Turnstiles by name.
#[derive(Default)]
pub(crate) struct Alone(Mutex<HashMap<String, Arc<Turnstile<()>>>>);

impl Alone {
    /// Waits until nobody else is in under this name; the guard lets the next one in.
    pub(crate) async fn enter(&self, name: &str) -> OwnedMutexGuard<()> {
        let turnstile = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Who is inside or waiting holds a second handle, so what nobody uses can go.
            all.retain(|_, turnstile| Arc::strong_count(turnstile) > 1);
            Arc::clone(all.entry(name.to_owned()).or_default())
        };
        turnstile.lock_owned().await
    }
}
