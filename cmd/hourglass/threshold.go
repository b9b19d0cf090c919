package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
)

// limit is above which error an example is anomalous.
type limit struct {
	value  float64
	source string // where it comes from, or ""
}

// thresholdsOf returns what was set by the anomaly evaluations of the trial that a
// model is of; nothing is known of one that was copied from elsewhere.
func (u *using) thresholdsOf(model string) ([]runner.Threshold, error) {
	if isModelFile(model) {
		return nil, nil
	}
	s, err := u.mustRead()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return runner.Thresholds(s, u.ID)
}

// measureOf returns the measure that is asked for, or that all evaluations have, or
// mse.
func (u *using) measureOf(asked string, set []runner.Threshold) (string, error) {
	switch {
	case asked != "" && !slices.Contains(nn.ErrorMeasures, asked):
		return "", usage(fmt.Errorf("--measure must be one of %s, got %q", strings.Join(nn.ErrorMeasures, ", "), asked))
	case asked != "":
		return asked, nil
	case len(set) == 0 || slices.ContainsFunc(set, func(e runner.Threshold) bool { return e.Measure != set[0].Measure }):
		return "mse", nil
	}
	if set[0].Measure != "mse" {
		u.voice.say("errors are measured by %s, as the trial was evaluated", set[0].Measure)
	}
	return set[0].Measure, nil
}

// ofEvaluation tells whether the threshold is that of an evaluation.
func (o scoreOptions) ofEvaluation() bool {
	return o.threshold == "evaluation" || strings.Contains(o.threshold, "=")
}

// limitOf reads --threshold.
func (u *using) limitOf(o scoreOptions, measure string, set []runner.Threshold) (*limit, error) {
	if o.ofEvaluation() {
		return evaluatedLimit(o, measure, set)
	}
	number, share := strings.CutSuffix(o.threshold, "%")
	value, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(value) || value < 0 || share && value > 100:
		return nil, usage(fmt.Errorf("--threshold must be an error such as 0.02, a share from 0%% to 100%%, or evaluation, got %q", o.threshold))
	case share:
		return u.shareOf(o, value/100, measure)
	}
	return &limit{value: value}, nil
}

// shareOf returns the error below which a share lay.
func (u *using) shareOf(o scoreOptions, share float64, measure string) (*limit, error) {
	if o.join != "" && o.join != nn.JoinMean {
		return nil, usage(fmt.Errorf("--threshold %s is a share of errors that were joined by their mean; give an error beside --join %s", o.threshold, o.join))
	}
	lacks := ""
	value, known := u.Seen.Quantile(measure, share)
	switch {
	case u.Series() && !u.Seen.OfSteps:
		lacks = "when errors were those of windows, not of rows"
	case !known:
		lacks = "without its errors by " + measure
	default:
		return &limit{value, fmt.Sprintf(", below which %s of the %s split lay", o.threshold, u.Seen.Split)}, nil
	}
	return nil, &codedError{exitCannotTell, fmt.Errorf("--threshold %s: the model was kept %s; `hourglass repro %.10s --keep` keeps it again", o.threshold, lacks, u.ID)}
}

// evaluatedLimit finds the threshold of an evaluation, by its name where there are
// several.
func evaluatedLimit(o scoreOptions, measure string, set []runner.Threshold) (*limit, error) {
	join := o.join
	if join == "" {
		join = nn.JoinMean
	}
	var names []string
	var fit []runner.Threshold
	for _, e := range set {
		if e.Measure != measure || e.Join != join {
			continue
		}
		names = append(names, e.Name)
		if o.threshold == "evaluation" || o.threshold == e.Name || strings.HasSuffix(e.Name, "."+o.threshold) {
			fit = append(fit, e)
		}
	}
	slices.Sort(names)
	switch {
	case len(fit) == 1:
		return &limit{fit[0].Value, ", the threshold of " + fit[0].Name}, nil
	case len(fit) > 1:
		return nil, usage(fmt.Errorf("--threshold %s: several are known; say which of %s", o.threshold, strings.Join(names, ", ")))
	case len(names) > 0:
		return nil, usage(fmt.Errorf("--threshold %s: no evaluation has it; known are %s", o.threshold, strings.Join(names, ", ")))
	}
	return nil, &codedError{exitCannotTell, noThreshold(o, measure)}
}

func noThreshold(o scoreOptions, measure string) error {
	by := ""
	if o.join != "" {
		by = ", joined by " + o.join
	}
	return errors.New("--threshold " + o.threshold + ": the trial has no anomaly evaluation that set one for errors by " + measure + by +
		"; evaluate: {anomaly: {…}} in its spec and hourglass evaluate add it")
}
