-- Calls back to citizens who were not satisfied: somebody else than the author answers once more.
CREATE TABLE callbacks (
    inquiry_id UUID NOT NULL REFERENCES inquiries (id),
    opened_at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    author_id UUID REFERENCES staff (id),
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by UUID REFERENCES staff (id),
    ended TEXT,
    PRIMARY KEY (inquiry_id, opened_at)
);
CREATE UNIQUE INDEX callbacks_open ON callbacks (inquiry_id) WHERE done_at IS NULL;

-- Whether an answer corrects an earlier one that was wrong.
ALTER TABLE messages ADD COLUMN correction BOOLEAN NOT NULL DEFAULT FALSE;

-- Monthly samples. Who knows the seed can draw the same again.
CREATE TABLE quality_runs (
    month TEXT PRIMARY KEY,
    seed BIGINT NOT NULL,
    share BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    drawn_at BIGINT NOT NULL,
    drawn_by UUID REFERENCES staff (id)
);
CREATE TABLE quality_samples (
    id UUID PRIMARY KEY,
    month TEXT NOT NULL REFERENCES quality_runs (month),
    inquiry_id UUID NOT NULL REFERENCES inquiries (id),
    organization_id UUID NOT NULL REFERENCES organizations (id),
    why TEXT NOT NULL,
    reader_id UUID REFERENCES staff (id),
    taken_at BIGINT,
    scores TEXT,
    remark TEXT NOT NULL DEFAULT '',
    read_at BIGINT,
    correction TEXT,
    correction_state TEXT NOT NULL DEFAULT 'none',
    correction_note TEXT NOT NULL DEFAULT '',
    corrected_by UUID REFERENCES staff (id),
    corrected_at BIGINT,
    UNIQUE (month, inquiry_id)
);
CREATE INDEX quality_samples_pool ON quality_samples (read_at, taken_at);
CREATE INDEX quality_samples_organization ON quality_samples (organization_id, month);
CREATE INDEX quality_samples_inquiry ON quality_samples (inquiry_id);
