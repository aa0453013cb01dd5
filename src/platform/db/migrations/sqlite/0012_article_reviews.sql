-- Reviews of articles: a row for each time one was submitted, open while it has no decision.
-- content_hash is what was read; only that may be published.
CREATE TABLE article_reviews (
    id BLOB PRIMARY KEY,
    article_id BLOB NOT NULL REFERENCES articles (id),
    content_hash TEXT NOT NULL,
    submitted_by BLOB NOT NULL REFERENCES staff (id),
    submitted_at BIGINT NOT NULL,
    decision TEXT,
    reason TEXT,
    decided_by BLOB REFERENCES staff (id),
    decided_at BIGINT
);
CREATE INDEX article_reviews_article ON article_reviews (article_id, submitted_at);
CREATE INDEX article_reviews_open ON article_reviews (article_id) WHERE decision IS NULL;
