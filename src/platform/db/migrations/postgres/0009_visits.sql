-- Browsers that came back from WeChat's web authorization: each state counts once.
CREATE TABLE citizen_returns (
    state_hash BYTEA PRIMARY KEY,
    account_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    openid TEXT
);
CREATE INDEX citizen_returns_at ON citizen_returns (at);

-- Citizens whom WeChat recognized in a browser; openids of people who may never have written.
CREATE TABLE citizen_sessions (
    token_hash BYTEA PRIMARY KEY,
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX citizen_sessions_expiry ON citizen_sessions (expires_at);
