package experiments

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// Claim is a hypothesis about two cases of a sweep:
//
//	claims: {denoising beats undercomplete: {metric: test.psnr, alpha: 0.05}}
type Claim struct {
	Text   string // as it is written
	Better string // the case that is claimed to be better
	Worse  string
	Metric string
	Alpha  float64 // the risk of a wrong answer
}

// readClaims reads claims: a mapping from "CASE beats CASE" to metric and alpha.
func (rs *resolver) readClaims(e *Experiment) {
	given, ok := rs.words["claims"]
	if !ok || isNull(given.value) {
		return
	}
	if given.value.Kind != yaml.MappingNode {
		rs.report(rs.where(given), "such as {denoising beats undercomplete: {metric: test.psnr}}", "claims must be a mapping, got %s", rs.describe(given.value))
		return
	}
	for _, entry := range rs.entries(given.value) {
		claim := Claim{Text: entry.name, Metric: "test.mse", Alpha: 0.05}
		var beats bool
		claim.Better, claim.Worse, beats = strings.Cut(entry.name, " beats ")
		claim.Better, claim.Worse = strings.TrimSpace(claim.Better), strings.TrimSpace(claim.Worse)
		if !beats {
			rs.report(rs.at(entry.key), "such as denoising beats undercomplete", "a claim reads CASE beats CASE, got %q", entry.name)
			continue
		}
		for _, name := range []string{claim.Better, claim.Worse} {
			if !slices.Contains(e.Cases, name) {
				rs.report(rs.at(entry.key), caseHint(name, e.Cases), "the sweep has no case %q", name)
			}
		}
		if claim.Better == claim.Worse {
			rs.report(rs.at(entry.key), "name two cases", "a case cannot beat itself, got %q", entry.name)
		}
		rs.readClaim(entry.spot, &claim)
		e.Claims = append(e.Claims, claim)
	}
}

func caseHint(name string, cases []string) string {
	if len(cases) == 0 {
		return "claims are about sweep.cases"
	}
	return nearestHint(name, cases)
}

func (rs *resolver) readClaim(s spot, claim *Claim) {
	if isNull(s.value) {
		return
	}
	words, _ := rs.mapping(s, "a claim", []string{"metric", "alpha"})
	if metric, ok := words["metric"]; ok {
		names := rs.metrics(metric)
		if len(names) != 1 {
			rs.report(rs.where(metric), "make a claim of each", "a claim is about one metric, got %d", len(names))
		} else {
			claim.Metric = names[0]
		}
	}
	if alpha, ok := words["alpha"]; ok {
		value, isNumber := rs.tree(alpha.value).(float64)
		if !isNumber || value <= 0 || value >= 0.5 {
			rs.report(rs.where(alpha), "such as 0.05", "alpha must lie in (0, 0.5), got %s", registry.FormatValue(rs.tree(alpha.value)))
			return
		}
		claim.Alpha = value
	}
}
