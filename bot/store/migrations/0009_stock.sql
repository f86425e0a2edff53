-- What happened in the shops: one row for an event. A correction is an event of its own.
CREATE TABLE stock_events (
    id       TEXT   NOT NULL PRIMARY KEY,
    kind     TEXT   NOT NULL,
    store_id TEXT   NOT NULL,
    sku      TEXT   NOT NULL, -- empty for a promotion, which is of several
    day      TEXT   NOT NULL, -- in Hong Kong
    event    TEXT   NOT NULL, -- JSON
    intake   TEXT   NOT NULL,
    taken_at BIGINT NOT NULL
);
CREATE INDEX stock_events_sku ON stock_events (sku, store_id);
CREATE INDEX stock_events_day ON stock_events (day);

-- Files and batches that events came in.
CREATE TABLE stock_intakes (
    id         TEXT   NOT NULL PRIMARY KEY,
    source     TEXT   NOT NULL,
    received   BIGINT NOT NULL,
    accepted   BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    rejected   BIGINT NOT NULL,
    tally      TEXT   NOT NULL, -- JSON
    taken_at   BIGINT NOT NULL
);
CREATE INDEX stock_intakes_taken_at ON stock_intakes (taken_at);

-- Events that were refused, as they came, until somebody has put them right where they come from.
CREATE TABLE stock_quarantine (
    id         TEXT   NOT NULL PRIMARY KEY,
    intake     TEXT   NOT NULL REFERENCES stock_intakes (id),
    place      BIGINT NOT NULL, -- the row of the file, or the event's place in its batch
    raw        TEXT   NOT NULL,
    reasons    TEXT   NOT NULL, -- JSON
    taken_at   BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT
);
CREATE INDEX stock_quarantine_open ON stock_quarantine (settled_at, taken_at);

-- What each store has of each SKU and on which terms more may be ordered, by the latest list.
CREATE TABLE stock_terms (
    store_id  TEXT   NOT NULL,
    sku       TEXT   NOT NULL,
    terms     TEXT   NOT NULL, -- JSON
    listed_at BIGINT NOT NULL,
    PRIMARY KEY (store_id, sku)
);

-- What was reckoned of a day: once, however often it is run.
CREATE TABLE stock_plans (
    day     TEXT   NOT NULL PRIMARY KEY,
    run     TEXT   NOT NULL,
    plan    TEXT   NOT NULL, -- JSON: its figures in short, and where the whole is kept
    made_at BIGINT NOT NULL
);

CREATE TABLE stock_orders (
    number      TEXT   NOT NULL PRIMARY KEY,
    day         TEXT   NOT NULL REFERENCES stock_plans (day),
    supplier    TEXT   NOT NULL,
    document    TEXT   NOT NULL,
    currency    TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    proposed    TEXT   NOT NULL, -- what the proposal comes to
    total       TEXT,            -- what was approved
    placed      TEXT,            -- JSON: the purchase order
    approved_by TEXT,
    mailed_at   BIGINT,
    reference   TEXT,            -- in the accounting system
    updated_at  BIGINT NOT NULL
);
CREATE INDEX stock_orders_day ON stock_orders (day);
CREATE INDEX stock_orders_document ON stock_orders (document);

-- How far automatic ordering may go: arms, ramp, incidents.
CREATE TABLE stock_pilots (
    name       TEXT   NOT NULL PRIMARY KEY,
    pilot      TEXT   NOT NULL, -- JSON
    version    BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
