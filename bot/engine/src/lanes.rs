//! Lanes: kinds of steps that never queue behind each other, and which of them a machine takes.

use std::collections::BTreeSet;

use duroxide::providers::TagFilter;
use serde::{Deserialize, Serialize};

use crate::config::EngineConfig;
use crate::durable::Workers;
use crate::host::{documents, files, portal, sheet, statements, stock};
use crate::orchestrator::Ask;

/// Workers for what is in no other lane: a mail may hang.
const STEPS: usize = 3;
/// Workers for reading data and text layers.
const READERS: usize = 2;

/// A kind of steps. Each has workers of its own, on each machine that takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Everything that is in no other lane.
    Steps,
    /// What reaches into granted folders: they must be there on this machine.
    Files,
    /// Reading data and text layers.
    Reading,
    /// Reading pixels, which takes seconds of a whole core.
    Pixels,
    /// Posting, which takes a browser.
    Posting,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Steps, Self::Files, Self::Reading, Self::Pixels, Self::Posting];

    /// Its name in settings and in the list of machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Files => "files",
            Self::Reading => "reading",
            Self::Pixels => "pixels",
            Self::Posting => "posting",
        }
    }
}

/// The workers of this machine. `portals` are all that bills may wait for.
pub(crate) fn workers(config: &EngineConfig, portals: &BTreeSet<String>) -> Vec<Workers> {
    let lane = |tag: &str, at_once| Workers { tags: TagFilter::tags([tag]), at_once, turns: false };
    let mut workers = Vec::new();
    for lane_of in &config.lanes {
        match lane_of {
            Lane::Steps => {
                workers.push(Workers { tags: TagFilter::DefaultOnly, at_once: STEPS, turns: true });
            }
            Lane::Files => workers.push(lane(Tag::FILES, 1)),
            Lane::Reading => workers.push(lane(Tag::READING, READERS)),
            Lane::Pixels => workers.push(lane(Tag::PIXELS, config.ocr_parallel)),
            // One bill at a time, and a portal that hangs keeps no other waiting.
            Lane::Posting => {
                workers.extend(portals.iter().map(|portal| lane(&Tag::posting(portal), 1)));
                workers.push(lane(Tag::PRINTING, 1));
            }
        }
    }
    workers
}

/// By which tag duroxide hands a step to the workers of its lane; none for [`Lane::Steps`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    /// One machine at a time does the steps of one of these: a portal takes one bill after the other.
    pub(crate) session: Option<String>,
}

impl Tag {
    pub(crate) const FILES: &str = "files";
    pub(crate) const READING: &str = "reading";
    pub(crate) const PIXELS: &str = "pixels";
    /// Paper is printed by the browser, so it is done where bills are posted.
    pub(crate) const PRINTING: &str = "printing";

    /// The tag of a portal's own lane.
    pub(crate) fn posting(portal: &str) -> String {
        format!("posting/{portal}")
    }

    /// The tag of a step. `portals` are those that its workflow was granted when the run began.
    pub(crate) fn of(ask: &Ask, portals: &[String]) -> Option<Self> {
        let plain = |name: &str| Some(Self { name: name.to_owned(), session: None });
        match ask.call.name.as_str() {
            _ if ask.pixels => plain(Self::PIXELS),
            documents::READ | statements::READ => plain(Self::READING),
            stock::TAKE | stock::READINESS | stock::GUARD | stock::PROPOSE | stock::COUNT => {
                plain(Self::READING)
            }
            stock::PAPER => plain(Self::PRINTING),
            files::LIST | files::READ | files::WRITE | sheet::READ | sheet::WRITE => plain(Self::FILES),
            portal::POST_BILL | portal::POST_ORDER => {
                let named = ask.call.args["portal"].as_str();
                let portal = match (named, portals) {
                    (Some(named), portals) => portals.iter().find(|portal| *portal == named),
                    (None, [only]) => Some(only),
                    (None, _) => None,
                };
                // What was not granted is refused where it is, and waits in nobody's lane.
                let name = Self::posting(portal?);
                Some(Self { session: Some(name.clone()), name })
            }
            _ => None,
        }
    }
}
