package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[PCA](baselines, "pca", "principal components, as many as the code has units")
}

// PCA reconstructs examples from their first principal components (Pearson
// 1901; Hotelling 1933): the best that a linear encoder and decoder can do in
// squared error.
type PCA struct {
	Code int `range:"[1, 1048576]" short:"yes" doc:"number of components"`
}

// Fit keeps Code components, or all where there are fewer.
func (p *PCA) Fit(s *Statistics) (Fitted, error) { return p.fit(s) }

func (p *PCA) fit(s *Statistics) (*Projection, error) {
	d, err := s.Decomposition()
	if err != nil {
		return nil, err
	}
	return newProjection(s.Mean(), d.First(min(p.Code, d.Rank()))), nil
}
