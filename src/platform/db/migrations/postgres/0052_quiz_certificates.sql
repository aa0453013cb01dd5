-- Certificates, found again by the code printed on them.
CREATE TABLE quiz_certificates (
    code TEXT PRIMARY KEY,
    player_id UUID NOT NULL UNIQUE REFERENCES quiz_players (id),
    right_answers BIGINT NOT NULL,
    issued_at BIGINT NOT NULL
);

-- What players think of what they know, before and after, and of the quiz: marks 1 to 5.
CREATE TABLE quiz_surveys (
    player_id UUID NOT NULL REFERENCES quiz_players (id),
    phase TEXT NOT NULL,
    aware BIGINT NOT NULL,
    useful BIGINT,
    satisfied BIGINT,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (player_id, phase),
    CHECK (aware BETWEEN 1 AND 5),
    CHECK (useful IS NULL OR useful BETWEEN 1 AND 5),
    CHECK (satisfied IS NULL OR satisfied BETWEEN 1 AND 5)
);
