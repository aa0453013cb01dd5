-- Templates of the accounts, as WeChat last listed them.
CREATE TABLE notice_templates (
    account_id TEXT NOT NULL,
    template_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    lasting BOOLEAN NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    example TEXT NOT NULL,
    choices TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (account_id, template_id)
);

-- When the templates of an account were last asked for, and why that failed.
CREATE TABLE notice_listings (
    account_id TEXT PRIMARY KEY,
    tried_at BIGINT NOT NULL,
    listed_at BIGINT,
    failure TEXT
);

-- Which template serves which purpose, and what fills its fields.
CREATE TABLE notice_purposes (
    account_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    kind TEXT NOT NULL,
    template_id TEXT NOT NULL,
    fields TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BLOB REFERENCES staff (id),
    PRIMARY KEY (account_id, purpose, kind)
);

-- How many notices of a template a follower still accepts.
CREATE TABLE notice_consents (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    template_id TEXT NOT NULL,
    remaining BIGINT NOT NULL,
    accepted_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, openid, template_id)
);

-- Results that WeChat told and no delivery has taken up yet: they may come before the answer to
-- the call is written down.
CREATE TABLE notice_reports (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    msgid TEXT NOT NULL,
    template_id TEXT,
    delivered BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, openid, msgid)
);

ALTER TABLE deliveries ADD COLUMN
    notice_template_id TEXT;
ALTER TABLE deliveries ADD COLUMN
    notice_msgid TEXT;
ALTER TABLE deliveries ADD COLUMN
    notice_reported_at BIGINT;
