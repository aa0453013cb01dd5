-- Texts that an organization keeps for its answers; without one those of the alliance.
CREATE TABLE canned_answers (
    id UUID PRIMARY KEY,
    organization_id UUID REFERENCES organizations (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    saved_by UUID NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL
);
CREATE INDEX canned_answers_owner ON canned_answers (organization_id);

-- Answers that leave in a moment and can still be called back; no messages yet.
CREATE TABLE leaving_answers (
    id UUID PRIMARY KEY,
    inquiry_id UUID NOT NULL UNIQUE REFERENCES inquiries (id),
    author_id UUID NOT NULL REFERENCES staff (id),
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    leaves_at BIGINT NOT NULL
);
