-- When somebody put the introduction away; it is shown until then.
ALTER TABLE staff ADD COLUMN toured_at BIGINT;
