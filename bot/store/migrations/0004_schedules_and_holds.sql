-- When a fire was due, which a calendar may move away from its nominal time, and why it came out as it did.
ALTER TABLE fires ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE fires ADD COLUMN note TEXT NOT NULL DEFAULT '';
UPDATE fires SET due = nominal;
CREATE INDEX fires_due ON fires (schedule, due);

-- What a schedule was, from when on; without a definition from when on it was gone.
CREATE TABLE schedules (
    id         TEXT   NOT NULL PRIMARY KEY,
    schedule   TEXT   NOT NULL,
    since      BIGINT NOT NULL,
    definition TEXT -- JSON
);
CREATE INDEX schedules_schedule ON schedules (schedule, id);
DELETE FROM fires WHERE outcome LIKE 'defined:%'; -- where this was kept before

-- Times in which the office does not work: a typhoon, black rain.
CREATE TABLE holds (
    id        TEXT   NOT NULL PRIMARY KEY,
    kind      TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    set_by    TEXT   NOT NULL,
    set_at    BIGINT NOT NULL,
    lifted_by TEXT,
    lifted_at BIGINT
);
CREATE INDEX holds_set_at ON holds (set_at);

-- One row while the address that announces holds does not answer.
CREATE TABLE silent_hold_source (
    id           BIGINT NOT NULL PRIMARY KEY,
    silent_since BIGINT NOT NULL,
    told_at      BIGINT
);

-- Folders that must not stay quiet: since when each is watched, since when it is quiet, when the operators were told.
CREATE TABLE quiet_folders (
    folder        TEXT   NOT NULL PRIMARY KEY,
    watched_since BIGINT NOT NULL,
    quiet_since   BIGINT,
    told_at       BIGINT
);

-- Workflows that start at another's end, and from when on they do.
CREATE TABLE followers (
    workflow TEXT   NOT NULL,
    leader   TEXT   NOT NULL,
    since    BIGINT NOT NULL,
    PRIMARY KEY (workflow, leader)
);
CREATE INDEX runs_ended_at ON runs (workflow, ended_at);
