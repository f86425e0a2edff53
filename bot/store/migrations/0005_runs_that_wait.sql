-- How often a person had a run done again: only its present generation may act.
ALTER TABLE runs ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
-- Why a failed run failed, and who said that nothing more is to be done about it.
ALTER TABLE runs ADD COLUMN failure_class TEXT;
ALTER TABLE runs ADD COLUMN failure_step BIGINT;
ALTER TABLE runs ADD COLUMN failure_line BIGINT;
ALTER TABLE runs ADD COLUMN put_away_by TEXT;
ALTER TABLE runs ADD COLUMN put_away_at BIGINT;
ALTER TABLE runs ADD COLUMN put_away_why TEXT;
-- A run that another run's step started: its place among those of that step, and how many of them go at a time.
ALTER TABLE runs ADD COLUMN parent TEXT REFERENCES runs (id);
ALTER TABLE runs ADD COLUMN parent_step BIGINT;
ALTER TABLE runs ADD COLUMN depth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN at_once BIGINT;
-- The step whose runs it waits for, and what it answers to the run that started it.
ALTER TABLE runs ADD COLUMN awaits BIGINT;
ALTER TABLE runs ADD COLUMN answer TEXT; -- JSON
-- The order of those that wait for their turn, and when it came.
ALTER TABLE runs ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN released_at BIGINT;
UPDATE runs SET released_at = started_at, turn = started_at;
CREATE INDEX runs_state ON runs (state, workflow, turn);
CREATE INDEX runs_parent ON runs (parent, parent_step, place);
CREATE INDEX runs_released_at ON runs (workflow, released_at);

-- How often a person had a step done anew.
ALTER TABLE steps ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;

-- Until when a step sleeps.
CREATE TABLE timers (
    run        TEXT   NOT NULL REFERENCES runs (id),
    step_index BIGINT NOT NULL,
    input      TEXT   NOT NULL,
    wake_at    BIGINT NOT NULL,
    PRIMARY KEY (run, step_index)
);
CREATE INDEX timers_wake_at ON timers (wake_at);
