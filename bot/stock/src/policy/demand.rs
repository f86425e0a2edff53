//! The distribution of demand over a period: Poisson, negative binomial, or normal for what is too large to count.
//!
//! Shop demand is a count. Given a mean `m` and a variance `v` over the period it is negative binomial when `v > m` (customers
//! come in bunches, forecasts err) and Poisson otherwise. Both are the Panjer class (a, b, 0): one recurrence
//! `p(k+1) = p(k) · (m²/v + k·(1 − m/v)) / (k + 1)`, in which `v = m` is the Poisson, so nothing jumps where one becomes the
//! other. The masses are tabulated once from the mode outwards and normalised by their sum, without any gamma function; the
//! tail and the loss are running sums from the far end, where all terms are positive and nothing cancels.

use serde::{Deserialize, Serialize};

use crate::count;
use crate::policy::error::{PolicyError, mean_of, variance_of};
use crate::policy::normal::Normal;

/// Masses below this share of the largest are left out of the table.
const NEGLIGIBLE: f64 = 1e-18;
/// The variance is cut at `mean + mean² / LUMPIEST`, the negative binomial of this shape: an item bought about once in seven
/// protection periods. A forecast whose error is wider than that has faded since its errors were made, and would otherwise
/// ask for more stock the less it expects to sell.
const LUMPIEST: f64 = 0.1;
/// A spread above this is tabulated no more: the normal distribution stands in.
const LARGEST_SIGMA: f64 = 10_000.0;
/// The normal distribution holds for a mean above this only.
pub const NORMAL_ABOVE: f64 = 30.0;

/// Which distribution describes a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Nothing is sold.
    Nothing,
    /// Customers come singly and independently: variance = mean.
    Poisson,
    /// Variance above the mean.
    NegativeBinomial,
    /// Large sums only.
    Normal,
}

/// Demand over a period, in base units.
///
/// ```
/// use stock::policy::Demand;
/// let demand = Demand::over(6.0, 15.0)?;
/// assert_eq!(demand.quantile(0.99)?, 18);
/// assert!((demand.loss(12) - 0.217_643_405_1).abs() < 1e-9);
/// # Ok::<(), stock::policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    mean: f64,
    variance: f64,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Counts(Table),
    Normal(Normal),
}

impl Demand {
    /// Demand with this mean and variance: negative binomial when the variance is above the mean, else Poisson (its variance
    /// is then the mean). A variance above mean + 10 · mean² is cut there. Only when the spread is above 10 000 units is it normal.
    pub fn over(mean: f64, variance: f64) -> Result<Self, PolicyError> {
        let (mean, variance) = (mean_of(mean)?, variance_of(variance)?);
        let variance = variance.clamp(mean, mean + mean * mean / LUMPIEST);
        if variance.sqrt() > LARGEST_SIGMA && mean > NORMAL_ABOVE {
            return Self::normal(mean, variance);
        }
        Ok(Self { mean, variance, form: Form::Counts(Table::new(mean, variance)) })
    }

    /// Poisson demand with this mean.
    pub fn poisson(mean: f64) -> Result<Self, PolicyError> {
        Self::over(mean, mean)
    }

    /// Normal demand, for those who ask for it: refused where the mean is 30 or less (`DH-8022`).
    pub fn normal(mean: f64, variance: f64) -> Result<Self, PolicyError> {
        let (mean, variance) = (mean_of(mean)?, variance_of(variance)?);
        if mean <= NORMAL_ABOVE {
            return Err(PolicyError::TooFewForNormal { mean });
        }
        Ok(Self { mean, variance, form: Form::Normal(Normal { mean, sigma: variance.sqrt() }) })
    }

    /// Which distribution it is.
    pub fn shape(&self) -> Shape {
        match &self.form {
            Form::Normal(_) => Shape::Normal,
            Form::Counts(_) if self.mean <= 0.0 => Shape::Nothing,
            Form::Counts(_) if self.variance > self.mean => Shape::NegativeBinomial,
            Form::Counts(_) => Shape::Poisson,
        }
    }

    /// The mean, in units.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance, in units²; for a Poisson the mean.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// P(D = k). For the normal, the mass between k − ½ and k + ½.
    pub fn pmf(&self, k: i64) -> f64 {
        match &self.form {
            Form::Counts(table) => table.mass(k),
            Form::Normal(normal) => {
                normal.cdf(count::as_float(k) + 0.5) - normal.cdf(count::as_float(k) - 0.5)
            }
        }
    }

    /// P(D ≤ k).
    pub fn cdf(&self, k: i64) -> f64 {
        match &self.form {
            Form::Counts(table) => table.at_most(k),
            Form::Normal(normal) => normal.cdf(count::as_float(k)),
        }
    }

    /// P(D > k), without the loss of digits of 1 − cdf.
    pub fn beyond(&self, k: i64) -> f64 {
        match &self.form {
            Form::Counts(table) => table.beyond(k),
            Form::Normal(normal) => normal.beyond(count::as_float(k)),
        }
    }

    /// The smallest k ≥ 0 with P(D ≤ k) ≥ `p`; `p` in [0, 1).
    pub fn quantile(&self, p: f64) -> Result<i64, PolicyError> {
        if !(0.0..1.0).contains(&p) {
            return Err(PolicyError::Goal { goal: p });
        }
        Ok(match &self.form {
            Form::Counts(table) => table.first(|k| table.beyond(k) <= 1.0 - p),
            Form::Normal(normal) => count::ceil(normal.quantile(p)).max(0),
        })
    }

    /// E\[(D − level)⁺\]: the units that a level of stock is expected to fall short by.
    pub fn loss(&self, level: i64) -> f64 {
        match &self.form {
            Form::Counts(table) => table.loss(level, self.mean),
            Form::Normal(normal) => normal.loss(count::as_float(level)),
        }
    }

    /// E\[(level − D)⁺\]: the units expected to be left over.
    pub fn left_over(&self, level: i64) -> f64 {
        (self.loss(level) + count::as_float(level) - self.mean).max(0.0)
    }

    /// The smallest level ≥ 0 whose [`loss`](Self::loss) is at most `units`.
    pub fn level_for_loss(&self, units: f64) -> i64 {
        match &self.form {
            Form::Counts(table) => table.first(|k| table.loss(k, self.mean) <= units),
            Form::Normal(normal) => count::ceil(normal.level_for_loss(units)).max(0),
        }
    }
}

/// The masses of a count from `from` on, with the sums that questions are answered from.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    from: i64,
    mass: Vec<f64>,
    /// P(D > from + i).
    beyond: Vec<f64>,
    /// E[(D − from − i)⁺].
    loss: Vec<f64>,
}

impl Table {
    /// `mean ≤ variance`.
    fn new(mean: f64, variance: f64) -> Self {
        if mean <= 0.0 {
            return Self { from: 0, mass: vec![1.0], beyond: vec![0.0], loss: vec![0.0] };
        }
        let (start, slope) = (mean * mean / variance, 1.0 - mean / variance);
        let up = |k: f64| (start + slope * k) / (k + 1.0);
        // where the masses stop rising: start + slope·k = k + 1
        let mode = count::floor(((start - 1.0) / (1.0 - slope)).max(0.0));
        let mut below = Vec::new();
        let mut weight = 1.0;
        let mut k = mode;
        while k > 0 {
            weight /= up(count::as_float(k - 1));
            if weight < NEGLIGIBLE {
                break;
            }
            below.push(weight);
            k -= 1;
        }
        let from = mode - count::of(below.len());
        let mut mass: Vec<f64> = below.into_iter().rev().chain(std::iter::once(1.0)).collect();
        weight = 1.0;
        let mut next = count::as_float(mode);
        // the loss needs the far tail weighted by its distance, hence the second factor
        while weight * (1.0 + next / mean) >= NEGLIGIBLE {
            weight *= up(next);
            next += 1.0;
            mass.push(weight);
        }
        let total: f64 = mass.iter().rev().sum();
        for mass in &mut mass {
            *mass /= total;
        }
        Self::summed(from, mass)
    }

    fn summed(from: i64, mass: Vec<f64>) -> Self {
        let mut beyond = vec![0.0; mass.len()];
        let mut loss = vec![0.0; mass.len()];
        for i in (0..mass.len().saturating_sub(1)).rev() {
            beyond[i] = beyond[i + 1] + mass[i + 1];
            loss[i] = loss[i + 1] + beyond[i];
        }
        Self { from, mass, beyond, loss }
    }

    fn mass(&self, k: i64) -> f64 {
        if k < self.from { 0.0 } else { self.mass.get(count::index(k - self.from)).copied().unwrap_or(0.0) }
    }

    fn beyond(&self, k: i64) -> f64 {
        if k < self.from { 1.0 } else { self.beyond.get(count::index(k - self.from)).copied().unwrap_or(0.0) }
    }

    fn at_most(&self, k: i64) -> f64 {
        if k < self.from { 0.0 } else { 1.0 - self.beyond(k) }
    }

    fn loss(&self, level: i64, mean: f64) -> f64 {
        if level <= self.from {
            return (mean - count::as_float(level)).max(0.0);
        }
        self.loss.get(count::index(level - self.from)).copied().unwrap_or(0.0)
    }

    /// The first k ≥ 0 for which `enough` holds; it must stay true once it is.
    fn first(&self, enough: impl Fn(i64) -> bool) -> i64 {
        let (mut low, mut high) = (-1, self.from + count::of(self.mass.len()));
        while high - low > 1 {
            let middle = low.midpoint(high);
            if enough(middle) { high = middle } else { low = middle }
        }
        high
    }
}

#[cfg(test)]
mod tests;
