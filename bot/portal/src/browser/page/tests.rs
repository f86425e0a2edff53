#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use super::*;
use crate::{BrowserConfig, Driver};

const COUNTER: &str = "data:text/html,<form onsubmit='n.value++;return false'><input id=n value=0>\
    <button id=save>Save</button><label id=tick>Tick<input id=box type=checkbox></label></form>";

/// Chromedriver clicks up to three times when the page is slow to answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_the_driver_repeats_is_one_click() {
    let load = Duration::from_secs(20);
    let (driver, client) = Driver::start(&BrowserConfig::default(), &BTreeSet::new(), load).await.unwrap();
    let page = Page::new(client.clone(), load, Duration::from_secs(5));
    page.goto(COUNTER).await.unwrap();
    page.click("#save").await.unwrap();
    for _ in 0..2 {
        client.find(Locator::Css("#save")).await.unwrap().click().await.unwrap();
    }
    assert_eq!(page.read("#n", None).await.unwrap().as_deref(), Some("1"), "what followed was swallowed");
    page.click("#save").await.unwrap();
    assert_eq!(page.read("#n", None).await.unwrap().as_deref(), Some("2"), "a click of its own counts");
    page.click("#tick").await.unwrap();
    let ticked = page.values(&["#box".to_owned()]).await.unwrap();
    assert_eq!(ticked, [Some("true".to_owned())], "a label still hands its click on");
    page.submit_form("#n").await.unwrap();
    assert_eq!(page.read("#n", None).await.unwrap().as_deref(), Some("3"));
    driver.end().await;
}
