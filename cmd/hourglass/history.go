package main

import "time"

// history keeps a curve that has no end in a bounded number of values, evenly
// over all of it: where it is full, each two values become their mean.
type history struct {
	values []float64
	every  int // how many values that were added stand behind one that is kept; 0 is 1
	sum    float64
	n      int
}

const mostKept = 64

func (h *history) add(v float64) {
	h.every = max(h.every, 1)
	h.sum, h.n = h.sum+v, h.n+1
	if h.n < h.every {
		return
	}
	h.values = append(h.values, h.sum/float64(h.n))
	h.sum, h.n = 0, 0
	if len(h.values) < mostKept {
		return
	}
	for i := range mostKept / 2 {
		h.values[i] = (h.values[2*i] + h.values[2*i+1]) / 2
	}
	h.values, h.every = h.values[:mostKept/2], 2*h.every
}

// rateMeter measures how fast a count grows, over the last seconds.
type rateMeter struct {
	times  []time.Time
	counts []float64
}

// meterSpan is how long a rate is measured over.
const meterSpan = 5 * time.Second

func (m *rateMeter) add(at time.Time, count float64) {
	m.times, m.counts = append(m.times, at), append(m.counts, count)
	for len(m.times) > 2 && at.Sub(m.times[1]) > meterSpan {
		m.times, m.counts = m.times[1:], m.counts[1:]
	}
}

func (m *rateMeter) perSecond() float64 {
	if len(m.times) < 2 {
		return 0
	}
	last := len(m.times) - 1
	return (m.counts[last] - m.counts[0]) / m.times[last].Sub(m.times[0]).Seconds()
}
