//! The folder trigger: wait until a file is still, claim it by rename, record it, put it away, start its run.
//!
//! Every step can be the last one before a power cut. What was claimed lies in `.taken` and is finished at the next
//! look; recording the same claim twice changes nothing; a document whose run never started is found by the reconcile
//! loop.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use documents::ReadError;
use documents::container::{self, DEEPEST, Part};
use notify_fs::{RecommendedWatcher, RecursiveMode, Watcher};
use store::Store;
use tokio::sync::Notify;

use crate::config::FolderTrigger;
use crate::error::EngineError;
use crate::intake::{self, Arrived, Received, receive, refuse_size, refused};
use crate::settle::{Look, Settling, is_ignored};
use crate::shelf;
use crate::whole::seems_cut_off;

/// A file that is empty or lacks its end is often one whose bytes are still on their way: so many settle times it
/// is left alone before it is taken as broken.
const UNFINISHED_WAITS: u32 = 5;

/// How a folder is, for people.
#[derive(Debug, Clone, serde::Serialize)]
pub struct FolderView {
    /// The folder.
    pub path: PathBuf,
    /// The workflow that its files start.
    pub workflow: String,
    /// When it was last looked at with success.
    pub seen_at: Option<DateTime<Utc>>,
    /// What is wrong with it now.
    pub trouble: Option<String>,
}

/// A folder that is being watched.
pub(crate) struct Folder {
    trigger: FolderTrigger,
    store: Store,
    zone: Tz,
    settle: Duration,
    settling: Mutex<Settling>,
    view: Mutex<FolderView>,
    bell: Arc<Notify>,
    /// The folder of scripts: each says in its head whether it takes tables.
    workflows: PathBuf,
}

/// What became of a claimed file.
enum Taken {
    /// A document, or nothing that can be read.
    As(Received),
    /// A container: its files lie beside it, each a claim of its own.
    Apart,
}

/// What a look at the folder brought.
pub(crate) struct Looked {
    /// The documents whose runs are to be started.
    pub(crate) documents: Vec<String>,
    /// When something may be ready, if anything is settling.
    pub(crate) again_in: Option<Duration>,
}

impl Folder {
    pub(crate) fn new(
        trigger: FolderTrigger,
        store: Store,
        zone: Tz,
        settle: Duration,
        workflows: &Path,
    ) -> Self {
        let view = FolderView {
            path: trigger.path.clone(),
            workflow: trigger.workflow.clone(),
            seen_at: None,
            trouble: None,
        };
        let (settling, view, bell) = (Mutex::default(), Mutex::new(view), Arc::default());
        Self { trigger, store, zone, settle, settling, view, bell, workflows: workflows.to_owned() }
    }

    pub(crate) fn trigger(&self) -> &FolderTrigger {
        &self.trigger
    }

    pub(crate) fn view(&self) -> FolderView {
        lock(&self.view).clone()
    }

    /// Rings when the system reports a change. Network shares report none: the poll is what must be relied on.
    pub(crate) async fn changed(&self) {
        self.bell.notified().await;
    }

    /// Asks the system to report changes, as long as the answer is kept.
    pub(crate) fn watch(&self) -> Option<RecommendedWatcher> {
        let bell = Arc::clone(&self.bell);
        let heard = move |event: notify_fs::Result<notify_fs::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                bell.notify_one();
            }
        };
        let watcher = notify_fs::recommended_watcher(heard).and_then(|mut watcher| {
            watcher.watch(&self.trigger.path, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        watcher
            .map_err(|error| tracing::info!(folder = %self.trigger.path.display(), %error, "only polled"))
            .ok()
    }

    /// Looks once: finishes what was claimed, claims what is ready.
    pub(crate) async fn look(&self) -> Looked {
        let mut looked = Looked { documents: Vec::new(), again_in: None };
        let trouble = self.try_look(&mut looked).await.err().map(|error| error.to_string());
        let mut view = lock(&self.view);
        match &trouble {
            Some(text) if view.trouble != trouble => tracing::warn!(folder = %view.path.display(), "{text}"),
            Some(_) => {}
            None => view.seen_at = Some(self.store.now()),
        }
        view.trouble = trouble;
        looked
    }

    async fn try_look(&self, looked: &mut Looked) -> Result<(), EngineError> {
        let taken = self.trigger.path.join(shelf::TAKEN);
        // Not `create_dir_all`: in the place of a share that is gone, nothing may be made.
        match std::fs::create_dir(&taken) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(self.failed(&error));
            }
            _ => {}
        }

        let mut first_trouble = None;
        for ready in self.ready(looked).await? {
            if let Err(error) = self.claim(&ready, &taken) {
                first_trouble.get_or_insert(error);
            }
        }
        for claimed in files_in(&taken).await.map_err(|error| self.failed(&error))? {
            match self.finish(&claimed).await {
                Ok(Some(document)) => looked.documents.push(document),
                Ok(None) => {}
                Err(error) => {
                    first_trouble.get_or_insert(error);
                }
            }
        }
        first_trouble.map_or(Ok(()), Err)
    }

    /// The files that have been still long enough.
    async fn ready(&self, looked: &mut Looked) -> Result<Vec<PathBuf>, EngineError> {
        let present = files_in(&self.trigger.path).await.map_err(|error| self.failed(&error))?;
        let now = Instant::now();
        let mut settling = lock(&self.settling);
        settling.keep_only(&present);
        let mut ready = Vec::new();
        for path in present {
            if path.file_name().is_none_or(|name| is_ignored(&name.to_string_lossy())) {
                continue;
            }
            // A file that went away meanwhile was not ours to take.
            let Ok(Some(look)) = Look::at(&path) else { continue };
            let still = settling.still_for(&path, look, now);
            let mut left = self.settle.saturating_sub(still);
            if left.is_zero() && (look.bytes == 0 || seems_cut_off(&path).unwrap_or(false)) {
                left = (self.settle * UNFINISHED_WAITS).saturating_sub(still);
            }
            if left.is_zero() {
                ready.push(path);
            } else {
                looked.again_in = Some(looked.again_in.map_or(left, |other| other.min(left)));
            }
        }
        Ok(ready)
    }

    /// Takes a file by rename: from then on it is ours, whatever happens.
    fn claim(&self, file: &Path, taken: &Path) -> Result<(), EngineError> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Whoever is still writing to it may have locked it.
        std::fs::File::open(file).map_err(|error| failed_at(file, &error))?;
        let claimed = taken.join(shelf::claimed_name(&self.store.new_id(), &name));
        std::fs::rename(file, claimed).map_err(|error| failed_at(file, &error))
    }

    /// Records a claimed file and puts it away.
    async fn finish(&self, file: &Path) -> Result<Option<String>, EngineError> {
        let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (claim, name) = shelf::claim_of(&file_name);
        let Some(received) = self.receive(file, claim, name).await? else { return Ok(None) };
        self.put_away(file, name, &received).map_err(|error| failed_at(file, &error))?;
        Ok(match received {
            Taken::As(Received::New { document }) => Some(document),
            Taken::As(Received::Duplicate { .. } | Received::Refused { .. }) | Taken::Apart => None,
        })
    }

    /// Stores and records a claimed file; `None` while someone still writes to it through an open handle.
    async fn receive(&self, file: &Path, claim: &str, name: &str) -> Result<Option<Taken>, EngineError> {
        let failed = |error: &std::io::Error| failed_at(file, error);
        let before = Look::at(file).map_err(|error| failed(&error))?;
        if let Some(refused) = before.and_then(|look| refuse_size(look.bytes)) {
            return Ok(Some(Taken::As(refused)));
        }
        let bytes = tokio::fs::read(file).await.map_err(|error| failed(&error))?;
        if before != Look::at(file).map_err(|error| failed(&error))? {
            return Ok(None);
        }
        let (parts, bytes) =
            on_disk(move || Ok((container::unpack(&bytes), bytes))).await.map_err(|error| failed(&error))?;
        if let Some(parts) = parts {
            return self.unpack(file, claim, name, parts).map(Some);
        }
        let origin = format!("{}#{claim}", self.trigger.path.display());
        let FolderTrigger { workflow, portal, .. } = &self.trigger;
        let takes = intake::takes(&self.workflows, workflow);
        let arrived = Arrived { name, bytes, origin: &origin, workflow, portal: portal.as_deref(), takes };
        Ok(Some(Taken::As(receive(&self.store, arrived).await?)))
    }

    /// Puts each file of a container beside it, as a claim of its own that a second try makes again.
    fn unpack(
        &self,
        file: &Path,
        claim: &str,
        name: &str,
        parts: Result<Vec<Part>, ReadError>,
    ) -> Result<Taken, EngineError> {
        let parts = match parts {
            Err(error) => return Ok(Taken::As(refused(&error))),
            Ok(_) if claim.matches('.').count() >= DEEPEST => {
                let reason = "archives lie in archives without end".to_owned();
                return Ok(Taken::As(refused(&ReadError::Unsafe { reason })));
            }
            Ok(parts) => parts,
        };
        let taken = file.parent().unwrap_or(&self.trigger.path);
        for (number, part) in (1..).zip(parts) {
            let inner = format!("{claim}.{number}");
            let place = taken.join(shelf::claimed_name(&inner, &part.name));
            let half = self.trigger.path.join(format!(".{inner}.part"));
            std::fs::write(&half, part.bytes).map_err(|error| failed_at(&half, &error))?;
            std::fs::rename(&half, &place).map_err(|error| failed_at(&place, &error))?;
        }
        tracing::info!(claim, name_length = name.len(), "a container was taken apart");
        Ok(Taken::Apart)
    }

    fn put_away(&self, file: &Path, name: &str, received: &Taken) -> std::io::Result<()> {
        let folder = &self.trigger.path;
        let today = self.store.now().with_timezone(&self.zone);
        match received {
            Taken::As(Received::New { .. }) | Taken::Apart => {
                shelf::put(file, &folder.join("done").join(today.format("%Y-%m-%d").to_string()), name)?;
            }
            Taken::As(Received::Duplicate { document, first_name, first_at }) => {
                let place = shelf::put(file, &folder.join("duplicate"), name)?;
                let first_at = first_at.with_timezone(&self.zone).to_rfc3339();
                let line = [&today.to_rfc3339(), &shown(&place), document, first_name, &first_at]
                    .map(|cell| plain(cell));
                append(&folder.join("duplicate").join("ledger.tsv"), &line.join("\t"))?;
            }
            Taken::As(Received::Refused { code, reason }) => {
                let place = shelf::put(file, &folder.join("quarantine"), name)?;
                let note = format!("{}\n\n{reason}\n\nSee docs/errors/{code}.md\n", shown(&place));
                std::fs::write(place.with_file_name(format!("{}.reason.txt", shown(&place))), note)?;
            }
        }
        Ok(())
    }

    fn failed(&self, error: &std::io::Error) -> EngineError {
        failed_at(&self.trigger.path, error)
    }
}

/// The name of the folder that a document came into; empty for those that came another way.
pub(crate) fn folder_of(origin: &str) -> &str {
    let Some((path, _)) = origin.rsplit_once('#') else { return "" };
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn failed_at(path: &Path, error: &std::io::Error) -> EngineError {
    EngineError::Folder { path: path.to_owned(), reason: error.to_string() }
}

/// A panic under one of these locks leaves plain data behind, so the data is still good.
fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The regular files of a folder, oldest name first, sub-folders left alone.
async fn files_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let folder = folder.to_owned();
    on_disk(move || {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    })
    .await
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}

fn append(file: &Path, line: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{line}")
}

fn shown(place: &Path) -> String {
    place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A cell of a ledger: one line, and nothing that a spreadsheet would calculate.
fn plain(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
