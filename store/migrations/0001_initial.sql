-- Trials are numbered, so that two million curve rows need not repeat ids of
-- 64 letters. Times are RFC 3339 in UTC, lists and mappings JSON.

PRAGMA application_id = 1215448915; -- "HrGS": tells a store from other SQLite databases

CREATE TABLE experiments (
  number   INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE,
  revision INTEGER REFERENCES revisions (number) DEFERRABLE INITIALLY DEFERRED -- the current one
) STRICT;

-- Every spec that was ever registered under a name.
CREATE TABLE revisions (
  number     INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (number),
  digest     BLOB NOT NULL, -- SHA-256 of all that follows but file, dir and registered, and of the places
  file       TEXT NOT NULL,
  dir        TEXT NOT NULL,
  text       TEXT NOT NULL, -- the spec
  edits      TEXT NOT NULL,
  numerics   INTEGER NOT NULL,
  header     TEXT NOT NULL, -- question, tags, seeds, axes, cases, steps, compare
  registered TEXT NOT NULL,
  UNIQUE (experiment, digest)
) STRICT;

-- Resolved settings in canonical JSON; the seeds of a setting share it.
CREATE TABLE settings (
  number INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE, -- SHA-256 of text
  text   TEXT NOT NULL
) STRICT;

CREATE TABLE trials (
  number   INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: claims are named by it
  id       TEXT NOT NULL UNIQUE,
  state    TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'diverged', 'failed')),
  setting  INTEGER NOT NULL REFERENCES settings (number),
  data     TEXT NOT NULL,
  dir      TEXT NOT NULL,
  numerics INTEGER NOT NULL,
  seed     INTEGER, -- NULL for a baseline
  family   TEXT NOT NULL,
  epochs   INTEGER NOT NULL DEFAULT 0,
  seconds  REAL NOT NULL DEFAULT 0,
  examples_per_second REAL,
  parameters     INTEGER NOT NULL DEFAULT 0,
  weights_sha256 TEXT NOT NULL DEFAULT '',
  diverged_step  INTEGER NOT NULL DEFAULT 0,
  failure        TEXT NOT NULL DEFAULT '',
  version     TEXT NOT NULL DEFAULT '',
  commit_hash TEXT NOT NULL DEFAULT '',
  kernel      TEXT NOT NULL DEFAULT '',
  processor   TEXT NOT NULL DEFAULT '',
  os          TEXT NOT NULL DEFAULT '',
  arch        TEXT NOT NULL DEFAULT '',
  peak_memory INTEGER NOT NULL DEFAULT 0,
  created  TEXT NOT NULL,
  started  TEXT,
  finished TEXT
) STRICT;

CREATE INDEX trials_by_setting ON trials (setting);
CREATE INDEX trials_by_state ON trials (state);

CREATE TRIGGER final_trials_never_change BEFORE UPDATE ON trials
WHEN old.state IN ('done', 'diverged') OR (old.state = 'failed' AND new.state <> 'waiting')
BEGIN
  SELECT raise(ABORT, 'a final trial never changes');
END;

-- Where a trial stands in a revision of an experiment, in the order of work.
CREATE TABLE places (
  revision INTEGER NOT NULL REFERENCES revisions (number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  place    INTEGER NOT NULL, -- 0, 1, … where settings of the sweep turn out equal
  trial    INTEGER NOT NULL REFERENCES trials (number),
  case_name TEXT NOT NULL,
  assigned TEXT, -- swept path → value; NULL for a trial beside the sweep
  PRIMARY KEY (revision, position, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX places_by_trial ON places (trial, revision);

-- Learning curves. What is not finite is left out of metrics and named in not_finite.
CREATE TABLE epochs (
  trial   INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  epoch   INTEGER NOT NULL CHECK (epoch > 0),
  metrics TEXT NOT NULL,
  not_finite TEXT,
  digest  BLOB,
  seconds REAL NOT NULL,
  PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  trial INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  name  TEXT NOT NULL,
  value REAL NOT NULL CHECK (value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308),
  PRIMARY KEY (trial, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  trial  INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  name   TEXT NOT NULL,
  elements TEXT NOT NULL,
  PRIMARY KEY (trial, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  trial    INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  text     TEXT NOT NULL,
  PRIMARY KEY (trial, position)
) STRICT, WITHOUT ROWID;

-- What a trial needs to be taken up again; gone when it is final.
CREATE TABLE checkpoints (
  trial INTEGER PRIMARY KEY REFERENCES trials (number) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
