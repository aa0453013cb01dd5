-- When operators last changed what they say of a follower here: what WeChat was asked before that is
-- older.
ALTER TABLE followers ADD COLUMN labelled_at BIGINT NOT NULL DEFAULT 0;
