//! The bells that wake workers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use duroxide::providers::{TagFilter, WorkItem};
use tokio::sync::Notify;

/// A bell for each tag: a step wakes one worker of its own lane and leaves the other lanes asleep.
#[derive(Default)]
pub(super) struct WorkBells(Mutex<HashMap<Waits, Arc<Notify>>>);

/// Which activities a worker waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Waits {
    /// Those with this tag, or with none.
    Tagged(Option<String>),
    /// Those of several tags. None of our lanes does.
    Several,
}

impl Waits {
    fn of(filter: &TagFilter) -> Self {
        match filter {
            TagFilter::DefaultOnly => Self::Tagged(None),
            TagFilter::Tags(tags) if tags.len() == 1 => Self::Tagged(tags.iter().next().cloned()),
            TagFilter::Tags(_) | TagFilter::DefaultAnd(_) | TagFilter::Any | TagFilter::None => Self::Several,
        }
    }
}

impl WorkBells {
    /// The bell that rings for a worker with this filter.
    pub(super) fn bell_for(&self, filter: &TagFilter) -> Arc<Notify> {
        self.bell(Waits::of(filter))
    }

    fn bell(&self, waits: Waits) -> Arc<Notify> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(waits).or_default())
    }

    /// Rings once for each of these activities.
    pub(super) fn ring_for(&self, tags: &[Option<String>]) {
        for tag in tags {
            self.bell(Waits::Tagged(tag.clone())).notify_one();
        }
        if !tags.is_empty() {
            self.bell(Waits::Several).notify_waiters();
        }
    }
}

/// The tags of the activities among these.
pub(super) fn tags(items: &[WorkItem]) -> Vec<Option<String>> {
    let tag = |item: &WorkItem| match item {
        WorkItem::ActivityExecute { tag, .. } => Some(tag.clone()),
        _ => None,
    };
    items.iter().filter_map(tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the bell has rung since somebody began to listen.
    async fn has_rung(listening: impl Future<Output = ()>) -> bool {
        tokio::time::timeout(std::time::Duration::ZERO, listening).await.is_ok()
    }

    #[tokio::test]
    async fn a_step_wakes_one_worker_of_its_lane_and_leaves_the_others_asleep() {
        let bells = WorkBells::default();
        let pixels = bells.bell_for(&TagFilter::tags(["pixels"]));
        let (steps, all) = (bells.bell_for(&TagFilter::DefaultOnly), bells.bell_for(&TagFilter::Any));
        let mut listening = [&pixels, &pixels, &steps, &all].map(|bell| Box::pin(bell.notified()));
        for listener in &mut listening {
            listener.as_mut().enable();
        }
        bells.ring_for(&[Some("pixels".to_owned())]);
        let [first, second, other, general] = listening;
        assert!(has_rung(first).await && has_rung(general).await);
        assert!(!has_rung(second).await, "one step, one worker");
        assert!(!has_rung(other).await, "another lane sleeps on");
    }
}
