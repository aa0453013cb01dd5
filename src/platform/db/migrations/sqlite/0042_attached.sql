-- Files that staff attach to answers. message_id is the answer with which a file goes, from the
-- moment it is sent or held; none while the answer is being written.
CREATE TABLE media_attached (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    message_id BLOB,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES media_files (sha256),
    added_at BIGINT NOT NULL
);
CREATE INDEX media_attached_inquiry ON media_attached (inquiry_id, added_at);
CREATE INDEX media_attached_message ON media_attached (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX media_attached_file ON media_attached (sha256);
