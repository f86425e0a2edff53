-- One text for SQLite and PostgreSQL: only TEXT and BIGINT, because those are the types on which both agree.
-- Ids are TEXT, times BIGINT microseconds UTC, booleans BIGINT 0/1, money TEXT decimals, JSON TEXT.

CREATE TABLE documents (
    sha256       TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    media        TEXT   NOT NULL,
    bytes        BIGINT NOT NULL,
    origin       TEXT   NOT NULL,
    workflow     TEXT   NOT NULL,
    recorded_at  BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    times_seen   BIGINT NOT NULL,
    invoice      TEXT,
    business_key TEXT,
    supplier     TEXT,
    supplier_key TEXT, -- the supplier without spaces and case, for comparing
    total        TEXT,
    total_key    TEXT, -- the total without idle zeros, for comparing
    issue_date   TEXT
);
CREATE INDEX documents_recorded_at ON documents (recorded_at);
CREATE INDEX documents_business_key ON documents (business_key);
CREATE INDEX documents_likeness ON documents (supplier_key, total_key, issue_date);

-- Every time the same bytes came, under whatever name.
CREATE TABLE arrivals (
    id     TEXT   NOT NULL PRIMARY KEY,
    sha256 TEXT   NOT NULL REFERENCES documents (sha256),
    name   TEXT   NOT NULL,
    origin TEXT   NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX arrivals_sha256 ON arrivals (sha256);

CREATE TABLE runs (
    id            TEXT   NOT NULL PRIMARY KEY,
    workflow      TEXT   NOT NULL,
    script_sha256 TEXT   NOT NULL,
    document      TEXT   REFERENCES documents (sha256),
    started_by    TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    note          TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT
);
CREATE INDEX runs_started_at ON runs (started_at);
CREATE INDEX runs_document ON runs (document);

CREATE TABLE steps (
    run        TEXT   NOT NULL REFERENCES runs (id),
    step_index BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    attempt    BIGINT NOT NULL,
    input      TEXT   NOT NULL,
    output     TEXT,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT,
    PRIMARY KEY (run, step_index)
);

CREATE TABLE tasks (
    id            TEXT   NOT NULL PRIMARY KEY,
    run           TEXT   NOT NULL REFERENCES runs (id),
    document      TEXT   NOT NULL REFERENCES documents (sha256),
    workflow      TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    claimed_by    TEXT,
    claimed_until BIGINT,
    decision      TEXT,
    decided_by    TEXT,
    decided_at    BIGINT,
    applied_at    BIGINT,
    reason        TEXT   NOT NULL,
    findings      TEXT   NOT NULL,
    invoice       TEXT   NOT NULL,
    corrections   TEXT,
    note          TEXT,
    created_at    BIGINT NOT NULL
);
CREATE INDEX tasks_state ON tasks (state, created_at);
CREATE INDEX tasks_run ON tasks (run);

CREATE TABLE postings (
    id          TEXT   NOT NULL PRIMARY KEY,
    posting_key TEXT   NOT NULL,
    portal      TEXT   NOT NULL,
    document    TEXT   NOT NULL REFERENCES documents (sha256),
    run         TEXT   NOT NULL REFERENCES runs (id),
    state       TEXT   NOT NULL,
    reference   TEXT,
    bill        TEXT   NOT NULL,
    read_back   TEXT,
    note        TEXT,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (portal, posting_key) -- the same invoice is never meant to stand twice in one portal
);
CREATE INDEX postings_document ON postings (document);
CREATE INDEX postings_state ON postings (state);

CREATE TABLE pictures (
    posting       TEXT   NOT NULL REFERENCES postings (id),
    picture_index BIGINT NOT NULL,
    act           TEXT   NOT NULL,
    blob_key      TEXT   NOT NULL,
    taken_at      BIGINT NOT NULL,
    PRIMARY KEY (posting, picture_index)
);

CREATE TABLE people (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    name_key      TEXT   NOT NULL UNIQUE, -- without case, for signing in
    email         TEXT   NOT NULL,
    email_key     TEXT   NOT NULL UNIQUE,
    role          TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    active        BIGINT NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    id_sha256  TEXT   NOT NULL PRIMARY KEY, -- who reads this table cannot take over a session
    data       TEXT   NOT NULL,             -- hex
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE fires (
    schedule    TEXT   NOT NULL,
    nominal     BIGINT NOT NULL,
    run         TEXT   NOT NULL,
    outcome     TEXT   NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (schedule, nominal)
);

CREATE TABLE audit (
    seq        BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    object     TEXT   NOT NULL,
    details    TEXT   NOT NULL,
    prev_hash  TEXT   NOT NULL,
    entry_hash TEXT   NOT NULL
);
CREATE INDEX audit_object ON audit (object);

-- One row. Every writer updates it first, which makes writers wait for each other and the chain linear.
CREATE TABLE audit_head (
    id         BIGINT NOT NULL PRIMARY KEY,
    seq        BIGINT NOT NULL,
    entry_hash TEXT   NOT NULL
);
INSERT INTO audit_head (id, seq, entry_hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Heads that left the machine. The chain must still pass through each of them.
CREATE TABLE heads (
    id          TEXT   NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    entry_hash  TEXT   NOT NULL,
    exported_at BIGINT NOT NULL
);
