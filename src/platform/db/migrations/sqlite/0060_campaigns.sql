-- Campaigns: what is sent to many at once. What one person wrote and submitted, somebody else
-- approved; a slice exists only under an approval of exactly what it sends.
CREATE TABLE campaigns (
    id BLOB PRIMARY KEY,
    account_id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    items TEXT NOT NULL,
    filter TEXT NOT NULL,
    send_at BIGINT NOT NULL,
    override_reason TEXT NOT NULL,
    hash TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT,
    approval_id BLOB,
    cooled_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    audience BIGINT,
    draft_id TEXT,
    draft_hash TEXT,
    corrects BLOB REFERENCES campaigns (id),
    version BIGINT NOT NULL,
    written_by BLOB NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX campaigns_time ON campaigns (account_id, send_at);

CREATE TABLE campaign_approvals (
    id BLOB PRIMARY KEY,
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    hash TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    written_by BLOB NOT NULL REFERENCES staff (id),
    submitted_by BLOB NOT NULL REFERENCES staff (id),
    submitted_at BIGINT NOT NULL,
    opened_by BLOB REFERENCES staff (id),
    opened_at BIGINT,
    decision TEXT,
    reason TEXT,
    decided_by BLOB REFERENCES staff (id),
    decided_at BIGINT,
    UNIQUE (id, campaign_id, hash, decision),
    CHECK (decision IS NULL OR decision <> 'approved'
        OR (decided_by <> submitted_by AND decided_by <> written_by))
);
CREATE UNIQUE INDEX campaign_approvals_waiting ON campaign_approvals (campaign_id) WHERE decision IS NULL;

CREATE TABLE campaign_slices (
    campaign_id BLOB NOT NULL,
    nth BIGINT NOT NULL,
    approval_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT 'approved' CHECK (decision = 'approved'),
    account_id TEXT NOT NULL,
    target TEXT NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    client_msg_id TEXT NOT NULL UNIQUE,
    request_hash TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    first_tried_at BIGINT,
    tried_at BIGINT,
    retry_at BIGINT,
    msg_id BIGINT,
    msg_data_id BIGINT,
    reason TEXT,
    total BIGINT,
    filtered BIGINT,
    sent BIGINT,
    errors BIGINT,
    settled_at BIGINT,
    PRIMARY KEY (campaign_id, nth),
    UNIQUE (account_id, msg_id),
    FOREIGN KEY (approval_id, campaign_id, hash, decision)
        REFERENCES campaign_approvals (id, campaign_id, hash, decision)
);
CREATE INDEX campaign_slices_lost ON campaign_slices (account_id, state);

-- Whom a slice by list addresses; kept until its outcome is known for a month.
CREATE TABLE campaign_members (
    campaign_id BLOB NOT NULL,
    openid TEXT NOT NULL,
    nth BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, openid)
);
CREATE INDEX campaign_members_slice ON campaign_members (campaign_id, nth);

-- What WeChat reports of mass sends, also of those made by hand.
CREATE TABLE mass_reports (
    account_id TEXT NOT NULL,
    msg_id BIGINT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    total BIGINT NOT NULL,
    filtered BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    campaign_id BLOB REFERENCES campaigns (id),
    PRIMARY KEY (account_id, msg_id)
);
CREATE INDEX mass_reports_time ON mass_reports (account_id, happened_at);

-- Which state of a campaign a tester has been shown on the own phone.
CREATE TABLE campaign_previews (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    hash TEXT NOT NULL,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    asked_by BLOB NOT NULL REFERENCES staff (id),
    asked_at BIGINT NOT NULL,
    sent_at BIGINT,
    problem TEXT,
    seen_at BIGINT,
    PRIMARY KEY (campaign_id, hash, staff_id)
);

-- The emergency stop: while its row is there, nothing is sent.
CREATE TABLE sending_stop (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    reason TEXT NOT NULL,
    stopped_by BLOB NOT NULL REFERENCES staff (id),
    stopped_at BIGINT NOT NULL
);
