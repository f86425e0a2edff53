//! The terms on which each series of a panel is ordered: from the stock list where it has them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use rust_decimal::Decimal;
use stock::policy::{OrderRules, Pack};
use stock::series::{Panel, Series};
use stock::stock_list::{self, StockList};

use crate::commands::read::open;
use crate::output;

/// A stock list, or none, and what holds for SKUs that it does not have.
pub(super) struct Terms {
    pub(super) list: StockList,
    by_key: BTreeMap<(String, String), usize>,
    /// Whether some cost is known: then an SKU without one counts nothing, and is not taken for a unit of money.
    costed: bool,
    pack: Pack,
}

impl Terms {
    pub(super) fn read(path: Option<&Path>, pack: u32) -> anyhow::Result<Self> {
        let list = match path {
            None => StockList::default(),
            Some(path) => stock_list::read(&open(path)?).with_context(|| path.display().to_string())?,
        };
        let key =
            |(place, terms): (usize, &stock_list::Terms)| ((terms.store.clone(), terms.sku.clone()), place);
        let by_key = list.terms.iter().enumerate().map(key).collect();
        let costed = list.terms.iter().any(|terms| terms.unit_cost > Decimal::ZERO);
        Ok(Self { list, by_key, costed, pack: Pack::new(i64::from(pack))? })
    }

    /// The row of a series, if the list has one.
    pub(super) fn of(&self, panel: &Panel, series: &Series) -> Option<&stock_list::Terms> {
        let key = (panel.store(series).to_owned(), panel.item(series).to_owned());
        self.by_key.get(&key).map(|place| &self.list.terms[*place])
    }

    pub(super) fn rules(&self, panel: &Panel, series: &Series) -> OrderRules {
        let usual = OrderRules { pack: self.pack, ..OrderRules::default() };
        self.of(panel, series).map_or(usual, |terms| terms.rules)
    }

    /// What a unit costs; one for all where no cost is known at all.
    pub(super) fn cost(&self, panel: &Panel, series: &Series) -> Decimal {
        let usual = if self.costed { Decimal::ZERO } else { Decimal::ONE };
        self.of(panel, series)
            .map_or(usual, |terms| if terms.unit_cost > Decimal::ZERO { terms.unit_cost } else { usual })
    }

    /// Says which rows cannot be used, and for how many series a cost is missing.
    pub(super) fn tell(&self, panel: &Panel) {
        for unread in &self.list.unread {
            let finding = &unread.finding;
            output::notice(&format!("row {}: {}: {}", unread.row, finding.code, finding.message.en));
        }
        let free = panel.series.iter().filter(|series| self.cost(panel, series).is_zero()).count();
        if free > 0 {
            output::notice(&format!(
                "{free} series have no cost in the stock list and count nothing in turns"
            ));
        }
    }
}
