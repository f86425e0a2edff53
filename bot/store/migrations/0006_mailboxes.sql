-- Why a person put a hold on, and lifted it.
ALTER TABLE holds ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN lift_reason TEXT NOT NULL DEFAULT '';

-- Mailboxes that are watched: how far each is taken, when it answered last, what is wrong with it.
CREATE TABLE mailboxes (
    mailbox       TEXT   NOT NULL PRIMARY KEY,
    place         TEXT   NOT NULL, -- user, server and folder
    watched_since BIGINT NOT NULL, -- what was there before may be left alone
    uid_validity  BIGINT,
    next_uid      BIGINT NOT NULL DEFAULT 1, -- every mail before it is settled
    recounted     BIGINT NOT NULL DEFAULT 0, -- mails before it were there when the server began to count anew
    answered_at   BIGINT,
    trouble       TEXT,
    told_at       BIGINT
);

-- Mails that were taken from them, and what became of each.
CREATE TABLE mails (
    mailbox      TEXT   NOT NULL,
    id           TEXT   NOT NULL, -- SHA-256 of the mail; of its place where it was too large to be fetched
    uid_validity BIGINT NOT NULL,
    uid          BIGINT NOT NULL,
    sender       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    came_at      BIGINT NOT NULL,
    outcome      TEXT   NOT NULL,
    papers       TEXT   NOT NULL, -- JSON
    recorded_at  BIGINT NOT NULL,
    filed_at     BIGINT, -- when the server showed what became of it
    told_at      BIGINT, -- when a person was told of it, where one must look
    PRIMARY KEY (mailbox, id)
);
CREATE INDEX mails_recorded_at ON mails (mailbox, recorded_at);
