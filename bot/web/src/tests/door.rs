//! Who comes in, and what is refused before any page is made.

use super::*;

#[tokio::test]
async fn nobody_sees_a_page_without_signing_in() {
    let desk = Desk::new().await;
    let task = desk.doubtful_task().await;
    let pages =
        ["/", "/runs", "/postings", "/audit", "/upload", &paths::task(&task.id), &paths::run(&task.run)];
    for path in pages {
        let answer = desk.get("", path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/sign-in"), "{path}");
    }
    let picture = format!("/documents/{}/pages/1.png", task.document);
    assert!(desk.get("", &picture).await.location().starts_with("/sign-in"));
    let answer =
        desk.post("", &format!("{}/decide", paths::task(&task.id)), &form(&task, "approve", "", &[])).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let desk = Desk::new().await;
    seed::person(&desk.store, "Mei", Role::Reviewer, Speaks::En).await;
    let wrong = desk.post("", "/sign-in", &[("name", "Mei"), ("password", "not the password")]).await;
    let nobody = desk.post("", "/sign-in", &[("name", "Moi"), ("password", "not the password")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.text.replace("Mei", "Moi"), nobody.text);
    assert!(wrong.text.contains("not right"));
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let desk = Desk::new().await;
    seed::person(&desk.store, "Mei", Role::Reviewer, Speaks::En).await;
    let state = WebState::new((*desk.store).clone(), "https://desk.example.com");
    let secure =
        Desk { store: testing::sqlite().await, pages: crate::router(state), decided: Arc::default() };
    let typed = [("name", "Mei"), ("password", seed::PASSWORD), ("next", "//evil.example")];
    let answer = secure.post("", "/sign-in", &typed).await;
    assert_eq!(answer.location(), "/");
    let cookies: Vec<_> =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("deskhand=")).unwrap();
    for word in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(session.contains(word), "{session}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    assert_eq!(desk.get(&mei, "/").await.status, StatusCode::OK);
    desk.post(&mei, "/sign-out", &[]).await;
    assert_eq!(desk.get(&mei, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let desk = Desk::new().await;
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = desk.post("", "/sign-in", &[("name", "Mei"), ("password", "guess")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(desk.get("", "/sign-in").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_write_from_another_site_is_refused() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let path = format!("{}/decide", paths::task(&task.id));
    let hostile = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ];
    for (name, value) in hostile {
        let request = Request::post(&path)
            .header("cookie", &mei)
            .header("host", "desk.example.com")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("decision=reject&reason=duplicate&version={}", task.version)))
            .unwrap();
        let answer = desk.ask(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(answer.text.contains("DH-7004"));
    }
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn looking_never_claims_or_decides() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    let path = paths::task(&task.id);
    for path in [
        path.clone(),
        format!("{path}/decide?decision=approve"),
        format!("{path}/claim"),
        format!("{path}/release"),
    ] {
        desk.get(&mei, &path).await;
    }
    assert_eq!(desk.task(&task.id).await, task);
}

#[tokio::test]
async fn every_answer_forbids_foreign_content_and_framing() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let task = desk.doubtful_task().await;
    for path in ["/", "/sign-in", "/nowhere", "/assets/style.css", &paths::task(&task.id)] {
        let answer = desk.get(&mei, path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        // What the policy forbids must not be in the page either, or it would silently not work.
        for forbidden in [" style=", "onclick=", "onload=", "<style", "<script>", "javascript:"] {
            assert!(!answer.text.contains(forbidden) || path.starts_with("/assets"), "{path}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn roles_reach_as_far_as_they_should() {
    let desk = Desk::new().await;
    let task = desk.doubtful_task().await;
    let decide = format!("{}/decide", paths::task(&task.id));
    let viewer = desk.enter("Vera", Role::Viewer, Speaks::En).await;
    let author = desk.enter("Ada", Role::Author, Speaks::En).await;
    for cookie in [&viewer, &author] {
        assert_eq!(
            desk.post(cookie, &decide, &form(&task, "approve", "", &[])).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            desk.post(cookie, &format!("{}/claim", paths::task(&task.id)), &[]).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(desk.get(cookie, "/runs").await.status, StatusCode::OK);
    }
    assert_eq!(desk.get(&viewer, &paths::task(&task.id)).await.status, StatusCode::OK);
    assert_eq!(desk.get(&author, &paths::task(&task.id)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.get(&author, "/audit").await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.get(&author, "/").await.location(), "/runs");
    assert_eq!(desk.task(&task.id).await.state, TaskState::Open);
}

#[tokio::test]
async fn a_person_who_was_switched_off_is_out_at_once() {
    let desk = Desk::new().await;
    let mei = desk.reviewer().await;
    let person = desk.store.people().await.unwrap().remove(0);
    desk.store.set_active(&person.id, false).await.unwrap();
    assert_eq!(desk.get(&mei, "/").await.status, StatusCode::SEE_OTHER);
}
