//! Addresses of pages whose ids hold slashes: a run's id is `invoice/<sha256>`.
//!
//! A slash in an id is written `~`, which proxies leave alone (unlike `%2F`) and no id contains.

/// The page of a review task.
pub fn task(id: &str) -> String {
    format!("/tasks/{}", segment(id))
}

/// The page of a run.
pub fn run(id: &str) -> String {
    format!("/runs/{}", segment(id))
}

/// One segment of an address for this id.
pub(crate) fn segment(id: &str) -> String {
    crate::render::escaped(&id.replace('/', "~"))
}

/// The id that a segment of an address stands for.
pub(crate) fn id(segment: &str) -> String {
    segment.replace('~', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_from_its_address() {
        assert_eq!(task("invoice/ab12/3"), "/tasks/invoice~ab12~3");
        assert_eq!(id("invoice~ab12~3"), "invoice/ab12/3");
        assert_eq!(run("daily/2026-11-21T08:30:00+08:00"), "/runs/daily~2026-11-21T08%3A30%3A00%2B08%3A00");
    }
}
