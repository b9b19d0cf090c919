package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Condition is what must hold of a trial: test.mse<0.02.
//
// A name is one of Fields, a path of the setting (below data, model, loss,
// regularisers or train) or a metric. A path that the setting does not have
// reads as none, so that model.corruption!=gaussian holds without a corruption.
// A metric that is missing meets no condition.
type Condition struct {
	Name  string
	Op    string // =, !=, <, <=, > or >=
	Value string
}

// Fields are the names of conditions that are neither paths nor metrics.
var Fields = []string{"case", "epochs", "examples_per_second", "experiment", "family", "id", "kernel", "numerics",
	"parameters", "seconds", "seed", "state", "weights_sha256"}

// sections are the first words of paths in a setting.
var sections = []string{"data", "loss", "model", "regularisers", "train"}

// String returns the condition as it is written.
func (c Condition) String() string { return c.Name + c.Op + c.Value }

// ParseCondition reads a condition such as model.code=8, test.mse<0.02 or
// state!=failed.
func ParseCondition(text string) (Condition, error) {
	at := operatorIn(text)
	if at < 0 {
		return Condition{}, fmt.Errorf("a condition needs a name, one of = != < <= > >= and a value, got %q", text)
	}
	c := Condition{Name: strings.TrimSpace(text[:at]), Op: text[at : at+1]}
	rest := text[at+1:]
	switch {
	case strings.HasPrefix(rest, "="):
		c.Op, rest = c.Op+"=", rest[1:]
	case c.Op == "!":
		return Condition{}, fmt.Errorf("a condition needs one of = != < <= > >=, got ! in %q", text)
	}
	if c.Op == "==" {
		c.Op = "="
	}
	c.Value = strings.TrimSpace(rest)
	return c, c.check(text)
}

// operatorIn returns where the operator begins, or −1. Names of metrics may
// hold operators in brackets.
func operatorIn(text string) int {
	depth := 0
	for i, r := range text {
		switch {
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		case depth == 0 && strings.ContainsRune("=!<>", r):
			return i
		}
	}
	return -1
}

func (c Condition) check(text string) error {
	_, isNumber := number(c.Value)
	switch {
	case c.Name == "" || strings.ContainsAny(c.Name, "\"\\\x00"):
		return fmt.Errorf("a condition needs a name such as model.code or test.mse, got %q", text)
	case c.Value == "":
		return fmt.Errorf("a condition needs a value, got %q", text)
	case strings.ContainsAny(c.Value[:1], "=!<>"):
		return fmt.Errorf("a condition needs one of = != < <= > >=, got %s%s in %q", c.Op, c.Value[:1], text)
	case c.Op != "=" && c.Op != "!=" && !isNumber:
		return fmt.Errorf("%s needs a number, got %q", c.Op, c.Value)
	case c.kind() == ofMetric && !isNumber:
		return fmt.Errorf("%s is a number, got %q", c.Name, c.Value)
	}
	states := []string{string(Waiting), string(Running), string(Done), string(Diverged), string(Failed)}
	if c.Name == "state" && !slices.Contains(states, c.Value) {
		return fmt.Errorf("state must be %s, got %q", strings.Join(states, ", "), c.Value)
	}
	return nil
}

// subject is what a condition is about.
type subject int

const (
	ofField subject = iota
	ofSetting
	ofMetric
	ofTrain // a path of the setting below train, or else a metric: train.epochs, train.loss
)

func (c Condition) kind() subject {
	first, _, deeper := strings.Cut(c.Name, ".")
	switch {
	case slices.Contains(Fields, c.Name):
		return ofField
	case first == "train" && deeper:
		return ofTrain
	case slices.Contains(sections, first):
		return ofSetting
	}
	return ofMetric
}

// holds compares a value, formatted for people, with the condition's: as
// numbers where both are, otherwise letter by letter but for spaces.
func (c Condition) holds(value string) bool {
	wanted, isNumber := number(c.Value)
	found, alsoNumber := number(value)
	if isNumber && alsoNumber {
		return c.holdsNumber(found, wanted)
	}
	same := value == c.Value || strings.ReplaceAll(value, " ", "") == strings.ReplaceAll(c.Value, " ", "")
	return c.Op == "=" && same || c.Op == "!=" && !same
}

func (c Condition) holdsNumber(found, wanted float64) bool {
	switch c.Op {
	case "=":
		return found == wanted
	case "!=":
		return found != wanted
	case "<":
		return found < wanted
	case "<=":
		return found <= wanted
	case ">":
		return found > wanted
	case ">=":
		return found >= wanted
	}
	panic("store: no operator " + c.Op)
}

func number(text string) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && finite(v)
}
