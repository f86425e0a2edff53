//! The pages, in the order in which a person meets them.

pub(crate) mod again;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod decide;
pub(crate) mod documents;
pub(crate) mod help;
pub(crate) mod hooks;
pub(crate) mod order_decide;
pub(crate) mod order_task;
pub(crate) mod orders;
pub(crate) mod postings;
pub(crate) mod queue;
pub(crate) mod runs;
pub(crate) mod schedules;
pub(crate) mod sign_in;
pub(crate) mod stock;
pub(crate) mod stock_events;
pub(crate) mod suppliers;
pub(crate) mod task;
pub(crate) mod upload;
