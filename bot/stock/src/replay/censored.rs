//! What would have been sold on days when the shelf ran empty.

use crate::count;
use crate::replay::series::Series;

/// Weeks before and after a day whose same weekdays speak for it.
const WEEKS: usize = 4;

/// Daily demand: sales as they were, and on stock-out days the mean of the same weekday over the four weeks around (failing
/// those, of all days with stock), never below what was sold. The fractions are carried from one stock-out day to the next,
/// so that estimates are whole units and their sum is not rounded away.
pub fn demand(series: &Series) -> Vec<i64> {
    let sold: Vec<i64> = series.sold.iter().map(|&units| units.max(0)).collect();
    let known: Vec<f64> = in_stock(series, &sold, 0..sold.len());
    let overall = mean(&known);
    let mut carried = 0.0;
    let estimate = |day: usize| {
        let same = (0..=2 * WEEKS)
            .filter_map(|week| (day + 7 * week).checked_sub(7 * WEEKS))
            .filter(|&day| day < sold.len());
        mean(&in_stock(series, &sold, same)).or(overall)
    };
    let day = |(day, &units): (usize, &i64)| {
        let Some(wanted) = series.was_out(day).then(|| estimate(day)).flatten() else { return units };
        let whole = count::nearest(wanted + carried).max(0);
        carried += wanted - count::as_float(whole);
        whole.max(units)
    };
    sold.iter().enumerate().map(day).collect()
}

fn in_stock(series: &Series, sold: &[i64], days: impl Iterator<Item = usize>) -> Vec<f64> {
    days.filter(|&day| !series.was_out(day)).map(|day| count::as_float(sold[day])).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count::len_as_float(values.len()))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use rust_decimal::Decimal;

    use super::*;
    use crate::policy::item::OrderRules;

    fn series(sold: Vec<i64>, stocked_out: Vec<bool>) -> Series {
        Series {
            store: "S".into(),
            sku: "tea".into(),
            first_day: NaiveDate::default(),
            sold,
            stocked_out,
            rules: OrderRules::default(),
            unit_cost: Decimal::ONE,
        }
    }

    #[test]
    fn an_empty_shelf_is_not_a_lack_of_demand() {
        let mut sold: Vec<i64> = (0..70).map(|day| if day % 7 == 5 { 10 } else { 3 }).collect();
        let mut out = vec![false; 70];
        (sold[33], out[33]) = (0, true);
        (sold[34], out[34]) = (4, true);
        (sold[44], sold[45]) = (-2, 0);
        let demand = demand(&series(sold, out));
        assert_eq!(
            (demand[33], demand[34]),
            (10, 4),
            "a Saturday, and a day that sold more before it ran out"
        );
        assert_eq!(demand[44], 0, "returns are no demand, nor a reason to invent one");
    }

    #[test]
    fn fractions_of_estimates_add_up() {
        let sold: Vec<i64> = (0..140).map(|day| i64::from((day / 7) % 2 == 0)).collect();
        let out: Vec<bool> = (0..140).map(|day| day % 7 == 3).collect();
        let sum: i64 = demand(&series(sold.clone(), out)).iter().skip(3).step_by(7).sum();
        assert!((9..=15).contains(&sum), "about half of twenty days, {sum}");
    }
}
