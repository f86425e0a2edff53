-- A file that holds several invoices: each is a document of its own, a section of the file that it came in.
ALTER TABLE documents ADD COLUMN parent TEXT REFERENCES documents (sha256);
ALTER TABLE documents ADD COLUMN section TEXT;
-- An invoice that came in several files (data, page, photo) is read from one of them; the others carry it too.
ALTER TABLE documents ADD COLUMN carrier_of TEXT REFERENCES documents (sha256);
-- The portal that was named when it arrived.
ALTER TABLE documents ADD COLUMN portal TEXT;
CREATE INDEX documents_carrier_of ON documents (carrier_of);
