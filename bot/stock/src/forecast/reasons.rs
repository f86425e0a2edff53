//! What a forecast says of itself: its model, why, and what a person should know.

use super::line::Bare;
use super::method::Method;
use super::pool::settled;
use super::trial::Trial;
use crate::sentence::Sentence;
use crate::series::finding::Kind;
use crate::series::{DemandFinding, Panel, Series};

/// The methods that weigh most, at most three.
pub(crate) fn model(weights: &[f64], methods: &[Method]) -> Sentence {
    let mut ranked: Vec<(f64, Method)> = weights.iter().copied().zip(methods.iter().copied()).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let told = |language: fn(Sentence) -> String| {
        let parts = ranked.iter().take(3).filter(|(weight, _)| *weight >= 0.05);
        parts
            .map(|(weight, method)| format!("{} {:.0} %", language(method.name()), weight * 100.0))
            .collect::<Vec<_>>()
    };
    Sentence::new(told(|name| name.en.into_owned()).join(", "), told(|name| name.zh.into_owned()).join("、"))
}

/// How much history there was and how well it was forecast.
pub(crate) fn why(bare: &Bare, trial: &Trial) -> Sentence {
    let seen = bare.seen.iter().filter(|seen| **seen).count();
    let masked = bare.value.len() - seen;
    let (tried, error) = trial.error();
    Sentence::new(
        format!(
            "{seen} periods of demand ({masked} left out); {tried:.0} periods forecast from the past, root mean squared error {error:.2}."
        ),
        format!("{seen} 期需求（略過 {masked} 期）；以過往資料試測 {tried:.0} 期，均方根誤差 {error:.2}。"),
    )
}

/// What is to be known of a series before its forecast is used; `new` when it leans on others.
pub(crate) fn findings(panel: &Panel, series: &Series, bare: &Bare, new: bool) -> Vec<DemandFinding> {
    let periods = bare.value.len();
    let seen = bare.seen.iter().filter(|seen| **seen).count();
    let sold = (0..periods).any(|period| bare.seen[period] && bare.value[period] > 0.0);
    let said = [
        (seen == 0 && !new, Kind::Empty),
        (seen == 0 && periods > 0, Kind::AllMasked),
        (seen > 0 && !sold, Kind::NoDemand),
        (new, Kind::Newcomer),
        (!new && seen > 0 && seen < settled(panel.every), Kind::Short),
    ];
    let (item, store) = (panel.item(series), panel.store(series));
    let said = said.into_iter().filter(|(applies, _)| *applies);
    said.map(|(_, kind)| kind.at(item, store, Some(series.first), periods)).collect()
}
