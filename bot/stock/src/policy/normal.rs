//! The normal distribution: its loss function and the levels that follow from it.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

use statrs::function::erf::{erfc, erfc_inv};

/// A normal demand: a mean and a standard deviation, in units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation; 0 is a certain demand.
    pub sigma: f64,
}

impl Normal {
    /// The standard normal: mean 0, standard deviation 1.
    pub const STANDARD: Self = Self { mean: 0.0, sigma: 1.0 };

    /// P(D ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        if self.sigma <= 0.0 {
            return f64::from(u8::from(x >= self.mean));
        }
        0.5 * erfc(-(x - self.mean) / self.sigma * FRAC_1_SQRT_2)
    }

    /// P(D > x).
    pub fn beyond(&self, x: f64) -> f64 {
        if self.sigma <= 0.0 {
            return f64::from(u8::from(x < self.mean));
        }
        0.5 * erfc((x - self.mean) / self.sigma * FRAC_1_SQRT_2)
    }

    /// x with P(D ≤ x) = `p`, for `p` in (0, 1).
    pub fn quantile(&self, p: f64) -> f64 {
        if self.sigma <= 0.0 { self.mean } else { self.mean + self.sigma * z(p) }
    }

    /// E\[(D − x)⁺\] = σ·𝓛((x − μ)/σ).
    pub fn loss(&self, x: f64) -> f64 {
        if self.sigma <= 0.0 {
            (self.mean - x).max(0.0)
        } else {
            self.sigma * standard_loss((x - self.mean) / self.sigma)
        }
    }

    /// x with [`loss`](Self::loss) = `units`; when no loss at all is allowed, 8 σ above the mean, where it is below 1e-16 σ.
    pub fn level_for_loss(&self, units: f64) -> f64 {
        if self.sigma <= 0.0 {
            return self.mean - units.max(0.0);
        }
        self.mean + self.sigma * loss_inverse(units / self.sigma)
    }
}

/// The standard normal quantile of `p`.
pub fn z(p: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * p)
}

/// The standard normal density.
pub fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// The standard normal loss 𝓛(z) = φ(z) − z·(1 − Φ(z)).
pub fn standard_loss(z: f64) -> f64 {
    (density(z) - z * Normal::STANDARD.beyond(z)).max(0.0)
}

/// z with 𝓛(z) = `loss`, by bisection: 𝓛 falls from −z to 0.
fn loss_inverse(loss: f64) -> f64 {
    if loss.is_nan() || loss <= 0.0 {
        return 8.0;
    }
    let (mut low, mut high) = (-loss.max(8.0), 8.0);
    for _ in 0..200 {
        let middle: f64 = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if standard_loss(middle) > loss { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_of_the_normal_agrees_with_the_reference() {
        let normal = Normal { mean: 15.0, sigma: 3.0 };
        assert!((normal.loss(18.0) - 0.249_946_411_763_058_87).abs() < 1e-10);
        assert!((normal.level_for_loss(0.249_946_411_763_058_87) - 18.0).abs() < 1e-8);
        assert!((z(0.95) - 1.644_853_626_951_472_2).abs() < 1e-12);
        assert!((Normal::STANDARD.cdf(1.0) - 0.841_344_746_068_543).abs() < 1e-10);
    }

    #[test]
    fn a_certain_demand_is_met_exactly() {
        let certain = Normal { mean: 40.0, sigma: 0.0 };
        assert!((certain.quantile(0.99) - 40.0).abs() < 1e-12);
        assert!(certain.loss(40.0).abs() < 1e-12);
        assert!((certain.level_for_loss(2.0) - 38.0).abs() < 1e-12);
    }
}
