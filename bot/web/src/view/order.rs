//! A proposal as its task shows it: lines by store, what is unusual first, every figure behind a line.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;
use stock::Sentence;
use stock::count;
use stock::order::{Edits, Proposal, ProposedLine, PurchaseOrder};
use stock::picture::{self, Size};
use stock::policy::line::Explanation;

use crate::format;
use crate::language::Language;

/// So many lines are named as those to look at first.
const FIRST: usize = 8;

/// What was typed for a line, and why it was not taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypedLine {
    pub(crate) units: String,
    pub(crate) reason: String,
    pub(crate) refused: Vec<String>,
}

/// What was typed, by the key of its line.
pub(crate) type TypedLines = BTreeMap<String, TypedLine>;

/// A person's changes as if they had been typed.
pub(crate) fn typed(edits: &Edits) -> TypedLines {
    let line = |edit: &stock::order::Edit| TypedLine {
        units: edit.units.to_string(),
        reason: edit.reason.code().to_owned(),
        refused: Vec::new(),
    };
    edits.iter().map(|(key, edit)| (key.clone(), line(edit))).collect()
}

/// A proposal, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct ProposalView {
    pub(crate) number: String,
    pub(crate) supplier: String,
    pub(crate) day: String,
    pub(crate) currency: String,
    /// What was proposed comes to.
    pub(crate) total: String,
    /// What it comes to with what was typed.
    pub(crate) now: String,
    pub(crate) lines: usize,
    pub(crate) priced: bool,
    pub(crate) shops: Vec<Shop>,
    /// Lines that order nothing, by store.
    pub(crate) others: Vec<Shop>,
    pub(crate) others_count: usize,
    /// A line that orders nothing was typed into.
    pub(crate) others_open: bool,
    pub(crate) first: Vec<Jump>,
    pub(crate) changed: usize,
}

/// The lines of one store.
#[derive(Debug, Serialize)]
pub(crate) struct Shop {
    pub(crate) store: String,
    pub(crate) total: String,
    pub(crate) lines: Vec<LineView>,
}

/// A line that is to be looked at first.
#[derive(Debug, Serialize)]
pub(crate) struct Jump {
    pub(crate) index: usize,
    pub(crate) store: String,
    pub(crate) name: String,
    pub(crate) flags: Vec<Flag>,
}

/// Something unusual about a line: the word of its text, and its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Flag {
    pub(crate) word: &'static str,
    pub(crate) mark: &'static str,
}

/// A line, ready to be written.
#[derive(Debug, Serialize)]
pub(crate) struct LineView {
    /// Its place in the proposal.
    pub(crate) index: usize,
    pub(crate) key: String,
    pub(crate) store: String,
    pub(crate) sku: String,
    pub(crate) name: String,
    /// SVG.
    pub(crate) picture: Option<String>,
    pub(crate) has_outlook: bool,
    pub(crate) on_hand: Option<i64>,
    pub(crate) coming: Option<i64>,
    pub(crate) target: Option<i64>,
    pub(crate) a_day: Option<String>,
    pub(crate) proposed: i64,
    pub(crate) units: String,
    pub(crate) reason: String,
    pub(crate) changed: bool,
    pub(crate) refused: Vec<String>,
    pub(crate) pack: i64,
    pub(crate) moq: i64,
    /// Of a base unit, for the script.
    pub(crate) unit_cost: String,
    pub(crate) cost: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) why: String,
    pub(crate) flags: Vec<Flag>,
    /// Every figure behind it: the key of its name, and the figure.
    pub(crate) figures: Vec<(&'static str, String)>,
}

impl ProposalView {
    /// The view of a proposal with what was typed so far.
    pub(crate) fn of(proposal: &Proposal, typed: &TypedLines, language: Language) -> Self {
        let (mut shops, mut others): (Vec<Shop>, Vec<Shop>) = (Vec::new(), Vec::new());
        let mut now = Decimal::ZERO;
        for (index, line) in proposal.lines.iter().enumerate() {
            let view = LineView::of(index, line, typed.get(&line.key()), proposal, language);
            let cost = cost_of(line, view.units.trim().parse().unwrap_or(view.proposed));
            now += cost;
            let list = if view.proposed > 0 { &mut shops } else { &mut others };
            match list.last_mut().filter(|shop| shop.store == view.store) {
                Some(shop) => shop.lines.push(view),
                None => {
                    list.push(Shop { store: view.store.clone(), total: String::new(), lines: vec![view] });
                }
            }
        }
        let money = |amount: Decimal| format::money(&amount.to_string(), Some(&proposal.currency));
        for shop in &mut shops {
            let own = shop.lines.iter().filter_map(|line| {
                Some(cost_of(
                    proposal.lines.get(line.index)?,
                    line.units.trim().parse().unwrap_or(line.proposed),
                ))
            });
            shop.total = money(own.sum());
        }
        let first = first(&shops);
        Self {
            number: proposal.number.clone(),
            supplier: proposal.supplier.name.clone(),
            day: format::date(proposal.day, language),
            currency: proposal.currency.clone(),
            total: money(proposal.total()),
            now: money(now),
            lines: shops.iter().map(|shop| shop.lines.len()).sum(),
            priced: proposal.lines.iter().any(|line| line.unit_cost > Decimal::ZERO),
            others_count: others.iter().map(|shop| shop.lines.len()).sum(),
            others_open: others.iter().flat_map(|shop| &shop.lines).any(|line| line.changed),
            changed: shops
                .iter()
                .chain(&others)
                .flat_map(|shop| &shop.lines)
                .filter(|line| line.changed)
                .count(),
            shops,
            others,
            first,
        }
    }
}

/// What so many units of a line cost.
fn cost_of(line: &ProposedLine, units: i64) -> Decimal {
    line.unit_cost.max(Decimal::ZERO).saturating_mul(Decimal::from(units.max(0)))
}

/// The lines with something unusual about them, those with most first.
fn first(shops: &[Shop]) -> Vec<Jump> {
    let weight = |line: &LineView| {
        line.flags.iter().map(|flag| if flag.mark == "wrong" { 4 } else { 1 }).sum::<usize>()
    };
    let mut unusual: Vec<&LineView> =
        shops.iter().flat_map(|shop| &shop.lines).filter(|line| !line.flags.is_empty()).collect();
    unusual.sort_by_key(|line| (std::cmp::Reverse(weight(line)), line.index));
    let jump = |line: &&LineView| Jump {
        index: line.index,
        store: line.store.clone(),
        name: line.name.clone(),
        flags: line.flags.clone(),
    };
    unusual.iter().take(FIRST).map(jump).collect()
}

impl LineView {
    fn of(
        index: usize,
        line: &ProposedLine,
        typed: Option<&TypedLine>,
        proposal: &Proposal,
        language: Language,
    ) -> Self {
        let told = line.line.explanation.as_ref();
        let proposed = line.line.outcome.units();
        let units = typed.map_or_else(|| proposed.to_string(), |typed| typed.units.clone());
        let ordered = units.trim().parse().unwrap_or(proposed);
        let small = || picture::line(line, Some(ordered), language.tag(), Size::Small);
        let priced = line.unit_cost > Decimal::ZERO;
        let cost = format::money(&cost_of(line, ordered).to_string(), Some(&proposal.currency));
        Self {
            index,
            key: line.key(),
            store: line.line.id.store.clone(),
            sku: line.line.id.sku.clone(),
            name: line.name.clone(),
            // A plan may hold thousands of lines that order nothing: their pictures come when they are opened.
            picture: (proposed > 0).then(small).flatten(),
            has_outlook: line.outlook.is_some(),
            on_hand: told.map(|told| told.position.on_hand),
            coming: told.map(|told| told.position.on_order.saturating_add(told.position.in_transit)),
            target: told.map(|told| told.target.level),
            a_day: told.map(|told| figure(told.daily.mean)),
            proposed,
            changed: units.trim() != proposed.to_string(),
            reason: typed.map(|typed| typed.reason.clone()).unwrap_or_default(),
            refused: typed.map(|typed| typed.refused.clone()).unwrap_or_default(),
            units,
            pack: line.rules.pack.units(),
            moq: line.rules.moq,
            unit_cost: line.unit_cost.max(Decimal::ZERO).to_string(),
            cost: priced.then_some(cost),
            class: line.class.map(|class| class.to_string()),
            why: say(&line.line.reason, language).to_owned(),
            flags: told.map(|told| flags(line, told)).unwrap_or_default(),
            figures: told.map(|told| figures(line, told, language)).unwrap_or_default(),
        }
    }
}

/// What a buyer wants to see at a glance.
fn flags(line: &ProposedLine, told: &Explanation) -> Vec<Flag> {
    let units = line.line.outcome.units();
    let lasts = count::as_float(told.inventory.saturating_add(units)) / told.daily.mean.max(f64::EPSILON);
    let new = line.class == Some(stock::policy::class::Class::New);
    let raised = units > told.pack.up(told.need) && units > 0;
    let all = [
        (told.position.on_hand <= 0, "empty", "wrong"),
        (units > 0 && units < told.uncapped, "cut", "doubtful"),
        (raised, "raised", "doubtful"),
        (units > 0 && lasts > 2.0 * told.protection_days && !raised, "much", "doubtful"),
        (told.sigma_over > told.mean_over && !new, "unsure", "doubtful"),
        (new, "new", "note"),
    ];
    all.into_iter().filter(|(is, ..)| *is).map(|(_, word, mark)| Flag { word, mark }).collect()
}

/// Every figure behind a line.
fn figures(line: &ProposedLine, told: &Explanation, language: Language) -> Vec<(&'static str, String)> {
    let unit = |units: i64| units.to_string();
    let days = |days: f64| figure(days);
    let share = |share: f64| format!("{:.1} %", share * 100.0);
    let mut figures = vec![
        ("forecast", figure(told.daily.mean)),
        ("sigma", figure(told.daily.sigma)),
        (
            "days",
            format!("{} + {} = {}", days(line.review_days), days(line.lead_days), days(told.protection_days)),
        ),
        ("demand", format!("{} ± {}", figure(told.mean_over), figure(told.sigma_over))),
        ("target", unit(told.target.level)),
        ("served", share(told.target.fill_rate)),
        ("on-hand", unit(told.position.on_hand)),
        ("on-order", unit(told.position.on_order)),
        ("in-transit", unit(told.position.in_transit)),
        ("reserved", unit(told.position.reserved)),
        ("position", unit(told.inventory)),
        ("need", unit(told.need)),
        ("pack", unit(told.pack.units())),
    ];
    if told.moq > 0 {
        figures.push(("moq", unit(told.moq)));
    }
    if let Some(cap) = told.cap {
        let kind = match cap.kind {
            stock::policy::cap::CapKind::MaxStock => language.text("figure-cap-max"),
            stock::policy::cap::CapKind::ShelfLife => language.text("figure-cap-shelf"),
        };
        figures.push(("cap", format!("{} ({kind})", cap.level)));
    }
    figures
}

/// One decimal, which is as sure as a forecast can be.
fn figure(value: f64) -> String {
    if value.is_finite() { format!("{value:.1}") } else { "–".to_owned() }
}

/// The sentence in this language.
pub(crate) fn say(sentence: &Sentence, language: Language) -> &str {
    match language {
        Language::En => &sentence.en,
        Language::ZhHant => &sentence.zh,
    }
}

/// What was ordered, beside what was proposed.
#[derive(Debug, Serialize)]
pub(crate) struct OrderedView {
    pub(crate) store: String,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) proposed: i64,
    pub(crate) units: i64,
    pub(crate) packs: i64,
    pub(crate) pack: i64,
    pub(crate) amount: Option<String>,
    pub(crate) expected: Option<String>,
    pub(crate) reason: Option<String>,
}

/// The lines of an order, with those that a person has taken out of the proposal; of an order that nobody approved, what was
/// proposed.
pub(crate) fn ordered(
    proposal: Option<&Proposal>,
    placed: Option<&PurchaseOrder>,
    edits: &Edits,
    language: Language,
) -> Vec<OrderedView> {
    let currency = placed.map(|p| &p.currency).or(proposal.map(|p| &p.currency));
    let money = |amount: Decimal| {
        (amount > Decimal::ZERO).then(|| format::money(&amount.to_string(), currency.map(String::as_str)))
    };
    let mut views: Vec<OrderedView> = placed
        .into_iter()
        .flat_map(|placed| &placed.lines)
        .map(|line| OrderedView {
            store: line.store.clone(),
            sku: line.sku.clone(),
            name: line.name.clone(),
            proposed: line.proposed,
            units: line.units,
            packs: line.packs,
            pack: line.pack,
            amount: money(line.amount),
            expected: Some(format::date(line.expected, language)),
            reason: line.reason.map(|reason| say(&reason.sentence(), language).to_owned()),
        })
        .collect();
    let known: std::collections::BTreeSet<(String, String)> =
        views.iter().map(|line| (line.store.clone(), line.sku.clone())).collect();
    let left = proposal
        .into_iter()
        .flat_map(Proposal::ordering)
        .filter(|line| !known.contains(&(line.line.id.store.clone(), line.line.id.sku.clone())));
    views.extend(left.map(|line| {
        let proposed = line.line.outcome.units();
        let units = if placed.is_some() { 0 } else { proposed };
        let reason = edits.get(&line.key()).map(|edit| edit.reason.sentence());
        OrderedView {
            store: line.line.id.store.clone(),
            sku: line.line.id.sku.clone(),
            name: line.name.clone(),
            proposed,
            units,
            packs: line.rules.pack.packs(units),
            pack: line.rules.pack.units(),
            amount: money(cost_of(line, units)),
            expected: None,
            reason: reason.map(|reason| say(&reason, language).to_owned()),
        }
    }));
    views.sort_by(|a, b| (&a.store, &a.sku).cmp(&(&b.store, &b.sku)));
    views
}

/// A number as a person may write it: a whole one from 0, with or without commas.
pub(crate) fn units(text: &str) -> Option<i64> {
    let plain: String = text.trim().chars().filter(|c| *c != ',').collect();
    plain.parse::<Decimal>().ok().filter(|units| units.fract().is_zero())?.to_i64()
}
