//! A bucket on an S3 server of its own, which checks every signature.

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Bucket;

const NAME: &str = "papers";
const ACCESS_KEY: &str = "deskhand-test";
const SECRET_KEY: &str = "a key for tests alone";

/// A bucket. Its server ends when it is dropped.
pub struct TestBucket {
    /// How it is reached.
    pub bucket: Bucket,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

impl TestBucket {
    /// Starts a server with one empty bucket.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(NAME)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let builder = Builder::new(TokioExecutor::new());
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        let bucket = Bucket {
            name: NAME.to_owned(),
            endpoint: Some(endpoint),
            region: "us-east-1".to_owned(),
            prefix: String::new(),
            access_key: ACCESS_KEY.into(),
            secret_key: SECRET_KEY.into(),
        };
        Self { bucket, serving, _folder: folder }
    }
}

impl Drop for TestBucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
