//! The economic order quantity (Harris 1913), with and without backorders.

use crate::policy::error::{PolicyError, positive};

/// The order quantity that balances ordering and holding, and its cost per unit of time.
///
/// `fixed` per order; `holding` per unit and time; `rate` in units per time.
pub fn eoq(fixed: f64, holding: f64, rate: f64) -> Result<(f64, f64), PolicyError> {
    let fixed = positive("the cost of an order", fixed)?;
    let holding = positive("the holding cost", holding)?;
    let rate = positive("the demand rate", rate)?;
    let quantity = (2.0 * fixed * rate / holding).sqrt();
    Ok((quantity, (2.0 * fixed * rate * holding).sqrt()))
}

/// The economic order when demand may wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WithBackorders {
    /// Units per order.
    pub quantity: f64,
    /// The share of demand that waits.
    pub waiting: f64,
    /// Cost per unit of time.
    pub cost: f64,
}

/// The economic order quantity when demand may wait at `stockout` per unit and time.
pub fn eoq_with_backorders(
    fixed: f64,
    holding: f64,
    stockout: f64,
    rate: f64,
) -> Result<WithBackorders, PolicyError> {
    let stockout = positive("the stock-out cost", stockout)?;
    let (plain, cost) = eoq(fixed, holding, rate)?;
    let stretch = ((holding + stockout) / stockout).sqrt();
    Ok(WithBackorders {
        quantity: plain * stretch,
        waiting: holding / (holding + stockout),
        cost: cost / stretch,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn both_agree_with_the_reference() {
        let (quantity, cost) = eoq(8.0, 0.225, 1300.0).unwrap();
        assert!((quantity - 304.046_780_026_436_8).abs() < 1e-9);
        assert!((cost - 68.410_525_505_948_29).abs() < 1e-9);
        let waiting = eoq_with_backorders(8.0, 0.225, 5.0, 1300.0).unwrap();
        assert!((waiting.quantity - 310.812_555_158_964_64).abs() < 1e-9);
        assert!((waiting.waiting - 0.043_062_200_956_937_8).abs() < 1e-12);
        assert!((waiting.cost - 66.921_363_550_973_25).abs() < 1e-9);
    }

    #[test]
    fn a_rate_of_nothing_is_refused() {
        assert_eq!(eoq(8.0, 0.225, 0.0).unwrap_err().code(), "DH-8024");
    }
}
