-- One row without meaning, written to find out whether the store takes writes again.
CREATE TABLE write_probe (one boolean PRIMARY KEY CHECK (one), value bytea NOT NULL);
