//! CSV files and workbooks: sllurp's log, the exports of handhelds, and plain lists of tags.

use super::super::pass::PassError;
use super::super::tag::{TagRead, centi, is_tag, seen};
use super::{Format, Reads};
use crate::table::{self, Columns, Headings, Table};

/// A list without a heading holds texts of at least so many hexadecimal digits.
const SHORTEST: usize = 16;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Epc,
    Time,
    Rssi,
    Antenna,
    Reader,
    Location,
    Session,
}

const NAMES: &Headings<Column> = &[
    (
        Column::Epc,
        &[
            "epc",
            "epcid",
            "epchex",
            "epccode",
            "epcno",
            "tagid",
            "tagepc",
            "tag",
            "idhex",
            "rfid",
            "rfidtag",
            "rfidid",
            "標籤",
            "标签",
            "標籤編號",
            "标签编号",
            "標籤號",
            "标签号",
            "標籤id",
            "标签id",
            "電子標籤",
            "电子标签",
            "epc編號",
            "epc编号",
            "epc碼",
            "epc码",
        ],
    ),
    (
        Column::Time,
        &[
            "timestamp",
            "time",
            "lastseen",
            "lastseentime",
            "firstseen",
            "firstseentime",
            "readtime",
            "datetime",
            "時間",
            "时间",
            "讀取時間",
            "读取时间",
            "掃描時間",
            "扫描时间",
        ],
    ),
    (Column::Rssi, &["rssi", "peakrssi", "maxrssi", "訊號", "信号", "信號", "訊號強度", "信号强度"]),
    (Column::Antenna, &["antenna", "antennaid", "antennaport", "天線", "天线"]),
    (Column::Reader, &["reader", "readerid", "device", "deviceid", "閱讀器", "阅读器", "讀寫器", "读写器"]),
    (
        Column::Location,
        &[
            "location", "zone", "area", "tray", "showcase", "counter", "位置", "區域", "区域", "櫃位",
            "柜位", "貨位", "货位", "飾櫃",
        ],
    ),
    (
        Column::Session,
        &[
            "session",
            "sessionid",
            "pass",
            "passno",
            "round",
            "inventoryid",
            "輪次",
            "轮次",
            "盤點次序",
            "盘点次序",
            "次序",
        ],
    ),
];

pub(super) fn read(bytes: &[u8]) -> Result<Reads, PassError> {
    let tables = table::read(bytes)?;
    if let Some(columns) = tables.iter().find_map(|table| Columns::of(table, NAMES, Column::Epc)) {
        return Ok(with_head(&columns));
    }
    tables.iter().find_map(plain_list).ok_or(PassError::UnknownFormat)
}

fn with_head(columns: &Columns<'_, Column>) -> Reads {
    let sllurp =
        [Column::Time, Column::Antenna, Column::Rssi, Column::Reader].iter().all(|own| columns.has(*own));
    let format = if sllurp && columns.width() == 5 { Format::SllurpCsv } else { Format::Handheld };
    let mut reads = Reads { format: Some(format), ..Reads::default() };
    for row in columns.rows {
        let cell = |column| columns.cell(row, column);
        let Some(epc) = cell(Column::Epc) else { continue };
        let read = TagRead {
            epc: epc.to_owned(),
            seen_at: cell(Column::Time).and_then(seen),
            antenna: cell(Column::Antenna).and_then(|text| text.parse().ok()),
            rssi_cdbm: cell(Column::Rssi).and_then(centi),
            reader: cell(Column::Reader).map(str::to_owned),
            location: cell(Column::Location).map(str::to_owned),
            session: cell(Column::Session).map(str::to_owned),
        };
        reads.add(format, row.number, read);
    }
    reads
}

/// Every row is one tag and nothing else.
fn plain_list(table: &Table) -> Option<Reads> {
    let mut reads = Reads::default();
    for row in &table.rows {
        let read = TagRead { epc: row.cell(0).to_owned(), ..TagRead::default() };
        reads.add(Format::PlainList, row.number, read);
    }
    let only_tags =
        table.rows.iter().all(|row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() == 1);
    let tags = reads.tags.iter().all(|read| is_tag(&read.epc) && read.epc.len() >= SHORTEST);
    (only_tags && tags && !reads.tags.is_empty()).then_some(reads)
}
