-- Proposed changes of the texts that reach citizens. One of a text waits at most; what somebody
-- proposed, somebody else approves.
CREATE TABLE text_proposals (
    id UUID PRIMARY KEY,
    key TEXT NOT NULL,
    from_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES staff (id),
    proposed_at BIGINT NOT NULL,
    decision TEXT,
    reason TEXT,
    decided_by UUID REFERENCES staff (id),
    decided_at BIGINT,
    CHECK (decision IS NULL OR decision <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX text_proposals_waiting ON text_proposals (key) WHERE decision IS NULL;
CREATE INDEX text_proposals_key ON text_proposals (key, proposed_at);

ALTER TABLE texts ADD COLUMN approved_by UUID REFERENCES staff (id);
