-- Files that citizens sent, by their content; the files themselves lie in store.media_dir. The same
-- content may come through several accounts, so this table names none; media_received does.
CREATE TABLE media_files (
    sha256 TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    stored_at BIGINT NOT NULL
);

-- Pictures, voices and films that came with messages of inquiries, and how fetching them stands.
CREATE TABLE media_received (
    message_id UUID PRIMARY KEY,
    account_id TEXT NOT NULL,
    media_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sha256 TEXT REFERENCES media_files (sha256),
    reason TEXT,
    tries BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX media_received_file ON media_received (sha256);

-- Pictures for articles, re-encoded; url and material_id are what WeChat calls its copies.
CREATE TABLE article_pictures (
    id UUID PRIMARY KEY,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    url TEXT,
    material_id TEXT,
    added_at BIGINT NOT NULL,
    added_by UUID REFERENCES staff (id)
);
CREATE INDEX article_pictures_account ON article_pictures (account_id, added_at);

-- Articles as written here. draft_id and draft_hash say what WeChat's draft box holds of one,
-- publish_id and article_id what became of it there.
CREATE TABLE articles (
    id UUID PRIMARY KEY,
    account_id TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    source_url TEXT NOT NULL,
    cover_id UUID REFERENCES article_pictures (id),
    content_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    draft_id TEXT,
    draft_hash TEXT,
    publish_id TEXT,
    article_id TEXT,
    url TEXT,
    reason TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT,
    changed_by UUID REFERENCES staff (id)
);
CREATE INDEX articles_publication ON articles (account_id, publish_id);
CREATE INDEX articles_list ON articles (updated_at);
