package experiments

import (
	"bytes"
	"crypto/sha256"
	"math"
	"slices"
	"strconv"

	"hourglass.dev/hourglass/registry"
)

// sample draws some of the combinations of a sweep.
type sample struct {
	n    int
	seed int
}

// readSample reads {n: 40, seed: 1}.
func (rs *resolver) readSample(words map[string]spot) *sample {
	s, given := words["sample"]
	if !given {
		return nil
	}
	inner, ok := rs.mapping(s, "sample", []string{"n", "seed"})
	if !ok {
		return nil
	}
	if _, has := inner["n"]; !has {
		rs.report(rs.where(s), "such as {n: 40, seed: 1}", "sample needs n, the number of combinations to draw")
		return nil
	}
	out := &sample{n: rs.seed(inner["n"], "n must be a positive whole number"), seed: 1}
	if given, has := inner["seed"]; has {
		value, isNumber := rs.tree(given.value).(float64)
		if !isNumber || value != math.Trunc(value) || math.Abs(value) > math.MaxInt32 {
			rs.report(rs.where(given), "", "seed must be a whole number, got %s", rs.describe(given.value))
		}
		out.seed = int(value)
	}
	return out
}

// draw keeps the n combinations whose hash with the seed is least, in their
// order. So a larger n draws a superset, and a value added to an axis leaves
// most of the others drawn.
func (s *sample) draw(in []combination) []combination {
	if s == nil || s.n == 0 || len(in) <= s.n {
		return in
	}
	ranks := make([][]byte, len(in))
	for i, c := range in {
		ranks[i] = s.rank(c)
	}
	sorted := slices.SortedFunc(slices.Values(ranks), bytes.Compare)
	last := sorted[s.n-1]
	var out []combination
	for i, c := range in {
		if bytes.Compare(ranks[i], last) <= 0 && len(out) < s.n {
			out = append(out, c)
		}
	}
	return out
}

func (s *sample) rank(c combination) []byte {
	values := registry.Tree{"case": c.name}
	for _, a := range c.assigned {
		values[a.path] = a.value
	}
	sum := sha256.Sum256(append(strconv.AppendInt(nil, int64(s.seed), 10), registry.Canonical(values)...))
	return sum[:]
}
