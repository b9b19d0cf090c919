package nn

import "math"

// health measures signs of trouble in a net, as its layers come by when a
// split is reconstructed.
type health struct {
	net    *Net
	layers []layerHealth // of the hidden layers and the code, as penalties on all activations have them
	means  []moments     // of each unit of a Gaussian code
}

// layerHealth is what was seen of a layer.
type layerHealth struct {
	layer              int
	active             []bool  // units that were not 0 for some example
	low, high          float32 // where the ends of the activation's range begin, or NaN
	extremes, elements int     // activations beyond them, and all
}

// moments are running sums over examples.
type moments struct{ n, sum, squares float64 }

// saturatedWithin is how near an end of its range, relative to its width, an
// activation counts as saturated.
const saturatedWithin = 0.01

// activeVariance is the variance of its mean over examples above which a unit
// of a Gaussian code is active (Burda et al. 2016).
const activeVariance = 0.01

func newHealth(n *Net) *health {
	h := &health{net: n}
	sites := newActivationSites(n, "all")
	for _, i := range sites.layers {
		l := layerHealth{layer: i, active: make([]bool, n.widths[i]), low: float32(math.NaN()), high: float32(math.NaN())}
		if layer, ok := n.layers[i].(interface{ output() *activated }); ok {
			if ranged, ok := layer.output().activation.(Ranged); ok {
				from, to := ranged.Range()
				margin := float64((to - from) * saturatedWithin)
				l.low, l.high = float32(from+margin), float32(to-margin)
			}
		}
		h.layers = append(h.layers, l)
	}
	if code := n.stochasticCode(); code != nil {
		h.means = make([]moments, code.n)
	}
	return h
}

// bounded tells whether the layer's activation has a range.
func (l *layerHealth) bounded() bool { return l.low == l.low }

// stochasticCode returns the layer of a Gaussian code, or nil.
func (n *Net) stochasticCode() *gaussian {
	code, _ := n.layers[n.encoder-1].(*gaussian)
	return code
}

// observe takes note of the activations of the last Forward.
func (h *health) observe() {
	for i := range h.layers {
		h.layers[i].observe(h.net.output(h.layers[i].layer))
	}
	if code := h.net.stochasticCode(); code != nil {
		for r := range code.statistic.Rows {
			for j := range h.means {
				h.means[j].add(float64(code.statistic.Row(r)[j]))
			}
		}
	}
}

func (l *layerHealth) observe(y *Matrix) {
	for r := range y.Rows {
		for j, v := range y.Row(r) {
			if v != 0 {
				l.active[j] = true
			}
			if v < l.low || v > l.high { // false for NaN
				l.extremes++
			}
		}
	}
	l.elements += len(y.Data)
}

// dead is the number of units that were 0 for every example.
func (l *layerHealth) dead() int {
	n := 0
	for _, active := range l.active {
		if !active {
			n++
		}
	}
	return n
}

func (m *moments) add(v float64) {
	m.n++
	m.sum += v
	m.squares += float64(v * v)
}

func (m moments) variance() float64 {
	mean := m.sum / m.n
	return m.squares/m.n - float64(mean*mean)
}

// measured returns the share of units of hidden layers and code that are 0 for
// every example, the share of such units in the code, the share of activations
// within 1 % of an end of their range where they have one, and for a Gaussian
// code the number of active units.
func (h *health) measured() map[string]float64 {
	out := map[string]float64{}
	dead, units, extremes, elements := 0, 0, 0, 0
	for i := range h.layers {
		l := &h.layers[i]
		dead, units = dead+l.dead(), units+len(l.active)
		if l.layer == h.net.encoder-1 {
			out["dead_code_units"] = float64(l.dead()) / float64(len(l.active))
		}
		if l.bounded() {
			extremes, elements = extremes+l.extremes, elements+l.elements
		}
	}
	if units > 0 {
		out["dead_units"] = float64(dead) / float64(units)
	}
	if elements > 0 {
		out["saturated"] = float64(extremes) / float64(elements)
	}
	if h.means == nil {
		return out
	}
	active := 0
	for _, m := range h.means {
		if m.variance() > activeVariance {
			active++
		}
	}
	out["active_units"] = float64(active)
	return out
}

// HealthNames returns the names of all that [Trainer.Health] may measure.
func HealthNames() []string {
	return []string{"active_units", "dead_code_units", "dead_units", "gradient_norm", "saturated"}
}

// Health reconstructs the rows of x and returns signs of trouble, by name, with
// the Euclidean norm of the gradient at the last step of the last epoch. notes name what usually
// is a failure of training: a code with dead units, a Gaussian one that has
// collapsed to its prior; and say of a metric what it is not.
func (t *Trainer) Health(x *Matrix) (values map[string]float64, notes []string) {
	h := newHealth(t.net)
	t.net.pass.training, t.net.pass.sampled = false, false
	chunks(x, func(first int, rows *Matrix) {
		t.net.pass.first = first
		t.net.Forward(rows)
		h.observe()
	})
	values = h.measured()
	if t.Epoch() > 0 {
		values["gradient_norm"] = t.norm
	}
	if active, stochastic := values["active_units"]; stochastic && active == 0 {
		notes = append(notes, "posterior collapse: no unit of the code tells examples apart")
	}
	if values["dead_code_units"] == 1 {
		notes = append(notes, "dead code: every unit of the code is 0 for every example")
	}
	for i := range t.net.terms {
		term := &t.net.terms[i]
		if estimated, ok := term.penalty.(noting); ok {
			if note := estimated.note(term.name); note != "" {
				notes = append(notes, note)
			}
		}
	}
	return values, notes
}
