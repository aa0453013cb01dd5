-- Knowledge cards: every version is kept, the highest counts. saved_by is empty for the shipped pack.
CREATE TABLE cards (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    field TEXT NOT NULL,
    subfield TEXT NOT NULL,
    answer TEXT NOT NULL,
    cites TEXT NOT NULL,
    state TEXT NOT NULL,
    reviewed_on TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BLOB REFERENCES staff (id),
    PRIMARY KEY (id, version)
);

-- Pairs of neighbouring characters of what was said in an inquiry (masked), for the search.
CREATE TABLE inquiry_terms (
    term BIGINT NOT NULL,
    inquiry_id BLOB NOT NULL,
    PRIMARY KEY (term, inquiry_id)
) WITHOUT ROWID;
CREATE INDEX inquiry_terms_inquiry ON inquiry_terms (inquiry_id);

-- Inquiries in which something was said since their terms were written.
CREATE TABLE inquiry_terms_wanted (
    inquiry_id BLOB PRIMARY KEY,
    since BIGINT NOT NULL
);
INSERT INTO inquiry_terms_wanted SELECT id, opened_at FROM inquiries;
CREATE INDEX inquiries_well_rated ON inquiries (organization_id, id) WHERE rating >= 4;
