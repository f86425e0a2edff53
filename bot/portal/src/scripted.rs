//! A portal that plays faults, for tests of whatever posts.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::{Album, Bill, Fault, Policy, Portal, PortalError, Record, Words};

/// What goes wrong the next time that a bill is submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// Saved, but the answer never came.
    SavedButSilent,
    /// Not saved, and the answer never came.
    LostAndSilent,
    /// Saved after this many more searches.
    SavedLate(u32),
    /// Nothing was sent: the button could not be clicked.
    NotSent,
    /// The page said no.
    SaysNo,
    /// Saved, and the page showed an error all the same.
    SavedButSaysNo,
    /// The sign-in page came instead.
    SignedOut,
    /// Saved with today's date.
    OtherDate,
    /// Saved with a cent more.
    OtherTotal,
    /// Saved twice.
    SavedTwice,
    /// The call never returns (drop it: that is a crash), after saving.
    SavedThenHangs,
    /// The call never returns, without saving.
    Hangs,
}

/// A portal in memory. What it "saves" is in [`Scripted::records`].
pub struct Scripted {
    policy: Policy,
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: Vec<Record>,
    late: Vec<(u32, Record)>,
    slips: VecDeque<Slip>,
    down: u32,
    refuses_fill: bool,
    submitted: u32,
}

impl Scripted {
    /// An empty portal whose books record each bill's currency.
    pub fn new() -> Self {
        Self {
            policy: Policy {
                what: Words::new("bill", "單據"),
                only_currency: None,
                searches: 3,
                pause: Duration::ZERO,
            },
            turn: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// A portal whose books are in one currency.
    pub fn in_currency(currency: &str) -> Self {
        let mut portal = Self::new();
        portal.policy.only_currency = Some(currency.to_owned());
        portal
    }

    /// What the next submit does wrong. Several are played in order.
    pub fn slip(&self, slip: Slip) {
        self.lock().slips.push_back(slip);
    }

    /// The next `calls` calls of search fail.
    pub fn down_for(&self, calls: u32) {
        self.lock().down = calls;
    }

    /// From now on the form refuses (or takes) what is filled in.
    pub fn refuse_fill(&self, refuse: bool) {
        self.lock().refuses_fill = refuse;
    }

    /// Puts a bill there as somebody else would.
    pub fn add(&self, record: Record) {
        self.lock().records.push(record);
    }

    /// What is saved.
    pub fn records(&self) -> Vec<Record> {
        self.lock().records.clone()
    }

    /// How often something was submitted.
    pub fn submitted(&self) -> u32 {
        self.lock().submitted
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Scripted {
    fn default() -> Self {
        Self::new()
    }
}

fn broken(doing: &str) -> PortalError {
    PortalError::Page {
        portal: "scripted".into(),
        doing: doing.into(),
        why: "the page did not answer".into(),
    }
}

impl State {
    fn save(&mut self, bill: &Bill) -> Record {
        Record {
            number: Some(format!("B-{:06}", self.records.len() + self.late.len() + 1)),
            reference: Some(bill.reference.clone()),
            supplier: Some(bill.supplier_name.clone()),
            supplier_tax_id: bill.supplier_tax_id.clone(),
            date: Some(bill.issue_date),
            total: Some(bill.total),
            currency: Some(bill.currency.clone()),
            link: None,
        }
    }

    /// Plays one submit; `None` when the call is to hang.
    fn submit(&mut self, bill: &Bill) -> Option<Result<(), Fault>> {
        self.submitted += 1;
        let mut record = self.save(bill);
        let slip = self.slips.pop_front();
        let silent = || Err(Fault::Broken(broken("submit")));
        let says_no = || Err(Fault::refused("DH-4107", Words::new("The page said no.", "頁面拒絕。")));
        let (saves, answer) = match slip {
            None | Some(Slip::SavedTwice) => (true, Some(Ok(()))),
            Some(Slip::SavedButSilent) => (true, Some(silent())),
            Some(Slip::LostAndSilent) => (false, Some(silent())),
            Some(Slip::SavedLate(searches)) => {
                self.late.push((searches, record));
                return Some(silent());
            }
            Some(Slip::NotSent) => (false, Some(Err(Fault::NotSent(broken("click save"))))),
            Some(Slip::SaysNo) => (false, Some(says_no())),
            Some(Slip::SavedButSaysNo) => (true, Some(says_no())),
            Some(Slip::SignedOut) => (false, Some(Err(Fault::SignedOut))),
            Some(Slip::OtherDate) => {
                record.date = record.date.and_then(|d| d.succ_opt());
                (true, Some(Ok(())))
            }
            Some(Slip::OtherTotal) => {
                record.total = record.total.map(|t| t + rust_decimal::Decimal::new(1, 2));
                (true, Some(Ok(())))
            }
            Some(Slip::SavedThenHangs) => (true, None),
            Some(Slip::Hangs) => (false, None),
        };
        if saves {
            self.records.push(record.clone());
        }
        if slip == Some(Slip::SavedTwice) {
            self.records.push(record);
        }
        answer
    }
}

#[async_trait]
impl Portal for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn turn(&self) -> &tokio::sync::Mutex<()> {
        &self.turn
    }

    async fn search(&self, bill: &Bill, album: &mut Album) -> Result<Vec<Record>, Fault> {
        album.add("search", format!("search {}", bill.reference).into_bytes()).await;
        let mut state = self.lock();
        if state.down > 0 {
            state.down -= 1;
            return Err(Fault::Broken(broken("search")));
        }
        for (searches, record) in std::mem::take(&mut state.late) {
            if searches == 0 {
                state.records.push(record);
            } else {
                state.late.push((searches - 1, record));
            }
        }
        Ok(state
            .records
            .iter()
            .filter(|r| r.reference.as_deref() == Some(&bill.reference))
            .cloned()
            .collect())
    }

    async fn fill(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        album.add("fill", format!("fill {}", bill.total).into_bytes()).await;
        if self.lock().refuses_fill {
            return Err(Fault::refused(
                "DH-4104",
                Words::new("The supplier is not in the list.", "名單上沒有這家供應商。"),
            ));
        }
        Ok(())
    }

    async fn submit(&self, bill: &Bill, album: &mut Album) -> Result<(), Fault> {
        album.add("submit", b"submit".to_vec()).await;
        let answer = self.lock().submit(bill);
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    async fn read_back(&self, _: &Bill, found: &Record, album: &mut Album) -> Result<Record, Fault> {
        album.add("read back", format!("read {}", found.name()).into_bytes()).await;
        Ok(found.clone())
    }
}
