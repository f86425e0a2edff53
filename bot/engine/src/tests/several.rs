//! Several invoices in one file, and one invoice in several files: the invoice workflow as it ships.

use super::*;
use crate::{Intake, Upload};

/// Reading and checking take their time on a busy machine.
const READING: Duration = Duration::from_mins(2);

/// Moves the clock to the morning of a day.
fn it_is(office: &Office, day: &str) {
    let morning: chrono::DateTime<chrono::Utc> = format!("{day}T01:00:00Z").parse().unwrap();
    office.store.clock.advance(morning - office.store.now());
}

async fn office() -> (Office, Engine) {
    let mut office = Office::new().await;
    office.shipped();
    it_is(&office, "2026-11-22");
    let engine = office.open().await;
    (office, engine)
}

/// What a person is asked, for the message of a test that expected none.
async fn asked(office: &Office) -> String {
    let tasks = office.store.tasks(&TaskFilter::open(10)).await.unwrap();
    let asked: Vec<String> = tasks.iter().map(|task| task.findings.to_string()).collect();
    asked.join("\n")
}

async fn taken(engine: &Engine, name: &str, bytes: Vec<u8>) -> RunRow {
    let workflow = "invoice".to_owned();
    let upload = Upload { name: name.to_owned(), bytes, workflow, portal: None, origin: "upload".to_owned() };
    let Intake::Started { run, .. } = engine.take(upload).await.unwrap() else { panic!("not started") };
    engine.wait(&run, READING).await.unwrap()
}

/// The made digital invoice as data, its root alone.
fn data() -> String {
    let text = String::from_utf8(fixture("cn-12-data.xml")).unwrap();
    text.split_once("?>").unwrap().1.trim().to_owned()
}

/// The data of the made invoice that is printed as `cn-01-digital-special.pdf`.
fn data_of_the_first() -> String {
    let truth: Value = serde_json::from_slice(&fixture("cn-01-digital-special.pdf.json")).unwrap();
    let field = |name: &str| truth["fields"][name].as_str().unwrap().to_owned();
    format!(
        "<EInvoice><Header><EIid>{number}</EIid><InherentLabel><GeneralOrSpecialVAT><LabelCode>01</LabelCode>\
         </GeneralOrSpecialVAT></InherentLabel></Header><EInvoiceData>\
         <SellerInformation><SellerIdNum>{seller}</SellerIdNum><SellerName>{seller_name}</SellerName></SellerInformation>\
         <BuyerInformation><BuyerIdNum>{buyer}</BuyerIdNum><BuyerName>{buyer_name}</BuyerName></BuyerInformation>\
         <BasicInformation><TotalAmWithoutTax>{net}</TotalAmWithoutTax><TotalTaxAm>{tax}</TotalTaxAm>\
         <TotalTax-includedAmount>{total}</TotalTax-includedAmount><RequestTime>{date} 09:00:00</RequestTime>\
         </BasicInformation></EInvoiceData></EInvoice>",
        number = field("invoice_number"),
        seller = field("seller_tax_id"),
        seller_name = field("seller_name"),
        buyer = field("buyer_tax_id"),
        buyer_name = field("buyer_name"),
        net = field("amount_ex_tax"),
        tax = field("tax"),
        total = field("total"),
        date = field("issue_date"),
    )
}

#[tokio::test]
async fn each_invoice_of_a_file_gets_a_run_of_its_own() {
    let (office, engine) = office().await;
    let another =
        data().replace("26442000001800000122", "26442000001800000133").replace("2026-11-11", "2026-11-12");
    let batch = format!("<batch>{}{another}</batch>", data());
    let row = taken(&engine, "batch.xml", batch.into_bytes()).await;
    assert_eq!(
        (row.state, row.note.as_str()),
        (RunState::NotPosted, "2 invoices, each with a run of its own")
    );
    let sections = office.store.sections(row.document.as_deref().unwrap()).await.unwrap();
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["batch.xml#1", "batch.xml#2"]);
    for section in &sections {
        let run = format!("invoice/{}", section.sha256);
        until("its run has started", || async { office.store.run(&run).await.unwrap() }).await;
        let row = engine.wait(&run, READING).await.unwrap();
        assert_eq!(row.state, RunState::Done, "{}{}", row.note, asked(&office).await);
        assert_eq!(row.document_name.as_deref(), Some(section.name.as_str()));
    }
    assert_eq!(office.portal.submitted(), 2);
    engine.shutdown().await;
}

#[tokio::test]
async fn the_same_invoice_in_another_file_is_neither_posted_nor_asked_about() {
    let (office, engine) = office().await;
    let first = taken(&engine, "a.xml", data().into_bytes()).await;
    assert_eq!(first.state, RunState::Done, "{}", first.note);
    let again = taken(&engine, "b.xml", format!("{}\n", data()).into_bytes()).await;
    assert_eq!((again.state, again.note.as_str()), (RunState::NotPosted, "the same invoice as a.xml"));
    let carriers = office.store.carriers(first.document.as_deref().unwrap()).await.unwrap();
    assert_eq!(carriers.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["b.xml"]);
    assert!(office.store.tasks(&TaskFilter::open(10)).await.unwrap().is_empty());
    assert_eq!(office.portal.submitted(), 1);
    engine.shutdown().await;
}

#[tokio::test]
async fn the_same_number_with_another_total_is_shown_to_a_person() {
    let (office, engine) = office().await;
    taken(&engine, "a.xml", data().into_bytes()).await;
    let other = data().replace("565.00", "665.00").replace("500.00", "600.00");
    let row = taken(&engine, "b.xml", other.into_bytes()).await;
    assert_eq!(row.state, RunState::Waiting, "{}", row.note);
    let codes = office.task().await.findings.to_string();
    assert!(codes.contains("DH-2402"), "{codes}");
    assert_eq!(office.portal.submitted(), 1);
    engine.shutdown().await;
}

#[tokio::test]
async fn data_that_come_after_the_doubtful_page_are_read_instead() {
    let mut office = Office::new().await;
    office.shipped();
    let engine = office.open().await;
    // Dated in the days to come: a person is asked.
    it_is(&office, "2026-10-01");
    let page = taken(&engine, "page.pdf", fixture("cn-01-digital-special.pdf")).await;
    assert_eq!(page.state, RunState::Waiting, "{}", page.note);
    it_is(&office, "2026-11-22");
    let data = taken(&engine, "data.xml", data_of_the_first().into_bytes()).await;
    assert_eq!(data.state, RunState::Done, "{}{}", data.note, asked(&office).await);
    let page = office.ends_as(&page.id, RunState::Cancelled).await;
    assert_eq!(page.note, "the same invoice came as data.xml, which is read instead");
    assert!(office.store.tasks(&TaskFilter::open(10)).await.unwrap().is_empty(), "nobody is asked any more");
    assert_eq!(office.portal.submitted(), 1);
    engine.shutdown().await;
}
