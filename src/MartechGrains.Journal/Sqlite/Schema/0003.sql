-- What tells whether a deployment key is the one that the store was written with; one row, from the first start on.
CREATE TABLE key_check (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL);
