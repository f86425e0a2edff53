#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;

use super::*;

fn claim(store: &str, position: i64, wanted: i64, presentation: i64, mean: f64, cost: f64) -> Claim {
    let demand = Demand::over(mean, mean * 1.5).unwrap();
    Claim { store: store.to_owned(), position, wanted, presentation, demand, stockout_cost: cost }
}

fn units(stock: i64, pack: i64, claims: &[Claim], rule: Rule, fairness: Fairness) -> Vec<i64> {
    let shares = share(stock, Pack::new(pack).unwrap(), claims, rule, fairness).unwrap();
    shares.iter().map(|share| share.units).collect()
}

fn saved(claims: &[Claim], units: &[i64]) -> f64 {
    let saved = |(claim, units): (&Claim, &i64)| {
        (claim.demand.loss(claim.position) - claim.demand.loss(claim.position + units)) * claim.stockout_cost
    };
    claims.iter().zip(units).map(saved).sum()
}

#[test]
fn equal_stores_get_equal_shares_and_the_rest_by_name() {
    let claims: Vec<Claim> =
        ["Central", "Admiralty", "Mong Kok"].map(|store| claim(store, 2, 60, 0, 20.0, 3.0)).to_vec();
    assert_eq!(units(48, 6, &claims, Rule::StockoutCost, Fairness::Free), [18, 18, 12]);
    assert_eq!(units(48, 6, &claims, Rule::DaysOfSupply, Fairness::Free), [18, 18, 12]);
}

#[test]
fn floors_come_first_and_the_fairness_cap_holds_until_goods_would_lie_idle() {
    let claims = [claim("dear", 0, 60, 0, 40.0, 90.0), claim("poor", 0, 60, 12, 40.0, 1.0)];
    assert_eq!(units(48, 6, &claims, Rule::StockoutCost, Fairness::Free), [36, 12]);
    assert_eq!(units(48, 6, &claims, Rule::StockoutCost, Fairness::Percent(125)), [30, 18]);
    let modest = [claim("dear", 0, 60, 0, 40.0, 90.0), claim("poor", 0, 6, 0, 40.0, 1.0)];
    assert_eq!(units(48, 6, &modest, Rule::StockoutCost, Fairness::Percent(50)), [42, 6]);
}

#[test]
fn a_record_beyond_any_shop_does_not_hang() {
    let claims =
        [claim("a", -4_890_008_100_309, 4_890_008_100_320, 0, 4.0, 1.0), claim("b", 0, 12, 0, 4.0, 1.0)];
    let found = units(4_890_008_100_309, 6, &claims, Rule::StockoutCost, Fairness::Free);
    assert!(found.iter().all(|units| units % 6 == 0) && found.iter().sum::<i64>() <= 4_890_008_100_309);
}

#[test]
fn a_wrong_record_and_a_double_claim_are_refused() {
    let pack = Pack::SINGLE;
    assert_eq!(share(-1, pack, &[], Rule::default(), Fairness::Free).unwrap_err().code(), "DH-8030");
    let twice = [claim("a", 0, 1, 0, 1.0, 1.0), claim("a", 0, 1, 0, 1.0, 1.0)];
    assert_eq!(share(1, pack, &twice, Rule::default(), Fairness::Free).unwrap_err().code(), "DH-8031");
}

prop_compose! {
    fn some_claim(store: String)(position in -3..15i64, wanted in 0..20i64, presentation in 0..6i64, mean in 0.1..12.0f64, cost in 0.1..9.0f64) -> Claim {
        claim(&store, position, wanted, presentation, mean, cost)
    }
}

proptest! {
    #[test]
    fn no_division_saves_more(
        a in some_claim("a".into()), b in some_claim("b".into()), c in some_claim("c".into()), stock in 0..30i64, pack in 1..4i64,
    ) {
        let claims = [a, b, c].map(|claim| Claim { presentation: 0, ..claim });
        let found = units(stock, pack, &claims, Rule::StockoutCost, Fairness::Free);
        let most: Vec<i64> = claims.iter().map(|claim| claim.wanted / pack).collect();
        let mut best: f64 = 0.0;
        for x in 0..=most[0] {
            for y in 0..=most[1] {
                for z in 0..=most[2] {
                    if (x + y + z) * pack <= stock {
                        best = best.max(saved(&claims, &[x * pack, y * pack, z * pack]));
                    }
                }
            }
        }
        prop_assert!(saved(&claims, &found) >= best - 1e-9);
    }

    #[test]
    fn never_more_than_there_is_or_was_wanted_and_never_idle(
        claims in prop::collection::vec(some_claim(String::new()), 0..8), stock in 0..80i64, pack in 1..7i64, percent in 0..200u16, free: bool, days: bool,
    ) {
        let claims: Vec<Claim> = claims.into_iter().enumerate().map(|(i, claim)| Claim { store: i.to_string(), ..claim }).collect();
        let rule = if days { Rule::DaysOfSupply } else { Rule::StockoutCost };
        let fairness = if free { Fairness::Free } else { Fairness::Percent(percent) };
        let found = units(stock, pack, &claims, rule, fairness);
        prop_assert!(found.iter().sum::<i64>() <= stock);
        for (units, claim) in found.iter().zip(&claims) {
            prop_assert!(*units >= 0 && units % pack == 0 && *units <= claim.wanted);
        }
        let all: i64 = claims.iter().map(|claim| claim.wanted / pack * pack).sum();
        prop_assert_eq!(found.iter().sum::<i64>(), all.min(stock / pack * pack), "goods lie idle while a store wants them");
    }

    #[test]
    fn fair_share_brings_equal_stores_within_a_pack(n in 2..7usize, stock in 0..200i64, pack in 1..7i64) {
        let claims: Vec<Claim> = (0..n).map(|i| claim(&i.to_string(), 0, 70, 0, 15.0, 2.0)).collect();
        for rule in [Rule::StockoutCost, Rule::DaysOfSupply] {
            let found = units(stock, pack, &claims, rule, Fairness::Free);
            let (low, high) = (found.iter().min().unwrap(), found.iter().max().unwrap());
            prop_assert!(high - low <= pack, "{found:?}");
        }
    }
}
