-- Pictures that follow their answer as messages of their own. The row is there before any call.
CREATE TABLE delivery_pictures (
    file_id UUID PRIMARY KEY,
    message_id UUID NOT NULL REFERENCES messages (id),
    place BIGINT NOT NULL,
    state TEXT NOT NULL,
    media_id TEXT,
    errcode BIGINT,
    reason TEXT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX delivery_pictures_message ON delivery_pictures (message_id, place);
