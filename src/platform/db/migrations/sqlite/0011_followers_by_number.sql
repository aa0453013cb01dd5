-- Followers get a number of our own, by which pages name them instead of by WeChat's, and their
-- place on the blacklist. Built anew, since SQLite cannot add a growing number to a table.
CREATE TABLE followers_numbered (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    blocked_as_of BIGINT NOT NULL DEFAULT 0,
    block_reason TEXT,
    block_note TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, openid)
);
INSERT INTO followers_numbered (account_id, openid, following, as_of, first_seen_at, subscribed_at,
    unsubscribed_at, source, scene, tags, remark, unionid, detailed_at, run_id)
SELECT account_id, openid, following, as_of, first_seen_at, subscribed_at,
    unsubscribed_at, source, scene, tags, remark, unionid, detailed_at, run_id
FROM followers ORDER BY first_seen_at, openid;
DROP TABLE followers;
ALTER TABLE followers_numbered RENAME TO followers;
CREATE INDEX followers_undetailed ON followers (account_id, detailed_at, following) WHERE detailed_at IS NULL;
CREATE INDEX followers_listed ON followers (account_id, following, id);
CREATE INDEX followers_remarked ON followers (account_id, id) WHERE remark <> '';
CREATE INDEX followers_tagged ON followers (account_id, id) WHERE tags <> '[]';
CREATE INDEX followers_blocked ON followers (account_id, id) WHERE blocked;
