-- What tells whether a deployment key is the one that the store was written with; one row, from the first start on.
CREATE TABLE key_check (one boolean PRIMARY KEY CHECK (one), value bytea NOT NULL);
