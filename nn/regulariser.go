package nn

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// Regulariser is a part that adds a penalty to the objective.
type Regulariser interface {
	// Check says what the penalty lacks in a model, whose layers up to the
	// code are the first encoder links, or "".
	Check(a *Autoencoder, links []link, encoder int) string
	// Attach makes a penalty of it, for a net that was built.
	Attach(n *Net) penalty
	// Factor is the penalty's weight in the objective.
	Factor() Schedule
}

// penalty is a regulariser at work on a net. Values are unweighted.
type penalty interface {
	// value returns the penalty on the examples of the last Forward, averaged
	// over them where it depends on examples.
	value() float64
	// atOutput adds weight times the gradient by the output of a layer to dy,
	// before that layer's Backward.
	atOutput(layer int, dy *Matrix, weight float64)
	// atWeights adds weight times the gradient by the weights to theirs, before
	// the Backward of all layers.
	atWeights(weight float64)
	// observe takes note of the examples of the last Forward, and measured
	// returns what all of them come to, by name, and forgets them. The penalty
	// has the name "", and where another number is reported in its place, that
	// has the name asReported.
	observe()
	measured() map[string]float64
}

// reporter is a penalty that is made from a number which says more than it, and
// which is reported in its place: a divergence that is held at a capacity.
type reporter interface {
	// reported returns the number for the examples of the last value.
	reported() float64
}

// noting is a penalty whose metric has something to be said about, or "".
type noting interface{ note(name string) string }

const asReported = "reported"

var regularisers = registry.NewRole[Regulariser]("regulariser", "a penalty that is added to the reconstruction loss")

// term is a penalty in an objective.
type term struct {
	penalty
	name   string // the kind, with _ for -, and a number from the second of a kind on
	factor Schedule
	weight float64 // in this step
	now    float64 // value in this step
	seen   float64 // and what is reported for it
	sum    float64 // of the values over this epoch's examples
	shown  float64 // of what is reported over this epoch's examples
}

// newTerms attaches regularisers to a net.
func newTerms(parts []Regulariser, n *Net) []term {
	var terms []term
	seen := map[string]int{}
	for _, part := range parts {
		name := penaltyName(regularisers.KindOf(part).Name)
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, seen[name])
		}
		terms = append(terms, term{penalty: part.Attach(n), name: name, factor: part.Factor()})
	}
	return terms
}

// penaltyName is what the penalty of a kind is called among metrics: l1_penalty
// for l1, which is an error already.
func penaltyName(kind string) string {
	if kind == (&meanAbsoluteError{}).Name() {
		return kind + "_penalty"
	}
	return strings.ReplaceAll(kind, "-", "_")
}

// sites returns the layers that on means: the code, the hidden layers of
// encoder and decoder without it, or all of those. Hidden layers are those
// that have an activation.
func sites(on string, layers, encoder int, activated func(i int) bool) []int {
	var out []int
	for i := range layers - 1 {
		code := i == encoder-1
		if !code && !activated(i) {
			continue
		}
		if on == "all" || code == (on == "code") {
			out = append(out, i)
		}
	}
	return out
}
