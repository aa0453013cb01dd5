-- An inquiry whose matter goes on in an elder one of the same citizen.
ALTER TABLE inquiries ADD COLUMN merged_into BLOB REFERENCES inquiries (id);
CREATE INDEX inquiries_merged ON inquiries (merged_into) WHERE merged_into IS NOT NULL;
