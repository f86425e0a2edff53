//! Files that are kept: originals, pictures of pages, pictures of what the browser did.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use secrecy::{ExposeSecret as _, SecretString};

use crate::StoreError;
use crate::hash::{is_sha256, sha256_hex};

const ORIGINALS: &str = "originals/";

/// A bucket of an S3-compatible service.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The address of the service; AWS's own when absent.
    pub endpoint: Option<String>,
    /// The region that requests are signed for.
    pub region: String,
    /// Under which all keys stand, `deskhand/` or nothing.
    pub prefix: String,
    /// The id of the key.
    pub access_key: SecretString,
    /// The key.
    pub secret_key: SecretString,
}

/// The key under which the original bytes of a document are kept.
pub fn original_key(sha256: &str) -> String {
    format!("{ORIGINALS}{sha256}")
}

/// The key under which a mail is kept as it came, by its SHA-256.
pub fn mail_key(sha256: &str) -> String {
    format!("mails/{sha256}")
}

/// A place for files, by key. A file is there whole or not at all, and has reached the disk when `put` returns.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// A folder on this machine; it is made when it is missing.
    pub fn folder(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        std::fs::create_dir_all(path).map_err(|error| StoreError::Blob { why: error.kind().to_string() })?;
        let folder =
            LocalFileSystem::new_with_prefix(path).map_err(|error| blob_error(&error))?.with_fsync(true);
        Ok(Self(Arc::new(folder)))
    }

    /// A bucket of an S3-compatible service, which several machines share. Nothing is asked of it yet.
    pub fn bucket(bucket: &Bucket) -> Result<Self, StoreError> {
        let Bucket { name, endpoint, region, prefix, access_key, secret_key } = bucket;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_region(region)
            .with_access_key_id(access_key.expose_secret())
            .with_secret_access_key(secret_key.expose_secret())
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 4,
                retry_timeout: Duration::from_secs(20),
            })
            .with_client_options(ClientOptions::new().with_timeout(Duration::from_mins(1)));
        if let Some(endpoint) = endpoint {
            // Whether it is asked in the clear is said by its address.
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let bucket = builder.build().map_err(|error| blob_error(&error))?;
        Ok(match prefix.trim_matches('/') {
            "" => Self(Arc::new(bucket)),
            prefix => Self(Arc::new(PrefixStore::new(bucket, location(prefix)?))),
        })
    }

    /// Memory only: gone when the last holder lets go.
    pub fn memory() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// Keeps bytes under a key; what was there before is replaced at once and whole.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let location = location(key)?;
        check_original(key, &bytes)?;
        self.0.put(&location, PutPayload::from(bytes)).await.map_err(|error| blob_error(&error))?;
        Ok(())
    }

    /// The bytes under a key. An original whose bytes are not those of its name is an error, never an answer.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let location = location(key)?;
        let found = self.0.get(&location).await.map_err(|error| blob_error(&error))?;
        let bytes = found.bytes().await.map_err(|error| blob_error(&error))?.to_vec();
        check_original(key, &bytes)?;
        Ok(bytes)
    }

    /// Whether something is kept under a key.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        match self.0.head(&location(key)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(blob_error(&error)),
        }
    }

    /// The keys under a folder such as `originals`, sorted.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let prefix = location(prefix)?;
        let found: Vec<_> =
            self.0.list(Some(&prefix)).try_collect().await.map_err(|error| blob_error(&error))?;
        let mut keys: Vec<String> = found.into_iter().map(|meta| meta.location.to_string()).collect();
        keys.sort_unstable();
        Ok(keys)
    }
}

/// The key as a location, if it is one that means the same on every file system and in every bucket.
fn location(key: &str) -> Result<object_store::path::Path, StoreError> {
    let segment_is_plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    if key.len() > 500 || !key.split('/').all(segment_is_plain) {
        return Err(StoreError::BlobKey);
    }
    object_store::path::Path::parse(key).map_err(|_| StoreError::BlobKey)
}

fn check_original(key: &str, bytes: &[u8]) -> Result<(), StoreError> {
    match key.strip_prefix(ORIGINALS) {
        Some(sha256) if is_sha256(sha256) && sha256_hex(bytes) != sha256 => Err(StoreError::BlobDamaged),
        _ => Ok(()),
    }
}

fn blob_error(error: &object_store::Error) -> StoreError {
    let why = match error {
        object_store::Error::NotFound { .. } => return StoreError::BlobMissing,
        object_store::Error::PermissionDenied { .. } => "not permitted",
        object_store::Error::Unauthenticated { .. } => "its service refused our signature",
        object_store::Error::AlreadyExists { .. } => "already there",
        _ => return StoreError::Blob { why: root_kind(error) },
    };
    StoreError::Blob { why: why.to_owned() }
}

/// The kind of the operating system's complaint ("no storage space"), without the path that it names.
fn root_kind(error: &object_store::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind().to_string();
        }
        cause = error.source();
    }
    "reading or writing failed".to_owned()
}
