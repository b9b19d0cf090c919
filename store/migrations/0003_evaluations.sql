-- What was measured on the model of a trial that is done, beyond what every
-- trial is measured by. It may come later than the trial.
CREATE TABLE evaluations (
  number   INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE, -- SHA-256 of the trial's id, the setting and the numerics version
  trial    INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  setting  TEXT NOT NULL, -- resolved, in canonical JSON
  numerics INTEGER NOT NULL,
  notes    TEXT NOT NULL, -- why something could not be measured, and the like
  seconds  REAL NOT NULL,
  finished TEXT NOT NULL
) STRICT;

CREATE INDEX evaluations_by_trial ON evaluations (trial);

-- The evaluation that a metric came of; NULL where it came with the trial.
ALTER TABLE metrics ADD COLUMN evaluation INTEGER REFERENCES evaluations (number) ON DELETE CASCADE;

CREATE INDEX metrics_by_evaluation ON metrics (evaluation) WHERE evaluation IS NOT NULL;

-- Pictures, and longer results as JSON, so that a report needs no data.
CREATE TABLE artefacts (
  trial INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  name  TEXT NOT NULL,
  media TEXT NOT NULL, -- image/png or application/json
  data  BLOB NOT NULL,
  evaluation INTEGER REFERENCES evaluations (number) ON DELETE CASCADE,
  PRIMARY KEY (trial, name)
) STRICT;

CREATE INDEX artefacts_by_evaluation ON artefacts (evaluation) WHERE evaluation IS NOT NULL;
