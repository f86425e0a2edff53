//! Quantiles that held: the probability to ask the distribution for, so that past forecasts would have covered.
//!
//! Where did the demand that came lie in the distribution that was forecast? The histogram of those places, in the form
//! for counts of Czado, Gneiting & Held (2009, "Predictive model assessment for count data"), is flat when the
//! distribution is right. When it is not, asking for the place below which a share τ fell gives the τ-quantile: conformal
//! prediction on the distribution's own scale (Chernozhukov, Wüthrich & Zhu 2021).

use super::counts::Counts;

const BINS: usize = 100;
const BINS_F: f64 = 100.0;
/// Periods with which a series' own histogram leans on that of all.
const POOLED_PERIODS: f64 = 150.0;
/// Tail chances are never changed by more than this factor.
const FURTHEST: f64 = 10.0;

/// Where demand fell in its distributions.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    mass: [f64; BINS],
    periods: f64,
}

impl Default for Places {
    fn default() -> Self {
        Self { mass: [0.0; BINS], periods: 0.0 }
    }
}

impl Places {
    /// Notes what came beside its distribution. A count covers the whole step of the distribution function.
    pub(crate) fn add(&mut self, forecast: &Counts, came: f64, whole: bool) {
        let to = forecast.cdf(came) * BINS_F;
        let from = if whole { forecast.cdf(came - 1.0) * BINS_F } else { (to - 0.5).max(0.0) };
        let to = to.max(from + 1e-9).min(BINS_F);
        let from = from.min(to - 1e-9);
        let share = 1.0 / (to - from);
        let mut edge = 0.0;
        for mass in &mut self.mass {
            let covered = (to.min(edge + 1.0) - from.max(edge)).max(0.0);
            *mass += share * covered;
            edge += 1.0;
        }
        self.periods += 1.0;
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for (mass, other) in self.mass.iter_mut().zip(other.mass) {
            *mass += other;
        }
        self.periods += other.periods;
        self
    }

    /// Leans on the places of all series.
    #[must_use]
    pub(crate) fn lean(self, all: &Self) -> Self {
        if all.periods == 0.0 {
            return self;
        }
        let scale = POOLED_PERIODS / all.periods;
        let mut leaning = all.clone();
        for mass in &mut leaning.mass {
            *mass *= scale;
        }
        leaning.periods = POOLED_PERIODS;
        self.and(&leaning)
    }

    /// The probability to ask for, so that the share `probability` of past demand lay below.
    pub(crate) fn ask(&self, probability: f64) -> f64 {
        if self.periods < 1.0 {
            return probability;
        }
        let wanted = probability * self.mass.iter().sum::<f64>();
        let (mut sum, mut edge) = (0.0, 0.0);
        let mut asked = 1.0;
        for mass in self.mass {
            if sum + mass >= wanted {
                asked = (edge + (wanted - sum) / mass.max(1e-12)) / BINS_F;
                break;
            }
            sum += mass;
            edge += 1.0;
        }
        let rest = 1.0 - probability;
        asked.clamp(probability / FURTHEST, 1.0 - rest / FURTHEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_that_is_right_is_left_alone() {
        let forecast = Counts::new(3.0, 5.0, true);
        let mut places = Places::default();
        for place in 0..2000_u32 {
            places.add(&forecast, forecast.quantile((f64::from(place) + 0.5) / 2000.0), true);
        }
        for probability in [0.05, 0.25, 0.5, 0.9, 0.95] {
            assert!((places.ask(probability) - probability).abs() < 0.01, "{}", places.ask(probability));
        }
    }

    #[test]
    fn a_distribution_that_is_too_narrow_is_asked_further_out() {
        let (narrow, true_one) = (Counts::new(20.0, 20.0, true), Counts::new(20.0, 80.0, true));
        let mut places = Places::default();
        for place in 0..2000_u32 {
            places.add(&narrow, true_one.quantile((f64::from(place) + 0.5) / 2000.0), true);
        }
        assert!(places.ask(0.95) > 0.98 && places.ask(0.05) < 0.02);
        assert!((narrow.quantile(places.ask(0.9)) - true_one.quantile(0.9)).abs() <= 2.0);
    }
}
