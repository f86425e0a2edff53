//! Distributions of demand over a period or several: negative binomial, Poisson, and beyond a mean of 30 the normal one
//! of the cube root (Wilson & Hilferty 1931), which keeps the skew that a plain normal loses.

/// Above this mean sums over single units cost more than they tell.
const NORMAL_FROM: f64 = 30.0;

/// Demand with a mean and a variance, in whole units or in any quantity (kilograms, metres).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    mean: f64,
    variance: f64,
    whole: bool,
}

impl Counts {
    /// The distribution: negative binomial when the variance exceeds the mean, Poisson when it does not. Anything that is
    /// not finite or negative is read as none.
    ///
    /// ```
    /// let demand = stock::forecast::Counts::new(4.0, 4.0, true);
    /// assert_eq!(demand.quantile(0.5), 4.0);
    /// assert!((demand.cdf(4.0) - 0.628_837).abs() < 1e-6);
    /// ```
    pub fn new(mean: f64, variance: f64, whole: bool) -> Self {
        let sound = |value: f64| if value.is_finite() && value > 0.0 { value } else { 0.0 };
        Self { mean: sound(mean), variance: sound(variance), whole }
    }

    /// The chance of at most this much; 0 below nothing.
    pub fn cdf(&self, demand: f64) -> f64 {
        if demand < 0.0 {
            return 0.0;
        }
        if self.mean == 0.0 {
            return 1.0;
        }
        if !self.whole || self.mean > NORMAL_FROM {
            let half = if self.whole { 0.5 } else { 0.0 };
            return self.cube_root_cdf(demand.floor_if(self.whole) + half);
        }
        let mut sum = 0.0;
        for (units, chance) in self.chances() {
            if units > demand {
                break;
            }
            sum += chance;
        }
        sum.min(1.0)
    }

    /// The least demand that is not exceeded with this probability; whole units when demand comes in whole units.
    pub fn quantile(&self, probability: f64) -> f64 {
        let probability = probability.clamp(1e-9, 1.0 - 1e-9);
        if self.mean == 0.0 {
            return 0.0;
        }
        if !self.whole {
            return self.cube_root_quantile(probability);
        }
        if self.mean > NORMAL_FROM {
            return (self.cube_root_quantile(probability) - 0.5).ceil().max(0.0);
        }
        let mut sum = 0.0;
        let mut last = 0.0;
        for (units, chance) in self.chances() {
            sum += chance;
            last = units;
            if sum >= probability {
                break;
            }
        }
        last
    }

    /// Units and their chances from 0 on, until what is left is next to nothing.
    fn chances(&self) -> impl Iterator<Item = (f64, f64)> {
        let (mean, over) = (self.mean, self.variance / self.mean);
        // NegBin(size r, chance p): p(0) = pʳ, p(k+1) = p(k) (k + r) ÷ (k + 1) (1 − p). Poisson is its limit.
        let binomial = over > 1.0 + 1e-9;
        let size = if binomial { mean / (over - 1.0) } else { 0.0 };
        let first = if binomial { (-size * over.ln()).exp() } else { (-mean).exp() };
        let step = move |units: f64| {
            if binomial { (units + size) / (units + 1.0) * (1.0 - 1.0 / over) } else { mean / (units + 1.0) }
        };
        let mut left = 1.0;
        let mut next = Some((0.0, first));
        std::iter::from_fn(move || {
            let (units, chance) = next?;
            left -= chance;
            let further = left > 1e-12 || units < mean;
            next = (further && units < 1e5).then(|| (units + 1.0, chance * step(units)));
            Some((units, chance))
        })
    }

    /// Shape of the gamma distribution with this mean and variance.
    fn shape(&self) -> f64 {
        let variance =
            if self.whole { self.variance.max(self.mean) } else { self.variance.max(1e-9 * self.mean) };
        (self.mean * self.mean / variance).max(1e-3)
    }

    fn cube_root_quantile(&self, probability: f64) -> f64 {
        let ninth = 1.0 / (9.0 * self.shape());
        let root = 1.0 - ninth + normal_quantile(probability) * ninth.sqrt();
        self.mean * root.max(0.0).powi(3)
    }

    fn cube_root_cdf(&self, demand: f64) -> f64 {
        let ninth = 1.0 / (9.0 * self.shape());
        let root = (demand.max(0.0) / self.mean).cbrt();
        normal_cdf((root - (1.0 - ninth)) / ninth.sqrt())
    }
}

trait FloorIf {
    fn floor_if(self, whole: bool) -> f64;
}

impl FloorIf for f64 {
    fn floor_if(self, whole: bool) -> f64 {
        if whole { self.floor() } else { self }
    }
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * statrs::function::erf::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

fn normal_quantile(probability: f64) -> f64 {
    -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * probability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use statrs::distribution::{DiscreteCDF, NegativeBinomial, Poisson};

    #[test]
    fn the_sums_agree_with_the_textbook_functions() {
        for (mean, variance) in [(0.3, 0.9), (4.0, 11.0), (25.0, 60.0)] {
            let p = mean / variance;
            let book = NegativeBinomial::new(mean * p / (1.0 - p), p).expect("good parameters");
            let ours = Counts::new(mean, variance, true);
            for units in 0..40_u32 {
                let (a, b) = (ours.cdf(f64::from(units)), book.cdf(u64::from(units)));
                assert!((a - b).abs() < 1e-9, "{mean} {variance} {units}: {a} {b}");
            }
        }
        let (ours, book) = (Counts::new(7.0, 3.0, true), Poisson::new(7.0).expect("a good mean"));
        for units in 0..30_u32 {
            assert!((ours.cdf(f64::from(units)) - book.cdf(u64::from(units))).abs() < 1e-9);
        }
    }

    #[test]
    fn beyond_thirty_the_quantiles_stay_within_one_unit_in_fifty() {
        let (mean, variance) = (80.0, 400.0);
        let p = mean / variance;
        let book = NegativeBinomial::new(mean * p / (1.0 - p), p).expect("good parameters");
        for probability in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] {
            let units = Counts::new(mean, variance, true).quantile(probability);
            let exact = book.inverse_cdf(probability);
            let exact = f64::from(u32::try_from(exact).expect("small"));
            assert!((units - exact).abs() <= 0.02 * mean, "{probability}: {units} for {exact}");
        }
    }

    proptest! {
        #[test]
        fn a_quantile_is_the_least_demand_that_reaches_its_probability(
            mean in 0.001..29.0_f64, over in 0.2..20.0_f64, probability in 0.001..0.999_f64,
        ) {
            let demand = Counts::new(mean, mean * over, true);
            let units = demand.quantile(probability);
            prop_assert!(demand.cdf(units) >= probability - 1e-9);
            prop_assert!(units == 0.0 || demand.cdf(units - 1.0) < probability + 1e-9);
        }

        #[test]
        fn quantiles_never_cross_and_are_finite(
            mean in -5.0..5000.0_f64, variance in -5.0..1e6_f64, whole: bool, a in 0.0..=1.0_f64, b in 0.0..=1.0_f64,
        ) {
            let demand = Counts::new(mean, variance, whole);
            let (low, high) = (demand.quantile(a.min(b)), demand.quantile(a.max(b)));
            prop_assert!(low >= 0.0 && low <= high && high.is_finite());
        }
    }
}
