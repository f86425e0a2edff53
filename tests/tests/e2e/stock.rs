//! What a buyer or shop manager does at the command line: forecast, try a rule on the past, count pieces.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use e2e::{Deskhand, Setup, repository};
use flate2::write::GzEncoder;
use serde_json::Value;

fn office() -> Deskhand {
    Deskhand::install(&Setup {
        portal: "ledger",
        portal_url: "http://127.0.0.1:9".to_owned(),
        portal_secrets: ("bot", "unused"),
        ..Setup::default()
    })
}

/// Half a year of two articles in one shop: one is sold every day and most of all at week-ends, one hardly ever.
fn sales() -> String {
    let mut text = "item_id,store_id,date,value,promo\n".to_owned();
    let first: chrono::NaiveDate = "2026-03-02".parse().unwrap();
    for (day, date) in first.iter_days().take(182).enumerate() {
        let _ = writeln!(text, "TEA,MK,{date},{},0", if day % 7 >= 5 { 9 } else { 4 });
        if day % 31 == 7 {
            let _ = writeln!(text, "URN,MK,{date},1,0");
        }
    }
    text
}

#[test]
fn sales_become_a_forecast_with_its_band_packed_or_not() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let mut packed =
        GzEncoder::new(fs::File::create(deskhand.path("sales.csv.gz")).unwrap(), flate2::Compression::fast());
    packed.write_all(sales().as_bytes()).unwrap();
    packed.finish().unwrap();
    for name in ["sales.csv", "sales.csv.gz"] {
        let (sales, out) = (deskhand.path(name), deskhand.path(&format!("{name}.forecast")));
        let args = ["--horizon", "14", "--sales", sales.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let told = deskhand.json(&[&["stock", "forecast"], &args[..]].concat());
        assert_eq!(
            (told[0]["series"].as_u64(), told[0]["every"].as_str()),
            (Some(2), Some("day")),
            "{told:?}"
        );
        assert!(told[0]["seconds"].as_f64().is_some() && told[0]["peak_mb"].as_u64().is_some(), "{told:?}");
    }
    let of = |name: &str| fs::read_to_string(deskhand.path(&format!("{name}.forecast"))).unwrap();
    let text = of("sales.csv");
    assert_eq!(text, of("sales.csv.gz"));
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0].join(","), "item_id,store_id,date,mean,q05,q10,q25,q50,q75,q90,q95");
    assert_eq!(rows.len(), 1 + 2 * 14);
    // The first day to come is Monday, 31 August; Saturday and Sunday sell twice as much.
    let mean = |row: &[&str]| row[3].parse::<f64>().unwrap();
    assert_eq!(rows[1][..3], ["TEA", "MK", "2026-08-31"]);
    assert!((mean(&rows[1]) - 4.0).abs() < 0.5 && (mean(&rows[6]) - 9.0).abs() < 0.8, "{text}");
    assert!(!deskhand.path("sales.csv.forecast.part").exists());
}

#[test]
fn sales_that_contradict_themselves_are_said_and_never_added_up() {
    let deskhand = office();
    let twice = sales() + "TEA,MK,2026-03-02,5,0\n";
    fs::write(deskhand.path("sales.csv"), twice).unwrap();
    let sales = deskhand.path("sales.csv");
    let told = deskhand.json(&["stock", "forecast", "--sales", sales.to_str().unwrap()]);
    let codes: Vec<&Value> =
        told[0]["findings"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, ["DH-8012"]);
    fs::write(&sales, "item_id,store_id,date,value\nTEA,MK,yesterday,3\n").unwrap();
    let output = deskhand.command(&["stock", "forecast", "--sales", sales.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("DH-8001: line 2, column date"), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn every_row_of_the_stock_list_gets_an_order_or_the_reason_for_none() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let rows = [
        "item_id,store_id,on_hand,on_order,supplier,pack,lead_days,unit_cost,status",
        "TEA,MK,5,0,Foglamp,12,3,8.50,",
        "TEA,TST,5,0,Foglamp,12,3,8.50,",
        "URN,MK,12,0,Foglamp,1,3,120,",
        "MUG,MK,0,0,Foglamp,6,3,9,discontinued",
        "LID,MK,,0,Foglamp,6,3,9,",
    ];
    fs::write(deskhand.path("stock.csv"), rows.join("\n")).unwrap();
    let at = |name: &str| deskhand.path(name).to_str().unwrap().to_owned();
    let (sales, stock, out) = (at("sales.csv"), at("stock.csv"), at("orders.csv"));
    let asked = ["stock", "propose", "--sales", &sales, "--stock", &stock, "--out", &out];
    let output = deskhand.command(&asked);
    assert_eq!(output.status.code(), Some(1), "a row cannot be used: {output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("row 6: DH-8051"), "{output:?}");
    let text = fs::read_to_string(&out).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |line: usize, name: &str| {
        lines[line].get(head.iter().position(|own| own == name).unwrap()).unwrap().to_owned()
    };
    let outcomes: Vec<String> = (0..lines.len()).map(|line| cell(line, "outcome")).collect();
    assert_eq!(outcomes, ["order", "no_forecast", "enough_stock", "discontinued"]);
    // Ten days of about 5.4: what is on hand does not last.
    let units: i64 = cell(0, "order").parse().unwrap();
    assert!(units % 12 == 0 && (48..=84).contains(&units), "{text}");
    assert_eq!(cell(0, "line_id"), "2026-08-31/MK/TEA");
    assert!(cell(0, "reason").contains("to last 10.0 days") && cell(1, "原因").contains("預測"), "{text}");
    // What is on its way counts: the same day again orders nothing.
    fs::write(deskhand.path("stock.csv"), rows.join("\n").replace("5,0,Fog", &format!("5,{units},Fog")))
        .unwrap();
    deskhand.command(&asked);
    assert!(fs::read_to_string(&out).unwrap().lines().nth(1).unwrap().contains(",already_ordered,"));
}

#[test]
fn two_rules_are_played_on_the_same_days() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let policy = |name: &str, days: u8, goal: &str| {
        let file = deskhand.path(&format!("{name}.toml"));
        fs::write(&file, format!("name = \"{name}\"\nreview_days = {days}\ngoal = {{ {goal} }}\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (weekly, twice) = (policy("weekly", 7, "days_of_cover = 8"), policy("twice", 3, "fill_rate = 0.99"));
    let sales = deskhand.path("sales.csv");
    let asked =
        ["stock", "replay", "--sales", sales.to_str().unwrap(), "--policy", &weekly, "--against", &twice];
    let told = deskhand.json(&asked);
    let lost = |which: &str| told[0][which]["total"]["lost"].as_i64().unwrap();
    assert!(lost("other") < lost("base"), "{told:?}");
    assert_eq!(deskhand.json(&asked), told, "the same replay again");
    fs::write(&weekly, "name = \"weekly\"\nreview_days = 7\ngoal = { hope = 1 }\n").unwrap();
    let refused = deskhand.command(&asked);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("DH-1004"));
}

#[test]
fn pieces_are_missing_only_when_two_passes_looked_for_them() {
    let deskhand = office();
    let at = |name: &str| repository().join("fixtures/rfid").join(name).to_str().unwrap().to_owned();
    let (expected, first, second) =
        (at("expected.csv"), at("pass1-sllurp.csv"), at("pass2-zebra-iotc.jsonl"));
    let asked = ["stock", "stocktake", "--store", "MK", "--expected", &expected, &first];
    let once = deskhand.command(&asked);
    assert_eq!(once.status.code(), Some(1));
    let said = String::from_utf8_lossy(&once.stdout).into_owned();
    assert!(
        said.contains("0 missing") && said.contains("DH-8094") && said.contains("not yet read"),
        "{said}"
    );
    let twice = deskhand.command(&[&asked[..], &[second.as_str()]].concat());
    let said = String::from_utf8_lossy(&twice.stdout).into_owned();
    let truth: Value = serde_json::from_slice(&fs::read(at("expected.csv.json")).unwrap()).unwrap();
    for what in ["missing", "misplaced", "unknown"] {
        let lines: Vec<&str> = said.lines().filter(|line| line.starts_with(&format!("{what}\t"))).collect();
        let tags: Vec<&str> = lines.iter().map(|line| line.split('\t').nth(1).unwrap()).collect();
        assert_eq!(Value::from(tags), truth[what], "{what}: {said}");
    }
}

#[test]
fn a_rule_is_tried_with_our_own_forecast_with_an_average_and_on_the_terms_of_the_stock_list() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let at = |name: &str| deskhand.path(name).to_str().unwrap().to_owned();
    fs::write(
        deskhand.path("often.toml"),
        "name = \"often\"\nreview_days = 2\ngoal = { fill_rate = 0.98 }\n",
    )
    .unwrap();
    let list = "item_id,store_id,on_hand,pack,unit_cost\nTEA,MK,0,50,8\nURN,MK,0,1,120\n";
    fs::write(deskhand.path("stock.csv"), list).unwrap();
    let (sales, policy, stock) = (at("sales.csv"), at("often.toml"), at("stock.csv"));
    let asked = ["stock", "replay", "--sales", &sales, "--policy", &policy, "--warm-up", "120"];
    let total = |more: &[&str]| deskhand.json(&[&asked[..], more].concat())[0]["total"].clone();
    let (own, average) = (total(&[]), total(&["--forecaster", "average"]));
    assert_ne!(own, average, "our forecast is the usual one");
    assert_eq!(own["demand"], average["demand"], "the same days for both");
    let packed = total(&["--stock", &stock]);
    let of = |figures: &Value, name: &str| figures[name].as_i64().unwrap();
    assert!(of(&packed, "order_lines") < of(&own, "order_lines"), "{packed} {own}");
    assert_ne!(packed["cost_of_sales"], own["cost_of_sales"]);
}

#[test]
fn the_break_even_table_says_what_a_better_forecast_is_worth_and_what_is_out_of_reach() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let at = |name: &str| deskhand.path(name).to_str().unwrap().to_owned();
    fs::write(
        deskhand.path("weekly.toml"),
        "name = \"weekly\"\nreview_days = 7\ngoal = { fill_rate = 0.98 }\n",
    )
    .unwrap();
    let list = "item_id,store_id,on_hand,unit_cost,unit_price\nTEA,MK,0,8,14\n";
    fs::write(deskhand.path("stock.csv"), list).unwrap();
    let (sales, policy, stock, out) = (at("sales.csv"), at("weekly.toml"), at("stock.csv"), at("table.csv"));
    let asked = ["stock", "replay", "--sales", &sales, "--policy", &policy, "--stock", &stock];
    let output = deskhand.command(&[&asked[..], &["--lead", "3", "3", "--break-even", &out]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = fs::read_to_string(&out).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let tea = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| tea.get(head.iter().position(|own| own == name).unwrap()).unwrap().to_owned();
    assert_eq!([cell("rank"), cell("item_id"), cell("ratio_by_cycles")], ["1", "TEA", "0.908"], "{text}");
    // Week-ends sell twice as much, which a weekday explains and an average does not.
    assert!(cell("best_ratio").parse::<f64>().unwrap() < 0.5, "{text}");
    assert!(cell("value_a_week").parse::<f64>().unwrap() > 0.0 && cell("mape_now").is_empty(), "{text}");
    assert_eq!([cell("verdict"), cell("結論")], ["within reach", "可以達到"]);
    let book = deskhand.command(&[&asked[..], &["--break-even", "table.xlsx"]].concat());
    assert_eq!(book.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&book.stderr).contains("let the name end in .csv"), "{book:?}");
    let wild = deskhand.command(&[&asked[..], &["--break-even", &out, "--service", "0.3"]].concat());
    assert!(String::from_utf8_lossy(&wild.stderr).contains("DH-8039"), "{wild:?}");
}

#[test]
fn the_rate_of_false_alarms_is_told_for_each_trigger_and_those_left_out_by_name() {
    let deskhand = office();
    fs::write(deskhand.path("sales.csv"), sales()).unwrap();
    let sales = deskhand.path("sales.csv");
    let asked = ["stock", "alarms", "--sales", sales.to_str().unwrap(), "--past", "10"];
    let told = &deskhand.json(&asked)[0];
    let alarms = told["alarms"].as_array().unwrap();
    let of = |trigger: &str, form: &str| {
        alarms.iter().find(|found| found["trigger"] == trigger && found["form"] == form).unwrap()
    };
    // Ten weeks hold seven stretches of four; an urn a month cannot be forecast by the week.
    assert_eq!(of("T1", "literal")["stretches"], 7, "{told}");
    assert_eq!(
        (of("T2", "default")["fired"].as_u64(), of("T1", "default")["fired"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(of("T1", "literal")["watches"]["zh-Hant"], "每項貨品的每周誤差");
    let missing: Vec<&str> =
        told["unasked"].as_array().unwrap().iter().map(|one| one["trigger"].as_str().unwrap()).collect();
    assert_eq!(missing, ["T3", "T4", "T5", "T6", "T7"]);
    let said = String::from_utf8_lossy(&deskhand.command(&asked).stdout).into_owned();
    assert!(said.contains("T3 not asked: needs the stock of each week"), "{said}");
    assert!(said.contains("T4 asked in part"), "{said}");
    let short = [&asked[..4], &["--weeks", "26"]].concat();
    let refused = deskhand.command(&short);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("DH-8056"), "{refused:?}");
}
