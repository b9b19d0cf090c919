package store

import (
	"database/sql"
	"encoding/json"
	"strings"

	"hourglass.dev/hourglass/experiments"
)

// test decides a condition for the rows of a query: it adds a column to the
// query and judges what stands in it.
type test struct {
	column string
	args   []any
	holds  func(c candidate, value any) bool
}

// columns of the fields that stand in the table of trials.
var fieldColumns = map[string]string{
	"epochs": "t.epochs", "examples_per_second": "t.examples_per_second", "family": "t.family", "id": "t.id",
	"kernel": "t.kernel", "numerics": "t.numerics", "parameters": "t.parameters", "seconds": "t.seconds", "seed": "t.seed",
	"state": "t.state", "weights_sha256": "t.weights_sha256",
}

const (
	metricColumn      = "(SELECT m.value FROM metrics m WHERE m.trial = t.number AND m.name = ?)"
	experimentsColumn = `(SELECT json_group_array(DISTINCT a.name) FROM places p
		JOIN ` + asking + ` a ON a.revision = p.revision WHERE p.trial = t.number)`
	casesColumn = `(SELECT json_group_array(DISTINCT p.case_name) FROM places p
		WHERE p.revision IN (SELECT revision FROM ` + asking + `) AND p.trial = t.number)`
)

func prepareTests(tx *sql.Tx, conditions []Condition) ([]test, error) {
	tests := make([]test, len(conditions))
	for i, condition := range conditions {
		var err error
		if tests[i], err = condition.prepare(tx); err != nil {
			return nil, err
		}
	}
	return tests, nil
}

func (c Condition) prepare(tx *sql.Tx) (test, error) {
	switch c.kind() {
	case ofMetric:
		return test{metricColumn, []any{c.Name}, func(_ candidate, value any) bool { return c.holdsMetric(value) }}, nil
	case ofField:
		return c.prepareField(), nil
	}
	verdicts, err := c.judgeSettings(tx)
	if err != nil {
		return test{}, err
	}
	if c.kind() == ofSetting {
		return test{"NULL", nil, func(trial candidate, _ any) bool { return verdicts[trial.setting].holds }}, nil
	}
	return test{metricColumn, []any{c.Name}, func(trial candidate, value any) bool {
		if verdict := verdicts[trial.setting]; verdict.found || value == nil {
			return verdict.found && verdict.holds
		}
		return c.holdsMetric(value)
	}}, nil
}

func (c Condition) holdsMetric(value any) bool {
	found, ok := value.(float64)
	wanted, isNumber := number(c.Value)
	return ok && isNumber && c.holdsNumber(found, wanted)
}

func (c Condition) prepareField() test {
	switch c.Name {
	case "state": // decided by Filter.admits, once it is known which processes live
		return test{"NULL", nil, func(candidate, any) bool { return true }}
	case "experiment":
		return test{experimentsColumn, nil, c.holdsAny}
	case "case":
		return test{casesColumn, nil, c.holdsAny}
	}
	return test{fieldColumns[c.Name], nil, func(_ candidate, value any) bool { return c.holdsField(value) }}
}

// holdsAny judges a JSON list: = holds of one of its elements, != of all.
func (c Condition) holdsAny(_ candidate, value any) bool {
	var elements []string
	if json.Unmarshal([]byte(textOf(value)), &elements) != nil {
		return false
	}
	for _, element := range elements {
		if c.holds(element) != (c.Op == "!=") {
			return c.Op != "!="
		}
	}
	return c.Op == "!="
}

func (c Condition) holdsField(value any) bool {
	if c.Name == "id" && (c.Op == "=" || c.Op == "!=") {
		return strings.HasPrefix(textOf(value), c.Value) == (c.Op == "=")
	}
	switch v := value.(type) {
	case nil:
		return c.holds("none")
	case int64:
		if wanted, ok := number(c.Value); ok {
			return c.holdsNumber(float64(v), wanted)
		}
	case float64:
		return c.holdsMetric(v)
	}
	return c.holds(textOf(value))
}

// textOf returns a value of a TEXT column, which the driver gives as string or bytes.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// verdict is whether a setting has a path, and whether the condition holds of it.
type verdict struct{ found, holds bool }

// judgeSettings decides a condition on a path for every setting: seeds share
// one, so there are fewer of them than trials.
func (c Condition) judgeSettings(tx *sql.Tx) (map[int64]verdict, error) {
	const query = `SELECT number, text -> ?1,
		CASE WHEN ?2 AND text -> ?1 IS NULL THEN text -> '$.model' END FROM settings`
	derived := strings.HasPrefix(c.Name, "model.")
	verdicts, known := map[int64]verdict{}, map[string]verdict{} // known by JSON, as few differ
	err := each(tx, query, []any{jsonPath(c.Name), derived}, func(rows *sql.Rows) error {
		var number int64
		var raw, model sql.RawBytes
		if err := rows.Scan(&number, &raw, &model); err != nil {
			return err
		}
		text := raw
		if len(raw) == 0 {
			text = model
		}
		judged, seen := known[string(text)]
		if !seen {
			value, found, err := valueAt(c.Name, raw, model)
			if err != nil {
				return err
			}
			if !found {
				value = "none"
			}
			judged = verdict{found, c.holds(value)}
			known[string(text)] = judged
		}
		verdicts[number] = judged
		return nil
	})
	return verdicts, err
}

// jsonPath returns a dotted path as SQLite writes it: $."model"."code".
func jsonPath(path string) string {
	return `$."` + strings.ReplaceAll(path, ".", `"."`) + `"`
}

// valueAt returns what experiments.Lookup says of a path, from the JSON at the
// path or, where there is none, that of the model.
func valueAt(path string, raw, model []byte) (string, bool, error) {
	switch {
	case len(raw) > 0 && raw[0] != '{' && raw[0] != '[' && raw[0] != '"':
		return string(raw), true, nil // a number, true or false: canonical already
	case len(raw) == 0 && len(model) == 0:
		return "", false, nil
	}
	from := path
	if len(raw) == 0 {
		from, raw = "model", model
	}
	value, err := parseValue(raw)
	if err != nil {
		return "", false, err
	}
	text, found := experiments.Lookup(experiments.Setting{}.With(from, value), path)
	return text, found, nil
}
