#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::NaiveDate;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use rust_decimal::Decimal;

use super::*;
use crate::order::{Day, Outlook};
use crate::policy::{
    DailyDemand, DayLimits, Goal, Item, LeadTime, OrderRules, Pack, Position, Protection, Standing, propose,
};

fn proposed(position: Position, outlook: Option<Outlook>, lead_days: f64) -> ProposedLine {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let rules = OrderRules { pack: Pack::new(6).unwrap(), ..OrderRules::default() };
    let item = Item {
        store: "MK".to_owned(),
        sku: "TEA-1".to_owned(),
        supplier: Some("Foglamp".to_owned()),
        standing: Standing::Active,
        position,
        count_first: false,
        forecast: Some(DailyDemand { mean: 4.0, sigma: 2.0 }),
        protection: Protection::new(7.0, &LeadTime::certain(3.0).unwrap()).unwrap(),
        goal: Goal::FillRate(0.98),
        rules,
        unit_cost: Decimal::ONE,
        unit_margin: Decimal::ONE,
        unit_load: 0,
    };
    ProposedLine {
        line: propose(day, &[item], &[], &DayLimits::default()).remove(0),
        name: "Tea <\"Tie\"> & 鐵觀音\u{1}".to_owned(),
        rules,
        unit_cost: Decimal::ONE,
        lead_days,
        review_days: 7.0,
        class: None,
        outlook,
    }
}

fn outlook(sold: Vec<Option<f64>>, days: Vec<Day>) -> Outlook {
    Outlook { first: NaiveDate::from_ymd_opt(2026, 10, 26).unwrap(), sold, days }
}

fn steady() -> Outlook {
    let sold = (0..28).map(|day| (day % 9 != 4).then_some(f64::from(day % 5))).collect();
    outlook(sold, vec![Day { mean: 4.0, low: 1.0, high: 8.0 }; 14])
}

/// Well-formed, with finite numbers, and without what a strict page refuses.
fn check(svg: &str) {
    let mut reader = Reader::from_str(svg);
    let mut depth = 0_i32;
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            for attribute in tag.attributes() {
                let attribute = attribute.unwrap();
                assert_ne!(attribute.key.as_ref(), "style");
                let value = attribute.value;
                assert!(!value.contains("NaN") && !value.contains("inf"), "{value}");
            }
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(!svg.contains("<script") && !svg.contains("<style"));
}

#[test]
fn a_line_without_an_outlook_has_no_picture() {
    let stock = Position { on_hand: 10, ..Position::default() };
    assert_eq!(line(&proposed(stock, None, 3.0), None, "en", Size::Page), None);
    assert_eq!(line(&proposed(stock, Some(outlook(vec![], vec![])), 3.0), None, "en", Size::Page), None);
}

#[test]
fn the_picture_tells_its_figures_to_those_who_do_not_see_it() {
    let stock = Position { on_hand: 10, on_order: 6, ..Position::default() };
    let proposed = proposed(stock, Some(steady()), 2.5);
    let english = line(&proposed, Some(24), "en", Size::Page).unwrap();
    check(&english);
    assert!(english.contains("role=\"img\"") && english.contains("Tea &lt;"));
    assert!(english.contains("10 on the shelf, 6 on the way") && english.contains("Order 24."));
    assert!(english.contains("Goods arrive by 26 Nov."));
    let chinese = line(&proposed, Some(0), "zh-Hant", Size::Page).unwrap();
    assert!(chinese.contains("不訂購") && chinese.contains("貨架 10 件，在途 6 件"));
    let small = line(&proposed, None, "en", Size::Small).unwrap();
    assert!(!small.contains("<text") && small.contains("<desc>"));
}

#[test]
fn extremes_have_a_picture_too() {
    let huge = Position { on_hand: i64::MAX, on_order: i64::MAX, in_transit: i64::MAX, reserved: 0 };
    let below = Position { on_hand: -7, reserved: i64::MAX, ..Position::default() };
    let never = outlook(vec![None; 3], vec![Day { mean: 0.0, low: 0.0, high: 0.0 }; 400]);
    let wild = Day { mean: f64::NAN, low: f64::NEG_INFINITY, high: f64::INFINITY };
    let past = outlook(vec![Some(f64::MAX), Some(-4.0), Some(f64::NAN)], vec![]);
    for outlook in [never, outlook(vec![], vec![wild; 9]), past] {
        for position in [huge, below, Position::default()] {
            for (size, lead) in [(Size::Page, f64::NAN), (Size::Small, 1e300)] {
                let line_drawn = proposed(position, Some(outlook.clone()), lead);
                check(&line(&line_drawn, Some(i64::MAX), "en", size).unwrap());
                check(&line(&line_drawn, Some(i64::MIN), "zh-Hant", size).unwrap());
            }
        }
    }
}

proptest! {
    #[test]
    fn every_outlook_has_a_sound_picture(
        sold in prop::collection::vec(prop::option::of(any::<f64>()), 0..60),
        days in prop::collection::vec((any::<f64>(), any::<f64>(), any::<f64>()), 1..70),
        (on_hand, on_order, in_transit, reserved) in any::<(i64, i64, i64, i64)>(),
        (ordered, lead) in any::<(Option<i64>, f64)>(),
        chinese in any::<bool>(),
    ) {
        let days = days.into_iter().map(|(mean, low, high)| Day { mean, low, high }).collect();
        let position = Position { on_hand, on_order, in_transit, reserved };
        let proposed = proposed(position, Some(outlook(sold, days)), lead);
        let language = if chinese { "zh-Hant" } else { "en" };
        for size in [Size::Page, Size::Small] {
            check(&line(&proposed, ordered, language, size).unwrap());
        }
    }
}
