-- What happened that somebody of the staff, or the group of an organization, is told. `about` is
-- what it happened to; `stamp` tells several happenings to one thing apart. Nothing of a citizen.
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient BLOB NOT NULL,
    to_group BOOLEAN NOT NULL,
    occasion TEXT NOT NULL,
    about BLOB NOT NULL,
    stamp BIGINT NOT NULL,
    number TEXT NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    detail TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    seen_at BIGINT,
    UNIQUE (recipient, occasion, about, stamp)
);
CREATE INDEX alerts_recipient ON alerts (recipient, raised_at);
CREATE INDEX alerts_about ON alerts (about);
CREATE INDEX alerts_raised ON alerts (raised_at);

-- A message that carries one alert or several to one recipient by one channel.
CREATE TABLE alert_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    recipient BLOB NOT NULL,
    gather TEXT NOT NULL,
    urgent BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    reason TEXT,
    created_at BIGINT NOT NULL,
    called_at BIGINT,
    settled_at BIGINT
);
CREATE INDEX alert_messages_open ON alert_messages (recipient, channel, gather) WHERE state = 'queued';
CREATE INDEX alert_messages_created ON alert_messages (created_at);
CREATE TABLE alert_parts (
    message_id BIGINT NOT NULL REFERENCES alert_messages (id),
    alert_id BIGINT NOT NULL REFERENCES alerts (id),
    PRIMARY KEY (message_id, alert_id)
);
CREATE INDEX alert_parts_alert ON alert_parts (alert_id);

-- How somebody wants to be told. Minutes of the day in Beijing; equal ones mean no quiet hours.
CREATE TABLE alert_people (
    staff_id BLOB PRIMARY KEY REFERENCES staff (id),
    email TEXT NOT NULL,
    quiet_from BIGINT NOT NULL,
    quiet_to BIGINT NOT NULL,
    choices TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);

-- The WeCom group of an organization or, under the nil id, of the alliance. The key is sealed.
CREATE TABLE alert_groups (
    owner BLOB PRIMARY KEY,
    key TEXT NOT NULL,
    key_end TEXT NOT NULL,
    occasions TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BLOB NOT NULL REFERENCES staff (id)
);

INSERT INTO alerts (recipient, to_group, occasion, about, stamp, number, organization_id, detail, raised_at, seen_at)
    SELECT staff_id, FALSE, 'danger', inquiry_id, 0, number, organization_id, kinds, raised_at, seen_at
    FROM danger_alerts;
DROP TABLE danger_alerts;
