package nn

import "hourglass.dev/hourglass/registry"

// Baseline is a model in closed form that autoencoders are compared with. It
// depends on the data and the code size alone.
type Baseline interface {
	// Fit returns the model fitted to the training split that s describes.
	Fit(s *Statistics) (*Projection, error)
}

var baselines = registry.NewRole[Baseline]("baseline", "a model in closed form that autoencoders are compared with")

// NewBaseline reads the model of a baseline's setting.
func NewBaseline(setting registry.Tree) (Baseline, error) {
	return registry.Decode[Baseline](setting["model"])
}
