-- Staff prove themselves with a WeChat of their own.

-- Whose WeChat it is: one for a person and official account, and each WeChat for one person only.
CREATE TABLE staff_wechats (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    bound_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, openid),
    UNIQUE (staff_id, account_id)
);

-- Codes that stand on a screen for a few minutes. The hash is of the secret in the cookie of the
-- browser that asked for the code; the openid is of the first WeChat that scanned it.
CREATE TABLE staff_codes (
    scene TEXT PRIMARY KEY,
    browser_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    stage TEXT NOT NULL,
    url TEXT NOT NULL,
    browser TEXT NOT NULL,
    address TEXT NOT NULL,
    staff_id BLOB REFERENCES staff (id),
    openid TEXT,
    created_at BIGINT NOT NULL,
    scanned_at BIGINT,
    ends_at BIGINT NOT NULL
);
CREATE INDEX staff_codes_end ON staff_codes (ends_at);
