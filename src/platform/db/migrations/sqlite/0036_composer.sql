-- Texts that an organization keeps for its answers; without one those of the alliance.
CREATE TABLE canned_answers (
    id BLOB PRIMARY KEY,
    organization_id BLOB REFERENCES organizations (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    saved_by BLOB NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL
);
CREATE INDEX canned_answers_owner ON canned_answers (organization_id);

-- Answers that leave in a moment and can still be called back; no messages yet.
CREATE TABLE leaving_answers (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL UNIQUE REFERENCES inquiries (id),
    author_id BLOB NOT NULL REFERENCES staff (id),
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    leaves_at BIGINT NOT NULL
);
