-- The key with which everything that must be sealed is known to be sealed; 0 for none.
ALTER TABLE installation ADD COLUMN sealed_with BIGINT NOT NULL DEFAULT 0;

-- Fields that a person put right: what the learned triage learns from. One for each inquiry, gone
-- with it.
CREATE TABLE triage_corrections (
    inquiry_id BLOB PRIMARY KEY REFERENCES inquiries (id),
    body TEXT NOT NULL,
    old_field TEXT,
    new_field TEXT NOT NULL,
    corrected_by BLOB REFERENCES staff (id),
    corrected_at BIGINT NOT NULL
);
CREATE INDEX triage_corrections_at ON triage_corrections (corrected_at);

-- Models learned on this installation.
CREATE TABLE triage_models (
    id BLOB PRIMARY KEY,
    state TEXT NOT NULL,
    percent BIGINT NOT NULL,
    corrections BIGINT NOT NULL,
    report TEXT NOT NULL,
    bytes BLOB,
    reason TEXT,
    started_by BLOB NOT NULL REFERENCES staff (id),
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- Which model reads, since when; the newest row counts, and without a model it is the shipped one.
CREATE TABLE triage_activations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id BLOB REFERENCES triage_models (id),
    activated_by BLOB NOT NULL REFERENCES staff (id),
    activated_at BIGINT NOT NULL
);

-- Who was alerted to danger read in an inquiry. Written before the inquiry itself.
CREATE TABLE danger_alerts (
    inquiry_id BLOB NOT NULL,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    number TEXT NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    kinds TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (inquiry_id, staff_id)
);
CREATE INDEX danger_alerts_staff ON danger_alerts (staff_id, seen_at);
