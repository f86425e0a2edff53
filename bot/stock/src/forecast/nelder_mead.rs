//! The simplex search of Nelder and Mead (1965) for two to four constants, with a fixed number of evaluations, so that
//! the same input always takes the same path.

/// The least value found and where. `steps` are the first edges of the simplex.
pub(crate) fn least(
    mut value_at: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    steps: &[f64],
    evaluations: usize,
) -> (f64, Vec<f64>) {
    let mut simplex: Vec<(f64, Vec<f64>)> = vec![(value_at(start), start.to_vec())];
    for (at, step) in steps.iter().enumerate() {
        let mut point = start.to_vec();
        point[at] += step;
        simplex.push((value_at(&point), point));
    }
    let mut spent = simplex.len();
    while spent < evaluations {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = simplex.len() - 1;
        let centre = centre_of(&simplex[..last]);
        let along = |far: f64, worst: &[f64]| -> Vec<f64> {
            centre.iter().zip(worst).map(|(centre, worst)| centre + far * (centre - worst)).collect()
        };
        let reflected = along(1.0, &simplex[last].1);
        let value = value_at(&reflected);
        spent += 1;
        if value < simplex[0].0 {
            let expanded = along(2.0, &simplex[last].1);
            let further = value_at(&expanded);
            spent += 1;
            simplex[last] = if further < value { (further, expanded) } else { (value, reflected) };
        } else if value < simplex[last - 1].0 {
            simplex[last] = (value, reflected);
        } else {
            let contracted = along(-0.5, &simplex[last].1);
            let nearer = value_at(&contracted);
            spent += 1;
            if nearer < simplex[last].0 {
                simplex[last] = (nearer, contracted);
            } else {
                spent += shrink(&mut simplex, &mut value_at);
            }
        }
    }
    simplex.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, start.to_vec()))
}

fn centre_of(simplex: &[(f64, Vec<f64>)]) -> Vec<f64> {
    let share = 1.0 / simplex.iter().fold(0.0, |sum, _| sum + 1.0);
    let mut centre = vec![0.0; simplex.first().map_or(0, |(_, point)| point.len())];
    for (_, point) in simplex {
        for (sum, value) in centre.iter_mut().zip(point) {
            *sum += share * value;
        }
    }
    centre
}

/// Draws all points half-way to the best; gives the evaluations spent.
fn shrink(simplex: &mut [(f64, Vec<f64>)], value_at: &mut impl FnMut(&[f64]) -> f64) -> usize {
    let (best, others) = simplex.split_at_mut(1);
    for (value, point) in others.iter_mut() {
        for (at, best) in point.iter_mut().zip(&best[0].1) {
            *at = f64::midpoint(*at, *best);
        }
        *value = value_at(point);
    }
    others.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_of_rosenbrock_is_found() {
        let valley = |p: &[f64]| (1.0 - p[0]).powi(2) + 100.0 * (p[1] - p[0] * p[0]).powi(2);
        let (value, point) = least(valley, &[-1.2, 1.0], &[0.5, 0.5], 400);
        assert!(value < 1e-8 && (point[0] - 1.0).abs() < 1e-3, "{value} at {point:?}");
    }

    #[test]
    fn one_constant_alone_is_searched_too() {
        let (_, point) = least(|p| (p[0] - 0.3).powi(2), &[0.9], &[0.1], 80);
        assert!((point[0] - 0.3).abs() < 1e-4, "{point:?}");
    }
}
