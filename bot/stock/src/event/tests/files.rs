//! Drop files: CSV and workbooks.

use rstest::rstest;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use super::*;

#[rstest]
#[case("item_id,store_id,date,value\nTEA,MK,2026-03-08,3\nTEA,MK,2026-03-09,0\nRING,MK,2026-03-09,-1\n")]
#[case("貨號,分店,日期,數量\nTEA,MK,2026-03-08,3\nTEA,MK,2026-03-09,0\nRING,MK,2026-03-09,-1\n")]
#[case("货号;门店;日期;数量\nTEA;MK;2026/3/8;3\nTEA;MK;2026年3月9日;0.0\nRING;MK;20260309;-1\n")]
#[case(
    "每日銷售報表\n\n日期\t貨品編號\t品名\t門市\t銷售數量（件）\n2026-03-08\tTEA\t茶\tMK\t3\n2026-03-09\tTEA\t茶\tMK\t0\n2026-03-09 00:00:00\tRING\t戒指\tMK\t-1\n"
)]
fn plain_daily_sales_become_events_whatever_the_language(#[case] text: &str) {
    let mut intake = Intake::default();
    let taken = drop(&mut intake, text);
    let events: Vec<String> = taken.events.iter().map(short).collect();
    assert_eq!(
        events,
        ["sale MK TEA 3 2026-03-08", "sale MK TEA 0 2026-03-09", "return MK RING 1 2026-03-09"]
    );
    let again = drop(&mut intake, text);
    assert_eq!((again.reply.duplicates, again.events.len(), again.reply.events.len()), (3, 0, 0));
}

#[test]
fn a_restated_day_corrects_the_day_and_an_old_file_does_not_bring_it_back() {
    let mut intake = Intake::default();
    let first = drop(&mut intake, "sku,store,date,qty\nTEA,MK,2026-03-08,3\n");
    let second = intake
        .file(b"sku,store,date,qty\nTEA,MK,2026-03-08,4\n", &till(), now() + chrono::TimeDelta::hours(1))
        .unwrap();
    assert_eq!(first.events[0].corrects, second.events[0].corrects);
    assert_ne!(first.events[0].event_id, second.events[0].event_id);
    assert!(second.reply.events.is_empty());
    let old = drop(&mut intake, "sku,store,date,qty\nTEA,MK,2026-03-08,3\n");
    assert_eq!((old.reply.duplicates, codes(&old.reply.events[0])), (1, vec!["DH-8099"]));
}

#[test]
fn a_file_that_contradicts_itself_gives_no_number_for_that_day() {
    let text = "sku,store,date,qty\nTEA,MK,2026-03-08,3\nTEA,MK,2026-03-08,4\nTEA,MK,2026-03-09,5\nTEA,MK,2026-03-09,5\n";
    let taken = drop(&mut Intake::default(), text);
    assert_eq!((taken.reply.accepted, taken.reply.duplicates, taken.reply.rejected), (1, 1, 2));
    assert_eq!(taken.quarantine[0].raw, "TEA,MK,2026-03-08,3");
    assert_eq!((taken.quarantine[1].row, taken.quarantine[1].reasons[0].code.as_str()), (3, "DH-8082"));
}

#[test]
fn a_column_proves_that_the_day_comes_first_or_the_rows_are_refused() {
    let rows = |second: &str| format!("sku,store,date,qty\nTEA,MK,05/03/2026,3\nTEA,MK,{second},4\n");
    let proven = drop(&mut Intake::default(), &rows("28/02/2026"));
    assert_eq!(short(&proven.events[0]), "sale MK TEA 3 2026-03-05");
    let open = drop(&mut Intake::default(), &rows("06/03/2026"));
    assert_eq!((open.reply.status, codes(&open.reply.events[0])), (Status::Rejected, vec!["DH-8075"]));
    let american = drop(&mut Intake::default(), &rows("02/28/2026"));
    assert_eq!(american.reply.accepted, 0);
}

#[test]
fn a_cancelled_bill_is_a_return_of_that_bill() {
    let text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n536379,TEA,Tea,6,2026-03-08,2.5\nC536379,TEA,Tea,-1,2026-03-08,2.5\n536380,RING,Ring,-2,2026-03-08,9\n";
    let source = Source { store_id: Some("MK".to_owned()), ..till() };
    let mut intake = Intake::default();
    let taken = intake.file(text.as_bytes(), &source, now()).unwrap();
    let events: Vec<String> = taken.events.iter().map(short).collect();
    assert_eq!(events, ["sale MK TEA 6 2026-03-08", "return MK TEA 1 2026-03-08"]);
    assert_eq!((taken.reply.rejected, codes(&taken.reply.events[0])), (1, vec!["DH-8073"]));
    assert_eq!(intake.file(text.as_bytes(), &source, now()).unwrap().reply.duplicates, 2);
}

#[test]
fn equal_lines_of_one_file_are_two_sales_and_the_file_again_is_none() {
    let text = "type,store,sku,qty,time\nsale,MK,TEA,1,2026-03-08T10:00:00+08:00\nsale,MK,TEA,1,2026-03-08T10:00:00+08:00\n";
    let mut intake = Intake::default();
    assert_eq!(drop(&mut intake, text).reply.accepted, 2);
    assert_eq!(drop(&mut intake, text).reply.duplicates, 2);
}

#[test]
fn a_file_without_zones_needs_a_declared_one() {
    let text = "類型,門市,貨號,數量,時間,單號\n收貨,MK,TEA,12,2026-03-08 10:30,\n盤點,MK,TEA,5,2026-03-08 22:00:00,\n";
    let taken = drop(&mut Intake::default(), text);
    assert_eq!((taken.reply.status, codes(&taken.reply.events[0])), (Status::Rejected, vec!["DH-8076"]));
    let source = Source { zone: Some(hong_kong()), ..till() };
    let taken = Intake::default().file(text.as_bytes(), &source, now()).unwrap();
    let events: Vec<String> = taken.events.iter().map(short).collect();
    assert_eq!(
        events,
        ["receipt MK TEA 12 2026-03-08T10:30:00+08:00", "stock_count MK TEA 5 2026-03-08T22:00:00+08:00"]
    );
}

#[test]
fn a_workbook_is_read_like_a_file() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "封面").unwrap();
    let page = book.add_worksheet();
    for (column, heading) in (0..).zip(["貨號", "分店", "日期", "數量", "顏色"]) {
        page.write_string(0, column, heading).unwrap();
    }
    page.write_number(1, 0, 10_012.0).unwrap();
    page.write_string(1, 1, "MK").unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 3, 8).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    page.write_datetime_with_format(1, 2, &date, &format).unwrap();
    page.write_number(1, 3, 4.0).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let taken = Intake::default().file(&bytes, &till(), now()).unwrap();
    assert_eq!(short(&taken.events[0]), "sale MK 10012 4 2026-03-08");
    assert_eq!(taken.reply.unread_columns, ["顏色"]);
}

#[rstest]
#[case("sku,store,date,qty,電話\nTEA,MK,2026-03-08,3,\n")]
#[case("sku,store,date,qty,mobile\nTEA,MK,2026-03-08,3,\n")]
#[case("sku,store,date,qty,extra\nTEA,MK,2026-03-08,3,\nTEA,MK,2026-03-09,3,A123456(3)\n")]
#[case("sku,store,date,qty,extra\nTEA,MK,2026-03-08,3,4111111111111111\n")]
#[case("sku,store,date,qty,extra\nTEA,MK,2026-03-08,3,91234567\n")]
#[case("date,total\n2026-03-08,3\n姓名,電話\n")]
fn data_of_people_blocks_a_file_and_is_not_repeated(#[case] text: &str) {
    let error = Intake::default().file(text.as_bytes(), &till(), now()).unwrap_err();
    assert_eq!(error.code(), "DH-8063");
    for value in ["A123456", "91234567", "4111"] {
        assert!(!error.to_string().contains(value));
    }
}

#[test]
fn a_file_without_its_columns_says_which() {
    let error = Intake::default().file(b"sku,store,qty\nTEA,MK,3\n", &till(), now()).unwrap_err();
    assert_eq!(error, IntakeError::Columns(vec![Field::OccurredAt]));
    assert!(error.to_string().starts_with("DH-8064") && error.to_string().contains("occurred_at"));
}

#[test]
fn completeness_is_counted_by_store_and_field() {
    let mut intake = Intake::default();
    send(
        &mut intake,
        &[
            sale(1, &json!({})),
            sale(2, &json!({"line_id": null})),
            sale(3, &json!({"qty": "x"})),
            sale(3, &json!({"store_id": null})),
        ],
    );
    let complete = &intake.tally().complete;
    assert_eq!(complete["MK"][&Field::LineId], crate::Share::new(2, 3));
    assert_eq!(complete["MK"][&Field::Qty], crate::Share::new(2, 3));
    assert_eq!(complete["?"][&Field::StoreId], crate::Share::new(0, 1));
    let text = serde_json::to_string(intake.tally()).unwrap();
    assert_eq!(&serde_json::from_str::<Tally>(&text).unwrap(), intake.tally());
}
