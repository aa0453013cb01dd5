-- Inquiries handed to an institution outside the alliance. items is what would be passed on, agreed
-- the keys the citizen agreed to, contact what the citizen gave for it, sealed.
CREATE TABLE referrals (
    id UUID PRIMARY KEY,
    inquiry_id UUID NOT NULL REFERENCES inquiries (id),
    kind TEXT NOT NULL,
    receiver TEXT NOT NULL,
    items TEXT NOT NULL,
    agreed TEXT NOT NULL DEFAULT '',
    contact TEXT,
    state TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES staff (id),
    proposed_at BIGINT NOT NULL,
    decided_at BIGINT,
    sent_at BIGINT,
    due_at BIGINT,
    settled_at BIGINT,
    remark TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL
);
CREATE INDEX referrals_inquiry ON referrals (inquiry_id, proposed_at);
CREATE INDEX referrals_state ON referrals (state, due_at);
