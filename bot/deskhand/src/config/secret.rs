//! Where a secret is.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use secrecy::SecretString;
use serde::Deserialize;

/// Where a secret is. Never the secret itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub(crate) enum Secret {
    Env { env: String },
    File { file: PathBuf },
}

impl Secret {
    /// Makes the path of its file one from a folder.
    pub(super) fn stand_in(&mut self, base: &Path) {
        if let Self::File { file } = self {
            *file = base.join(&file);
        }
    }

    /// Fetches it.
    pub(crate) fn open(&self) -> Result<SecretString> {
        let text = match self {
            Self::Env { env } => match std::env::var(env) {
                Ok(text) => text,
                Err(_) => bail!("DH-1003: the secret in ${env} is not set; set it where Deskhand is started"),
            },
            Self::File { file } => match std::fs::read_to_string(file) {
                Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
                Err(error) => bail!("DH-1003: the secret in {} cannot be read ({error})", file.display()),
            },
        };
        Ok(text.into())
    }
}
