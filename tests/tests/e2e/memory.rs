//! What a person has remembered of a supplier is used on its next paper, and on none after it was revoked.

use std::path::PathBuf;
use std::time::Duration;

use e2e::{Browser, Deskhand, Ledger, Setup};

use crate::review::open_first_task;

const LONG: Duration = Duration::from_secs(150);

/// An invoice whose number stands beside a label that no other supplier uses.
fn paper(number: &str, day: &str, boxes: u32) -> String {
    let total = format!("{}.00", boxes * 45);
    format!(
        "<!doctype html><meta charset=utf-8>
         <style>body {{ font: 10.5pt 'Noto Sans CJK HK', sans-serif }} h1 {{ font-size: 18pt }} td {{ padding: 2pt 24pt 2pt 0 }} .r {{ text-align: right }}</style>
         <h1>Stone Tortoise Demo Hardware Limited</h1>
         <p>5/F, 18 Demo Street, Kwun Tong, Kowloon, Hong Kong</p><p>BR No.: 70000334</p>
         <h2>INVOICE</h2>
         <table><tr><td>Docket:<td>{number}<tr><td>Invoice Date:<td>{day}</table>
         <p>Bill To:</p><p>Petrel Demo Retail Limited</p>
         <table><tr><th>Description<th>Qty<th>Unit Price<th>Amount
         <tr><td>Wall anchor set M8<td class=r>{boxes}<td class=r>45.00<td class=r>{total}</table>
         <table><tr><td>TOTAL<td class=r>HK${total}</table>"
    )
}

async fn print(deskhand: &Deskhand, browser: &Browser, name: &str, html: &str) -> PathBuf {
    let file = deskhand.path(name);
    std::fs::write(&file, browser.print(html).await).unwrap();
    file
}

#[tokio::test]
async fn a_label_that_was_taught_is_read_on_the_next_paper_until_it_is_revoked() {
    let ledger = Ledger::start().await;
    let mut deskhand = Deskhand::install(&Setup::ledger(&ledger));
    deskhand.serve().await;
    let browser = Browser::start().await;
    let papers = [
        print(&deskhand, &browser, "one.pdf", &paper("STH-20501", "2 October 2026", 4)).await,
        print(&deskhand, &browser, "two.pdf", &paper("STH-20502", "9 October 2026", 6)).await,
        print(&deskhand, &browser, "three.pdf", &paper("STH-20503", "16 October 2026", 8)).await,
    ];

    deskhand.drop_file(&papers[0]);
    deskhand.run_in("one.pdf", &["waiting"], LONG).await;
    open_first_task(&browser, &deskhand).await;
    browser.fill("input[name='f.invoice_number']", "STH-20501").await;
    browser.click("input[name='m.invoice_number']").await;
    browser.click("button[name=decision][value=correct]").await;
    deskhand.run_in("one.pdf", &["done"], LONG).await;
    let remembered = deskhand.json(&["supplier", "list"]);
    assert_eq!(remembered.len(), 1, "{remembered:?}");
    assert_eq!(remembered[0]["lesson"]["label"], "Docket");

    deskhand.drop_file(&papers[1]);
    deskhand.run_in("two.pdf", &["done"], LONG).await;
    let bills = ledger.bills().await;
    let numbers: Vec<&str> = bills.iter().filter_map(|bill| bill["number"].as_str()).collect();
    assert!(numbers.contains(&"STH-20502"), "it was read and posted without asking: {bills:?}");

    browser.page.goto(&format!("{}/suppliers", deskhand.url)).await.unwrap();
    assert!(browser.see("main").await.contains("stands beside “Docket”"));
    browser.click("form[action$='/revoke'] button").await;
    browser.see(".notice.agreed").await;
    assert!(deskhand.json(&["supplier", "list"]).is_empty());
    let all = deskhand.json(&["supplier", "list", "--all"]);
    assert_eq!(all[0]["times_used"], 1);

    deskhand.drop_file(&papers[2]);
    deskhand.run_in("three.pdf", &["waiting"], LONG).await;
    let task = deskhand.json(&["tasks", "list"]).remove(0);
    assert!(task["invoice"]["fields"].get("invoice_number").is_none(), "{}", task["invoice"]["fields"]);
}
