-- Words by which an organization sorts its inquiries; `owner` is the organization, or the nil id for
-- those who belong to none. Others never see them.
CREATE TABLE inquiry_labels (
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    owner BLOB NOT NULL,
    name TEXT NOT NULL,
    put_by BLOB NOT NULL REFERENCES staff (id),
    put_at BIGINT NOT NULL,
    PRIMARY KEY (inquiry_id, owner, name)
);
CREATE INDEX inquiry_labels_owner ON inquiry_labels (owner, name);
