//! The door: what is new is taken, what is known is a duplicate, what cannot be goes into quarantine with its reasons.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use super::day_key::{day_key, derived};
use super::drop_file::{self, Shape};
use super::privacy::PersonalData;
use super::read::{Ids, Reading, Source, read};
use super::record::Record;
use super::reply::{EventReply, Outcome, Quarantined, Reply};
use super::tally::{self, Tally};
use super::{Body, Catalogue, Event, EventId, Field, Kind, Rejection, Remark};
use super::{batch, daily};
use crate::table::TableError;

/// Why a batch or file is refused as a whole; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// It holds data of people.
    #[error("DH-8063: {0}; such data is never taken, export the file again without it")]
    PersonalData(PersonalData),
    /// A file without the columns that are needed.
    #[error("DH-8064: no row of headings names {}; add or rename these columns", names(.0))]
    Columns(Vec<Field>),
    /// A batch of more than 1 000 events.
    #[error("DH-8065: a batch holds at most 1 000 events; send it in parts, or drop a file")]
    TooManyEvents,
    /// It is not a JSON list of events.
    #[error(
        "DH-8066: this is not a JSON list of events, or an object with one under \"events\"; correct the sender"
    )]
    NotJson,
}

fn names(fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    if names.is_empty() { "goods, date and quantity together".to_owned() } else { names.join(", ") }
}

impl IntakeError {
    /// The code of the page in `docs/errors/`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Table(error) => error.code(),
            Self::PersonalData(_) => "DH-8063",
            Self::Columns(_) => "DH-8064",
            Self::TooManyEvents => "DH-8065",
            Self::NotJson => "DH-8066",
        }
    }
}

/// What a batch or file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// For the sender.
    pub reply: Reply,
    /// The new events, in the order in which they came.
    pub events: Vec<Event>,
    /// The refused ones.
    pub quarantine: Vec<Quarantined>,
}

/// What is known of an event that was accepted.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// The id of what was sent, where this intake has seen it.
    said: Option<EventId>,
    /// The first of the events that correct one another.
    root: EventId,
}

/// Remembers what has been accepted.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    catalogue: Catalogue,
    known: HashMap<EventId, Known>,
    /// Of each chain of corrections the one that was recorded last.
    latest: HashMap<EventId, (DateTime<FixedOffset>, EventId)>,
    /// Store, goods and line of every sale that names its line.
    sold: HashSet<(String, String, String)>,
    tally: Tally,
}

impl Intake {
    /// A door that lets in events about these stores and goods.
    pub fn new(catalogue: Catalogue) -> Self {
        Self { catalogue, ..Self::default() }
    }

    /// Remembers an event that was accepted before, by this intake or by an earlier one.
    pub fn remember(&mut self, event: &Event) {
        self.note(event, None);
    }

    /// Counts since this intake was made.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Takes a batch of JSON events.
    ///
    /// # Errors
    /// [`IntakeError`] when nothing of it can be taken: it is no list, is too long, or holds data of people.
    pub fn batch(
        &mut self,
        json: &[u8],
        source: &Source,
        received_at: DateTime<FixedOffset>,
    ) -> Result<Taken, IntakeError> {
        let events = batch::open(json)?;
        let reading = Reading { source, received_at, day_first: false, ids: Ids::Given };
        let records = (1..).zip(&events).map(|(row, event)| Record::of_json(row, event));
        Ok(self.take(records, Shape::Events, &reading))
    }

    /// Takes a CSV file or workbook: of events (a column names the type), of till lines, or of plain daily sales.
    ///
    /// # Errors
    /// [`IntakeError`] when nothing of it can be taken: it is no table, lacks columns, or holds data of people.
    pub fn file(
        &mut self,
        bytes: &[u8],
        source: &Source,
        received_at: DateTime<FixedOffset>,
    ) -> Result<Taken, IntakeError> {
        let file = drop_file::open(bytes)?;
        let ids = if file.shape == Shape::DailySales { Ids::OfDay } else { Ids::Made };
        let reading = Reading { source, received_at, day_first: file.day_first, ids };
        let mut taken = self.take(file.records(), file.shape, &reading);
        taken.reply.unread_columns = file.unread_columns();
        Ok(taken)
    }

    fn take<'r>(
        &mut self,
        records: impl Iterator<Item = Record<'r>> + Clone,
        shape: Shape,
        reading: &Reading<'_>,
    ) -> Taken {
        let mut taken = Taken { reply: Reply::new(), events: Vec::new(), quarantine: Vec::new() };
        let conflicts = match shape {
            Shape::DailySales => {
                let read = records.clone().filter_map(|record| read(&record, 0, reading).ok());
                daily::conflicts(read.map(|(event, _)| event))
            }
            Shape::Events | Shape::Lines => BTreeSet::new(),
        };
        let mut alike: HashMap<EventId, u64> = HashMap::new();
        let mut rows: Vec<u64> = Vec::new();
        for record in records {
            // Which of several equal rows it is; of a day there is only one.
            let nth = match shape {
                Shape::DailySales => 0,
                Shape::Events | Shape::Lines => {
                    *alike.entry(said(&record)).and_modify(|nth| *nth += 1).or_insert(0)
                }
            };
            let mut read = read(&record, nth, reading);
            if shape == Shape::DailySales {
                read = read.and_then(|(event, remarks)| as_day(event, &conflicts).map(|day| (day, remarks)));
            }
            let reply = self.one(&record, read, shape, reading, &mut taken);
            if reply.outcome == Outcome::Accepted {
                rows.push(record.row);
            }
            taken.reply.add(reply, reading.ids != Ids::Given);
        }
        // What is doubtful is told after all have been noted: the order of a batch does not matter.
        let days = shape == Shape::DailySales;
        for (row, event) in rows.into_iter().zip(&taken.events).filter(|_| !days) {
            let remarks = self.doubts(event);
            taken.reply.remark(row, event.event_id, remarks.into_iter().map(Remark::finding).collect());
        }
        taken.reply.events.sort_by_key(|event| event.row);
        taken
    }

    /// Takes, knows or refuses one.
    fn one(
        &mut self,
        record: &Record<'_>,
        read: Read,
        shape: Shape,
        reading: &Reading<'_>,
        taken: &mut Taken,
    ) -> EventReply {
        let kind = record.get(Field::Type).and_then(Kind::named);
        let mandatory =
            if shape == Shape::DailySales { tally::OF_DAILY_SALES } else { tally::mandatory(kind) };
        let store_id = reading.source.store_id.as_deref();
        let read = read.and_then(|(event, remarks)| self.unknown_things(&event).map(|()| (event, remarks)));
        match read {
            Ok((event, remarks)) => match self.known.get(&event.event_id).copied() {
                Some(known) if reused(known, record) => {
                    self.tally.see(record, store_id, mandatory, &[Rejection::IdReused], &[]);
                    refused(record, Some(event.event_id), &[Rejection::IdReused], taken)
                }
                Some(known) => {
                    self.tally.duplicate();
                    let stale = self.latest.get(&known.root).is_some_and(|(_, id)| *id != event.event_id);
                    let findings = if stale { vec![Remark::Superseded.finding()] } else { Vec::new() };
                    let (event_id, outcome) = (Some(event.event_id), Outcome::Duplicate);
                    EventReply { row: record.row, event_id, outcome, findings }
                }
                None => {
                    self.tally.see(record, store_id, mandatory, &[], &remarks);
                    let given = record.get(Field::EventId).is_some();
                    self.note(&event, given.then(|| said(record)));
                    let findings = remarks.into_iter().map(Remark::finding).collect();
                    let (event_id, outcome) = (Some(event.event_id), Outcome::Accepted);
                    taken.events.push(event);
                    EventReply { row: record.row, event_id, outcome, findings }
                }
            },
            Err(wrong) => {
                self.tally.see(record, store_id, mandatory, &wrong, &[]);
                let event_id = record.get(Field::EventId).and_then(|id| EventId::parse_str(id).ok());
                refused(record, event_id, &wrong, taken)
            }
        }
    }

    /// Stores and goods that the catalogue does not know.
    fn unknown_things(&self, event: &Event) -> Result<(), Vec<Rejection>> {
        let (mut stores, mut skus) = (vec![&event.store_id], vec![&event.sku]);
        match &event.body {
            Body::Promotion(promotion) => {
                (stores, skus) = (promotion.stores.iter().collect(), promotion.skus.iter().collect());
            }
            Body::Transfer(transfer) => stores.push(&transfer.to_store_id),
            _ => {}
        }
        let mut wrong = Vec::new();
        if !stores.iter().all(|store| self.catalogue.has_store(store)) {
            wrong.push(Rejection::UnknownStore);
        }
        if !skus.iter().all(|sku| self.catalogue.has_sku(sku)) {
            wrong.push(Rejection::UnknownSku);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn note(&mut self, event: &Event, said: Option<EventId>) {
        let root = match event.corrects {
            Some(corrects) => self.known.get(&corrects).map_or(corrects, |known| known.root),
            None => event.event_id,
        };
        self.known.insert(event.event_id, Known { said, root });
        let (recorded, id) = (event.recorded_at, event.event_id);
        let latest = self.latest.entry(root).or_insert((recorded, id));
        *latest = (*latest).max((recorded, id));
        if let Body::Sale(sale) = &event.body
            && let Some(line_id) = &sale.line_id
        {
            self.sold.insert((event.store_id.clone(), event.sku.clone(), line_id.clone()));
        }
    }

    /// What is doubtful about an accepted event in the light of all others.
    fn doubts(&self, event: &Event) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if event.corrects.is_none() && event.kind() != Kind::Return {
            return remarks;
        }
        let of_day = event.corrects == Some(day_key(&event.store_id, &event.sku, event.date()));
        let known = event.corrects.is_some_and(|id| self.known.contains_key(&id));
        if event.corrects.is_some() && !known && !of_day {
            remarks.push(Remark::CorrectsUnknown);
        }
        if let Body::Return(back) = &event.body
            && !known
            && !of_day
        {
            let line = back.line_id.clone().unwrap_or_default();
            if !self.sold.contains(&(event.store_id.clone(), event.sku.clone(), line)) {
                remarks.push(Remark::ReturnWithoutSale);
            }
        }
        remarks
    }
}

type Read = Result<(Event, Vec<Remark>), Vec<Rejection>>;

/// The id of what a record says, apart from when it was recorded.
fn said(record: &Record<'_>) -> EventId {
    let fields = record.sorted();
    let mut said = Vec::with_capacity(fields.len() * 2);
    for (field, text) in fields.iter().filter(|(field, _)| *field != Field::RecordedAt) {
        said.extend([field.name(), *text]);
    }
    derived(&said)
}

/// The id was used for something else. A made id cannot be: it is what was said.
fn reused(known: Known, record: &Record<'_>) -> bool {
    record.get(Field::EventId).is_some() && known.said.is_some_and(|before| before != said(record))
}

fn refused(
    record: &Record<'_>,
    event_id: Option<EventId>,
    wrong: &[Rejection],
    taken: &mut Taken,
) -> EventReply {
    let reasons: Vec<_> = wrong.iter().map(|why| why.finding()).collect();
    taken.quarantine.push(Quarantined { row: record.row, raw: record.raw(), reasons: reasons.clone() });
    EventReply { row: record.row, event_id, outcome: Outcome::Rejected, findings: reasons }
}

/// A row of daily sales as its day; refused where the file contradicts itself.
fn as_day(mut event: Event, conflicts: &BTreeSet<EventId>) -> Result<Event, Vec<Rejection>> {
    let key = daily::key(&event);
    if conflicts.contains(&key) {
        return Err(vec![Rejection::Conflict]);
    }
    daily::fit(&mut event, key);
    Ok(event)
}
