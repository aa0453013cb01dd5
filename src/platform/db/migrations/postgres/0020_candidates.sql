-- How the organizations that could have been asked compared; JSON as routing writes it.
ALTER TABLE offers ADD COLUMN candidates TEXT NOT NULL DEFAULT '[]';
-- An open offer to nobody in particular: organizations of this type pick it from a list.
ALTER TABLE offers ADD COLUMN listed_for TEXT;
