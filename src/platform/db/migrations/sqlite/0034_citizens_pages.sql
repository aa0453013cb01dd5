-- What a citizen agreed to: a row for each time, with the version of the text they read.
CREATE TABLE citizen_consents (
    id BLOB PRIMARY KEY,
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_version TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX citizen_consents_person ON citizen_consents (account_id, openid, given_at);

-- Asked so that whoever answers cannot tell it is the same person as before.
ALTER TABLE inquiries ADD COLUMN anonymous BOOLEAN NOT NULL DEFAULT FALSE;
-- The stars count, but whoever answers sees neither them nor the word that came with them.
ALTER TABLE inquiries ADD COLUMN rating_hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE inquiries ADD COLUMN rating_comment TEXT NOT NULL DEFAULT '';
