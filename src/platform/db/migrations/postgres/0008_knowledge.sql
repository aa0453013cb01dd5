-- Laws by version. Days are texts YYYY-MM-DD, empty when not known; the name is the one laws are
-- cited by, without 中华人民共和国 and marks. Law texts belong to no account.
CREATE TABLE laws (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    in_force_from TEXT NOT NULL,
    in_force_to TEXT NOT NULL,
    repealed_by TEXT NOT NULL,
    source TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (name, in_force_from)
);

CREATE TABLE law_articles (
    law_id UUID NOT NULL REFERENCES laws (id),
    number BIGINT NOT NULL,
    insertion BIGINT NOT NULL,
    heading TEXT NOT NULL,
    names TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (law_id, number, insertion)
);

-- Answered questions (masked) and what their answers cited; retrieval learns from them at once.
CREATE TABLE lessons (
    id UUID PRIMARY KEY,
    account_id TEXT NOT NULL,
    inquiry_id UUID,
    source TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    cites TEXT NOT NULL,
    confirmed_by UUID,
    confirmed_at BIGINT NOT NULL,
    removed_at BIGINT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX lessons_inquiry ON lessons (inquiry_id) WHERE inquiry_id IS NOT NULL;
CREATE INDEX lessons_changed ON lessons (changed_at);
