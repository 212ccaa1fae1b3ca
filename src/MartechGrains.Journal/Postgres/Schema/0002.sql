-- Homes that carry a value, where more do than the value's pointer row holds.
CREATE TABLE carrier (
  identifier uuid NOT NULL,
  home uuid NOT NULL,
  handled bigint NOT NULL,
  state bytea NOT NULL,
  PRIMARY KEY (identifier, home)
);

-- Few values are inert or unsettled: operators list the former, the sweep finds the latter.
CREATE INDEX pointer_flagged ON pointer (identifier) WHERE flags <> 0;

-- What operators decided, for listing and for undoing; the effect is in the journals.
CREATE TABLE decision (
  id uuid PRIMARY KEY,
  at bigint NOT NULL,
  version integer NOT NULL,
  unfinished boolean NOT NULL,
  state bytea NOT NULL
);
CREATE INDEX decision_by_time ON decision (at, id);
CREATE INDEX decision_unfinished ON decision (id) WHERE unfinished;
