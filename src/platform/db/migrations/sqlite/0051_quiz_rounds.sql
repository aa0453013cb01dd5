-- Rounds: what is played from when to when. Who wrote one does not let it begin. What may be drawn
-- is fixed when it begins; the seed of the draw is sealed until it has ended, its digest published.
CREATE TABLE quiz_rounds (
    id BLOB PRIMARY KEY,
    version BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    title TEXT NOT NULL,
    intro TEXT NOT NULL,
    prizes TEXT NOT NULL,
    winners BIGINT NOT NULL,
    least_right BIGINT NOT NULL,
    opens_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    period_days BIGINT NOT NULL,
    per_period BIGINT NOT NULL,
    field TEXT NOT NULL,
    hardest BIGINT NOT NULL,
    units TEXT NOT NULL,
    population TEXT NOT NULL,
    population_source TEXT NOT NULL,
    state TEXT NOT NULL,
    written_by BLOB NOT NULL REFERENCES staff (id),
    written_at BIGINT NOT NULL,
    reason TEXT,
    checked_by BLOB REFERENCES staff (id),
    checked_at BIGINT,
    sealed_seed TEXT,
    commitment TEXT,
    seed TEXT,
    list_hash TEXT,
    drawn_by BLOB REFERENCES staff (id),
    drawn_at BIGINT,
    CHECK (state NOT IN ('open', 'closed')
        OR (checked_by IS NOT NULL AND checked_by <> written_by AND commitment IS NOT NULL)),
    CHECK (state <> 'closed' OR (seed IS NOT NULL AND list_hash IS NOT NULL))
);

CREATE TABLE quiz_round_questions (
    round_id BLOB NOT NULL REFERENCES quiz_rounds (id),
    question_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (round_id, question_id)
);

-- Who plays a round. The number is what the public sees; openid is emptied when the person erases
-- what is kept of them.
CREATE TABLE quiz_players (
    id BLOB PRIMARY KEY,
    round_id BLOB NOT NULL REFERENCES quiz_rounds (id),
    account_id TEXT NOT NULL,
    openid TEXT,
    number TEXT NOT NULL,
    nickname TEXT NOT NULL,
    district TEXT NOT NULL,
    town TEXT NOT NULL,
    unit TEXT NOT NULL,
    device TEXT,
    joined_at BIGINT NOT NULL,
    erased_at BIGINT
);
CREATE UNIQUE INDEX quiz_players_person ON quiz_players (round_id, account_id, openid);
CREATE UNIQUE INDEX quiz_players_number ON quiz_players (round_id, number);
CREATE INDEX quiz_players_openid ON quiz_players (account_id, openid);

-- A question dealt to a player and, once, the answer. One row for both: there is no second answer.
CREATE TABLE quiz_tasks (
    player_id BLOB NOT NULL REFERENCES quiz_players (id),
    period BIGINT NOT NULL,
    place BIGINT NOT NULL,
    question_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    dealt_at BIGINT NOT NULL,
    answer BIGINT,
    correct BIGINT,
    answered_at BIGINT,
    PRIMARY KEY (player_id, period, place)
);
CREATE UNIQUE INDEX quiz_tasks_question ON quiz_tasks (player_id, period, question_id);

-- What looks like cheating; a person decides, the player may object.
CREATE TABLE quiz_flags (
    player_id BLOB NOT NULL REFERENCES quiz_players (id),
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    appeal TEXT,
    decision TEXT,
    reason TEXT,
    decided_by BLOB REFERENCES staff (id),
    decided_at BIGINT,
    PRIMARY KEY (player_id, kind)
);

-- Who took part in the draw, by number; rank counts the winners from 1.
CREATE TABLE quiz_entries (
    round_id BLOB NOT NULL REFERENCES quiz_rounds (id),
    number TEXT NOT NULL,
    rank BIGINT,
    PRIMARY KEY (round_id, number)
);
