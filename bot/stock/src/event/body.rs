//! What happened, by type.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::moment::{Moment, hong_kong_date};

/// The type of an event and what only that type says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// Goods went to a customer.
    Sale(Sale),
    /// Goods came back from a customer, or a sale was cancelled.
    Return(Return),
    /// An offer and its window.
    Promotion(Box<Promotion>),
    /// Goods arrived from a supplier or from another store.
    Receipt(Receipt),
    /// Somebody counted.
    StockCount(StockCount),
    /// Goods left for another store.
    Transfer(Transfer),
    /// Goods were ordered, or put aside.
    Order(Order),
    /// Goods were broken, expired, stolen.
    WriteOff(WriteOff),
    /// A price from now on.
    Price(Price),
}

/// The types of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described at the variant of Body of the same name")]
pub enum Kind {
    Sale,
    Return,
    Promotion,
    Receipt,
    StockCount,
    Transfer,
    Order,
    WriteOff,
    Price,
}

impl Body {
    /// The type.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Sale(_) => Kind::Sale,
            Self::Return(_) => Kind::Return,
            Self::Promotion(_) => Kind::Promotion,
            Self::Receipt(_) => Kind::Receipt,
            Self::StockCount(_) => Kind::StockCount,
            Self::Transfer(_) => Kind::Transfer,
            Self::Order(_) => Kind::Order,
            Self::WriteOff(_) => Kind::WriteOff,
            Self::Price(_) => Kind::Price,
        }
    }
}

impl Kind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
            Self::Promotion => "promotion",
            Self::Receipt => "receipt",
            Self::StockCount => "stock_count",
            Self::Transfer => "transfer",
            Self::Order => "order",
            Self::WriteOff => "write_off",
            Self::Price => "price",
        }
    }

    /// The type that a cell names, in English, 繁體 or 简体.
    pub fn named(text: &str) -> Option<Self> {
        let text: String = taxid::text::nfkc(text)
            .to_lowercase()
            .chars()
            .filter(|c| !matches!(c, ' ' | '_' | '-'))
            .collect();
        Some(match text.as_str() {
            "sale" | "sales" | "銷售" | "销售" | "售出" | "出售" => Self::Sale,
            "return" | "refund" | "退貨" | "退货" | "退回" | "退款" => Self::Return,
            "promotion" | "promo" | "促銷" | "促销" | "推廣" | "推广" | "優惠" | "优惠" => {
                Self::Promotion
            }
            "receipt" | "goodsreceipt" | "收貨" | "收货" | "入庫" | "入库" | "到貨" | "到货" => {
                Self::Receipt
            }
            "stockcount" | "count" | "stocktake" | "盤點" | "盘点" | "點算" | "点算" => {
                Self::StockCount
            }
            "transfer" | "調撥" | "调拨" | "調貨" | "调货" | "轉倉" | "转仓" => Self::Transfer,
            "order" | "purchaseorder" | "訂單" | "订单" | "訂貨" | "订货" | "採購" | "采购" => {
                Self::Order
            }
            "writeoff" | "報損" | "报损" | "報廢" | "报废" | "損耗" | "损耗" => Self::WriteOff,
            "price" | "價格" | "价格" | "定價" | "定价" | "改價" | "改价" => Self::Price,
            _ => return None,
        })
    }
}

/// One line of a bill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The line's number at the till, unique in its store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<String>,
    /// For one base unit, before the discount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Decimal>,
    /// Taken off the line as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Decimal>,
    /// The promotion under which it was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_id: Option<String>,
    /// Whatever the till adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Goods that came back. With `corrects` naming a sale it cancels that many units of the sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The line of the sale that is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<String>,
    /// Paid back for one base unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Decimal>,
    /// The discount that the line had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Decimal>,
    /// The promotion under which it had been sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_id: Option<String>,
    /// Why it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An offer: what, where, from when until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// The id that sales under it name.
    pub promo_id: String,
    /// The first instant.
    pub starts_at: DateTime<FixedOffset>,
    /// The instant after the last one.
    pub ends_at: DateTime<FixedOffset>,
    /// Buy two, ten per cent off, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<String>,
    /// The goods; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// The stores; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// For one base unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_price: Option<Decimal>,
    /// Shelf end, window, leaflet, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl Promotion {
    /// Every day in Hong Kong that the window touches. A window that ends at midnight does not touch the day that
    /// begins then; one across midnight touches both.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = hong_kong_date(self.ends_at - TimeDelta::microseconds(1));
        hong_kong_date(self.starts_at).iter_days().take_while(move |day| *day <= last)
    }

    /// Whether it is for these goods in this store.
    pub fn covers(&self, store_id: &str, sku: &str) -> bool {
        let has = |list: &[String], one: &str| list.is_empty() || list.iter().any(|own| own == one);
        has(&self.stores, store_id) && has(&self.skus, sku)
    }

    /// Longer than so many days is no offer but a price; such a window is refused.
    pub(super) fn too_long(starts_at: DateTime<FixedOffset>, ends_at: DateTime<FixedOffset>) -> bool {
        (ends_at - starts_at).num_days() > 366 || !(1970..=9000).contains(&starts_at.year())
    }
}

/// Goods that arrived; `qty` of the event is what was received.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The order, or the transfer, that it fulfils.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub po_id: Option<String>,
    /// Who delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<String>,
    /// When it was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_at: Option<Moment>,
    /// When it was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Moment>,
    /// Base units ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty_ordered: Option<i64>,
    /// The last day on which the goods may be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<NaiveDate>,
}

/// What somebody, or a reader of tags, counted; `qty` of the event is what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockCount {
    /// The reader, where tags were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader_id: Option<String>,
    /// Pieces found of pieces expected, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_rate: Option<Decimal>,
    /// Counted less expected, in base units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variance: Option<i64>,
}

/// Goods that left `store_id` for another store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Where they go.
    pub to_store_id: String,
    /// The number that a receipt at the other end may name as its `po_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<String>,
    /// When they arrived, where the sender knows; until then they are in transit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Moment>,
}

/// Goods that are to come, or that are put aside. A correction with `qty` 0 calls the order off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The number that receipts name.
    pub po_id: String,
    /// Purchase or reservation.
    #[serde(default)]
    pub kind: OrderKind,
    /// Who is to deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<String>,
    /// When it was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Moment>,
}

/// Which way an order goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// From a supplier.
    #[default]
    Purchase,
    /// Put aside for somebody (click and collect, lay-by); a sale whose `line_id` is the order's number ends it.
    Reservation,
}

/// Goods that are gone without a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOff {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day on which the goods could have been sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<NaiveDate>,
}

/// A price from the event's moment on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For one base unit.
    pub unit_price: Decimal,
}
