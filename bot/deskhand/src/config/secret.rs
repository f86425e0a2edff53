//! Where a secret is.

use std::path::PathBuf;

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
