-- Words by which an organization sorts its inquiries; `owner` is the organization, or the nil id for
-- those who belong to none. Others never see them.
CREATE TABLE inquiry_labels (
    inquiry_id UUID NOT NULL REFERENCES inquiries (id),
    owner UUID NOT NULL,
    name TEXT NOT NULL,
    put_by UUID NOT NULL REFERENCES staff (id),
    put_at BIGINT NOT NULL,
    PRIMARY KEY (inquiry_id, owner, name)
);
CREATE INDEX inquiry_labels_owner ON inquiry_labels (owner, name);
