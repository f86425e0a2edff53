//! Doubts about what was accepted.

use super::Field;
use crate::sentence::{Finding, Sentence};

/// A doubt about an event that was accepted, or about a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// A return of something that nobody knows to have been sold.
    ReturnWithoutSale,
    /// It corrects an event that is not known, at least not yet.
    CorrectsUnknown,
    /// Goods came after the promised day.
    LateReceipt,
    /// It was recorded more than 24 hours after it happened.
    LateRecord,
    /// Its time was given at another offset than +08:00 and was turned.
    OtherOffset,
    /// An order that is no multiple of its pack.
    BrokenPack,
    /// A row that was known before and has been replaced since; it stays replaced.
    Superseded,
}

impl Remark {
    /// The code of the page in `docs/errors/`.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReturnWithoutSale => "DH-8084",
            Self::CorrectsUnknown => "DH-8085",
            Self::LateReceipt => "DH-8086",
            Self::LateRecord => "DH-8087",
            Self::OtherOffset => "DH-8088",
            Self::BrokenPack => "DH-8089",
            Self::Superseded => "DH-8099",
        }
    }

    /// The field concerned.
    pub fn field(self) -> Field {
        match self {
            Self::ReturnWithoutSale => Field::LineId,
            Self::CorrectsUnknown => Field::Corrects,
            Self::LateReceipt => Field::PromisedAt,
            Self::LateRecord => Field::RecordedAt,
            Self::OtherOffset => Field::OccurredAt,
            Self::BrokenPack => Field::Pack,
            Self::Superseded => Field::EventId,
        }
    }

    /// As it is answered.
    pub fn finding(self) -> Finding {
        Finding {
            code: self.code().to_owned(),
            field: Some(self.field().name().to_owned()),
            message: self.sentence(),
        }
    }

    /// What is doubtful, and what to do.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::ReturnWithoutSale => Sentence::new(
                "No sale of this line is known; the goods go back into stock and demand stays as it is.",
                "找不到此筆退貨的銷售；貨品入回庫存，需求不變。",
            ),
            Self::CorrectsUnknown => Sentence::new(
                "The event that it corrects is not known; it is kept, and replaces that event when it comes.",
                "找不到被更正的事件；已保留，待該事件到達時取代之。",
            ),
            Self::LateReceipt => Sentence::new(
                "The goods came after the promised day; the supplier's lead time counts it.",
                "貨品遲於承諾日期到達；已計入供應商的交貨期。",
            ),
            Self::LateRecord => Sentence::new(
                "It was recorded more than 24 hours after it happened; check how the source is synchronised.",
                "記錄時間遲於發生時間超過 24 小時；請檢查來源的同步。",
            ),
            Self::OtherOffset => Sentence::new(
                "Its time was given at another offset and was turned to +08:00; check the clock of the source.",
                "時間並非 +08:00，已轉換；請檢查來源的時區。",
            ),
            Self::BrokenPack => Sentence::new(
                "The order is no multiple of its pack; check the pack with the supplier.",
                "訂貨數量並非箱入數的倍數；請與供應商核對。",
            ),
            Self::Superseded => Sentence::new(
                "This row was known before and has been replaced since; the later one holds. Send a correction if this one is right.",
                "此行早已收到並已被取代，以較後者為準；如此行才正確，請傳送更正。",
            ),
        }
    }
}
