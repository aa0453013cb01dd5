-- One access token per official account, shared by all processes. The token is sealed under a key
-- made of the AppSecret, which is not in the database.
CREATE TABLE access_tokens (
    account_id TEXT PRIMARY KEY,
    sealed TEXT,
    state TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Calls per account, Beijing day and API; WeChat's own count beside ours.
CREATE TABLE quota_counters (
    account_id TEXT NOT NULL,
    day TEXT NOT NULL,
    path TEXT NOT NULL,
    calls BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    daily_limit BIGINT,
    wechat_used BIGINT,
    reconciled_at BIGINT,
    PRIMARY KEY (account_id, day, path)
);

-- Refusals that a person must look into; gone with the next success of the same API.
CREATE TABLE account_troubles (
    account_id TEXT NOT NULL,
    path TEXT NOT NULL,
    errcode BIGINT NOT NULL,
    rid TEXT,
    ip TEXT,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, path)
);

-- What the last self-check of an account found.
CREATE TABLE account_findings (
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    seen TEXT NOT NULL,
    why TEXT NOT NULL,
    todo TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- WeChat's own figures, one row for each kind and Beijing day.
CREATE TABLE account_figures (
    account_id TEXT NOT NULL,
    dataset TEXT NOT NULL,
    day TEXT NOT NULL,
    items TEXT NOT NULL,
    delayed BOOLEAN NOT NULL,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, dataset, day)
);

-- Hours in which WeChat counted more messages than reached us.
CREATE TABLE message_gaps (
    account_id TEXT NOT NULL,
    day TEXT NOT NULL,
    hour BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    received BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, hour)
);
