-- Forms that have acted. The key is a digest of who sent what where; outcome is where it led, sealed.
CREATE TABLE operations (
    key BLOB PRIMARY KEY,
    run BLOB NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT
);
CREATE INDEX operations_age ON operations (at);

-- When whoever claimed an inquiry last did something with it; too long ago, the claim ends.
ALTER TABLE inquiries ADD COLUMN active_at BIGINT;

-- The running promise: when it began, whether its clock stands still and why, the highest level of
-- warning it has reached, and when it must be looked at next.
ALTER TABLE inquiries ADD COLUMN promised_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inquiries ADD COLUMN paused_at BIGINT;
ALTER TABLE inquiries ADD COLUMN paused_until BIGINT;
ALTER TABLE inquiries ADD COLUMN pause_reason TEXT;
ALTER TABLE inquiries ADD COLUMN warned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inquiries ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;
UPDATE inquiries SET promised_at = opened_at;
CREATE INDEX inquiries_look ON inquiries (look_at) WHERE state IN ('waiting', 'offered', 'claimed');
CREATE INDEX inquiries_paused ON inquiries (paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX inquiries_claims ON inquiries (active_at) WHERE state = 'claimed';

-- Stretches in which the clock of a promise stood still.
CREATE TABLE pauses (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    reason TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT,
    ending TEXT,
    started_by BLOB REFERENCES staff (id),
    due_before BIGINT NOT NULL,
    due_after BIGINT
);
CREATE INDEX pauses_inquiry ON pauses (inquiry_id, from_at);

-- More time, asked for by whoever answers and granted by somebody else.
CREATE TABLE extensions (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    workdays BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES staff (id),
    asked_at BIGINT NOT NULL,
    decided_by BLOB REFERENCES staff (id),
    decided_at BIGINT,
    remark TEXT NOT NULL DEFAULT '',
    due_before BIGINT NOT NULL,
    due_after BIGINT
);
CREATE INDEX extensions_inquiry ON extensions (inquiry_id, asked_at);

-- Who was warned of which promise, each level once.
CREATE TABLE promise_warnings (
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    due_at BIGINT NOT NULL,
    level BIGINT NOT NULL,
    audience TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (inquiry_id, due_at, level)
);

-- What else an organization promises: hours when it is urgent, workdays to pass something on, and
-- workdays within which everything must be answered, extensions included.
ALTER TABLE organizations ADD COLUMN urgent_hours BIGINT;
ALTER TABLE organizations ADD COLUMN transfer_workdays BIGINT;
ALTER TABLE organizations ADD COLUMN most_workdays BIGINT;
