-- Filters of the inbox that people keep under a name; `query` is the address they stand for, without
-- its path.
CREATE TABLE saved_filters (
    id BLOB PRIMARY KEY,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    UNIQUE (staff_id, name)
);
