package kernel

// Fill sets every element of y to v.
func Fill(y []float32, v float32) {
	for i := range y {
		y[i] = v
	}
}

// Axpy adds a·x[i] to y[i], product and sum each rounded.
func Axpy(y []float32, a float32, x []float32) {
	mustMatch("Axpy", len(y), len(x))
	e := current.Load().elementwise
	n := e.axpy.begin(e, y, x, y, a)
	axpyGeneric(y[n:], a, x[n:])
}

func axpyGeneric(y []float32, a float32, x []float32) {
	for i, v := range x {
		y[i] += float32(a * v)
	}
}

// Add sets y[i] = a[i] + b[i]. y may be a or b.
func Add(y, a, b []float32) {
	mustMatch("Add", len(y), len(a), len(b))
	e := current.Load().elementwise
	n := e.add.begin(e, y, a, b)
	addGeneric(y[n:], a[n:], b[n:])
}

func addGeneric(y, a, b []float32) {
	for i, v := range a {
		y[i] = v + b[i]
	}
}

// Mul sets y[i] = a[i]·b[i]. y may be a or b.
func Mul(y, a, b []float32) {
	mustMatch("Mul", len(y), len(a), len(b))
	e := current.Load().elementwise
	n := e.mul.begin(e, y, a, b)
	mulGeneric(y[n:], a[n:], b[n:])
}

func mulGeneric(y, a, b []float32) {
	for i, v := range a {
		y[i] = v * b[i]
	}
}

// ScaleBy multiplies every element of y by a.
func ScaleBy(y []float32, a float32) {
	e := current.Load().elementwise
	n := e.scale.begin(e, y, y, a)
	scaleGeneric(y[n:], a)
}

func scaleGeneric(y []float32, a float32) {
	for i := range y {
		y[i] *= a
	}
}

// Clamp sets y[i] to x[i] limited to [low, high]; NaN stays NaN. y may be x.
func Clamp(y, x []float32, low, high float32) {
	mustMatch("Clamp", len(y), len(x))
	for i, v := range x {
		if v < low {
			v = low
		}
		if v > high {
			v = high
		}
		y[i] = v
	}
}
