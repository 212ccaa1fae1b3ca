-- At most eight columns, and fixed-width ones by falling alignment: no padding, and the null bitmap costs nothing.
CREATE TABLE journal (
  home uuid NOT NULL,
  batch bigint NOT NULL,
  seq integer NOT NULL,
  writer integer NOT NULL,
  kind smallint NOT NULL,
  hash bytea NOT NULL,
  wrapped_key bytea,
  entry bytea NOT NULL,
  PRIMARY KEY (home, seq)
);
-- Entries are sealed: compressing them again is wasted work.
ALTER TABLE journal ALTER COLUMN entry SET STORAGE EXTERNAL;
-- The rows of a batch share one index entry (deduplication), and new ones always go to a writer's right edge.
CREATE INDEX journal_feed ON journal (writer, batch);
-- Drawn inside the transaction: a batch that builds on another's rows has the larger number, whoever wrote them.
CREATE SEQUENCE journal_batch AS bigint;

CREATE TABLE pointer (
  identifier uuid PRIMARY KEY,
  home uuid NOT NULL,
  version integer NOT NULL,
  flags smallint NOT NULL,
  state bytea NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE open_join (
  home uuid NOT NULL,
  id bytea NOT NULL,
  PRIMARY KEY (home, id)
);

CREATE TABLE moving (home uuid PRIMARY KEY);

CREATE TABLE due (home uuid PRIMARY KEY, due_at bigint NOT NULL);
CREATE INDEX due_due_at ON due (due_at, home);

CREATE TABLE rendezvous (
  identifier uuid NOT NULL,
  event uuid NOT NULL,
  home uuid NOT NULL,
  PRIMARY KEY (identifier, event)
);

CREATE TABLE snapshot (
  home uuid PRIMARY KEY,
  seq integer NOT NULL,
  format integer NOT NULL,
  data bytea NOT NULL
);
ALTER TABLE snapshot ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE quarantine (
  id uuid PRIMARY KEY,
  received_at bigint NOT NULL,
  source text NOT NULL,
  event_id text NOT NULL,
  reason text NOT NULL,
  field text NOT NULL,
  detail text NOT NULL,
  raw bytea NOT NULL
);
CREATE INDEX quarantine_received_at ON quarantine (received_at, id);

CREATE TABLE writer (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
