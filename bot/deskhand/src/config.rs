//! `deskhand.toml`: one typed file. Unknown keys are refused; the commented example is made from these types.

mod lists;
mod mailbox;
mod rules;
mod secret;
mod sections;
mod stock;
mod values;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use confique::Config as _;

pub(crate) use lists::PortalConfig;
pub(crate) use mailbox::Mailbox;
pub(crate) use secret::Secret;
pub(crate) use sections::{Config, MailTransport};

/// The lists of the example, which the types alone cannot show.
const LISTS: &str = include_str!("config/lists.example.toml");

/// The file that is looked for when none is named.
pub(crate) const DEFAULT_FILE: &str = "deskhand.toml";

/// Loads the file; without one, the embedded defaults apply.
pub(crate) fn load(named: Option<&Path>) -> Result<Config> {
    let file = match named {
        Some(path) if !path.exists() => {
            bail!(
                "DH-1001: there is no configuration at {}; write one with `deskhand config example > {0}`",
                path.display()
            )
        }
        Some(path) => Some(path.to_path_buf()),
        None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()),
    };
    let mut builder = Config::builder().env();
    if let Some(path) = &file {
        builder = builder.file(path);
    }
    let mut config = builder.load().map_err(|error| {
        let place =
            file.as_deref().map_or_else(|| "the environment".into(), |path| path.display().to_string());
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        anyhow::anyhow!(
            "DH-1002: {place} cannot be used: {}; compare it with `deskhand config example`",
            why.trim()
        )
    })?;
    let base = file.as_deref().and_then(Path::parent).filter(|p| !p.as_os_str().is_empty());
    config.resolve(base.unwrap_or(Path::new(".")));
    config.validate().context("DH-1002: the configuration contradicts itself")?;
    Ok(config)
}

/// The commented example that `deskhand config example` prints.
pub(crate) fn example() -> String {
    let head = "# Deskhand's configuration. Every value shown is the default; take away the `#` to change it.\n\
                # Times are written as \"30s\", \"5m\", \"2h\"; paths are relative to this file.\n\n";
    let body = confique::toml::template::<Config>(confique::toml::FormatOptions::default());
    format!("{head}{body}\n{LISTS}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn the_example_in_the_repository_is_what_the_types_say() {
        let committed = include_str!("../../../deskhand.example.toml");
        assert_eq!(committed, example(), "run: deskhand config example > deskhand.example.toml");
    }

    #[test]
    fn the_example_loads_and_so_does_every_line_of_it_without_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deskhand.toml");
        std::fs::write(&path, example()).unwrap();
        load(Some(&path)).unwrap();
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deskhand.toml");
        std::fs::write(&path, "[web]\nlissten = \"127.0.0.1:1\"\n").unwrap();
        let error = load(Some(&path)).unwrap_err().to_string();
        assert!(error.starts_with("DH-1002") && error.contains("lissten"), "{error}");
    }
}
