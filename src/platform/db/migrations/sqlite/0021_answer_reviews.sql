-- Answers that a colleague reads before they go out. Until it is released an answer is here and
-- nowhere else; its id becomes that of the message.
CREATE TABLE answer_reviews (
    id BLOB PRIMARY KEY,
    inquiry_id BLOB NOT NULL REFERENCES inquiries (id),
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    author_id BLOB NOT NULL REFERENCES staff (id),
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    reader_id BLOB REFERENCES staff (id),
    remark TEXT NOT NULL DEFAULT '',
    decided_at BIGINT
);
CREATE UNIQUE INDEX answer_reviews_open ON answer_reviews (inquiry_id, organization_id) WHERE state = 'in_review';
CREATE INDEX answer_reviews_inquiry ON answer_reviews (inquiry_id, written_at);
CREATE INDEX answer_reviews_queue ON answer_reviews (organization_id, state);

-- Which answers of an organization are read first; without a row none is.
CREATE TABLE review_policies (
    organization_id BLOB PRIMARY KEY REFERENCES organizations (id),
    first_answers BIGINT NOT NULL,
    fields TEXT NOT NULL,
    share BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BLOB REFERENCES staff (id)
);

-- How many answers somebody has written.
CREATE INDEX messages_staff ON messages (staff_id) WHERE author = 'staff';
