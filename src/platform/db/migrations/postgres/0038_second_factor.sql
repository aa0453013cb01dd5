-- The second factor of staff: a key shared with an app on their phone, sealed. `pending` is a key
-- that the app has not yet shown to know; `last_step` the newest step whose code was used.
CREATE TABLE staff_second_factors (
    staff_id UUID PRIMARY KEY REFERENCES staff (id),
    secret TEXT,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL,
    pending TEXT,
    pending_at BIGINT
);

-- Codes on paper for when the phone is away; each goes when it is used.
CREATE TABLE staff_recovery_codes (
    staff_id UUID NOT NULL REFERENCES staff (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

-- Browsers whose user has given the right password and not yet the second factor.
CREATE TABLE staff_half_logins (
    token_hash BYTEA PRIMARY KEY,
    staff_id UUID NOT NULL REFERENCES staff (id),
    ends_at BIGINT NOT NULL
);
CREATE INDEX staff_half_logins_end ON staff_half_logins (ends_at);
