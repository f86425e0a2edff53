//! Why an event is refused.

use super::Field;
use crate::sentence::{Finding, Sentence};

/// Why an event is refused. The row stays in quarantine until it is sent again, put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// A field that every event of its type needs is not there.
    Missing(Field),
    /// The type is none of the nine.
    UnknownType,
    /// The id is no UUID.
    BadId(Field),
    /// The id was used before for something else.
    IdReused,
    /// The text is no number.
    NotANumber(Field),
    /// A quantity or pack in parts of a base unit: 0.333 of a carton, 1.02 pieces.
    Fractional(Field),
    /// A negative quantity.
    Negative(Field),
    /// Nothing happened, or more than a shop can hold.
    OutOfRange(Field),
    /// The text is no date or time, or its day and month could be the other way round.
    NotATime(Field),
    /// A time of day without its zone.
    MissingZone(Field),
    /// It has not happened yet.
    Future,
    /// The store is not in the catalogue.
    UnknownStore,
    /// The goods are not in the catalogue.
    UnknownSku,
    /// A promotion ends before it begins, or lasts more than a year.
    BadWindow,
    /// A version of the format that is not known here.
    UnknownVersion,
    /// Rows of one file give different numbers for the same goods, store and day.
    Conflict,
    /// It corrects itself.
    CorrectsItself,
    /// Two fields of the event contradict each other.
    Contradiction(Field),
}

impl Rejection {
    /// The code of the page in `docs/errors/`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing(_) => "DH-8067",
            Self::UnknownType => "DH-8068",
            Self::BadId(_) => "DH-8069",
            Self::IdReused => "DH-8070",
            Self::NotANumber(_) => "DH-8071",
            Self::Fractional(_) => "DH-8072",
            Self::Negative(_) => "DH-8073",
            Self::OutOfRange(_) => "DH-8074",
            Self::NotATime(_) => "DH-8075",
            Self::MissingZone(_) => "DH-8076",
            Self::Future => "DH-8077",
            Self::UnknownStore => "DH-8078",
            Self::UnknownSku => "DH-8079",
            Self::BadWindow => "DH-8080",
            Self::UnknownVersion => "DH-8081",
            Self::Conflict => "DH-8082",
            Self::CorrectsItself | Self::Contradiction(_) => "DH-8083",
        }
    }

    /// The field to blame.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Missing(field)
            | Self::BadId(field)
            | Self::NotANumber(field)
            | Self::Fractional(field)
            | Self::Negative(field)
            | Self::OutOfRange(field)
            | Self::NotATime(field)
            | Self::MissingZone(field)
            | Self::Contradiction(field) => Some(field),
            Self::UnknownType => Some(Field::Type),
            Self::IdReused => Some(Field::EventId),
            Self::Future => Some(Field::OccurredAt),
            Self::UnknownStore => Some(Field::StoreId),
            Self::UnknownSku => Some(Field::Sku),
            Self::BadWindow => Some(Field::EndsAt),
            Self::UnknownVersion => Some(Field::SchemaVersion),
            Self::Conflict => Some(Field::Qty),
            Self::CorrectsItself => Some(Field::Corrects),
        }
    }

    /// Whether the field is not there or cannot be read, rather than says something that cannot be.
    pub(super) fn is_unreadable(self) -> bool {
        matches!(
            self,
            Self::Missing(_)
                | Self::UnknownType
                | Self::BadId(_)
                | Self::NotANumber(_)
                | Self::Fractional(_)
                | Self::NotATime(_)
                | Self::MissingZone(_)
        )
    }

    /// As it is answered and kept.
    pub fn finding(self) -> Finding {
        Finding {
            code: self.code().to_owned(),
            field: self.field().map(|field| field.name().to_owned()),
            message: self.sentence(),
        }
    }

    /// What is wrong and what to do. It never repeats the value.
    pub fn sentence(self) -> Sentence {
        let name = self.field().map_or("", Field::name);
        match self {
            Self::Missing(_) => Sentence::new(
                format!("{name} is missing; send the event again with it."),
                format!("缺少 {name}，請補上後重新傳送。"),
            ),
            Self::UnknownType => Sentence::new(
                "The type is none of sale, return, promotion, receipt, stock_count, transfer, order, write_off, price.",
                "類型不明：只接受銷售、退貨、促銷、收貨、盤點、調撥、訂單、報損、價格。",
            ),
            Self::BadId(_) => Sentence::new(
                format!("{name} is not a UUID; let the sending system make one and keep it."),
                format!("{name} 不是 UUID，請由來源系統產生並保留。"),
            ),
            Self::IdReused => Sentence::new(
                "This id was used before for a different event; give it a new id, and name the old one in corrects if it replaces it.",
                "此編號已用於另一事件；請改用新編號，如屬更正請在 corrects 註明原編號。",
            ),
            Self::NotANumber(_) => Sentence::new(
                format!("{name} is not a number; write figures only."),
                format!("{name} 不是數字，請只填數字。"),
            ),
            Self::Fractional(_) => Sentence::new(
                format!(
                    "{name} is not a whole number; count in the smallest unit that is sold, and pack in that unit."
                ),
                format!("{name} 不是整數；請以最小售賣單位計算數量及箱入數。"),
            ),
            Self::Negative(_) => Sentence::new(
                format!(
                    "{name} is negative; send goods that come back as a return, and a cancelled sale as a return that names the sale in corrects."
                ),
                format!(
                    "{name} 為負數；退回的貨品請以退貨傳送，取消的銷售請以退貨並在 corrects 註明該筆銷售。"
                ),
            ),
            Self::OutOfRange(_) => Sentence::new(
                format!("{name} is zero or too large; check the row."),
                format!("{name} 為零或過大，請核對該行。"),
            ),
            Self::NotATime(_) => Sentence::new(
                format!(
                    "{name} is not a date that can be read for sure; write 2026-03-05, or 2026-03-05T14:00:00+08:00."
                ),
                format!("{name} 不是可確定的日期；請寫 2026-03-05 或 2026-03-05T14:00:00+08:00。"),
            ),
            Self::MissingZone(_) => Sentence::new(
                format!(
                    "{name} has a time of day without its zone; add +08:00, or declare the zone of this source."
                ),
                format!("{name} 沒有時區；請加上 +08:00，或為此來源設定時區。"),
            ),
            Self::Future => Sentence::new(
                "It lies in the future; check the clock and the date of the till.",
                "時間在未來；請檢查收銀機的日期及時鐘。",
            ),
            Self::UnknownStore => Sentence::new(
                "The store is not in the catalogue; add it, or correct the id.",
                "目錄沒有此分店；請加入目錄或更正編號。",
            ),
            Self::UnknownSku => Sentence::new(
                "The goods are not in the catalogue; add them, or correct the SKU.",
                "目錄沒有此貨號；請加入目錄或更正貨號。",
            ),
            Self::BadWindow => Sentence::new(
                "The promotion ends before it begins, or lasts more than a year; correct its window.",
                "促銷的結束早於開始，或長於一年；請更正起訖時間。",
            ),
            Self::UnknownVersion => Sentence::new(
                "This version of the format is not known; send version 1.",
                "不支援此格式版本；請以版本 1 傳送。",
            ),
            Self::Conflict => Sentence::new(
                "The file gives different numbers for the same goods, store and day; none of them is taken, leave one.",
                "檔案內同一貨號、分店及日期有不同數量，全部不予採用；請只保留一行。",
            ),
            Self::CorrectsItself => Sentence::new(
                "The event corrects itself; give it an id of its own.",
                "事件更正的是自己；請給予新的編號。",
            ),
            Self::Contradiction(_) => Sentence::new(
                format!("{name} contradicts another field of the event; correct one of them."),
                format!("{name} 與同一事件的另一欄位矛盾，請更正其一。"),
            ),
        }
    }
}
