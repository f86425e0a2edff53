//! What a workflow asks of servers: sent once, and never again blindly.

use store::{FailureClass, RunState, StepState};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::*;
use crate::Retry;

const POST: &str = "let a = http::post(run.url, #{ total: 12.5 }); run::done(`${a.status}`)";

async fn office(origin: &str) -> Office {
    let mut office = Office::new().await;
    office.grants.of("test").hosts.insert(origin.to_owned());
    office
}

async fn posted(office: &Office, engine: &Engine, origin: &str) -> String {
    office.script("test", POST);
    engine.start_run("test", json!({ "key": "1", "url": format!("{origin}/bills") }), "person").await.unwrap()
}

#[tokio::test]
async fn what_may_have_arrived_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        // It takes the request and hangs up without an answer.
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 4096];
            let _ = stream.read(&mut bytes).await;
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let office = office(&origin).await;
    let engine = office.open().await;
    let run = posted(&office, &engine, &origin).await;
    let row = office.ends_as(&run, RunState::Failed).await;
    assert!(row.note.starts_with("DH-6524"), "{}", row.note);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(row.failure.unwrap().class, FailureClass::OutcomeUnknown);
    // Not even a person sends it again by accident.
    let refused = engine.run_again(&run, &Retry::default(), "mei").await.err().unwrap();
    assert!(refused.code() == "DH-6051" && refused.to_string().contains("nobody knows"), "{refused}");
    let why = "the server's log says that nothing came".to_owned();
    let meant = Retry { repeat_effects: true, why, ..Retry::default() };
    engine.run_again(&run, &meant, "mei").await.unwrap();
    office.ends_as(&run, RunState::Failed).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    engine.shutdown().await;
}

#[tokio::test]
async fn what_was_being_sent_when_the_program_stopped_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let office = office(&origin).await;
    let engine = office.open().await;
    let run = posted(&office, &engine, &origin).await;
    // Nobody answers: the step is begun, and the program is stopped in it.
    let _held = listener.accept().await.unwrap();
    engine.shutdown().await;
    drop(engine);
    assert_eq!(office.row(&run).await.1[0].state, StepState::Running);

    let engine = office.open().await;
    let row = office.ends_as(&run, RunState::Failed).await;
    assert!(row.note.starts_with("DH-6524"), "{}", row.note);
    engine.shutdown().await;
    let again = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(again.is_err(), "nothing was sent a second time");
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_asked_again_by_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let office = office(&origin).await;
    let engine = office.open().await;
    let run = posted(&office, &engine, &origin).await;
    let row = office.ends_as(&run, RunState::Failed).await;
    assert!(row.note.starts_with("DH-6523"), "{}", row.note);
    assert_eq!(office.row(&run).await.1[0].attempt, 4);
    engine.shutdown().await;
}
