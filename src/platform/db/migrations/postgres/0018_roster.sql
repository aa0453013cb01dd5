-- Who is on duty when. A shift lies within one day; minutes since midnight, to_minute excluded.
CREATE TABLE shifts (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    day TEXT NOT NULL,
    from_minute BIGINT NOT NULL,
    to_minute BIGINT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX shifts_day ON shifts (day, organization_id);

-- Days on which somebody is away; their shifts do not count then.
CREATE TABLE absences (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    reason TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX absences_last ON absences (last_day, organization_id);

-- Somebody asks a colleague to take a shift, perhaps in exchange for another.
CREATE TABLE swaps (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    shift_id UUID NOT NULL,
    return_shift_id UUID,
    asker_id UUID NOT NULL REFERENCES staff (id),
    colleague_id UUID NOT NULL REFERENCES staff (id),
    wish TEXT NOT NULL,
    remark TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX swaps_organization ON swaps (organization_id, asked_at);

-- What the one who goes tells the one who comes.
CREATE TABLE handovers (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    author_id UUID NOT NULL REFERENCES staff (id),
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX handovers_organization ON handovers (organization_id, written_at);

-- The secret address under which a calendar application reads somebody's shifts.
CREATE TABLE roster_feeds (
    staff_id UUID PRIMARY KEY REFERENCES staff (id),
    token_hash BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL
);

-- Whether the roster decides when the organization is asked and how its promise is counted.
ALTER TABLE organizations ADD COLUMN roster_counts BOOLEAN NOT NULL DEFAULT TRUE;
