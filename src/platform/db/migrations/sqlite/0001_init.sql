-- Facts about this installation; one row.
CREATE TABLE installation (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    created_at BIGINT NOT NULL,
    demo BOOLEAN NOT NULL,
    link_key BLOB NOT NULL
);

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    fence BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    once_key TEXT,
    in_order BOOLEAN NOT NULL DEFAULT FALSE,
    run_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready',
    attempts BIGINT NOT NULL DEFAULT 0,
    holder TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
-- Work done in order can pile up by the ten thousands; looking for other work must not pass it.
CREATE INDEX jobs_due ON jobs (state, run_at, id) WHERE NOT in_order;
CREATE UNIQUE INDEX jobs_once ON jobs (once_key) WHERE once_key IS NOT NULL;
CREATE INDEX jobs_in_order ON jobs (kind, state, id) WHERE in_order;

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Append-only ledger of what happened; metrics are computed from it and from nothing else.
CREATE TABLE engagement_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT,
    citizen_id BLOB,
    inquiry_id BLOB,
    organization_id BLOB,
    staff_id BLOB,
    territory_id TEXT,
    field TEXT,
    channel TEXT,
    scene TEXT,
    amount BIGINT,
    detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX engagement_events_kind ON engagement_events (kind, at);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    staff_id BLOB,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_object ON audit (object, id);

CREATE TABLE territories (
    id TEXT PRIMARY KEY,
    parent_id TEXT REFERENCES territories (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    gb_code TEXT,
    stat_code TEXT,
    valid_from TEXT,
    valid_to TEXT,
    successor_id TEXT,
    aliases TEXT NOT NULL,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    position BIGINT NOT NULL
);

CREATE TABLE organizations (
    id BLOB PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    district_id TEXT REFERENCES territories (id),
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    hours TEXT NOT NULL,
    promise_hours BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE organization_fields (
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    field TEXT NOT NULL,
    PRIMARY KEY (organization_id, field)
);

CREATE TABLE organization_territories (
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    territory_id TEXT NOT NULL REFERENCES territories (id),
    PRIMARY KEY (organization_id, territory_id)
);

CREATE TABLE stations (
    id BLOB PRIMARY KEY,
    scene TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    territory_id TEXT REFERENCES territories (id),
    organization_id BLOB REFERENCES organizations (id)
);

CREATE TABLE citizens (
    id BLOB PRIMARY KEY,
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    following BOOLEAN NOT NULL,
    following_as_of BIGINT NOT NULL,
    station_id BLOB REFERENCES stations (id),
    scene TEXT,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    erased_at BIGINT,
    UNIQUE (account_id, openid)
);

CREATE TABLE staff (
    id BLOB PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_login_at BIGINT
);
CREATE INDEX staff_organization ON staff (organization_id);

CREATE TABLE staff_sessions (
    token_hash BLOB PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    browser TEXT NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);

CREATE TABLE login_attempts (
    key TEXT PRIMARY KEY,
    window_start BIGINT NOT NULL,
    tries BIGINT NOT NULL
);

-- Every push that was acknowledged, with the reply it was given. Written before the 200.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    dedup_key TEXT NOT NULL,
    openid TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    reply TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (account_id, dedup_key)
);

-- Where the conversation with each follower stands.
CREATE TABLE conversations (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    state TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, openid)
) WITHOUT ROWID;

CREATE TABLE inquiries (
    id BLOB PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    citizen_id BLOB NOT NULL REFERENCES citizens (id),
    account_id TEXT NOT NULL,
    state TEXT NOT NULL,
    field TEXT,
    territory_id TEXT REFERENCES territories (id),
    station_id BLOB REFERENCES stations (id),
    organization_id BLOB REFERENCES organizations (id),
    assignee_id BLOB REFERENCES staff (id),
    urgent BOOLEAN NOT NULL,
    dangers TEXT NOT NULL,
    wants_human BOOLEAN NOT NULL,
    first_line TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT,
    outcome TEXT,
    unread BOOLEAN NOT NULL,
    rating BIGINT,
    rated_at BIGINT,
    unsolved_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX inquiries_queue ON inquiries (organization_id, state, due_at, id);
CREATE INDEX inquiries_assignee ON inquiries (assignee_id, state, due_at, id);
CREATE INDEX inquiries_citizen ON inquiries (citizen_id, opened_at);

CREATE TABLE messages (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    inbox_key TEXT,
    author TEXT NOT NULL,
    staff_id BLOB REFERENCES staff (id),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    original TEXT,
    media_id TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX messages_inquiry ON messages (inquiry_id, at, id);

CREATE TABLE drafts (
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    staff_id BLOB NOT NULL REFERENCES staff (id),
    body TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (inquiry_id, staff_id)
);

-- Who was asked to answer an inquiry, and why.
CREATE TABLE offers (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    organization_id BLOB REFERENCES organizations (id),
    staff_id BLOB REFERENCES staff (id),
    reasons TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX offers_inquiry ON offers (inquiry_id, at, id);

CREATE TABLE routing_rules (
    id BLOB PRIMARY KEY,
    position BIGINT NOT NULL,
    field TEXT,
    territory_id TEXT REFERENCES territories (id),
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    active BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What WeChat lets us send to a follower without being asked (wechat-protocol.md 5.1).
CREATE TABLE allowances (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    class TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    budget BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (account_id, openid, class)
);

-- Outbox: each row is one message to a citizen. Written before the call, settled after it.
CREATE TABLE deliveries (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    message_id BLOB NOT NULL UNIQUE REFERENCES messages (id),
    citizen_id BLOB NOT NULL REFERENCES citizens (id),
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    way TEXT,
    errcode BIGINT,
    rid TEXT,
    reason TEXT,
    created_at BIGINT NOT NULL,
    called_at BIGINT,
    settled_at BIGINT
);
CREATE INDEX deliveries_waiting ON deliveries (account_id, openid, created_at) WHERE state = 'waiting';
CREATE INDEX deliveries_inquiry ON deliveries (inquiry_id, created_at);

-- Texts that reach citizens. The newest version of a key counts; absent keys use the shipped text.
CREATE TABLE texts (
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BLOB REFERENCES staff (id),
    PRIMARY KEY (key, version)
);
