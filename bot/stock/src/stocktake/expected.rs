//! The pieces that should be there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use taxid::gs1::{Gtin, Sgtin96};

use super::tag::{Unread, key};
use crate::sentence::{Finding, Sentence};
use crate::table::{self, Columns, Headings, Row, TableError};

/// One piece.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Piece {
    /// Its tag.
    pub epc: String,
    /// The goods: as the list says, else the GTIN, else the GTIN inside the tag, else the tag (a piece of its own).
    pub sku: String,
    /// GTIN-14.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tray, counter or room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The store, in lists of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
}

/// The list of pieces, by tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// By the full text of the tag.
    pub pieces: BTreeMap<String, Piece>,
    /// Rows that are no pieces, and doubts.
    pub unread: Vec<Unread>,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// No row of headings names the tags.
    #[error("DH-8092: no heading of the stock list names the tags; call their column EPC")]
    NoTags,
}

impl ExpectedError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Table(error) => error.code(),
            Self::NoTags => "DH-8092",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Epc,
    Sku,
    Gtin,
    Name,
    Location,
    Store,
}

const NAMES: &Headings<Column> = &[
    (
        Column::Epc,
        &[
            "epc",
            "epcid",
            "epchex",
            "tagid",
            "tag",
            "idhex",
            "rfid",
            "rfidtag",
            "標籤",
            "标签",
            "標籤編號",
            "标签编号",
            "標籤號",
            "标签号",
            "電子標籤",
            "电子标签",
        ],
    ),
    (
        Column::Sku,
        &[
            "sku",
            "skuid",
            "item",
            "itemid",
            "itemcode",
            "itemno",
            "style",
            "styleno",
            "貨號",
            "货号",
            "款號",
            "款号",
            "貨品編號",
            "货品编号",
            "商品編號",
            "商品编号",
        ],
    ),
    (Column::Gtin, &["gtin", "gtin14", "ean", "upc", "barcode", "條碼", "条码"]),
    (
        Column::Name,
        &[
            "name",
            "itemname",
            "productname",
            "description",
            "品名",
            "名稱",
            "名称",
            "貨品名稱",
            "货品名称",
            "商品名稱",
            "商品名称",
        ],
    ),
    (
        Column::Location,
        &[
            "location", "zone", "area", "tray", "showcase", "counter", "位置", "區域", "区域", "櫃位",
            "柜位", "貨位", "货位", "飾櫃",
        ],
    ),
    (
        Column::Store,
        &[
            "store", "storeid", "shop", "branch", "分店", "門市", "门市", "門店", "门店", "店舖", "店鋪",
            "店铺",
        ],
    ),
];

impl Expected {
    /// Reads a CSV file or workbook with a column of tags; `sku`, `gtin`, `name`, `location` and `store` may stand beside.
    ///
    /// # Errors
    /// [`ExpectedError`] when it is no table or names no tags.
    pub fn read(bytes: &[u8]) -> Result<Self, ExpectedError> {
        let tables = table::read(bytes)?;
        let columns = tables.iter().find_map(|table| Columns::of(table, NAMES, Column::Epc));
        let columns = columns.ok_or(ExpectedError::NoTags)?;
        let mut expected = Self::default();
        for row in columns.rows {
            if let Err(unread) = expected.add(row, &columns) {
                expected.unread.push(unread);
            }
        }
        Ok(expected)
    }

    fn add(&mut self, row: &Row, columns: &Columns<'_, Column>) -> Result<(), Unread> {
        let cell = |column| columns.cell(row, column).map(str::to_owned);
        let Some(epc) = key(&cell(Column::Epc).unwrap_or_default(), row.number)? else { return Ok(()) };
        let printed = cell(Column::Gtin);
        let gtin = printed.as_deref().and_then(|text| Gtin::parse(text).ok()).map(String::from);
        if printed.is_some() && gtin.is_none() {
            self.unread.push(doubt(
                row.number,
                "gtin",
                "The GTIN fails its check digit and is not used; correct the list.",
                "GTIN 校驗位不符，不予採用；請更正清單。",
            ));
        }
        let sku = cell(Column::Sku)
            .or_else(|| gtin.clone())
            .or_else(|| Sgtin96::parse(&epc).ok().map(|tag| tag.gtin14))
            .unwrap_or_else(|| epc.clone());
        let piece = Piece {
            epc: epc.clone(),
            sku,
            gtin,
            name: cell(Column::Name),
            location: cell(Column::Location),
            store_id: cell(Column::Store),
        };
        if self.pieces.contains_key(&epc) {
            return Err(doubt(
                row.number,
                "epc",
                "The list has this tag before; the first row holds.",
                "清單已有此標籤，以首行為準。",
            ));
        }
        self.pieces.insert(epc, piece);
        Ok(())
    }
}

fn doubt(row: u64, field: &str, en: &str, zh: &str) -> Unread {
    let message = Sentence::new(en, zh);
    Unread { row, finding: Finding { code: "DH-8095".to_owned(), field: Some(field.to_owned()), message } }
}
