use crate::blobs::original_key;
use crate::testing::TestBucket;
use crate::{Blobs, Bucket, StoreError, sha256_hex};

fn folder() -> (tempfile::TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(folder.path().join("blobs 檔案")).unwrap();
    (folder, blobs)
}

#[tokio::test]
async fn what_is_put_is_got_back() {
    let (_folder, blobs) = folder();
    let server = TestBucket::new().await;
    let bucket = Blobs::bucket(&server.bucket).unwrap();
    let below = Blobs::bucket(&Bucket { prefix: "shops/12/".into(), ..server.bucket.clone() }).unwrap();
    for blobs in [blobs, Blobs::memory(), bucket, below] {
        let key = "documents/abc/page-1.png";
        assert!(!blobs.exists(key).await.unwrap());
        assert!(matches!(blobs.get(key).await, Err(StoreError::BlobMissing)));
        blobs.put(key, vec![0; 100_000]).await.unwrap();
        blobs.put(key, vec![1, 2, 3]).await.unwrap();
        assert_eq!(blobs.get(key).await.unwrap(), [1, 2, 3]);
        assert!(blobs.exists(key).await.unwrap());
        blobs.put("documents/abc/document.json", vec![]).await.unwrap();
        let keys = blobs.list("documents/abc").await.unwrap();
        assert_eq!(keys, ["documents/abc/document.json", key]);
        assert!(blobs.list("postings").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_key_cannot_leave_the_folder() {
    let (folder, blobs) = folder();
    for key in [
        "",
        "/etc/x",
        "a//b",
        "a/",
        "../x",
        "a/../../x",
        "a/./b",
        ".hidden",
        "a\\b",
        "a b",
        "a%2fb",
        "發票",
        "a\0",
    ] {
        assert!(matches!(blobs.put(key, vec![1]).await, Err(StoreError::BlobKey)), "{key:?}");
        assert!(matches!(blobs.get(key).await, Err(StoreError::BlobKey)), "{key:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn an_original_that_was_changed_on_disk_is_not_handed_out() {
    let (folder, blobs) = folder();
    let key = original_key(&sha256_hex(b"invoice"));
    assert!(matches!(blobs.put(&key, b"other".to_vec()).await, Err(StoreError::BlobDamaged)));
    blobs.put(&key, b"invoice".to_vec()).await.unwrap();
    assert_eq!(blobs.get(&key).await.unwrap(), b"invoice");
    std::fs::write(folder.path().join("blobs 檔案").join(&key), b"involce").unwrap();
    assert!(matches!(blobs.get(&key).await, Err(StoreError::BlobDamaged)));
}

#[tokio::test]
async fn a_bucket_that_does_not_let_us_in_is_a_clear_error_without_the_key() {
    let server = TestBucket::new().await;
    let wrong = Bucket { secret_key: "another key".into(), ..server.bucket.clone() };
    let error = Blobs::bucket(&wrong).unwrap().put("documents/abc", vec![1]).await.unwrap_err();
    assert_eq!(error.code(), "DH-3012");
    assert!(!error.to_string().contains("key"), "{error}");
    assert!(!Blobs::bucket(&server.bucket).unwrap().exists("documents/abc").await.unwrap());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), b"").unwrap();
    let error = Blobs::folder(folder.path().join("file")).unwrap_err();
    assert_eq!(error.code(), "DH-3012");
    assert!(!error.to_string().contains(folder.path().to_str().unwrap()));
}
