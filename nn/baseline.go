package nn

import "hourglass.dev/hourglass/registry"

// Baseline is a model in closed form that autoencoders are compared with. It
// depends on the data and the code size alone.
type Baseline interface {
	// Fit returns the model fitted to the training split that s describes.
	Fit(s *Statistics) (Fitted, error)
}

// Fitted is a model that was fitted in closed form.
type Fitted interface {
	Reconstructor
	// Parameters counts the numbers that the model consists of.
	Parameters() int
}

// particular is a baseline that not all data suit.
type particular interface {
	// Check says why there is no such model for data with these traits.
	Check(data Traits) error
}

// CheckBaseline says why the model of a baseline's setting does not suit data
// with these traits.
func CheckBaseline(setting registry.Tree, data Traits) error {
	baseline, err := NewBaseline(setting)
	if err != nil {
		return err
	}
	if p, ok := baseline.(particular); ok {
		return p.Check(data)
	}
	return nil
}

var baselines = registry.NewRole[Baseline]("baseline", "a model in closed form that autoencoders are compared with")

// NewBaseline reads the model of a baseline's setting.
func NewBaseline(setting registry.Tree) (Baseline, error) {
	return registry.Decode[Baseline](setting["model"])
}
