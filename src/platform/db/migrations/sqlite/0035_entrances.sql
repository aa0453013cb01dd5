-- Whether one gets in without a step; NULL while nobody has said.
ALTER TABLE organizations ADD COLUMN step_free BOOLEAN;
