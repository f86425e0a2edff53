//! Ending every process of a browser, also the browsers that an earlier, killed run left behind.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};

/// The beginning of every browser folder's name; the number of the process that made it follows.
const PREFIX: &str = "deskhand-browser-";

/// The name of a folder for a browser of this process.
pub(crate) fn folder_prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

/// Kills the driver's process group, and whatever of the browser left the group (its crash reporters).
pub(crate) fn end(group: u32, folder: &Path) {
    if let Some(pid) = pid(group) {
        // Already gone is what we want.
        let _ = kill_process_group(pid, Signal::KILL);
    }
    end_those_that_name(folder);
}

/// Removes browsers whose owner is gone: it was killed, and could not clean up.
pub(crate) fn sweep(parent: &Path) {
    for folder in fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if owner(&folder).is_some_and(|owner| !is_alive(owner)) {
            end_those_that_name(&folder);
            remove(&folder);
        }
    }
}

/// Removes a browser's folder. Dying processes may still write into it: a few tries.
pub(crate) fn remove(folder: &Path) {
    for _ in 0..20 {
        match fs::remove_dir_all(folder) {
            Ok(()) => return,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(25)),
        }
    }
    tracing::warn!(folder = %folder.display(), "a browser's folder could not be removed");
}

fn end_those_that_name(folder: &Path) {
    for process in naming(folder) {
        if let Some(pid) = pid(process) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// The processes whose command line has the folder's path. Only ours have: its name is random.
/// (Linux. Elsewhere there is no `/proc`, and the process group is all that is ended.)
fn naming(folder: &Path) -> Vec<u32> {
    let needle = folder.as_os_str().as_encoded_bytes();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process: &u32| {
            let line = fs::read(PathBuf::from(format!("/proc/{process}/cmdline"))).unwrap_or_default();
            line.windows(needle.len()).any(|part| part == needle)
        })
        .collect()
}

fn owner(folder: &Path) -> Option<u32> {
    folder.file_name()?.to_str()?.strip_prefix(PREFIX)?.split('-').next()?.parse().ok()
}

fn is_alive(process: u32) -> bool {
    // "Not permitted" means that it lives and is somebody else's.
    pid(process).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

fn pid(process: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(process).ok()?)
}
