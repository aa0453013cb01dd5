-- An offer waits for a word of the organization until answer_by; what was decided before this
-- counts as accepted.
ALTER TABLE offers ADD COLUMN state TEXT NOT NULL DEFAULT 'accepted';
ALTER TABLE offers ADD COLUMN answer_by BIGINT;
ALTER TABLE offers ADD COLUMN settled_at BIGINT;
ALTER TABLE offers ADD COLUMN settled_by UUID REFERENCES staff (id);
ALTER TABLE offers ADD COLUMN decline TEXT;
ALTER TABLE offers ADD COLUMN remark TEXT NOT NULL DEFAULT '';
CREATE INDEX offers_open ON offers (answer_by) WHERE state = 'open';

-- A promise counts hours of the clock, hours of work or workdays.
ALTER TABLE organizations RENAME COLUMN promise_hours TO promise_amount;
ALTER TABLE organizations ADD COLUMN promise_counted TEXT NOT NULL DEFAULT 'clock';
-- Open inquiries beyond which nothing more is offered.
ALTER TABLE organizations ADD COLUMN most_open BIGINT;

-- When an organization works: weeks in dated versions, and the days that differ.
CREATE TABLE working_weeks (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    since TEXT NOT NULL,
    week TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by UUID REFERENCES staff (id),
    PRIMARY KEY (organization_id, since)
);
CREATE TABLE working_days (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    day TEXT NOT NULL,
    special TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by UUID REFERENCES staff (id),
    PRIMARY KEY (organization_id, day)
);

-- Names in a question that an organization may not deal with: clients, opponents, itself.
CREATE TABLE interests (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, name)
);
