//! Some hostile files for every door, always the same ones: `scripts/fuzz` tries new ones for as long as it is let.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use rstest::rstest;

#[rstest]
#[case::pdf("pdf", 60)]
#[case::witness("witness", 300)]
#[case::ofd("ofd", 200)]
#[case::xml("xml", 1500)]
#[case::image("image", 2000)]
#[case::zip("zip", 1500)]
#[case::mail("mail", 1500)]
fn no_hostile_file_harms_its_reader(#[case] target: &str, #[case] cases: u32) {
    let release = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    let keep = tempfile::tempdir().unwrap();
    let outcome = Command::new(release.join("examples/fuzz"))
        .args([target, "--cases", &cases.to_string(), "--seed", "7", "--keep"])
        .arg(keep.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&outcome.stdout);
    assert!(outcome.status.success(), "{told}");
}
