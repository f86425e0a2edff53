//! `[stock]`: replenishment and stocktakes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use chrono::{FixedOffset, NaiveDate};
use confique::Config as Derive;
use engine::{Pilot, StockRules, SupplierRules, Waiver};
use rust_decimal::Decimal;
use serde::Deserialize;
use stock::guard::{Form, Rules, Trigger};
use stock::order::Supplier;
use stock::policy::Goal;
use stock::policy::lead_time::Declared;
use stock::readiness::{CheckId, Limits};

use super::secret::Secret;

/// Replenishment and stocktakes; docs/stock.md explains them.
#[derive(Debug, Clone, Derive)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Stock {
    /// Who orders, as purchase orders say.
    #[config(default = "")]
    pub(crate) buyer: String,

    /// The currency of costs.
    #[config(default = "HKD")]
    pub(crate) currency: String,

    /// Days from one order to the next, where a supplier has none of its own.
    #[config(default = 7)]
    pub(crate) review_days: u16,

    /// Days that a supplier takes of whom nothing else is known.
    #[config(default = 3)]
    pub(crate) lead_days: u16,

    /// The part of demand that is to be served from the shelf.
    #[config(default = 0.98)]
    pub(crate) fill_rate: f64,

    /// Another part for a class by value: { A = 0.99, B = 0.98, C = 0.95, N = 0.98 }; N is new goods.
    #[config(default = {})]
    pub(crate) fill_rates: BTreeMap<String, f64>,

    /// What may be spent in a day on all orders together, in `currency`. No limit, if not given.
    pub(crate) budget: Option<Decimal>,

    /// The store that is your own warehouse, by its id: what stores order of it is shared out.
    pub(crate) warehouse: Option<String>,

    /// Events that move demand, besides the festivals of Hong Kong: CSV with date and name.
    pub(crate) events: Option<PathBuf>,

    /// The zone of tills that write times without one, such as "+08:00". Such times are refused, if not given.
    pub(crate) till_zone: Option<String>,

    /// Days for which events of the shops are kept.
    #[config(default = 731)]
    pub(crate) keep_days: u16,

    /// Hours after which a stock list is too old to order by.
    #[config(default = 36)]
    pub(crate) list_hours: u16,

    /// Who hears of plans, doubts and incidents. Default: the reviewers.
    #[config(default = [])]
    pub(crate) buyers: Vec<String>,

    /// Suppliers, by their names in the stock list. See the example at the end.
    #[config(default = {})]
    pub(crate) suppliers: BTreeMap<String, SupplierConfig>,

    /// Programs that may send events over HTTP, by name: each has a token. See the example at the end.
    #[config(default = {})]
    pub(crate) feeds: BTreeMap<String, Feed>,

    /// Checks of the data that may fail for at most fourteen days. See the example at the end.
    #[config(default = [])]
    pub(crate) waivers: Vec<WaiverConfig>,

    /// Other limits of the checks of the data, such as `{ history_days = 60 }`; see docs/stock.md.
    pub(crate) limits: Option<Limits>,

    /// A pilot: automatic ordering that grows step by step under a guard. See the example at the end.
    pub(crate) pilot: Option<PilotConfig>,
}

/// A supplier.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SupplierConfig {
    pub(crate) name: Option<String>,
    pub(crate) mail: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) review_days: Option<u16>,
    pub(crate) lead_days: Option<f64>,
    pub(crate) lead_sd_days: Option<f64>,
    /// Units that a delivery can hold.
    pub(crate) room: Option<i64>,
}

/// A program that sends events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feed {
    pub(crate) token: Secret,
}

/// A check that may fail for a while.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaiverConfig {
    pub(crate) check: CheckId,
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
    pub(crate) who: String,
    pub(crate) why: String,
}

/// A pilot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PilotConfig {
    pub(crate) name: String,
    pub(crate) from: NaiveDate,
    pub(crate) seed: String,
    #[serde(default)]
    pub(crate) stores: Vec<String>,
    /// Triggers that are asked in their literal wording.
    #[serde(default)]
    pub(crate) literal: Vec<Trigger>,
}

impl Stock {
    /// The rules as the engine wants them.
    pub(crate) fn rules(&self) -> Result<StockRules> {
        let goal = |rate: f64| Goal::FillRate(rate).checked().context("DH-1002: [stock] fill_rate");
        let goals = self.fill_rates.iter().map(|(class, rate)| {
            if !["A", "B", "C", "N"].contains(&class.as_str()) {
                bail!("DH-1002: [stock] fill_rates names the class {class}; there are A, B, C and N");
            }
            Ok((class.clone(), goal(*rate)?))
        });
        let calendar = match &self.events {
            None => stock::calendar::Calendar::default(),
            Some(path) => {
                let named = || format!("DH-1009: [stock] events: {}", path.display());
                stock::calendar::read(std::fs::File::open(path).with_context(named)?).with_context(named)?
            }
        };
        Ok(StockRules {
            buyer: self.buyer.clone(),
            currency: self.currency.clone(),
            review_days: self.review_days,
            lead_days: self.lead_days,
            goal: goal(self.fill_rate)?,
            goals: goals.collect::<Result<_>>()?,
            budget: self.budget,
            warehouse: self.warehouse.clone(),
            suppliers: self.suppliers.iter().map(|(id, own)| (id.clone(), own.rules(id))).collect(),
            limits: self.limits.clone().unwrap_or_default(),
            waivers: self.waivers.iter().map(WaiverConfig::waiver).collect(),
            calendar,
            till_zone: self.till_zone()?,
            keep_days: self.keep_days,
            list_hours: self.list_hours,
            buyers: self.buyers.clone(),
            pilot: self.pilot.as_ref().map(PilotConfig::pilot),
        })
    }

    fn till_zone(&self) -> Result<Option<FixedOffset>> {
        let offset = |text: &String| {
            text.parse().with_context(|| {
                format!("DH-1002: [stock] till_zone is no offset such as \"+08:00\": {text}")
            })
        };
        self.till_zone.as_ref().map(offset).transpose()
    }
}

impl SupplierConfig {
    fn rules(&self, id: &str) -> SupplierRules {
        let lead = self
            .lead_days
            .map(|mean_days| Declared { mean_days, sd_days: self.lead_sd_days.unwrap_or(mean_days / 3.0) });
        SupplierRules {
            supplier: Supplier {
                id: id.to_owned(),
                name: self.name.clone().unwrap_or_else(|| id.to_owned()),
                mail: self.mail.clone(),
                language: self.language.clone(),
            },
            review_days: self.review_days,
            lead,
            room: self.room,
        }
    }
}

impl WaiverConfig {
    fn waiver(&self) -> Waiver {
        Waiver {
            check: self.check,
            from: self.from,
            until: self.until,
            who: self.who.clone(),
            why: self.why.clone(),
        }
    }
}

impl PilotConfig {
    fn pilot(&self) -> Pilot {
        let forms = self.literal.iter().map(|trigger| (*trigger, Form::Literal));
        Pilot {
            name: self.name.clone(),
            from: self.from,
            seed: self.seed.clone(),
            stores: self.stores.clone(),
            rules: Rules { forms: forms.collect(), ..Rules::default() },
        }
    }
}
