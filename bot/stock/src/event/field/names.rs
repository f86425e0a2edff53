//! The names of fields: on the wire, and the headings that files carry, in English, 繁體 and 简体.

use super::Field;

/// A field, its name on the wire, and its headings: folded, parted by blanks.
pub(super) type Names = (Field, &'static str, &'static str);

/// Every field. No heading stands for two.
pub(super) const NAMES: &[Names] = &[
    (Field::EventId, "event_id", "eventid 事件編號 事件编号 事件id"),
    (Field::Type, "type", "type eventtype 類型 类型 類別 类别 事件類型 事件类型"),
    (Field::SchemaVersion, "schema_version", "schemaversion 格式版本"),
    (
        Field::StoreId,
        "store_id",
        "storeid store shop shopid branch branchid outlet warehouse location 分店 分店編號 分店编号 門市 门市 門店 门店 門店編號 门店编号 店舖 店鋪 店铺 店號 店号 倉庫 仓库",
    ),
    (
        Field::Sku,
        "sku",
        "sku skuid item itemid itemcode itemno product productid productcode stockcode article 貨號 货号 貨品編號 货品编号 商品編號 商品编号 商品編碼 商品编码 產品編號 产品编号 款號 款号 物料編號 物料编号",
    ),
    (
        Field::Qty,
        "qty",
        "qty quantity units value sales salesqty sold unitssold pcs 數量 数量 件數 件数 銷量 销量 銷售量 销售量 銷售數量 销售数量",
    ),
    (Field::Pack, "pack", "pack packsize casesize unitspercase 箱入數 箱入数 包裝數 包装数 裝箱數 装箱数"),
    (
        Field::OccurredAt,
        "occurred_at",
        "occurredat date day datetime time timestamp salesdate saledate invoicedate transactiondate transactiontime 日期 時間 时间 發生時間 发生时间 交易日期 交易時間 交易时间 銷售日期 销售日期",
    ),
    (Field::RecordedAt, "recorded_at", "recordedat createdat 記錄時間 记录时间 錄入時間 录入时间"),
    (Field::Source, "source", "source system 來源 来源 系統 系统"),
    (Field::Corrects, "corrects", "corrects correctionof replaces 更正 更正事件 更正編號 更正编号"),
    (
        Field::LineId,
        "line_id",
        "lineid line receiptline transactionid billno invoiceno invoice 單號 单号 單據編號 单据编号 行號 行号 交易編號 交易编号",
    ),
    (Field::UnitPrice, "unit_price", "unitprice price sellprice sellingprice 單價 单价 售價 售价 價格 价格"),
    (Field::Discount, "discount", "discount 折扣 折讓 折让 優惠金額 优惠金额"),
    (
        Field::PromoId,
        "promo_id",
        "promoid promo promotion promotionid 促銷 促销 促銷編號 促销编号 推廣編號 推广编号",
    ),
    (Field::Reason, "reason", "reason 原因 備註 备注 remark remarks note notes"),
    (
        Field::PoId,
        "po_id",
        "poid po pono ponumber orderid orderno 採購單號 采购单号 訂單編號 订单编号 訂單號 订单号",
    ),
    (
        Field::SupplierId,
        "supplier_id",
        "supplierid supplier vendor vendorid 供應商 供应商 供應商編號 供应商编号",
    ),
    (Field::OrderedAt, "ordered_at", "orderedat orderdate 訂貨日期 订货日期 下單日期 下单日期"),
    (
        Field::PromisedAt,
        "promised_at",
        "promisedat promiseddate duedate eta 預計到貨 预计到货 承諾日期 承诺日期 交貨日期 交货日期",
    ),
    (Field::QtyOrdered, "qty_ordered", "qtyordered orderedqty 訂貨數量 订货数量 訂購數量 订购数量"),
    (Field::QtyReceived, "qty_received", "qtyreceived receivedqty 收貨數量 收货数量 實收數量 实收数量"),
    (Field::Expiry, "expiry", "expiry expirydate bestbefore useby 到期日 有效期 有效期至 保質期至 保质期至"),
    (
        Field::StartsAt,
        "starts_at",
        "startsat start startdate from 開始 开始 開始日期 开始日期 開始時間 开始时间",
    ),
    (Field::EndsAt, "ends_at", "endsat end enddate until to 結束 结束 結束日期 结束日期 結束時間 结束时间"),
    (Field::Mechanism, "mechanism", "mechanism mechanic 促銷方式 促销方式 優惠方式 优惠方式"),
    (Field::Skus, "skus", "skus items 促銷商品 促销商品 適用貨品 适用货品"),
    (Field::Stores, "stores", "stores branches 適用分店 适用门店"),
    (Field::PlannedPrice, "planned_price", "plannedprice promoprice 促銷價 促销价 優惠價 优惠价"),
    (Field::Display, "display", "display 陳列 陈列"),
    (Field::ToStoreId, "to_store_id", "tostoreid tostore destination 調入分店 调入门店 目的分店 目的门店"),
    (Field::TransferId, "transfer_id", "transferid transferno 調撥單號 调拨单号"),
    (Field::ReceivedAt, "received_at", "receivedat receiveddate 到達時間 到达时间 收貨時間 收货时间"),
    (Field::Kind, "kind", "kind orderkind 訂單性質 订单性质"),
    (Field::ReaderId, "reader_id", "readerid reader 閱讀器 阅读器 讀寫器 读写器"),
    (Field::MatchRate, "match_rate", "matchrate 吻合率"),
    (Field::Variance, "variance", "variance 差異 差异"),
    (Field::Barcode, "barcode", "barcode gtin ean upc 條碼 条码 國際條碼 国际条码"),
    (
        Field::Caption,
        "caption",
        "itemname productname skuname storename shopname branchname description 品名 貨品名稱 货品名称 商品名稱 商品名称 產品名稱 产品名称 分店名稱 門店名稱 门店名称",
    ),
];
