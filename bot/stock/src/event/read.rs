//! A record becomes an event, or every reason why it cannot.

mod texts;

use chrono::{DateTime, FixedOffset, TimeDelta};

use self::texts::Texts;
use super::body::{
    Body, Kind, Order, OrderKind, Price, Promotion, Receipt, Return, Sale, StockCount, Transfer, WriteOff,
};
use super::day_key::derived;
use super::record::Record;
use super::{Event, Field, Moment, Rejection, Remark, SCHEMA_VERSION, hong_kong_date};

/// Clocks of tills run ahead a little; an event may lie so far in the future.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);
/// An event recorded later than so long after it happened is late.
const LATE: TimeDelta = TimeDelta::hours(24);

/// Where a file or batch comes from, and what its rows leave unsaid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Its name, for rows that name no source.
    pub name: String,
    /// The zone of its times of day, where the operator has declared it; otherwise a time without a zone is refused.
    pub zone: Option<FixedOffset>,
    /// The store that all of it is about, for files without such a column.
    pub store_id: Option<String>,
}

/// What is the same for all records of one file or batch.
pub(super) struct Reading<'a> {
    pub(super) source: &'a Source,
    pub(super) received_at: DateTime<FixedOffset>,
    /// The file proves that figures like 05/03/2026 are meant day first.
    pub(super) day_first: bool,
    /// Where ids come from.
    pub(super) ids: Ids,
}

/// Where the ids of events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    /// Every event brings its own.
    Given,
    /// A row may lack one; it is made of what the row says.
    Made,
    /// Rows of daily sales get theirs later, from their day.
    OfDay,
}

/// The event, with doubts; or why it is refused.
pub(super) fn read(
    record: &Record<'_>,
    nth: u64,
    reading: &Reading<'_>,
) -> Result<(Event, Vec<Remark>), Vec<Rejection>> {
    let mut texts = Texts::new(record, reading);
    let kind = texts.need(Field::Type).and_then(|text| {
        let kind = Kind::named(&text);
        texts.refuse_if(kind.is_none(), Rejection::UnknownType);
        kind
    });
    let event = kind.and_then(|kind| event(&mut texts, kind, nth, reading));
    let (mut wrong, mut remarks) = texts.finish();
    let Some(event) = event else {
        wrong.sort_unstable();
        wrong.dedup();
        return Err(wrong);
    };
    check(&event, reading, &mut wrong);
    doubt(&event, record, &mut remarks);
    if !wrong.is_empty() {
        wrong.sort_unstable();
        wrong.dedup();
        return Err(wrong);
    }
    Ok((event, remarks))
}

fn event(texts: &mut Texts<'_>, kind: Kind, nth: u64, reading: &Reading<'_>) -> Option<Event> {
    let version = texts.whole(Field::SchemaVersion).unwrap_or_else(|| i64::from(SCHEMA_VERSION));
    texts.refuse_if(version != i64::from(SCHEMA_VERSION), Rejection::UnknownVersion);
    let given = texts.record().get(Field::EventId).is_some();
    let event_id = match reading.ids {
        Ids::OfDay => Some(super::EventId::nil()),
        Ids::Made if !given => Some(made_id(texts.record(), nth)),
        Ids::Made | Ids::Given => texts.need_id(Field::EventId),
    };
    let is_promotion = kind == Kind::Promotion;
    let store_id = if is_promotion {
        Some(String::new())
    } else {
        texts.text(Field::StoreId).or_else(|| reading.source.store_id.clone()).or_else(|| {
            texts.refuse_if(true, Rejection::Missing(Field::StoreId));
            None
        })
    };
    let sku = if is_promotion { Some(String::new()) } else { texts.need(Field::Sku) };
    let qty = quantity(texts, kind);
    let pack = texts.whole(Field::Pack);
    texts.refuse_if(pack.is_some_and(|pack| pack < 1), Rejection::OutOfRange(Field::Pack));
    let occurred_at = match (texts.moment(Field::OccurredAt), is_promotion) {
        (None, true) => texts.moment(Field::StartsAt),
        (None, false) => {
            let given = texts.text(Field::OccurredAt).is_some();
            texts.refuse_if(!given, Rejection::Missing(Field::OccurredAt));
            None
        }
        (given, _) => given,
    };
    let recorded_at = texts.instant(Field::RecordedAt).unwrap_or(reading.received_at);
    let source = texts.text(Field::Source).unwrap_or_else(|| reading.source.name.clone());
    let corrects = texts.id(Field::Corrects);
    let body = body(texts, kind, reading);
    Some(Event {
        event_id: event_id?,
        schema_version: SCHEMA_VERSION,
        store_id: store_id?,
        sku: sku?,
        qty: qty?,
        pack: pack.unwrap_or(1),
        occurred_at: occurred_at?,
        recorded_at,
        source,
        corrects,
        body: body?,
    })
}

/// The id of a row that came without one: what it says, and which of several equal rows of the file it is.
fn made_id(record: &Record<'_>, nth: u64) -> super::EventId {
    let nth = nth.to_string();
    let fields = record.sorted();
    let mut said: Vec<&str> = vec!["row", &nth];
    // When it was recorded is not part of what happened.
    for (field, text) in fields.into_iter().filter(|(field, _)| *field != Field::RecordedAt) {
        said.extend([field.name(), text]);
    }
    derived(&said)
}

fn quantity(texts: &mut Texts<'_>, kind: Kind) -> Option<i64> {
    if matches!(kind, Kind::Promotion | Kind::Price) {
        return Some(0);
    }
    if kind != Kind::Receipt {
        return texts.need_whole(Field::Qty);
    }
    let received = texts.whole(Field::QtyReceived);
    if received.is_none() && texts.text(Field::QtyReceived).is_some() {
        return None;
    }
    match (texts.whole(Field::Qty), received) {
        (Some(qty), Some(received)) if qty != received => {
            texts.refuse_if(true, Rejection::Contradiction(Field::QtyReceived));
            None
        }
        (Some(qty), _) | (None, Some(qty)) => Some(qty),
        (None, None) => texts.need_whole(Field::Qty),
    }
}

fn body(texts: &mut Texts<'_>, kind: Kind, reading: &Reading<'_>) -> Option<Body> {
    Some(match kind {
        Kind::Sale => {
            let (line_id, unit_price, discount, promo_id, reason) = line(texts);
            Body::Sale(Sale { line_id, unit_price, discount, promo_id, reason })
        }
        Kind::Return => {
            let (line_id, unit_price, discount, promo_id, reason) = line(texts);
            Body::Return(Return { line_id, unit_price, discount, promo_id, reason })
        }
        Kind::Promotion => Body::Promotion(Box::new(promotion(texts, reading)?)),
        Kind::Receipt => Body::Receipt(Receipt {
            po_id: texts.text(Field::PoId),
            supplier_id: texts.text(Field::SupplierId),
            ordered_at: texts.moment(Field::OrderedAt),
            promised_at: texts.moment(Field::PromisedAt),
            qty_ordered: texts.whole(Field::QtyOrdered),
            expiry: texts.date(Field::Expiry),
        }),
        Kind::StockCount => Body::StockCount(StockCount {
            reader_id: texts.text(Field::ReaderId),
            match_rate: texts.decimal(Field::MatchRate),
            variance: texts.signed(Field::Variance),
        }),
        Kind::Transfer => Body::Transfer(Transfer {
            to_store_id: texts.need(Field::ToStoreId)?,
            transfer_id: texts.text(Field::TransferId),
            received_at: texts.moment(Field::ReceivedAt),
        }),
        Kind::Order => Body::Order(Order {
            po_id: texts.need(Field::PoId)?,
            kind: match texts.text(Field::Kind).as_deref() {
                Some("reservation" | "預留" | "预留") => OrderKind::Reservation,
                _ => OrderKind::Purchase,
            },
            supplier_id: texts.text(Field::SupplierId),
            promised_at: texts.moment(Field::PromisedAt),
        }),
        Kind::WriteOff => {
            Body::WriteOff(WriteOff { reason: texts.text(Field::Reason), expiry: texts.date(Field::Expiry) })
        }
        Kind::Price => Body::Price(Price { unit_price: texts.need_decimal(Field::UnitPrice)? }),
    })
}

type Line = (
    Option<String>,
    Option<rust_decimal::Decimal>,
    Option<rust_decimal::Decimal>,
    Option<String>,
    Option<String>,
);

fn line(texts: &mut Texts<'_>) -> Line {
    // A column of flags says that there was a promotion, and not which.
    let flag = |text: &String| {
        !matches!(
            text.to_lowercase().as_str(),
            "0" | "1" | "y" | "n" | "yes" | "no" | "true" | "false" | "是" | "否"
        )
    };
    (
        texts.text(Field::LineId),
        texts.decimal(Field::UnitPrice),
        texts.decimal(Field::Discount),
        texts.text(Field::PromoId).filter(flag),
        texts.text(Field::Reason),
    )
}

fn promotion(texts: &mut Texts<'_>, reading: &Reading<'_>) -> Option<Promotion> {
    let one = |text: Option<String>, list: Vec<String>| {
        if list.is_empty() { text.into_iter().collect() } else { list }
    };
    let promo_id = texts.need(Field::PromoId);
    // A day as the end of a window is its whole day.
    let (starts, ends) = (texts.need_moment(Field::StartsAt), texts.need_moment(Field::EndsAt));
    let stores = one(
        texts.text(Field::StoreId).or_else(|| reading.source.store_id.clone()),
        texts.record().list(Field::Stores),
    );
    let promotion = Promotion {
        promo_id: promo_id?,
        starts_at: match starts? {
            Moment::At(at) => at,
            day @ Moment::Day(_) => day.end() - TimeDelta::days(1),
        },
        ends_at: ends?.end(),
        mechanism: texts.text(Field::Mechanism),
        skus: one(texts.text(Field::Sku), texts.record().list(Field::Skus)),
        stores,
        planned_price: texts.decimal(Field::PlannedPrice),
        display: texts.text(Field::Display),
    };
    let (starts_at, ends_at) = (promotion.starts_at, promotion.ends_at);
    let bad = ends_at <= starts_at || Promotion::too_long(starts_at, ends_at);
    texts.refuse_if(bad, Rejection::BadWindow);
    Some(promotion)
}

/// What the fields together cannot be.
fn check(event: &Event, reading: &Reading<'_>, wrong: &mut Vec<Rejection>) {
    let mut refuse_if = |bad: bool, why| {
        if bad {
            wrong.push(why);
        }
    };
    // A promotion, or a price, may be told before it begins.
    let planned = matches!(event.kind(), Kind::Promotion | Kind::Price);
    let future = match event.occurred_at {
        Moment::At(at) => at > reading.received_at + CLOCK_SKEW,
        Moment::Day(day) => day > hong_kong_date(reading.received_at),
    };
    refuse_if(future && !planned, Rejection::Future);
    refuse_if(event.corrects == Some(event.event_id), Rejection::CorrectsItself);
    let nothing_is_something = match event.kind() {
        Kind::StockCount | Kind::Promotion | Kind::Price => true,
        // A day without a sale, in a store that was open.
        Kind::Sale => event.occurred_at.is_day() || event.corrects.is_some(),
        _ => event.corrects.is_some(),
    };
    refuse_if(event.qty == 0 && !nothing_is_something, Rejection::OutOfRange(Field::Qty));
    if let Body::Transfer(transfer) = &event.body {
        refuse_if(transfer.to_store_id == event.store_id, Rejection::Contradiction(Field::ToStoreId));
    }
}

fn doubt(event: &Event, record: &Record<'_>, remarks: &mut Vec<Remark>) {
    if let Body::Receipt(Receipt { promised_at: Some(promised), .. }) = &event.body
        && event.date() > promised.date()
    {
        remarks.push(Remark::LateReceipt);
    }
    if record.get(Field::RecordedAt).is_some() && event.recorded_at - event.occurred_at.end() > LATE {
        remarks.push(Remark::LateRecord);
    }
    if event.kind() == Kind::Order && event.qty % event.pack != 0 {
        remarks.push(Remark::BrokenPack);
    }
}
