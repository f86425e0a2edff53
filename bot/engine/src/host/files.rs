//! `files`: the folders that a workflow was granted, and nothing beside them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Component, Path};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use rhai::plugin::{Dynamic, NativeCallContext, export_module};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::grants::FolderGrant;
use crate::host::documents::on_a_thread;
use crate::host::text;
use crate::house::House;
use crate::orchestrator::Ask;

pub(crate) const LIST: &str = "files::list";
pub(crate) const READ: &str = "files::read";
pub(crate) const WRITE: &str = "files::write";

/// A text of more bytes is not for a script: what a step answers is kept in the run's history.
const MOST_TEXT: u64 = 200 * 1024;
/// A folder of more files is listed up to here.
const MOST_FILES: usize = 1_000;

#[export_module]
pub(crate) mod functions {
    use rhai::EvalAltResult;
    use serde_json::json;

    use crate::tape::step;

    /// The names of the files in a folder, sorted. `folder` is a name that the operator granted to the workflow.
    #[rhai_fn(return_raw)]
    pub(crate) fn list(context: NativeCallContext, folder: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::LIST, json!({ "folder": folder }))
    }

    /// The text of a file, at most 200 KB of UTF-8. `file` may lie in a sub-folder: `"2026/october.txt"`.
    #[rhai_fn(return_raw)]
    pub(crate) fn read(
        context: NativeCallContext,
        folder: &str,
        file: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::READ, json!({ "folder": folder, "file": file }))
    }

    /// Writes a text into a new file of a folder that was granted for writing. A file that is there is never changed: with
    /// the same text nothing happens, with another the step fails.
    ///
    /// It answers `#{written: bool}`; false when the same text was there already.
    #[rhai_fn(return_raw)]
    pub(crate) fn write(
        context: NativeCallContext,
        folder: &str,
        file: &str,
        text: &str,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        step(&context, super::WRITE, json!({ "folder": folder, "file": file, "text": text }))
    }
}

pub(crate) async fn list(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let folder = granted(house, ask, false)?;
    let named = on_a_thread(move || names(&folder)).await?;
    named.map(|names| json!(names)).map_err(|error| broken(ask, &error))
}

pub(crate) async fn read(house: &House, ask: &Ask) -> Result<Value, Failure> {
    let bytes = bytes_of(house, ask, MOST_TEXT).await?;
    String::from_utf8(bytes).map(Value::String).map_err(|_| {
        Failure::business(&format!("DH-6521: {} is no text in UTF-8; save it as one", shown(ask)))
    })
}

pub(crate) async fn write(house: &House, ask: &Ask) -> Result<Value, Failure> {
    put(house, ask, text(ask, "text")?.as_bytes().to_vec()).await
}

/// The bytes of the file that a step names, if it has no more of them than these.
pub(crate) async fn bytes_of(house: &House, ask: &Ask, most: u64) -> Result<Vec<u8>, Failure> {
    let (folder, file) = (granted(house, ask, false)?, text(ask, "file")?.to_owned());
    let read = on_a_thread(move || -> std::io::Result<Option<Vec<u8>>> {
        plain(&folder, &file)?;
        let mut bytes = Vec::new();
        folder.open(&file)?.take(most + 1).read_to_end(&mut bytes)?;
        Ok((u64::try_from(bytes.len()).unwrap_or(u64::MAX) <= most).then_some(bytes))
    });
    read.await?.map_err(|error| broken(ask, &error))?.ok_or_else(|| {
        Failure::business(&format!("DH-6521: {} has more than {} KB; split it", shown(ask), most / 1024))
    })
}

/// Writes a new file whole, or finds the same bytes there.
pub(crate) async fn put(house: &House, ask: &Ask, bytes: Vec<u8>) -> Result<Value, Failure> {
    let (folder, file) = (granted(house, ask, true)?, text(ask, "file")?.to_owned());
    let written = on_a_thread(move || written(&folder, &file, &bytes)).await?;
    match written.map_err(|error| broken(ask, &error))? {
        Some(written) => Ok(json!({ "written": written })),
        None => Err(Failure::business(&format!(
            "DH-6522: {} is there already and holds something else; it was left as it is, choose another name",
            shown(ask)
        ))),
    }
}

/// Some(true) when it was written, Some(false) when the same was there, None when something else is.
fn written(folder: &Dir, file: &str, bytes: &[u8]) -> std::io::Result<Option<bool>> {
    plain(folder, file)?;
    if let Some(parent) = Path::new(file).parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder.create_dir_all(parent)?;
    }
    if folder.try_exists(file)? {
        return Ok((folder.read(file)? == bytes).then_some(false));
    }
    // Beside it and then under its name: nobody ever sees half a file, and a crash leaves none.
    let aside = format!("{file}.part");
    let mut part = folder.open_with(&aside, OpenOptions::new().create(true).truncate(true).write(true))?;
    part.write_all(bytes)?;
    part.sync_all()?;
    folder.rename(&aside, folder, file)?;
    Ok(Some(true))
}

fn names(folder: &Dir) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.entries()?.take(MOST_FILES) {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// A path that goes down only, through folders and never through a link. The opening itself cannot leave the folder
/// either, whatever is put there meanwhile.
fn plain(folder: &Dir, file: &str) -> std::io::Result<()> {
    let path = Path::new(file);
    let down = path.components().all(|part| matches!(part, Component::Normal(_)));
    if file.is_empty() || !down {
        return Err(std::io::Error::new(ErrorKind::PermissionDenied, "the path leads out of the folder"));
    }
    for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        if folder.symlink_metadata(part).is_ok_and(|found| found.is_symlink()) {
            return Err(std::io::Error::new(ErrorKind::PermissionDenied, "a link stands in the path"));
        }
    }
    Ok(())
}

/// The folder that a step names, if its workflow was granted it.
fn granted(house: &House, ask: &Ask, to_write: bool) -> Result<Dir, Failure> {
    let (workflow, name) = (&ask.workflow, text(ask, "folder")?);
    let refused = |what: &str| {
        Failure::business(&format!(
            "DH-6506: the workflow {workflow} was not granted the folder {name}{what}; correct [grants.{workflow}] in the settings, then try again"
        ))
    };
    let FolderGrant { path, write } = house.grants.folder(workflow, name).ok_or_else(|| refused(""))?;
    if to_write && !write {
        return Err(refused(" for writing"));
    }
    Dir::open_ambient_dir(path, ambient_authority()).map_err(|error| broken(ask, &error))
}

fn shown(ask: &Ask) -> String {
    let word = |name: &str| ask.call.args[name].as_str().unwrap_or_default().to_owned();
    format!("{}/{}", word("folder"), word("file"))
}

/// What is not there, or leads elsewhere, is for a person; a disk that does not answer is tried again.
fn broken(ask: &Ask, error: &std::io::Error) -> Failure {
    let text = format!("DH-6521: {} cannot be used ({error}); check the name and the folder", shown(ask));
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::IsADirectory
        | ErrorKind::InvalidInput => Failure::business(&text),
        _ => Failure::application(&text),
    }
}
