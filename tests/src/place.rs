//! Where things are, and waiting for them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The repository's root.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the repository").to_path_buf()
}

/// One of the made papers.
pub fn fixture(name: &str) -> PathBuf {
    repository().join("fixtures/invoices").join(name)
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("the loopback has free ports");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// Asks again until there is an answer; panics with `what` when the time is up.
pub async fn wait_until<T, F, Fut>(what: &str, limit: Duration, mut ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} in vain: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
