#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::child::worker::{read_answer, write_request};

/// Not a test of its own: the child's side when this test program is started as a child. The program writes more
/// than answers to stdout then, as libraries do.
#[test]
fn child_entry() {
    let kind = std::env::args().next_back().unwrap_or_default();
    if [PDF, OFD, PDF_TEXT, TESSERACT, PROBE].contains(&kind.as_str()) {
        serve(&kind, io::stdin(), io::stdout().lock()).unwrap();
    }
}

/// This test program as a child that runs nothing but [`child_entry`].
pub(crate) fn this_program() -> ChildCommand {
    let args = ["child::tests::child_entry", "--exact", "--nocapture"].map(str::to_owned).to_vec();
    ChildCommand { program: std::env::current_exe().unwrap(), args }
}

/// Children that are this test program.
pub(crate) fn children() -> Children {
    Children::new(this_program())
}

fn shell(script: &str) -> ChildCommand {
    ChildCommand { program: "/bin/sh".into(), args: vec!["-c".to_owned(), script.to_owned()] }
}

fn call(command: &ChildCommand, request: &[u8], limits: &ChildLimits) -> Result<Vec<u8>, ChildError> {
    Children::new(command.clone()).call(PROBE, request.to_vec(), limits)
}

fn quickly() -> ChildLimits {
    ChildLimits { time: Duration::from_secs(5), memory: 256 << 20, answer: 1 << 20 }
}

#[test]
fn an_answer_comes_back_unchanged_in_spite_of_chatter() {
    children().probe().unwrap();
    let request: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let answer = call(&this_program(), &request, &ChildLimits::default()).unwrap();
    assert!(answer == request);
}

#[test]
fn a_child_that_hangs_is_killed() {
    let limits = ChildLimits { time: Duration::from_millis(300), ..quickly() };
    let error = call(&shell("exec sleep 600"), b"", &limits).unwrap_err();
    assert!(matches!(error, ChildError::TimedOut(_)), "{error}");
}

#[test]
fn a_hanging_grandchild_does_not_hold_the_house_up() {
    let limits = ChildLimits { time: Duration::from_millis(300), ..quickly() };
    let error = call(&shell("sleep 20; echo done"), b"", &limits).unwrap_err();
    assert!(matches!(error, ChildError::TimedOut(_)), "{error}");
}

#[test]
fn a_child_that_never_reads_its_request_does_not_block() {
    let limits = ChildLimits { time: Duration::from_millis(300), ..quickly() };
    let error = call(&shell("exec sleep 600"), &vec![0; 4 << 20], &limits).unwrap_err();
    assert!(matches!(error, ChildError::TimedOut(_)), "{error}");
}

#[test]
fn a_page_that_looks_like_an_answer_is_none() {
    let forged = [MARK, &[0, 0, 0, 0, 1, b'x']].concat();
    let answer = call(&this_program(), &forged, &ChildLimits::default()).unwrap();
    assert_eq!(answer, forged);
}

#[test]
fn a_child_that_dies_is_an_error_and_not_a_hang() {
    let error = call(&shell("kill -9 $$"), b"x", &quickly()).unwrap_err();
    assert!(matches!(error, ChildError::Died(_)), "{error}");
}

#[test]
fn a_flood_of_output_is_stopped() {
    let error = call(&shell("exec yes"), b"", &quickly()).unwrap_err();
    assert!(matches!(error, ChildError::TooLong(_)), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_child_that_eats_memory_dies_alone() {
    let limits = ChildLimits { time: Duration::from_secs(30), ..quickly() };
    let error = call(&shell("exec tail /dev/zero"), b"", &limits).unwrap_err();
    assert!(matches!(error, ChildError::Died(_)), "{error}");
}

#[test]
fn a_program_that_is_not_there_is_told_as_such() {
    let command = ChildCommand { program: "/nowhere/deskhand".into(), args: Vec::new() };
    let error = call(&command, b"", &quickly()).unwrap_err();
    assert!(matches!(error, ChildError::Start(_)), "{error}");
}

#[test]
fn a_child_does_not_see_the_house_secrets() {
    let error = call(&shell("env | grep -q CARGO && exit 1; exit 0"), b"", &quickly()).unwrap_err();
    let ChildError::Died(status) = error else { panic!("{error}") };
    assert!(status.success(), "a variable that is not on the list reached the child");
}

#[test]
fn work_of_an_unknown_kind_is_refused() {
    let mut request = Vec::new();
    write_request(&mut request, b"x").unwrap();
    let mut answer = Vec::new();
    serve("dance", io::Cursor::new(request), &mut answer).unwrap();
    let (status, text) = read_answer(&mut answer.as_slice(), 1000).unwrap().unwrap();
    assert_eq!((status, text.as_slice()), (1, &b"there is no child work called dance"[..]));
}

#[test]
fn a_request_that_is_cut_off_is_an_error() {
    assert!(serve(PROBE, &[0, 0, 0, 9, 1][..], io::sink()).is_err());
    assert!(serve(PROBE, &[255, 255, 255, 255, 1][..], io::sink()).is_err());
}

#[test]
fn a_child_that_has_answered_does_the_next_piece_of_work() {
    let children = children();
    let pid = || {
        children.probe().unwrap();
        let idle = children.idle.lock().unwrap();
        assert_eq!(idle.len(), 1);
        idle[0].id()
    };
    assert_eq!(pid(), pid());
}

#[test]
fn a_child_that_has_gone_home_is_followed_by_another() {
    let children = children();
    children.probe().unwrap();
    let before = children.idle.lock().unwrap()[0].id();
    children.idle.lock().unwrap()[0].kill();
    children.probe().unwrap();
    assert_ne!(children.idle.lock().unwrap()[0].id(), before);
}

#[test]
fn a_child_that_hangs_is_not_asked_again() {
    let limits = ChildLimits { time: Duration::from_millis(300), ..quickly() };
    let children = Children::new(shell("exec sleep 600"));
    children.call(PROBE, Vec::new(), &limits).unwrap_err();
    assert!(children.idle.lock().unwrap().is_empty());
}
