//! Papers built in code, for the tests of all modules.

pub(crate) mod paper;
