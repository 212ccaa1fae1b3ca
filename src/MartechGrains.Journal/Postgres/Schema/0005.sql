-- Of each batch the homes that it appended to, with their heads after it: a journal that lost its last rows has nothing
-- else that tells. Written one after another, 20 bytes for each home of a batch.
CREATE TABLE batch_head (batch bigint PRIMARY KEY, heads bytea NOT NULL);
-- Keys do not compress.
ALTER TABLE batch_head ALTER COLUMN heads SET STORAGE EXTERNAL;
