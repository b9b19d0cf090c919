package nn

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// The float64 truths that parts are held against. Every registered part needs
// an entry.
var (
	activationTruths = map[string]func(x float64) float64{
		"linear":     func(x float64) float64 { return x },
		"relu":       func(x float64) float64 { return max(x, 0) },
		"leaky-relu": func(x float64) float64 { return max(x, 0.01*x) },
		"elu":        func(x float64) float64 { return exponentialLinear(x, 1) },
		"selu":       func(x float64) float64 { return 1.0507009873554805 * exponentialLinear(x, 1.6732632423543772) },
		"gelu":       func(x float64) float64 { return x * 0.5 * (1 + math.Erf(x/math.Sqrt2)) },
		"silu":       func(x float64) float64 { return x / (1 + math.Exp(-x)) },
		"sigmoid":    func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
		"tanh":       math.Tanh,
		"softplus":   func(x float64) float64 { return math.Log1p(math.Exp(x)) },
		"jump-relu": func(x float64) float64 {
			if x > 0.1 {
				return x
			}
			return 0
		},
	}
	// rowTruths are those of activations that look at all units of an example.
	rowTruths = map[string]func(a Activation, x []float64) []float64{
		"topk": func(a Activation, x []float64) []float64 {
			order := make([]int, len(x))
			for i := range order {
				order[i] = i
			}
			slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(x[j], x[i]) })
			y := make([]float64, len(x))
			for _, i := range order[:a.(*TopK).K] {
				y[i] = x[i]
				if a.(*TopK).Relu {
					y[i] = max(x[i], 0)
				}
			}
			return y
		},
	}
	lossTruths = map[string]func(y, t float64) float64{
		"mse": func(y, t float64) float64 { return (y - t) * (y - t) },
		"l1":  func(y, t float64) float64 { return math.Abs(y - t) },
		"huber": func(y, t float64) float64 {
			if d := math.Abs(y - t); d > 1 {
				return d - 0.5
			}
			return 0.5 * (y - t) * (y - t)
		},
		"log-cosh":     func(y, t float64) float64 { return math.Log(math.Cosh(y - t)) },
		"gaussian-nll": func(y, t float64) float64 { return 0.5*math.Log(2*math.Pi) + 0.5*(y-t)*(y-t) },
		"bce":          func(y, t float64) float64 { return -t*math.Log(y) - (1-t)*math.Log1p(-y) },
	}
)

// activate applies an activation to the units of an example.
func activate(a Activation, x []float64) []float64 {
	kind := activations.KindOf(a).Name
	if row := rowTruths[kind]; row != nil {
		return row(a, x)
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = activationTruths[kind](v)
	}
	return y
}

func exponentialLinear(x, alpha float64) float64 {
	if x > 0 {
		return x
	}
	return alpha * math.Expm1(x)
}

// slope returns the central difference of f at x.
func slope(f func(float64) float64, x float64) float64 {
	const h = 1e-5
	return (f(x+h) - f(x-h)) / (2 * h)
}

// near tells whether two numbers agree to a relative or absolute tolerance.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*(1+math.Abs(want))
}

// resolve returns a part of a role with its defaults.
func resolve(t testing.TB, role *registry.Role, value any) any {
	t.Helper()
	resolved, mistakes := role.Resolve(value)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return resolved
}

func decode[T any](t testing.TB, role *registry.Role, value any) T {
	t.Helper()
	part, err := registry.Decode[T](resolve(t, role, value))
	if err != nil {
		t.Fatal(err)
	}
	return part
}
