-- The calendar of legal education. Dates that operators changed or added; what is shipped and unchanged
-- has no row.
CREATE TABLE calendar_dates (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    lead TEXT NOT NULL,
    basis TEXT NOT NULL,
    source TEXT NOT NULL,
    template TEXT NOT NULL,
    dropped BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    saved_by UUID NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL
);

-- What was decided about a date in one year.
CREATE TABLE calendar_plans (
    year BIGINT NOT NULL,
    code TEXT NOT NULL,
    theme TEXT NOT NULL,
    owner_id UUID REFERENCES staff (id),
    first_day TEXT,
    last_day TEXT,
    version BIGINT NOT NULL,
    saved_by UUID NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (year, code)
);

-- Tasks that are done.
CREATE TABLE calendar_marks (
    year BIGINT NOT NULL,
    code TEXT NOT NULL,
    task TEXT NOT NULL,
    done_by UUID NOT NULL REFERENCES staff (id),
    done_at BIGINT NOT NULL,
    PRIMARY KEY (year, code, task)
);

-- Whose secret opens the calendar for a calendar application.
CREATE TABLE calendar_feeds (
    staff_id UUID PRIMARY KEY REFERENCES staff (id),
    token_hash BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL
);
