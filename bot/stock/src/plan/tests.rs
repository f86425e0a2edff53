#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::calendar::Calendar;
use crate::forecast::{Forecaster, Options};
use crate::policy::{DayLimits, Line, Outcome, propose};
use crate::series::{Every, PanelBuilder, Row};
use crate::stock_list;

const LIST: &str = "item_id,store_id,on_hand,supplier,pack,lead_days,unit_cost,unit_price,name\n\
    TEA,MK,4,WH,6,1,10,25,Tieguanyin 鐵觀音\nTEA,TST,40,WH,6,1,10,25,Tieguanyin 鐵觀音\nTEA,WH,30,Foglamp,24,5,10,25,\n\
    CUP,MK,2,Foglamp,4,5,8,20,\n";

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 1).unwrap()
}

fn day() -> NaiveDate {
    first() + Days::new(100)
}

fn builder() -> PanelBuilder {
    let mut builder = PanelBuilder::new();
    for (item, store, units) in [("TEA", "MK", 5.0), ("TEA", "TST", 2.0), ("CUP", "MK", 1.0)] {
        for at in 0..100_u64 {
            let (date, value) = (first() + Days::new(at), Some(units + f64::from(u8::from(at % 7 == 5))));
            let row = Row {
                item,
                store,
                date,
                value,
                price: None,
                promotion: false,
                stock_out: false,
                closed: false,
            };
            builder.add(&row).unwrap();
        }
    }
    builder
}

struct Day {
    panel: Panel,
    forecasts: Vec<Forecast>,
    terms: Vec<Terms>,
    items: Vec<Item>,
    lines: Vec<Line>,
}

impl Day {
    fn plan() -> Self {
        let terms = stock_list::read(LIST.as_bytes()).unwrap().terms;
        let stores = builder().finish(Some(Every::Day));
        let mut all = builder();
        demand_of_warehouse(&mut all, &stores, &terms, "WH").unwrap();
        let panel = all.finish(Some(Every::Day));
        let forecasts = Forecaster::learn(&panel, &Calendar::default(), &Options::new(14)).all();
        let items: Vec<Item> = terms
            .iter()
            .map(|terms| {
                let forecast = forecasts.iter().find(|forecast| {
                    let series = &panel.series[forecast.series];
                    (panel.store(series), panel.item(series)) == (&terms.store, &terms.sku)
                });
                let lead = LeadTime::certain(f64::from(terms.lead_days.unwrap())).unwrap();
                item(terms, forecast.map(|found| (&panel, found)), &lead, 7, Goal::FillRate(0.98)).unwrap()
            })
            .collect();
        let lines = propose(day(), &items, &[], &DayLimits::default());
        Self { panel, forecasts, terms, items, lines }
    }

    fn units(&self, store: &str, sku: &str) -> i64 {
        let own = |line: &&Line| (line.id.store.as_str(), line.id.sku.as_str()) == (store, sku);
        self.lines.iter().find(own).unwrap().outcome.units()
    }

    fn share(&mut self, free: i64) {
        from_warehouse(&mut self.lines, &self.items, "WH", &BTreeMap::from([("TEA".to_owned(), free)]))
            .unwrap();
    }
}

#[test]
fn the_warehouse_wants_what_its_stores_sell() {
    let plan = Day::plan();
    let of = |store: &str| {
        let of = |forecast: &&Forecast| {
            let series = &plan.panel.series[forecast.series];
            (plan.panel.store(series), plan.panel.item(series)) == (store, "TEA")
        };
        plan.forecasts.iter().find(of).unwrap().mean.iter().sum::<f64>()
    };
    assert!((of("WH") - of("MK") - of("TST")).abs() < 0.05 * of("WH"));
}

#[test]
fn a_warehouse_with_enough_gives_what_is_asked() {
    let mut plan = Day::plan();
    let asked = plan.units("MK", "TEA");
    assert!(asked >= 36, "{asked}");
    plan.share(asked);
    assert_eq!(plan.units("MK", "TEA"), asked);
}

#[test]
fn a_short_warehouse_gives_whole_packs_and_says_so() {
    let mut plan = Day::plan();
    let asked = plan.units("MK", "TEA");
    plan.share(asked - 7);
    let line = plan.lines.iter().find(|line| line.id.store == "MK" && line.id.sku == "TEA").unwrap();
    assert_eq!(line.outcome.units(), asked - 12);
    assert!(line.reason.en.contains("The warehouse has"), "{}", line.reason.en);
    assert_eq!(line.cost, rust_decimal::Decimal::from(10 * (asked - 12)));
}

#[test]
fn an_empty_warehouse_gives_nothing_with_its_reason() {
    let mut plan = Day::plan();
    plan.share(0);
    let line = plan.lines.iter().find(|line| line.id.store == "MK" && line.id.sku == "TEA").unwrap();
    assert_eq!(line.outcome, Outcome::NoOrder(crate::policy::NoOrder::WarehouseShort));
    assert!(line.cost.is_zero());
    assert!(plan.units("MK", "CUP") > 0, "what others deliver is not touched");
}

#[test]
fn each_supplier_gets_one_paper_with_its_reasons_and_pictures() {
    let plan = Day::plan();
    let classes = classes(&plan.panel, &plan.terms);
    let planned: Vec<Planned<'_>> = plan
        .lines
        .iter()
        .zip(&plan.items)
        .zip(&plan.terms)
        .map(|((line, item), terms)| Planned {
            line,
            item,
            terms,
            forecast: plan.forecasts.iter().find_map(|forecast| {
                let series = &plan.panel.series[forecast.series];
                let own = (plan.panel.store(series), plan.panel.item(series)) == (&terms.store, &terms.sku);
                own.then_some((&plan.panel, forecast))
            }),
            class: classes.get(&(terms.store.clone(), terms.sku.clone())).copied(),
        })
        .collect();
    let suppliers = BTreeMap::new();
    let buyer = Buyer { name: "Tea Shop", currency: "HKD", suppliers: &suppliers };
    let papers = proposals(day(), &planned, &buyer);
    let numbers: Vec<&str> = papers.iter().map(|paper| paper.number.as_str()).collect();
    assert_eq!(numbers, ["PO-20261109-01", "PO-20261109-02"]);
    let transfers = &papers[1];
    assert_eq!((transfers.supplier.id.as_str(), transfers.lines.len()), ("WH", 2));
    assert!(transfers.lines[0].line.outcome.units() > 0 && transfers.lines[1].line.outcome.units() == 0);
    let outlook = transfers.lines[0].outlook.as_ref().unwrap();
    assert_eq!((outlook.sold.len(), outlook.days.len(), outlook.first), (28, 9, day() - Days::new(28)));
    assert!(outlook.days.iter().all(|day| day.low <= day.high && day.mean > 0.0));
    assert!(transfers.lines[0].class.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn never_is_more_shared_out_than_there_is(free in -10_i64..200) {
        let mut plan = Day::plan();
        plan.share(free);
        let given = plan.units("MK", "TEA") + plan.units("TST", "TEA");
        prop_assert!(given <= free.max(0) || given == 0);
        prop_assert_eq!(plan.units("MK", "TEA") % 6, 0);
    }
}
