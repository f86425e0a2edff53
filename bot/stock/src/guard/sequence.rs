//! A test that may be looked at every week: the normal mixture of Robbins (1970), as in Howard et al., *Time-uniform,
//! nonparametric, nonasymptotic confidence sequences* (2021).
//!
//! A fixed test looked at fourteen times cries wolf 38 times in a hundred instead of ten; this one holds its error over all
//! looks together. `V = 1 / SE²` is its time, `S = V·δ` its sum.

/// The mixture's ρ that is tightest at intrinsic time `best_at`, for error `alpha`.
pub fn best_rho(best_at: f64, alpha: f64) -> f64 {
    let twice = 2.0 * (1.0 / alpha).ln();
    best_at / (twice + (1.0 + twice).ln())
}

/// ln Λ: the log of the mixture likelihood ratio for sum `s` at time `v`.
pub fn log_mixture(s: f64, v: f64, rho: f64) -> f64 {
    0.5 * (rho / (v + rho)).ln() + s * s / (2.0 * (v + rho))
}

/// The two-sided bound on |S| at time `v`: crossed at any time with chance `alpha` at most when nothing is the matter.
pub fn bound(v: f64, rho: f64, alpha: f64) -> f64 {
    ((v + rho) * ((v + rho) / (rho * alpha * alpha)).ln()).sqrt()
}

/// Whether an effect (below zero is harm) with this standard error is proved harmful, looked at as often as one likes.
pub fn proves_harm(effect: f64, standard_error: f64, best_at: f64, alpha: f64) -> bool {
    if !effect.is_finite() || !standard_error.is_finite() || standard_error <= 0.0 {
        return false;
    }
    let v = 1.0 / (standard_error * standard_error);
    v * effect < -bound(v, best_rho(best_at, alpha), alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_reference_values() {
        let rho = best_rho(100.0, 0.05);
        assert!((rho - 12.600_56).abs() < 5e-6, "{rho}");
        assert!((bound(100.0, rho, 0.05) - 30.352_09).abs() < 5e-6);
        assert!((log_mixture(10.0, 100.0, rho) + 0.651_005_2).abs() < 5e-8);
    }

    #[test]
    fn harm_needs_both_size_and_certainty() {
        assert!(proves_harm(-0.2, 0.03, 1_000.0, 0.05));
        assert!(!proves_harm(-0.2, 0.15, 1_000.0, 0.05));
        assert!(!proves_harm(0.2, 0.03, 1_000.0, 0.05));
        assert!(!proves_harm(-0.2, 0.0, 1_000.0, 0.05));
    }
}
