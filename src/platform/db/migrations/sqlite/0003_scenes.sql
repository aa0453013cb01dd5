-- QR codes that carry a scene: stations, organizations, campaigns.
CREATE TABLE scenes (
    id BLOB PRIMARY KEY,
    account_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    station_id BLOB REFERENCES stations (id),
    organization_id BLOB REFERENCES organizations (id),
    life_seconds BIGINT,
    url TEXT,
    ticket TEXT,
    expires_at BIGINT,
    failure TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, scene)
);
CREATE INDEX scenes_organization ON scenes (organization_id);
CREATE INDEX engagement_events_scene ON engagement_events (account_id, scene, kind) WHERE scene IS NOT NULL;
