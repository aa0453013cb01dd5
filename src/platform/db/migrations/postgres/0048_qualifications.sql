-- As what somebody may give legal help, and the number of the licence where there is one; with an
-- answer stays what its author was when it was given.
ALTER TABLE staff ADD COLUMN qualification TEXT;
ALTER TABLE staff ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN qualification TEXT;
