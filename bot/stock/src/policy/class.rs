//! ABC by share of value, XYZ by variation from week to week. The classes explain and order; the maths is per SKU.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::count;

/// Days of history under which a SKU is new and neither ranked nor called erratic.
pub const NEW_UNDER_DAYS: i64 = 28;

/// Share of value: A the first 80 %, B the next 15 %, C the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the letters are the names")]
pub enum Abc {
    A,
    B,
    C,
}

/// Coefficient of variation of weekly units: X under 0.5, Y under 1.0, Z the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the letters are the names")]
pub enum Xyz {
    X,
    Y,
    Z,
}

/// The class of a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Ranked by value and variation.
    Ranked {
        /// By value.
        abc: Abc,
        /// By variation.
        xyz: Xyz,
    },
    /// Class N: under 28 days of history.
    New,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ranked { abc, xyz } => write!(f, "{abc:?}{xyz:?}"),
            Self::New => f.write_str("N"),
        }
    }
}

/// What a SKU sold, as far as its class depends on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sold {
    /// The SKU, or store and SKU: whatever is ranked. Ties in value are broken by it.
    pub id: String,
    /// Sales value of the period; negative (more returned than sold) counts as zero.
    pub value: Decimal,
    /// Units by week.
    pub weekly: Vec<f64>,
    /// Days since its first sale or receipt.
    pub days: i64,
}

/// The class of each, in the order given. New SKUs are left out of the ranking by value.
///
/// A SKU belongs to A while the SKUs before it have less than 80 % of the value, so the one that crosses the line is still A;
/// in exact decimals.
pub fn classify(sold: &[Sold]) -> Vec<Class> {
    let mut ranked: Vec<usize> = (0..sold.len()).filter(|&i| sold[i].days >= NEW_UNDER_DAYS).collect();
    let value = |i: usize| sold[i].value.max(Decimal::ZERO);
    ranked.sort_by(|&a, &b| value(b).cmp(&value(a)).then_with(|| sold[a].id.cmp(&sold[b].id)));
    let total: Decimal = ranked.iter().map(|&i| value(i)).sum();
    let mut classes = vec![Class::New; sold.len()];
    let mut before = Decimal::ZERO;
    for i in ranked {
        let abc = if value(i).is_zero() || before * Decimal::from(100) >= total * Decimal::from(95) {
            Abc::C
        } else if before * Decimal::from(100) >= total * Decimal::from(80) {
            Abc::B
        } else {
            Abc::A
        };
        before += value(i);
        classes[i] = Class::Ranked { abc, xyz: xyz(weekly_cv(&sold[i].weekly)) };
    }
    classes
}

/// The coefficient of variation of weekly units, population standard deviation over mean; infinite when nothing sold.
pub fn weekly_cv(weekly: &[f64]) -> f64 {
    let n = count::len_as_float(weekly.len());
    let mean = weekly.iter().sum::<f64>() / n;
    if mean.is_nan() || mean <= 0.0 {
        return f64::INFINITY;
    }
    let squares: f64 = weekly.iter().map(|units| (units - mean).powi(2)).sum();
    (squares / n).sqrt() / mean
}

fn xyz(cv: f64) -> Xyz {
    if cv < 0.5 {
        Xyz::X
    } else if cv < 1.0 {
        Xyz::Y
    } else {
        Xyz::Z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(id: &str, value: i64, weekly: &[f64], days: i64) -> Sold {
        Sold { id: id.to_owned(), value: Decimal::from(value), weekly: weekly.to_vec(), days }
    }

    #[test]
    fn the_sku_that_crosses_a_line_stays_in_the_higher_class() {
        let goods = [
            sold("tea", 500, &[10.0, 11.0, 9.0], 90),
            sold("rice", 350, &[10.0, 2.0, 20.0], 90),
            sold("salt", 100, &[0.0, 0.0, 9.0], 90),
            sold("wok", 50, &[5.0, 5.0, 5.0], 90),
        ];
        let classes: Vec<String> = classify(&goods).iter().map(ToString::to_string).collect();
        assert_eq!(classes, ["AX", "AY", "BZ", "CX"]);
    }

    #[test]
    fn a_new_sku_is_n_and_not_erratic_and_nothing_sold_is_c() {
        let goods =
            [sold("new", 900, &[0.0, 40.0], 27), sold("dead", 0, &[0.0; 8], 90), sold("odd", -5, &[], 28)];
        let classes: Vec<String> = classify(&goods).iter().map(ToString::to_string).collect();
        assert_eq!(classes, ["N", "CZ", "CZ"]);
    }
}
