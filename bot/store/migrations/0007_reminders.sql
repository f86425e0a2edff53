-- Reminders of tasks that wait: each step of a task goes to each address once.
CREATE TABLE reminders (
    task     TEXT   NOT NULL REFERENCES tasks (id),
    step     TEXT   NOT NULL,
    address  TEXT   NOT NULL,
    run      TEXT   NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (task, step, address)
);
CREATE INDEX reminders_run ON reminders (run);
CREATE INDEX documents_supplier ON documents (supplier);
CREATE INDEX postings_updated_at ON postings (updated_at);
