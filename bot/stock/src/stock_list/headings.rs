//! What the columns of a stock list are called.

use crate::table::Headings;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Sku,
    Store,
    Name,
    Supplier,
    Standing,
    OnHand,
    OnOrder,
    InTransit,
    Reserved,
    LeadDays,
    Pack,
    Moq,
    MaxStock,
    Presentation,
    UnitCost,
    UnitPrice,
}

impl Column {
    /// Its own name, as findings say it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sku => "item_id",
            Self::Store => "store_id",
            Self::Name => "name",
            Self::Supplier => "supplier",
            Self::Standing => "status",
            Self::OnHand => "on_hand",
            Self::OnOrder => "on_order",
            Self::InTransit => "in_transit",
            Self::Reserved => "reserved",
            Self::LeadDays => "lead_days",
            Self::Pack => "pack",
            Self::Moq => "moq",
            Self::MaxStock => "max_stock",
            Self::Presentation => "presentation",
            Self::UnitCost => "unit_cost",
            Self::UnitPrice => "unit_price",
        }
    }
}

pub(super) const NAMES: &Headings<Column> = &[
    (Column::Sku, &["itemid", "sku", "skuid", "item", "itemcode", "貨號", "货号", "貨品編號", "货品编号"]),
    (Column::Store, &["storeid", "store", "shop", "branch", "分店", "門市", "门市", "門店", "门店", "店舖"]),
    (Column::Name, &["name", "itemname", "description", "品名", "名稱", "名称", "貨品名稱", "货品名称"]),
    (Column::Supplier, &["supplier", "supplierid", "vendor", "供應商", "供应商"]),
    (Column::Standing, &["status", "standing", "狀態", "状态"]),
    (
        Column::OnHand,
        &["onhand", "stock", "qtyonhand", "現存", "现存", "庫存", "库存", "現有庫存", "现有库存"],
    ),
    (Column::OnOrder, &["onorder", "ordered", "已訂", "已订", "已訂未到", "已订未到"]),
    (Column::InTransit, &["intransit", "transit", "在途", "調撥在途", "调拨在途"]),
    (Column::Reserved, &["reserved", "allocated", "預留", "预留"]),
    (Column::LeadDays, &["leaddays", "leadtime", "leadtimedays", "交貨期", "交货期", "交貨日數", "交货日数"]),
    (Column::Pack, &["pack", "packsize", "casepack", "箱入數", "箱入数", "包裝數", "包装数"]),
    (Column::Moq, &["moq", "minimumorder", "最低訂購量", "最低订购量", "起訂量", "起订量"]),
    (Column::MaxStock, &["maxstock", "maximumstock", "庫存上限", "库存上限"]),
    (Column::Presentation, &["presentation", "facing", "陳列最低量", "陈列最低量"]),
    (Column::UnitCost, &["unitcost", "cost", "成本", "進價", "进价"]),
    (Column::UnitPrice, &["unitprice", "price", "sellprice", "售價", "售价"]),
];
