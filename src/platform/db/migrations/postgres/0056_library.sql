-- Articles as a library: whose they are, from where, under which terms, whether a law they cite changed;
-- two readers before they go out; every saved state.
ALTER TABLE articles ADD COLUMN organization_id UUID REFERENCES organizations (id);
ALTER TABLE articles ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN licence TEXT NOT NULL DEFAULT 'own';
ALTER TABLE articles ADD COLUMN reprint BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE articles ADD COLUMN doubt TEXT;
ALTER TABLE articles ADD COLUMN doubt_settled TEXT;

-- steps is 1 for reviews from before there were two readers.
ALTER TABLE article_reviews ADD COLUMN steps BIGINT NOT NULL DEFAULT 1;
ALTER TABLE article_reviews ADD COLUMN author_id UUID REFERENCES staff (id);
ALTER TABLE article_reviews ADD COLUMN legal_at BIGINT;
ALTER TABLE article_reviews ADD COLUMN legal_by UUID REFERENCES staff (id)
    CONSTRAINT article_reviews_two_readers CHECK (
        (legal_by IS NULL OR (legal_by <> submitted_by AND (author_id IS NULL OR legal_by <> author_id)))
        AND (steps < 2 OR decision IS NULL OR decision <> 'approved'
            OR (legal_by IS NOT NULL AND decided_by <> legal_by AND decided_by <> submitted_by
                AND (author_id IS NULL OR decided_by <> author_id)))
    );

CREATE TABLE article_versions (
    article_id UUID NOT NULL REFERENCES articles (id),
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    edit TEXT NOT NULL,
    saved_by UUID NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (article_id, version)
);
