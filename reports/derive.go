package reports

import (
	"maps"
	"strconv"

	"hourglass.dev/hourglass/experiments"
)

// Names of the derived metrics, after the split: test.gain_over_pca.
const (
	gainOverPCA = "gain_over_pca"
	pcaDims     = "pca_dims"
)

// splits are the parts of the data on which the derived metrics exist.
var splits = []string{"test", "validation"}

// derive returns the trials with the metrics that are worked out when read,
// wherever PCA was run on the same split of the same data:
//
//	test.gain_over_pca = 1 − mse / mse of PCA with a code of the same size
//	test.pca_dims      = the least k with mse of PCA with k components ≤ mse
//
// and their validation twins. The trials given, and their maps, stay as they
// are. A trial that no number of components equals has no pca_dims, one that is
// held against a PCA without error no gain; baselines have neither.
func derive(trials []Trial) []Trial {
	errors := pcaErrors{same: map[coded]Trial{}, any: map[string]Trial{}, memo: memo{}}
	for _, t := range trials {
		errors.add(t)
	}
	out := make([]Trial, len(trials))
	for i, t := range trials {
		out[i] = t
		if t.Baseline() || len(t.Metrics) == 0 {
			continue
		}
		out[i].Metrics = maps.Clone(t.Metrics)
		for _, split := range splits {
			errors.derive(out[i], split)
		}
	}
	return out
}

// roundingOf is how much of the error without components PCA may leave and
// still count as exact: a share of rounding errors is no gain.
const roundingOf = 1e-12

// coded is a code size on a split of data.
type coded struct{ data, code string }

// pcaErrors finds the PCA to hold a trial against.
type pcaErrors struct {
	same map[coded]Trial  // by data and code size
	any  map[string]Trial // any with a series, by data
	memo memo
}

func (p pcaErrors) add(t Trial) {
	if !t.Baseline() || t.Family != "pca" {
		return
	}
	key := p.memo.codedOf(t)
	p.same[key] = t
	if len(t.Series) > 0 {
		p.any[key.data] = t
	}
}

// derive adds the metrics of one split to t.
func (p pcaErrors) derive(t Trial, split string) {
	name := split + ".mse"
	mse, ok := metricOf(t.Record, name)
	if !ok {
		return
	}
	key := p.memo.codedOf(t)
	ladder := p.any[key.data].Series[name]
	if pca, ok := metricOf(p.same[key].Record, name); ok && pca > 0 && (len(ladder) == 0 || pca > roundingOf*ladder[0]) {
		t.Metrics[split+"."+gainOverPCA] = 1 - mse/pca
	}
	for k, pca := range ladder {
		if pca <= mse {
			t.Metrics[split+"."+pcaDims] = float64(k)
			break
		}
	}
}

// codedOf returns what a baseline has in common with the trials it is for: the
// data, split alike, and the code size, "" where it has none.
func (m memo) codedOf(t Trial) coded {
	code, written := experiments.Lookup(t.Setting, "model.code")
	if !written && t.Code > 0 {
		code = strconv.Itoa(t.Code)
	}
	return coded{m.dataOf(t), code}
}

// dataOf identifies the data of a trial and how they are split.
func (m memo) dataOf(t Trial) string {
	declared, _ := t.Setting["data"].(experiments.Setting)
	return t.Data + " " + m.canonical(declared)
}
