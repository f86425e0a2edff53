//! The programs that send events: who they are, and how fast they may send.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Events a second that a feed may send.
const A_SECOND: i64 = 50;
/// Averaged over so many seconds: a till that was cut off may send what it has kept.
const SECONDS: i64 = 20;

/// The feeds by name, each with its token.
#[derive(Default)]
pub struct Feeds {
    tokens: BTreeMap<String, SecretString>,
    /// Until when what a feed has sent already fills its allowance.
    busy: Mutex<BTreeMap<String, DateTime<Utc>>>,
}

impl Feeds {
    /// Feeds with these tokens, by name.
    pub fn new(tokens: BTreeMap<String, SecretString>) -> Self {
        Self { tokens, busy: Mutex::default() }
    }

    /// The feed that this token is of. It takes the same time whatever is wrong.
    pub(crate) fn of(&self, token: &str) -> Option<&str> {
        let mut found = None;
        for (name, own) in &self.tokens {
            if !own.expose_secret().is_empty() && same(own.expose_secret(), token) {
                found = Some(name.as_str());
            }
        }
        found
    }

    /// Lets a feed send so many events now; or says after how many seconds it may.
    pub(crate) fn admit(&self, feed: &str, events: usize, now: DateTime<Utc>) -> Result<(), u64> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let events = i64::try_from(events.max(1)).unwrap_or(i64::MAX).min(A_SECOND * 3_600);
        let until = busy.get(feed).copied().unwrap_or(now).max(now);
        let then = until + TimeDelta::milliseconds(events * 1_000 / A_SECOND);
        let over = then - now - TimeDelta::seconds(SECONDS);
        // A batch that is larger than the whole allowance is let in when nothing else was sent.
        if over > TimeDelta::zero() && until > now {
            return Err(u64::try_from(over.num_seconds()).unwrap_or(0) + 1);
        }
        busy.insert(feed.to_owned(), then);
        Ok(())
    }
}

/// Whether two secrets are the same, without saying by the time it takes where they differ.
fn same(own: &str, told: &str) -> bool {
    let sum = |key: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
        mac.update(b"deskhand feed");
        Some(mac)
    };
    match (sum(own), sum(told)) {
        (Some(own), Some(told)) => own.verify_slice(&told.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn feeds() -> Feeds {
        Feeds::new(BTreeMap::from([
            ("tills".to_owned(), "a long token".into()),
            ("broken".to_owned(), String::new().into()),
        ]))
    }

    #[test]
    fn a_token_is_of_one_feed_and_an_empty_one_of_none() {
        assert_eq!(feeds().of("a long token"), Some("tills"));
        assert_eq!(feeds().of("a long toke"), None);
        assert_eq!(feeds().of(""), None);
    }

    #[test]
    fn a_feed_may_send_a_thousand_at_once_and_then_fifty_a_second() {
        let (feeds, now): (_, DateTime<Utc>) = (feeds(), "2026-11-23T01:00:00Z".parse().unwrap());
        assert_eq!(feeds.admit("tills", 1_000, now), Ok(()));
        assert_eq!(feeds.admit("tills", 100, now), Err(3));
        assert_eq!(feeds.admit("others", 1_000, now), Ok(()));
        assert_eq!(feeds.admit("tills", 100, now + TimeDelta::seconds(2)), Ok(()));
        assert!(feeds.admit("tills", 1_000, now + TimeDelta::seconds(2)).is_err());
        assert_eq!(feeds.admit("tills", 1_000, now + TimeDelta::seconds(60)), Ok(()));
    }
}
