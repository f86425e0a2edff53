//! The addresses of a site: base, paths, hosts.

/// The host of an `http` or `https` address, in lower case. `None` for anything else, also with a user in it.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.contains(['@', '\\']) || authority.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(host, _)| format!("[{host}]"))?,
        None => authority.split(':').next()?.to_owned(),
    };
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// Joins the base address and a path, or takes a whole address as it is.
pub(crate) fn join(base: &str, place: &str) -> String {
    if place.starts_with("http://") || place.starts_with("https://") {
        place.to_owned()
    } else {
        format!("{}/{}", base.trim_end_matches('/'), place.trim_start_matches('/'))
    }
}

/// A value as a part of an address.
pub(crate) fn encode(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Matches an address below the base against a form with stars; gives what the last star stands for.
///
/// `*` is anything without a slash, `**` is anything. What follows `?` or `#` does not count.
pub(crate) fn matches(base: &str, address: &str, form: &str) -> Option<String> {
    let path = address.strip_prefix(base.trim_end_matches('/'))?;
    let path = path.split(['?', '#']).next()?;
    star(path, form, "")
}

fn star(path: &str, form: &str, last: &str) -> Option<String> {
    let Some(place) = form.find('*') else { return (path == form).then(|| last.to_owned()) };
    let rest = path.strip_prefix(&form[..place])?;
    let (any, form) = match form[place..].strip_prefix("**") {
        Some(form) => (true, form),
        None => (false, &form[place + 1..]),
    };
    let ends = rest.char_indices().map(|(i, _)| i).chain([rest.len()]);
    ends.take_while(|end| any || !rest[..*end].contains('/'))
        .find_map(|end| star(&rest[end..], form, &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_another_host_is_seen_through() {
        assert_eq!(host("http://127.0.0.1:8020/bills").as_deref(), Some("127.0.0.1"));
        assert_eq!(host("https://Books.Example").as_deref(), Some("books.example"));
        assert_eq!(host("http://[::1]:80/").as_deref(), Some("[::1]"));
        assert_eq!(host("http://books.example@evil.example/"), None);
        assert_eq!(host("javascript:alert(1)"), None);
        assert_eq!(host("file:///etc/passwd"), None);
    }

    #[test]
    fn the_last_star_is_kept() {
        let base = "http://h:1/";
        let is = |address: &str, form: &str| matches(base, address, form);
        assert_eq!(is("http://h:1/bill/e2e/detail/4f-1/", "/bill/e2e/detail/*/").as_deref(), Some("4f-1"));
        assert_eq!(is("http://h:1/bill/x/detail/7?saved=1", "/bill/*/detail/*").as_deref(), Some("7"));
        assert_eq!(is("http://h:1/bill/e2e/create/", "/bill/e2e/detail/*/"), None);
        assert_eq!(is("http://h:1/a/b/c", "/*"), None);
        assert_eq!(is("http://h:1/a/b/c", "/**").as_deref(), Some("a/b/c"));
        assert_eq!(is("http://other:1/a", "/*"), None);
    }

    #[test]
    fn a_value_cannot_leave_its_place_in_an_address() {
        assert_eq!(encode("a/../b?c=1&d 號"), "a%2F..%2Fb%3Fc%3D1%26d%20%E8%99%9F");
        assert_eq!(join("http://h:1/x/", "/login"), "http://h:1/x/login");
    }
}
