package store

// bringEvaluations brings in evaluations of trials that are done here and
// there, and artefacts whose names are free. What came of an evaluation whose
// weights are in conflict stays away.
var bringEvaluations = []string{
	"DROP TABLE IF EXISTS temp.evaluated",
	"CREATE TEMP TABLE evaluated (number INTEGER, there INTEGER NOT NULL, id TEXT NOT NULL)",
	`INSERT INTO evaluated (there, id) SELECT e.number, e.id FROM other.evaluations e JOIN other.trials o ON o.number = e.trial
		JOIN main.trials m ON m.id = o.id
		WHERE m.state = 'done' AND o.state = 'done' AND m.weights_sha256 = o.weights_sha256
			AND e.id NOT IN (SELECT id FROM main.evaluations)`,
	`INSERT INTO main.evaluations (id, trial, setting, numerics, notes, seconds, finished)
		SELECT e.id, m.number, e.setting, e.numerics, e.notes, e.seconds, e.finished
		FROM evaluated n JOIN other.evaluations e ON e.number = n.there
		JOIN other.trials o ON o.number = e.trial JOIN main.trials m ON m.id = o.id ORDER BY e.number`,
	"UPDATE evaluated SET number = (SELECT e.number FROM main.evaluations e WHERE e.id = evaluated.id)",
	`INSERT INTO main.metrics (trial, name, value, evaluation) SELECT e.trial, x.name, x.value, e.number
		FROM evaluated n JOIN main.evaluations e ON e.number = n.number JOIN other.metrics x ON x.evaluation = n.there
		WHERE true ON CONFLICT DO NOTHING`,
	`INSERT INTO main.artefacts (trial, name, media, data, evaluation) SELECT m.number, a.name, a.media, a.data, n.number
		FROM other.artefacts a JOIN other.trials o ON o.number = a.trial JOIN main.trials m ON m.id = o.id
		LEFT JOIN evaluated n ON n.there = a.evaluation
		WHERE m.state = 'done' AND o.state = 'done' AND m.weights_sha256 = o.weights_sha256 ORDER BY a.rowid ON CONFLICT DO NOTHING`,
	"DROP TABLE temp.evaluated",
}
