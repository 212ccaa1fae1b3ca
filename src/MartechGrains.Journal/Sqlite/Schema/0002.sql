-- Homes that carry a value, where more do than the value's pointer row holds.
CREATE TABLE carrier (
  identifier BLOB NOT NULL,
  home BLOB NOT NULL,
  handled INTEGER NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (identifier, home)
) WITHOUT ROWID;

-- Few values are inert or unsettled: operators list the former, the sweep finds the latter.
CREATE INDEX pointer_flagged ON pointer (identifier) WHERE flags <> 0;

-- What operators decided, for listing and for undoing; the effect is in the journals.
CREATE TABLE decision (
  id BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  unfinished INTEGER NOT NULL,
  state BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX decision_by_time ON decision (at, id);
CREATE INDEX decision_unfinished ON decision (id) WHERE unfinished = 1;
