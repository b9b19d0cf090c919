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
	r := ranker{seed: strconv.Itoa(s.seed), entries: map[int][]byte{}, cases: map[string]*assignment{}}
	ranks := make([][sha256.Size]byte, len(in))
	for i, c := range in {
		ranks[i] = r.rank(c)
	}
	last := nth(ranks, s.n)
	var out []combination
	for i, c := range in {
		if bytes.Compare(ranks[i][:], last[:]) <= 0 && len(out) < s.n {
			out = append(out, c)
		}
	}
	return out
}

// nth returns the n-th least rank. It keeps the least so far, twice as many as
// are wanted at most, and drops the greater half where they are full.
func nth(ranks [][sha256.Size]byte, n int) [sha256.Size]byte {
	order := func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) }
	var least [][sha256.Size]byte
	full := false // whether least[n-1] bounds what can still matter
	for _, rank := range ranks {
		if full && order(rank, least[n-1]) > 0 {
			continue
		}
		if least = append(least, rank); len(least) == 2*n {
			slices.SortFunc(least, order)
			least, full = least[:n], true
		}
	}
	slices.SortFunc(least, order)
	return least[n-1]
}

// ranker hashes combinations, of which there may be a million. What it keeps are
// the assignments in canonical form, and space.
type ranker struct {
	seed    string
	entries map[int][]byte // "path":value, by the assignment's id
	cases   map[string]*assignment
	sorted  []*assignment
	text    []byte
}

// rank returns the SHA-256 of the sample's seed and the canonical form of the
// case and all that is assigned, by path.
func (r *ranker) rank(c combination) [sha256.Size]byte {
	name := r.cases[c.name]
	if name == nil { // ids of assignments are not negative
		name = &assignment{id: -1 - len(r.cases), path: "case", value: c.name}
		r.cases[c.name] = name
	}
	r.sorted = append(r.sorted[:0], name)
	for _, a := range c.assigned {
		r.insert(a)
	}
	r.text = append(append(r.text[:0], r.seed...), '{')
	for i, a := range r.sorted {
		if i > 0 {
			r.text = append(r.text, ',')
		}
		r.text = append(r.text, r.entry(a)...)
	}
	return sha256.Sum256(append(r.text, '}'))
}

// insert puts an assignment in its place by path. The last of a path counts.
func (r *ranker) insert(a *assignment) {
	at := len(r.sorted)
	for at > 0 && r.sorted[at-1].path >= a.path {
		at--
	}
	if at < len(r.sorted) && r.sorted[at].path == a.path {
		r.sorted[at] = a
		return
	}
	r.sorted = slices.Insert(r.sorted, at, a)
}

func (r *ranker) entry(a *assignment) []byte {
	known, ok := r.entries[a.id]
	if ok {
		return known
	}
	whole := registry.Canonical(registry.Tree{a.path: a.value}) // {"path":value}
	known = whole[1 : len(whole)-1]
	r.entries[a.id] = known
	return known
}
