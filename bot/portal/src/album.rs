//! A picture of every act, kept with the posting.

use std::mem;

use store::{Store, StoreError};
use tracing::warn;

/// Collects the pictures of one posting. Until the posting has a row (it is searched for first), they wait here.
#[derive(Default)]
pub struct Album {
    store: Option<Store>,
    posting: String,
    next: u32,
    waiting: Vec<(String, Vec<u8>)>,
    last: Vec<u8>,
    broken: Option<StoreError>,
}

impl Album {
    /// An empty album.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a PNG. A picture that equals the one before it is not kept twice.
    pub async fn add(&mut self, act: &str, png: Vec<u8>) {
        if png == self.last {
            return;
        }
        self.last.clone_from(&png);
        self.waiting.push((slug(act), png));
        if self.store.is_some() {
            self.write().await;
        }
    }

    /// From now on pictures go to this posting, those that were waiting first.
    pub(crate) async fn bind(&mut self, store: &Store, posting: &str) -> Result<(), StoreError> {
        let taken = store.pictures(posting).await?;
        self.next = taken.iter().map(|p| p.index + 1).max().unwrap_or(0);
        self.store = Some(store.clone());
        posting.clone_into(&mut self.posting);
        self.write().await;
        self.healthy()
    }

    /// Fails when a picture could not be kept: no bill is saved without its evidence.
    pub(crate) fn healthy(&mut self) -> Result<(), StoreError> {
        self.broken.take().map_or(Ok(()), Err)
    }

    /// Keeps pictures of a search that led to no posting, under the document.
    pub(crate) async fn leave_with_document(&mut self, store: &Store, document: &str) {
        for (index, (act, png)) in mem::take(&mut self.waiting).into_iter().enumerate() {
            let key = format!("documents/{document}/search-{index:02}-{act}.png");
            if let Err(error) = store.blobs().put(&key, png).await {
                warn!(%error, "a picture of the search could not be kept");
                return;
            }
        }
    }

    async fn write(&mut self) {
        let Some(store) = self.store.clone() else { return };
        for (act, png) in mem::take(&mut self.waiting) {
            let key = format!("postings/{}/{:02}-{act}.png", self.posting, self.next);
            let kept = match store.blobs().put(&key, png).await {
                Ok(()) => store.picture(&self.posting, self.next, &act, &key).await,
                Err(error) => Err(error),
            };
            match kept {
                Ok(()) => self.next += 1,
                Err(error) => {
                    warn!(%error, posting = self.posting, "a picture could not be kept");
                    self.broken = Some(error);
                }
            }
        }
    }
}

/// A name that is fit for a blob key.
fn slug(act: &str) -> String {
    let words: String =
        act.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    words.split('-').filter(|w| !w.is_empty()).collect::<Vec<_>>().join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn an_act_gives_a_name_that_the_blob_store_takes() {
        assert_eq!(slug("fill 3: type #line-0-amount"), "fill-3-type-line-0-amount");
        assert_eq!(slug("發票"), "");
    }
}
