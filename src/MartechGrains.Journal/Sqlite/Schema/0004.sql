-- One row without meaning, written to find out whether the store takes writes again.
CREATE TABLE write_probe (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL);
