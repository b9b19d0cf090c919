package nn

// evaluationRows is how many examples are reconstructed at a time when a split
// is measured. Sums are taken over so many rows and then added up, so it is
// part of the numerics version.
const evaluationRows = 256

// Metric measures reconstructions y of examples x. Values are float64 sums in
// a fixed order.
type Metric interface {
	// Name is what follows the split in a metric's full name: mse in test.mse.
	Name() string
	// Add takes note of some examples, [rows × elements] both.
	Add(y, x *Matrix)
	// Value returns the metric over all examples that were added.
	Value() float64
}

// Reconstructor is what metrics measure: a net, or a baseline.
type Reconstructor interface {
	// Forward returns the reconstructions of at most 256 rows of x, valid
	// until the next call.
	Forward(x *Matrix) *Matrix
}

// Traits are what metrics need to know of a data set.
type Traits struct {
	Shape     Shape
	Low, High float64 // between which all values lie
	// Validation tells whether examples are held out for validation.
	Validation bool
	// Binarise tells that the elements of training examples are probabilities,
	// and each presentation of an example is one draw from them.
	Binarise bool
}

// Picture tells whether examples are pictures: height, width and channels.
func (t Traits) Picture() bool { return len(t.Shape) == 3 }

// metricsFor returns new metrics that are defined for data with these traits.
func metricsFor(t Traits) []Metric {
	metrics := []Metric{&meanSquaredError{}, &summedSquaredError{}, &meanAbsoluteError{}, &unexplainedVariance{}}
	if t.Low >= 0 && t.High <= 1 {
		metrics = append(metrics, &crossEntropy{})
	}
	if t.Picture() {
		metrics = append(metrics, &signalToNoise{peak: t.High - t.Low})
	}
	if t.Picture() && t.High > t.Low {
		metrics = append(metrics, newStructuralSimilarity(t))
	}
	return metrics
}

// Measure reconstructs the rows of x and returns the metrics by name.
func Measure(r Reconstructor, x *Matrix, data Traits) map[string]float64 {
	metrics := metricsFor(data)
	chunks(x, func(_ int, rows *Matrix) { add(metrics, r.Forward(rows), rows) })
	return valuesOf(metrics)
}

func add(metrics []Metric, y, x *Matrix) {
	for _, m := range metrics {
		m.Add(y, x)
	}
}

func valuesOf(metrics []Metric) map[string]float64 {
	values := make(map[string]float64, len(metrics))
	for _, m := range metrics {
		values[m.Name()] = m.Value()
	}
	return values
}

// chunks calls do with the rows of x, evaluationRows at a time, and the number
// of the first of them.
func chunks(x *Matrix, do func(first int, rows *Matrix)) {
	for first := 0; first < x.Rows; first += evaluationRows {
		do(first, x.Slice(first, min(first+evaluationRows, x.Rows)))
	}
}

// MetricNames returns the names of all that [Trainer.Measure] may measure on a
// split, whatever the model and the data.
func MetricNames() []string {
	names := append(RunningNames(), "active_fraction", "mean_activation", "neg_bound", "neg_elbo", "used_entries")
	for _, m := range metricsFor(Traits{Shape: Shape{1, 1, 1}, High: 1}) {
		names = append(names, m.Name(), "corrupted."+m.Name())
	}
	return names
}

// RunningNames returns the names of all that [Trainer.Running] may follow.
func RunningNames() []string {
	names := []string{"loss", "objective", quantisation}
	for _, kind := range regularisers.Names() {
		names = append(names, penaltyName(kind))
	}
	return names
}
