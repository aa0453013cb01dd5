-- The secret in the address by which the first administrator sets the console up; at most one row.
CREATE TABLE setup_invitations (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    token_hash BYTEA NOT NULL,
    ends_at BIGINT NOT NULL
);
