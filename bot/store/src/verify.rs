//! Checking the audit chain from its first line to its head.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::audit::{AuditHead, ExportedHead, GENESIS, hash_of};
use crate::row::Columns;
use crate::words::words;
use crate::{Store, StoreError};

const PAGE: i64 = 2000;

words! {
    /// In what way the chain does not hold.
    pub enum BrokenWhy {
        /// The line's content does not give its hash.
        RowChanged = "row_changed",
        /// A line is missing from the middle.
        RowMissing = "row_missing",
        /// The line does not name the hash of the one before: lines were reordered or replaced.
        LinkBroken = "link_broken",
        /// The newest lines are missing.
        Truncated = "truncated",
        /// A head that was exported earlier is not the line of that number now: history was rewritten.
        HeadMismatch = "head_mismatch",
        /// There are lines beyond the recorded head.
        RowsBeyondHead = "rows_beyond_head",
    }
}

impl BrokenWhy {
    /// One sentence for a person.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::RowChanged => "The content of this line was changed after it was written.",
            Self::RowMissing => "This line is missing.",
            Self::LinkBroken => {
                "This line does not follow the one before it: lines were reordered or replaced."
            }
            Self::Truncated => "The newest lines are missing, from this one on.",
            Self::HeadMismatch => {
                "This line is not the one whose hash left the machine: history was rewritten."
            }
            Self::RowsBeyondHead => "There are lines after the recorded head, from this one on.",
        }
    }
}

/// The first place at which the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The number of the line.
    pub seq: i64,
    /// In what way.
    pub why: BrokenWhy,
}

/// What a check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many lines were checked and found good.
    pub entries: i64,
    /// The head, as the database states it.
    pub head: AuditHead,
    /// The first fault.
    pub broken: Option<Broken>,
}

impl Verdict {
    /// Whether the chain holds.
    pub fn is_sound(&self) -> bool {
        self.broken.is_none()
    }
}

impl Store {
    /// Recomputes the chain, and checks it against the heads noted in this database. Whoever can write to
    /// the database can forge both: only [`Store::audit_verify_against`] a head kept elsewhere proves more.
    pub async fn audit_verify(&self) -> Result<Verdict, StoreError> {
        self.verify(None).await
    }

    /// The same, and the chain must pass through a head that left the machine.
    pub async fn audit_verify_against(&self, head: &ExportedHead) -> Result<Verdict, StoreError> {
        self.verify(Some(head)).await
    }

    async fn verify(&self, kept: Option<&ExportedHead>) -> Result<Verdict, StoreError> {
        let mut walk = Walk { seq: 0, entry_hash: GENESIS.to_owned(), heads: self.exported_heads().await? };
        if let Some(kept) = kept {
            walk.heads.entry(kept.seq).or_default().push(kept.entry_hash.clone());
        }
        let mut broken = walk.check_heads();
        let head = loop {
            let found_more = broken.is_none() && self.verify_page(&mut walk, &mut broken).await?;
            if found_more {
                continue;
            }
            let head = self.audit_head().await?;
            if broken.is_none() && head.seq > walk.seq {
                // Either written since the last page, or gone.
                if self.verify_page(&mut walk, &mut broken).await? {
                    continue;
                }
                broken = Some(Broken { seq: walk.seq + 1, why: BrokenWhy::Truncated });
            }
            break head;
        };
        let broken = broken.or_else(|| walk.check_end(&head));
        Ok(Verdict { entries: walk.seq, head, broken })
    }

    /// Checks the next lines; false when there are none.
    async fn verify_page(&self, walk: &mut Walk, broken: &mut Option<Broken>) -> Result<bool, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, at, actor, action, object, details, prev_hash, entry_hash FROM audit
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(walk.seq)
        .bind(PAGE)
        .fetch_all(self.reader())
        .await?;
        for row in &rows {
            let line = Line {
                seq: row.number("seq")?,
                at: row.number("at")?,
                texts: [row.text("actor")?, row.text("action")?, row.text("object")?, row.text("details")?],
                prev_hash: row.text("prev_hash")?,
                entry_hash: row.text("entry_hash")?,
            };
            *broken = walk.step(&line).or_else(|| walk.check_heads());
            if broken.is_some() {
                return Ok(false);
            }
        }
        Ok(!rows.is_empty())
    }

    async fn exported_heads(&self) -> Result<BTreeMap<i64, Vec<String>>, StoreError> {
        let rows = sqlx::query("SELECT seq, entry_hash FROM heads").fetch_all(self.reader()).await?;
        let mut heads: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in &rows {
            heads.entry(row.number("seq")?).or_default().push(row.text("entry_hash")?);
        }
        Ok(heads)
    }
}

struct Line {
    seq: i64,
    at: i64,
    texts: [String; 4],
    prev_hash: String,
    entry_hash: String,
}

/// How far the check has come.
struct Walk {
    seq: i64,
    entry_hash: String,
    heads: BTreeMap<i64, Vec<String>>,
}

impl Walk {
    fn step(&mut self, line: &Line) -> Option<Broken> {
        let [actor, action, object, details] = &line.texts;
        if line.seq != self.seq + 1 {
            return Some(Broken { seq: self.seq + 1, why: BrokenWhy::RowMissing });
        }
        let own = hash_of(&line.prev_hash, line.seq, line.at, actor, action, object, details);
        if own != line.entry_hash {
            return Some(Broken { seq: line.seq, why: BrokenWhy::RowChanged });
        }
        if line.prev_hash != self.entry_hash {
            return Some(Broken { seq: line.seq, why: BrokenWhy::LinkBroken });
        }
        self.seq = line.seq;
        self.entry_hash.clone_from(&line.entry_hash);
        None
    }

    /// Whether the line reached is the one that was exported under its number, if one was.
    fn check_heads(&self) -> Option<Broken> {
        let wanted = self.heads.get(&self.seq)?;
        let differs = wanted.iter().any(|hash| *hash != self.entry_hash);
        differs.then_some(Broken { seq: self.seq, why: BrokenWhy::HeadMismatch })
    }

    fn check_end(&self, head: &AuditHead) -> Option<Broken> {
        if self.heads.keys().next_back().is_some_and(|newest| *newest > self.seq) {
            return Some(Broken { seq: self.seq + 1, why: BrokenWhy::Truncated });
        }
        if head.seq < self.seq {
            return Some(Broken { seq: head.seq + 1, why: BrokenWhy::RowsBeyondHead });
        }
        (head.entry_hash != self.entry_hash).then_some(Broken { seq: head.seq, why: BrokenWhy::HeadMismatch })
    }
}
