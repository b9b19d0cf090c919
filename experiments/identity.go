package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// ID returns the identity of a trial: the SHA-256, in hex, of the canonical
// JSON
//
//	{"data":FINGERPRINT,"numerics":VERSION,"seed":SEED,"setting":SETTING}
//
// in which the seed is null for a baseline, and the setting is what the
// setting says without the parameters that are declared outside the identity,
// such as paths. What it continues from is the id of that trial, of the same seed.
func ID(setting Setting, data string, seed *int, numerics int) string {
	identity := make(registry.Tree, len(setting))
	for name, value := range setting {
		if name == "model" && seed == nil {
			identity[name] = baselineRole().Identity(value)
			continue
		}
		identity[name] = identityOf(name, value)
	}
	if source, fingerprint, continues := sourceIn(setting); continues && seed != nil {
		identity = identity.With(fromPath, ID(source, fingerprint, seed, numerics))
	}
	return hash(registry.Canonical(identity), data, seed, numerics)
}

// EvaluationID returns the identity of an evaluation of a trial: the SHA-256,
// in hex, of the canonical JSON
//
//	{"evaluation":SETTING,"numerics":VERSION,"trial":ID}
func EvaluationID(trial string, setting Setting, numerics int) string {
	identity := registry.Tree{"evaluation": setting, "numerics": float64(numerics), "trial": trial}
	sum := sha256.Sum256(registry.Canonical(identity))
	return hex.EncodeToString(sum[:])
}

func hash(setting []byte, data string, seed *int, numerics int) string {
	text := make([]byte, 0, len(setting)+len(data)+64)
	text = append(text, `{"data":`...)
	text = append(text, registry.Canonical(data)...)
	text = append(text, `,"numerics":`...)
	text = strconv.AppendInt(text, int64(numerics), 10)
	text = append(text, `,"seed":`...)
	if seed == nil {
		text = append(text, "null"...)
	} else {
		text = strconv.AppendInt(text, int64(*seed), 10)
	}
	text = append(text, `,"setting":`...)
	text = append(text, setting...)
	text = append(text, '}')
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// identityOf returns the part of a resolved section that belongs to identities.
func identityOf(section string, value any) any {
	if section == regularisers || value == nil {
		return value
	}
	return roleOf(section).Identity(value)
}

// joinSections returns the canonical form of a setting from those of its
// sections.
func joinSections(resolved *[len(sections)]*section) []byte {
	size := 2
	for i, name := range sections {
		size += len(name) + len(resolved[i].identity) + 4
	}
	text := append(make([]byte, 0, size), '{')
	for i, name := range sections {
		if resolved[i].value == nil {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(text, '"')
		text = append(text, name...)
		text = append(text, `":`...)
		text = append(text, resolved[i].identity...)
	}
	return append(text, '}')
}

// Trial returns the trial whose id begins with prefix. It fails where there is
// none, or more than one.
func (e *Experiment) Trial(prefix string) (Trial, error) {
	var found []Trial
	for _, trial := range e.Trials {
		if strings.HasPrefix(trial.ID, strings.ToLower(prefix)) {
			found = append(found, trial)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Trial{}, fmt.Errorf("no trial of %s has an id that begins with %q", e.Name, prefix)
	}
	return Trial{}, fmt.Errorf("%d trials of %s have ids that begin with %q, such as %s and %s",
		len(found), e.Name, prefix, found[0].ID[:16], found[1].ID[:16])
}
