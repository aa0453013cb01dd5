-- Whether the article was said to answer the question; only then retrieval learns from it.
ALTER TABLE lessons ADD COLUMN fits BOOLEAN NOT NULL DEFAULT TRUE;
