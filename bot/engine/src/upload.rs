//! Files that come by the upload page or the command line, and not through a folder.

use chrono::{DateTime, Utc};
use documents::{ReadError, container};
use serde_json::json;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{self, Arrived, Received, receive};

/// A file that comes by the upload page or the command line.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, for people.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The workflow that it is for.
    pub workflow: String,
    /// The portal that the workflow posts to; the only one there is when absent.
    pub portal: Option<String>,
    /// `upload`, or what else says where it came from.
    pub origin: String,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// Its run has started.
    Started {
        /// SHA-256 of the bytes.
        document: String,
        /// The run.
        run: String,
    },
    /// The same bytes were here before; nothing was started.
    Duplicate {
        /// SHA-256 of the bytes.
        document: String,
        /// The name under which they came first.
        first_name: String,
        /// When.
        first_at: DateTime<Utc>,
    },
    /// It cannot be read; nothing was kept.
    Refused {
        /// The code of the page in `docs/errors/`.
        code: String,
        /// The code, one sentence, and what to do.
        reason: String,
    },
}

impl Intake {
    fn refused(error: &ReadError) -> Self {
        let reason = error.to_string();
        Self::Refused { code: crate::error::code_of(&reason).to_owned(), reason }
    }
}

impl Engine {
    /// Takes a file that did not come through a folder.
    pub async fn take(&self, upload: Upload) -> Result<Intake, EngineError> {
        let Upload { name, bytes, workflow, portal, origin } = upload;
        let origin = format!("{origin}#{}", self.store().new_id());
        let takes = intake::takes(&self.config().workflows_dir, &workflow);
        let arrived = Arrived {
            name: &name,
            bytes,
            origin: &origin,
            workflow: &workflow,
            portal: portal.as_deref(),
            takes,
        };
        Ok(match receive(self.store(), arrived).await? {
            Received::New { document } => {
                let params = json!({ "document": document, "portal": portal });
                let run = self.start_run(&workflow, params, "upload").await?;
                Intake::Started { document, run }
            }
            Received::Duplicate { document, first_name, first_at } => {
                Intake::Duplicate { document, first_name, first_at }
            }
            Received::Refused { code, reason } => Intake::Refused { code, reason },
        })
    }

    /// Takes a file that did not come through a folder, as [`Engine::take`] does; what an archive or a saved mail holds is
    /// taken one by one, each with a run of its own. Answers what became of each, by its name.
    ///
    /// What failed for one of them does not keep the others from being taken.
    pub async fn take_apart(&self, upload: Upload) -> Vec<(String, Result<Intake, EngineError>)> {
        let Upload { name, bytes, workflow, portal, origin } = upload;
        let shown = name.clone();
        let papers = tokio::task::spawn_blocking(move || container::papers(name, bytes)).await;
        let papers = papers.unwrap_or_else(|_| {
            let reason = "taking it apart broke down".to_owned();
            vec![(shown, Err(ReadError::Damaged { reason }))]
        });
        let mut taken = Vec::new();
        for (name, paper) in papers {
            let own = name.rsplit('/').next().unwrap_or(&name).to_owned();
            let (workflow, portal, origin) = (workflow.clone(), portal.clone(), origin.clone());
            let intake = match paper {
                Ok(bytes) => self.take(Upload { name: own, bytes, workflow, portal, origin }).await,
                Err(error) => Ok(Intake::refused(&error)),
            };
            taken.push((name, intake));
        }
        taken
    }
}
