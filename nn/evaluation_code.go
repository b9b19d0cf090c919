package nn

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Code](evaluations, "code", "what codes tell of labels, neighbourhoods, principal components and factors")
}

// Code measures the codes of test examples: whether a linear or a
// nearest-neighbour classifier, trained on codes of training examples, tells
// labels; whether clusters of codes are classes; whether neighbours stay
// neighbours; how many directions the codes use. Of a net that is linear it
// measures how far it found the principal components, and where the data have
// known factors, whether units of the code follow one each.
type Code struct {
	Neighbours int    `default:"5" range:"[1, 100]" doc:"of the nearest-neighbour probe and of trustworthiness"`
	Train      int    `default:"10000" range:"[2, 1000000]" doc:"training examples that probes are trained on, at most"`
	Test       int    `default:"2000" range:"[2, 100000]" doc:"test examples whose codes are looked at, at most"`
	Split      string `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

func (c *Code) prefix() string {
	prefix := "code."
	for _, p := range []struct {
		name         string
		value, usual int
	}{{"neighbours", c.Neighbours, 5}, {"train", c.Train, 10_000}, {"test", c.Test, 2000}} {
		if p.value != p.usual {
			prefix += label(p.name, float64(p.value)) + "."
		}
	}
	return prefix
}

// Names are those of all figures that the data have what it takes for.
func (c *Code) Names(data Evaluated) []string {
	p := c.prefix()
	names := []string{p + "effective_rank", p + "trustworthiness", p + "pca_alignment", p + "pca_distance"}
	if data.Classes != nil {
		names = append(names, p+"linear_probe", p+"knn_probe", p+"kmeans_accuracy", p+"kmeans_nmi")
	}
	if data.Factors != nil {
		names = append(names, p+"mig")
	}
	return names
}

// Evaluate measures the codes.
func (c *Code) Evaluate(s *Subject) *Findings {
	f := newFindings()
	if s.coder() == nil {
		return f.note("code: this model has no code")
	}
	p, x := c.prefix(), head(s.Test, c.Test)
	h := s.encode(x)
	labels := headLabels(s.TestLabels, c.Test)
	if k := min(c.Neighbours, (x.Rows-1)/2); k > 0 {
		f.Metrics[p+"trustworthiness"] = trustworthiness(x, h, k)
	}
	c.spectrum(h, f)
	if labels != nil && s.TrainLabels != nil {
		c.probes(s, h, labels, f)
	}
	if alignment, distance, linear := componentsFound(s); linear {
		f.Metrics[p+"pca_alignment"], f.Metrics[p+"pca_distance"] = alignment, distance
	}
	if s.TestFactors != nil {
		f.Metrics[p+"mig"] = informationGap(h, head(s.TestFactors, c.Test))
	}
	f.Charts = append(f.Charts, codeMap(s, h, labels))
	return f
}

// probes measures what codes tell of labels.
func (c *Code) probes(s *Subject, h *Matrix, labels []int32, f *Findings) {
	p, classes := c.prefix(), len(s.Classes)
	train, trainLabels := s.encode(head(s.Train, c.Train)), headLabels(s.TrainLabels, c.Train)
	f.Metrics[p+"linear_probe"] = linearProbe(train, trainLabels, h, labels, classes)
	f.Metrics[p+"knn_probe"] = knnProbe(train, trainLabels, h, labels, classes, c.Neighbours)
	counts := contingency(labels, kMeans(h, classes), classes, classes)
	f.Metrics[p+"kmeans_accuracy"], f.Metrics[p+"kmeans_nmi"] = matched(counts), normalisedInformation(counts)
}

// spectrum measures how many directions codes use: the effective rank of Roy
// and Vetterli 2007, e to the entropy of the shares of variance.
func (c *Code) spectrum(h *Matrix, f *Findings) {
	_, covariance := codeMoments(h)
	variances, _ := principal(covariance, h.Cols)
	total := 0.0
	for _, v := range variances {
		total += v
	}
	entropy := 0.0
	chart := Chart{Name: "spectrum", Kind: "bars", Title: "variance of codes by principal direction", X: "direction", Y: "variance"}
	for i, v := range variances {
		chart.Points = append(chart.Points, [2]float64{float64(i), v})
		if v > 0 {
			entropy -= float64(v / total * kernel.Log64(v/total))
		}
	}
	f.Metrics[c.prefix()+"effective_rank"] = kernel.Exp64(entropy)
	f.Charts = append(f.Charts, chart)
}

// principal returns the eigenvalues of a symmetric matrix, falling, none below
// 0, and its eigenvectors, one a row, or nil where none are found.
func principal(symmetric []float64, n int) ([]float64, *mat.Dense) {
	var eigen mat.EigenSym
	values := make([]float64, n)
	if !eigen.Factorize(mat.NewSymDense(n, symmetric), true) {
		return values, nil
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	rows := mat.NewDense(n, n, nil)
	for i, value := range eigen.Values(nil) {
		values[n-1-i] = max(value, 0)
		row := rows.RawRowView(n - 1 - i)
		mat.Col(row, i, &vectors)
		fixSign(row)
	}
	return values, rows
}

// codeMap is a scatter plot of codes: of their two units, or of their first two
// principal directions; a single unit stands against the number of the example.
func codeMap(s *Subject, h *Matrix, labels []int32) Chart {
	chart := Chart{Name: "code-map", Kind: "scatter", Title: "codes of test examples", X: "code[0]", Y: "code[1]", Labels: labels, Classes: s.Classes}
	var vectors *mat.Dense
	mean, covariance := codeMoments(h)
	if h.Cols > 2 {
		chart.X, chart.Y = "first principal direction of codes", "second"
		_, vectors = principal(covariance, h.Cols)
	}
	for i := range h.Rows {
		row := h.Row(i)
		point := [2]float64{float64(row[0]), float64(i)}
		switch {
		case h.Cols == 2:
			point[1] = float64(row[1])
		case vectors != nil:
			point = [2]float64{}
			for j, v := range row {
				point[0] += float64((float64(v) - mean[j]) * vectors.At(0, j))
				point[1] += float64((float64(v) - mean[j]) * vectors.At(1, j))
			}
		}
		chart.Points = append(chart.Points, point)
	}
	return chart
}

// componentsFound compares the decoder of a linear model with as many principal
// components of the training split. alignment is the mean over units of the code
// of the largest |cos| between what the unit adds to reconstructions and a
// component; distance is ‖P − Q‖_F/√(2k) of the projections on what all units
// span and on the components: 0 for the same subspace, 1 for perpendicular ones.
// linear is false for models that are not.
func componentsFound(s *Subject) (alignment, distance float64, linear bool) {
	k := s.coder().CodeSize()
	if !s.linear() || s.Shape.Size() > widestPCA {
		return 0, 0, false
	}
	d, err := s.Statistics.Decomposition()
	if err != nil || d.Rank() < k {
		return 0, 0, false
	}
	directions := decoderDirections(s, k)
	spanned := orthonormal(directions)
	overlap := 0.0
	for i := range k {
		largest := 0.0
		for j := range k {
			component := d.Components.RawRowView(j)
			largest = max(largest, math.Abs(innerProduct(directions[i], component)))
			inner := innerProduct(spanned[i], component)
			overlap += float64(inner * inner)
		}
		alignment += largest / float64(k)
	}
	return alignment, math.Sqrt(max(0, 1-overlap/float64(k))), true
}

// linear tells whether the model is an affine map.
func (s *Subject) linear() bool {
	if s.trainer == nil {
		_, projection := s.model.(*Projection)
		return projection
	}
	for _, layer := range s.trainer.net.layers {
		switch l := layer.(type) {
		case *dense:
			if _, ok := l.activation.(*Linear); !ok {
				return false
			}
		case *gaussian:
		default:
			return false
		}
	}
	return true
}

// decoderDirections returns what each unit of the code adds to
// reconstructions, scaled to length 1.
func decoderDirections(s *Subject, k int) [][]float64 {
	h := NewMatrix(k+1, k)
	for i := range k {
		h.Row(i)[i] = 1
	}
	y := s.decode(h)
	directions := make([][]float64, k)
	for i := range directions {
		directions[i] = make([]float64, y.Cols)
		for j, v := range y.Row(i) {
			directions[i][j] = float64(v) - float64(y.Row(k)[j])
		}
		scaleToOne(directions[i])
	}
	return directions
}

func scaleToOne(v []float64) {
	if length := math.Sqrt(innerProduct(v, v)); length > 0 {
		for j := range v {
			v[j] /= length
		}
	}
}

func innerProduct(a, b []float64) float64 {
	sum := 0.0
	for j, v := range a {
		sum += float64(v * b[j])
	}
	return sum
}

// orthonormal returns an orthonormal basis of what vectors span, by the
// modified Gram-Schmidt process, applied twice; 0 for what adds nothing.
func orthonormal(vectors [][]float64) [][]float64 {
	basis := make([][]float64, len(vectors))
	for i, v := range vectors {
		basis[i] = append([]float64(nil), v...)
		for range 2 {
			for _, b := range basis[:i] {
				inner := innerProduct(basis[i], b)
				for j := range b {
					basis[i][j] -= float64(inner * b[j])
				}
			}
		}
		if innerProduct(basis[i], basis[i]) < 1e-12 {
			clear(basis[i])
		}
		scaleToOne(basis[i])
	}
	return basis
}
