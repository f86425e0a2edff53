-- The machines that share this database, when each was last seen, and which steps it takes.
CREATE TABLE hosts (
    host       TEXT   NOT NULL PRIMARY KEY,
    lanes      TEXT   NOT NULL, -- JSON
    version    TEXT   NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    ended_at   BIGINT,          -- when it was asked to end and did
    told_at    BIGINT           -- when the operators were told that it is gone
);

-- How many attempts do not count any more, because a person had the run done again. The number of an attempt itself is
-- never given twice: by it, a machine that comes back late is told from the one that has taken over.
ALTER TABLE steps ADD COLUMN forgiven BIGINT NOT NULL DEFAULT 0;
