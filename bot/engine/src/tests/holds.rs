//! An address that says which warnings are in force.

use std::sync::Mutex;

use chrono::TimeDelta;
use store::HoldKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::HoldPolling;

/// A server that always answers what it was told last, or nothing.
async fn weather() -> (String, Arc<Mutex<Option<&'static str>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/warnings", listener.local_addr().unwrap());
    let says = Arc::new(Mutex::new(Some("{}")));
    let told = Arc::clone(&says);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 2048]).await;
            let answer = *told.lock().unwrap();
            if let Some(body) = answer {
                let length = body.len();
                let text =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                let _ = stream.write_all(text.as_bytes()).await;
            }
        }
    });
    (url, says)
}

#[tokio::test]
async fn a_polled_hold_comes_and_goes_and_stays_while_the_address_is_silent() {
    let mut office = Office::new().await;
    let (url, says) = weather().await;
    let (every, stale_after) = (Duration::from_millis(50), Duration::from_mins(30));
    office.config.hold_polling = Some(HoldPolling { url, every, stale_after });
    let engine = office.open().await;
    let in_force = |count: usize| {
        let office = &office;
        until("the holds are as the address says", move || async move {
            (office.store.holds_in_force().await.unwrap().len() == count).then_some(())
        })
    };
    *says.lock().unwrap() = Some(r#"{"WTCSGNL":{"code":"TC9","actionCode":"ISSUE"}}"#);
    in_force(1).await;
    assert_eq!(office.store.holds_in_force().await.unwrap()[0].kind, HoldKind::Typhoon8);

    *says.lock().unwrap() = None;
    until("the silence is noted", || async { office.store.silent_hold_source().await.unwrap() }).await;
    assert_eq!(office.mailer.asked(), 0);
    office.store.clock.advance(TimeDelta::minutes(31));
    until("the operators are told", || async { (office.mailer.sent() == 1).then_some(()) }).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(office.mailer.sent(), 1, "once");
    in_force(1).await;

    *says.lock().unwrap() = Some("{}");
    in_force(0).await;
    assert_eq!(office.store.silent_hold_source().await.unwrap(), None);
    engine.shutdown().await;
}
