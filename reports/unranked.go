package reports

import "strings"

// identityKind is the baseline that reconstructs every example as what was fed.
const identityKind = "identity"

// unranked tells whether a trial's value of a metric is none to compare others
// with: the identity's, but where the input was corrupted. What it is fed it
// returns without error, whatever that is.
func unranked(t Trial, metric string) bool {
	if !t.Baseline() || t.Family != identityKind {
		return false
	}
	for _, corrupted := range []string{".corrupted.", ".denoising.", ".robustness."} {
		if strings.Contains(metric, corrupted) {
			return false
		}
	}
	return true
}

// unrankedNote says so in a table.
const unrankedNote = "identity returns what it is fed, and is ranked only where that was corrupted"
