-- The bank of questions. Every version is kept, the highest counts; what one person wrote, another
-- has read before anybody is asked it. answer_key has one bit for each right option.
CREATE TABLE quiz_questions (
    id UUID NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    situation TEXT NOT NULL,
    question TEXT NOT NULL,
    options TEXT NOT NULL,
    answer_key BIGINT NOT NULL,
    explanation TEXT NOT NULL,
    law TEXT NOT NULL,
    article TEXT NOT NULL,
    source TEXT NOT NULL,
    difficulty BIGINT NOT NULL,
    expires_on TEXT,
    written_by UUID NOT NULL REFERENCES staff (id),
    written_at BIGINT NOT NULL,
    decision TEXT,
    reason TEXT,
    decided_by UUID REFERENCES staff (id),
    decided_at BIGINT,
    doubt TEXT,
    retired_at BIGINT,
    PRIMARY KEY (id, version),
    CHECK (difficulty BETWEEN 1 AND 5),
    CHECK (answer_key > 0),
    CHECK (decision IS NULL OR decision <> 'approved'
        OR (decided_by IS NOT NULL AND decided_by <> written_by))
);
