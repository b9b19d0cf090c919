package reports

import (
	"math"
	"strings"

	"hourglass.dev/hourglass/store"
)

// Direction says which values of a metric are good.
type Direction int

// The directions.
const (
	Lower   Direction = iota // lower is better
	Higher                   // higher is better
	Neither                  // a fact, neither good nor bad
)

// String returns lower, higher or neither.
func (d Direction) String() string { return [...]string{"lower", "higher", "neither"}[d] }

// Better tells whether a is better than b.
func (d Direction) Better(a, b float64) bool {
	return d == Lower && a < b || d == Higher && a > b
}

// directions holds what is not lower-is-better, by the words of a metric's
// name. The last word of a name that stands here decides.
var directions = map[string]Direction{
	"psnr":                Higher,
	"ssim":                Higher,
	"gain":                Higher,
	"gain_over_pca":       Higher,
	"pca_dims":            Higher,
	"r2":                  Higher,
	"accuracy":            Higher,
	"auc":                 Higher,
	"auroc":               Higher,
	"auprc":               Higher,
	"average_precision":   Higher,
	"precision":           Higher,
	"recall":              Higher,
	"f1":                  Higher,
	"point_adjusted_f1":   Higher,
	"purity":              Higher,
	"silhouette":          Higher,
	"trustworthiness":     Higher,
	"examples_per_second": Higher,

	"mean_activation":  Neither,
	"active_fraction":  Neither,
	"active_units":     Neither,
	"kl":               Neither, // penalties are reported without their weight:
	"contractive":      Neither, // less of one is not a better model
	"sparse_l1":        Neither,
	"sparse_kl":        Neither,
	"l1_penalty":       Neither,
	"l2":               Neither,
	"mmd":              Neither,
	"orthogonal":       Neither,
	"decoder_jacobian": Neither,
	"quantisation":     Neither,
	"used_entries":     Neither,
	"epochs":           Neither,
	"parameters":       Neither,
	"code":             Neither,
}

// DirectionOf returns which values of the metric are good. Lower is better
// unless a table of this package says otherwise.
func DirectionOf(metric string) Direction {
	words := strings.FieldsFunc(metric, func(r rune) bool { return strings.ContainsRune(".()[]{}=,: /@", r) })
	for i := len(words) - 1; i >= 0; i-- {
		if direction, ok := directions[words[i]]; ok {
			return direction
		}
	}
	return Lower
}

// metricOf returns a metric of a trial: one of its metrics by full name, or
// seconds, epochs, parameters or examples_per_second. It reports false where
// the trial has none, or where the value is not finite.
func metricOf(r store.Record, name string) (float64, bool) {
	value, ok := r.Metrics[name]
	if !ok && r.State.Final() {
		value, ok = fact(r, name)
	}
	return value, ok && !math.IsNaN(value) && !math.IsInf(value, 0)
}

func fact(r store.Record, name string) (float64, bool) {
	switch name {
	case "seconds":
		return r.Seconds, true
	case "epochs":
		return float64(r.Epochs), r.Seed != nil
	case "parameters":
		return float64(r.Parameters), true
	case "examples_per_second":
		if r.ExamplesPerSecond != nil {
			return *r.ExamplesPerSecond, true
		}
	}
	return 0, false
}

// isDerived tells whether a metric is worked out from others when read, and
// returns the split it speaks of and its bare name.
func isDerived(metric string) (split, name string, derived bool) {
	dot := strings.LastIndexByte(metric, '.')
	if dot < 0 {
		return "", metric, false
	}
	name = metric[dot+1:]
	return metric[:dot], name, name == gainOverPCA || name == pcaDims
}

// shortNames are what the derived metrics are called at the head of a column.
var shortNames = map[string]string{gainOverPCA: "gain", pcaDims: "PCA dims"}
