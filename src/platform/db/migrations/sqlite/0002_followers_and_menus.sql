-- Who follows an official account, as its pushes and its list of followers tell.
CREATE TABLE followers (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    following BOOLEAN NOT NULL,
    as_of BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    subscribed_at BIGINT,
    unsubscribed_at BIGINT,
    source TEXT,
    scene TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    remark TEXT NOT NULL DEFAULT '',
    unionid TEXT,
    detailed_at BIGINT,
    run_id BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, openid)
) WITHOUT ROWID;
CREATE INDEX followers_undetailed ON followers (account_id, detailed_at, following) WHERE detailed_at IS NULL;

-- Every following and unfollowing that was noticed; the first list of an account makes no entries.
CREATE TABLE follower_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    following BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    noticed_by TEXT NOT NULL
);
CREATE INDEX follower_changes_of ON follower_changes (account_id, openid, id);
CREATE INDEX follower_changes_at ON follower_changes (account_id, at);

-- Readings of the list of followers; next_openid is committed with the page before it.
CREATE TABLE follower_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    state TEXT NOT NULL,
    is_first BOOLEAN NOT NULL,
    next_openid TEXT NOT NULL DEFAULT '',
    pages BIGINT NOT NULL DEFAULT 0,
    seen BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    added BIGINT NOT NULL DEFAULT 0,
    returned BIGINT NOT NULL DEFAULT 0,
    gone BIGINT NOT NULL DEFAULT 0,
    problem TEXT,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX follower_runs_open ON follower_runs (account_id) WHERE state = 'running';

CREATE TABLE account_tags (
    account_id TEXT NOT NULL,
    tag_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    followers BIGINT NOT NULL,
    synced_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, tag_id)
) WITHOUT ROWID;

-- Versions of the menu of an official account: one draft, one shown, the rest is history.
CREATE TABLE menus (
    id BLOB PRIMARY KEY,
    account_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    revision BIGINT NOT NULL,
    from_version BIGINT,
    made_by BLOB REFERENCES staff (id),
    changed_at BIGINT NOT NULL,
    published_by BLOB REFERENCES staff (id),
    published_at BIGINT,
    problem TEXT,
    UNIQUE (account_id, version)
);
CREATE UNIQUE INDEX menus_draft ON menus (account_id) WHERE state = 'draft';
CREATE UNIQUE INDEX menus_publishing ON menus (account_id) WHERE state = 'publishing';
