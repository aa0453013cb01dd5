-- Types of organizations of which operators have said whether they pick inquiries from a list; for the
-- others the configuration says it.
CREATE TABLE pick_modes (
    kind TEXT PRIMARY KEY,
    picks BOOLEAN NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by UUID NOT NULL REFERENCES staff (id)
);
