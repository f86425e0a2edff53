-- What people had remembered of suppliers, and on which papers it was used.

CREATE TABLE memories (
    id            TEXT   NOT NULL PRIMARY KEY,
    supplier_key  TEXT   NOT NULL,
    supplier_name TEXT   NOT NULL,
    printed_name  TEXT,            -- as it was surely read, folded, for comparing
    field         TEXT   NOT NULL,
    lesson        TEXT   NOT NULL, -- JSON
    document      TEXT   NOT NULL REFERENCES documents (sha256),
    task          TEXT   NOT NULL REFERENCES tasks (id),
    saved_by      TEXT   NOT NULL,
    saved_at      BIGINT NOT NULL,
    revoked_by    TEXT,
    revoked_at    BIGINT
);
CREATE INDEX memories_supplier_key ON memories (supplier_key, field);

CREATE TABLE memory_uses (
    memory   TEXT   NOT NULL REFERENCES memories (id),
    document TEXT   NOT NULL REFERENCES documents (sha256),
    used_at  BIGINT NOT NULL,
    PRIMARY KEY (memory, document)
);
