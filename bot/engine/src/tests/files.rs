//! What a workflow does in the folders that it was granted.

use store::RunState;

use super::*;
use crate::FolderGrant;

async fn office() -> Office {
    let mut office = Office::new().await;
    let shelf = office.folder.path().join("shelf");
    std::fs::create_dir_all(&shelf).unwrap();
    office.grants.of("test").folders.insert("shelf".to_owned(), FolderGrant { path: shelf, write: true });
    office
}

#[tokio::test]
async fn a_table_that_was_written_is_read_again() {
    for file in ["table.xlsx", "table.csv"] {
        let office = office().await;
        let script = format!(
            "let rows = [#{{name: \"永明\", total: 12.50}}, #{{name: \"=1+1\", total: 3}}];\n\
             sheet::write(\"shelf\", \"{file}\", [\"name\", \"total\"], rows);\n\
             let again = sheet::read(\"shelf\", \"{file}\");\n\
             let sum = parse_decimal(again[0].total) + parse_int(again[1].total);\n\
             run::done(`${{again.len()}} ${{again[0].name}} ${{again[1].name}} ${{sum}}`)"
        );
        let (row, _) = office.run(&script).await;
        let formula = if file.ends_with("csv") { "'=1+1" } else { "=1+1" };
        assert_eq!((row.state, row.note), (RunState::Done, format!("2 永明 {formula} 15.5")), "{file}");
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_never_changed() {
    let office = office().await;
    let write = |text: &str| format!("files::write(\"shelf\", \"a.txt\", \"{text}\").written");
    let script = format!(
        "let first = {}; let second = {}; run::done(`${{first}} ${{second}}`)",
        write("x"),
        write("x")
    );
    let (row, _) = office.run(&script).await;
    assert_eq!(row.note, "true false");
    let other = Office { grants: office.grants.clone(), ..Office::new().await };
    let (row, _) = other.run(&write("y")).await;
    assert!(row.note.starts_with("DH-6522"), "{}", row.note);
    assert_eq!(std::fs::read_to_string(office.folder.path().join("shelf/a.txt")).unwrap(), "x");
}

#[tokio::test]
async fn the_same_table_written_again_is_the_same_file() {
    let office = office().await;
    let write = "sheet::write(\"shelf\", \"a.xlsx\", [\"n\"], [#{n: 1}]).written";
    let (row, _) = office.run(&format!("let a = {write}; let b = {write}; run::done(`${{a}} ${{b}}`)")).await;
    assert_eq!(row.note, "true false");
}

#[tokio::test]
async fn a_folder_is_listed_in_order_and_without_folders_and_links() {
    let office = office().await;
    let shelf = office.folder.path().join("shelf");
    for name in ["b.txt", "a.txt"] {
        std::fs::write(shelf.join(name), "x").unwrap();
    }
    std::fs::create_dir(shelf.join("folder")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", shelf.join("link")).unwrap();
    let (row, _) = office.run("run::done(`${files::list(\"shelf\")}`)").await;
    assert_eq!(row.note, "[\"a.txt\", \"b.txt\"]");
}

#[tokio::test]
async fn what_is_no_table_and_what_is_no_text_are_told() {
    let office = office().await;
    std::fs::write(office.folder.path().join("shelf/a.xlsx"), [0xFF, 0xFE, 0, 1]).unwrap();
    for (step, code) in [("sheet", "DH-6525"), ("files", "DH-6521")] {
        let other = Office { grants: office.grants.clone(), ..Office::new().await };
        let (row, _) = other.run(&format!("run::done(`${{{step}::read(\"shelf\", \"a.xlsx\")}}`)")).await;
        assert!(row.note.starts_with(code), "{}", row.note);
    }
}
