//! Where everything is kept: in files on this machine, or in a database and a bucket that several machines share.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use engine::EngineState;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Blobs, Bucket, Store, SystemClock};
use tempfile::TempDir;

use crate::config::{Config, Secret};

/// The store of the configuration; a file is made when it is missing.
pub(crate) async fn open_store(config: &Config) -> Result<Store> {
    std::fs::create_dir_all(&config.data).with_context(|| {
        format!("DH-1010: the data folder {} cannot be made; check who owns it", config.data.display())
    })?;
    let url = match shared_database(config)? {
        Some(url) => url,
        None => store::sqlite_url(&config.data.join("deskhand.db")).into(),
    };
    Ok(Store::open(url.expose_secret(), blobs(config)?, Arc::new(SystemClock)).await?)
}

/// The store as it is, for a look. Where there is none yet, an empty one that goes with the folder beside it.
pub(crate) async fn look_into_store(config: &Config) -> Result<(Store, Option<TempDir>)> {
    if config.database.is_some() || config.data.join("deskhand.db").exists() {
        return Ok((open_store(config).await?, None));
    }
    let folder = tempfile::tempdir().context("DH-1010: there is no room for a store that is thrown away")?;
    let url = store::sqlite_url(&folder.path().join("deskhand.db"));
    let store = Store::open(&url, Blobs::memory(), Arc::new(SystemClock)).await?;
    Ok((store, Some(folder)))
}

/// Where the engine keeps the state of runs, when not in its own file: beside the store.
pub(crate) fn engine_state(config: &Config) -> Result<Option<EngineState>> {
    Ok(shared_database(config)?.map(EngineState::Postgres))
}

/// Where the database is, for people.
pub(crate) fn database_place(config: &Config) -> String {
    match &config.database {
        None => config.data.join("deskhand.db").display().to_string(),
        Some(Secret::Env { env }) => format!("PostgreSQL at the address in ${env}"),
        Some(Secret::File { file }) => format!("PostgreSQL at the address in {}", file.display()),
    }
}

/// The address of the database that several machines share.
fn shared_database(config: &Config) -> Result<Option<SecretString>> {
    let Some(place) = &config.database else { return Ok(None) };
    let url = place.open().context("`database`")?;
    if store::is_sqlite(url.expose_secret())? {
        bail!(
            "DH-1018: `database` is for a PostgreSQL that several machines share; without it, a file in the data folder serves this one"
        );
    }
    Ok(Some(url))
}

fn blobs(config: &Config) -> Result<Blobs> {
    let place = &config.blobs;
    let Some(name) = place.bucket.clone() else {
        let beside = config.data.join("blobs");
        return folder(place.folder.as_deref().unwrap_or(&beside));
    };
    let key = |secret: &Option<Secret>, of: &str| -> Result<SecretString> {
        let secret = secret.as_ref().with_context(|| format!("DH-1002: [blobs] has no {of}"))?;
        secret.open().with_context(|| format!("blobs.{of}"))
    };
    Ok(Blobs::bucket(&Bucket {
        name,
        endpoint: place.endpoint.clone(),
        region: place.region.clone(),
        prefix: place.prefix.clone(),
        access_key: key(&place.access_key, "access_key")?,
        secret_key: key(&place.secret_key, "secret_key")?,
    })?)
}

fn folder(path: &Path) -> Result<Blobs> {
    std::fs::create_dir_all(path).with_context(|| {
        format!("DH-1010: the folder {} cannot be made; check who owns it", path.display())
    })?;
    Ok(Blobs::folder(path)?)
}
