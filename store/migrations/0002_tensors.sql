-- The first four bytes of the SHA-256 of each tensor after an epoch, in the
-- order of the net's parameters: enough to name the one in which two runs part.
ALTER TABLE epochs ADD COLUMN tensors BLOB;
