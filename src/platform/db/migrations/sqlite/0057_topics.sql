-- Fields of law that citizens want to hear of. The consent to that is in citizen_consents.
CREATE TABLE topic_subscriptions (
    account_id TEXT NOT NULL,
    openid TEXT NOT NULL,
    field TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account_id, openid, field)
);
