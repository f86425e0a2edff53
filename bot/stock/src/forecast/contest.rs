//! Which methods are run for every series: those that did well enough on a sample of them.

use super::method::Method;
use crate::series::Every;

/// A method whose pooled loss is this much above the best is not run for every series.
const HOPELESS: f64 = 0.12;
/// Methods run for every series at most.
const SURVIVORS: usize = 9;

/// The methods that survive and their pooled losses, best first. `losses` has one row a series of the sample.
///
/// One that can forecast from a single period is always among them: a young series has nothing else.
pub(crate) fn survivors(methods: &[Method], losses: &[Vec<f64>], every: Every) -> Vec<(Method, f64)> {
    let mut ranked: Vec<(Method, f64)> = methods
        .iter()
        .enumerate()
        .map(|(place, method)| (*method, pooled(losses, place)))
        .map(|(method, loss)| (method, if losses.is_empty() { untried(method, every) } else { loss }))
        .collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let best = ranked.first().map_or(1.0, |(_, loss)| *loss);
    let sure = ranked.iter().copied().find(|(method, _)| matches!(method, Method::Fading(_)));
    ranked.retain(|(_, loss)| *loss <= best + HOPELESS);
    ranked.truncate(SURVIVORS);
    if let Some((method, loss)) = sure
        && !ranked.iter().any(|(method, _)| matches!(method, Method::Fading(_)))
    {
        ranked.push((method, loss.min(1e6)));
    }
    ranked
}

/// Mean loss over the series that could try the method; when fewer than half could, it has not proved itself.
fn pooled(losses: &[Vec<f64>], place: usize) -> f64 {
    let (mut sum, mut able, mut all) = (0.0, 0.0, 0.0);
    for loss in losses.iter().map(|losses| losses[place]) {
        all += 1.0;
        if loss.is_finite() {
            sum += loss;
            able += 1.0;
        }
    }
    if able > 0.0 && able >= 0.5 * all { sum / able } else { f64::INFINITY }
}

/// Without any evidence all are alike, but for those that need a year.
fn untried(method: Method, every: Every) -> f64 {
    if method.looks_back_a_year(every) { f64::INFINITY } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [Method; 3] = [Method::LastYear(0, 4), Method::SeasonalNaive, Method::Fading(8.0)];

    #[test]
    fn one_that_needs_no_history_survives_however_bad() {
        let losses = vec![vec![0.5, 0.6, 1.9]; 4];
        let kept = survivors(&METHODS, &losses, Every::Week);
        assert_eq!(kept.iter().map(|(method, _)| *method).collect::<Vec<_>>(), METHODS);
    }

    #[test]
    fn a_method_that_few_could_try_is_not_believed() {
        let mut losses = vec![vec![f64::INFINITY, 1.1, 1.0]; 9];
        losses.push(vec![0.1, 1.1, 1.0]);
        let kept = survivors(&METHODS, &losses, Every::Week);
        assert!(kept.iter().all(|(method, _)| *method != Method::LastYear(0, 4)));
    }

    #[test]
    fn without_evidence_nobody_looks_back_a_year() {
        assert_eq!(survivors(&METHODS, &[], Every::Week), [(Method::Fading(8.0), 1.0)]);
    }
}
