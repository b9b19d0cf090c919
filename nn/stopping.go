package nn

import (
	"encoding/binary"
	"math"
)

// Stop declares early stopping: training ends when the validation objective
// has not improved for some epochs, and the best epoch's weights come back, unless
// those of the last one are to stay.
type Stop struct {
	Patience int     `default:"5" range:"[1, 1000000]" doc:"epochs without improvement that end the training"`
	MinDelta float64 `default:"0" range:"[0, inf)" doc:"how much lower than the best the objective must be to count as an improvement"`
	Restore  bool    `default:"true" added:"yes" doc:"bring back the weights of the best epoch; Keras's restore_best_weights, which is false where nothing is said"`
}

// stopping is early stopping at work. All of it is part of a checkpoint.
type stopping struct {
	*Stop
	best   float64 // objective of the best epoch, +Inf before there is one
	epoch  int     // the best epoch
	waited int     // epochs since then
	values []float32
}

func newStopping(declared *Stop, parameters int) *stopping {
	if declared == nil {
		return nil
	}
	return &stopping{Stop: declared, best: math.Inf(1), values: make([]float32, parameters)}
}

// judge takes note of the validation objective after an epoch.
func (s *stopping) judge(objective float64, epoch int, values []float32) {
	if objective < s.best-s.MinDelta {
		s.best, s.epoch, s.waited = objective, epoch, 0
		copy(s.values, values)
		return
	}
	s.waited++
}

// ended tells whether patience has run out.
func (s *stopping) ended() bool { return s != nil && s.waited >= s.Patience }

// size is the number of bytes that append adds.
func (s *stopping) size() int {
	if s == nil {
		return 0
	}
	return 3*8 + 4*len(s.values)
}

func (s *stopping) append(out []byte) []byte {
	if s == nil {
		return out
	}
	for _, n := range []uint64{math.Float64bits(s.best), uint64(s.epoch), uint64(s.waited)} {
		out = binary.LittleEndian.AppendUint64(out, n)
	}
	return appendFloats(out, s.values)
}

func (s *stopping) read(from []byte) (rest []byte) {
	if s == nil {
		return from
	}
	s.best = math.Float64frombits(binary.LittleEndian.Uint64(from))
	s.epoch, s.waited = int(binary.LittleEndian.Uint64(from[8:])), int(binary.LittleEndian.Uint64(from[16:]))
	return readFloats(s.values, from[24:])
}

// Judge takes note of the validation objective at the end of an epoch, for
// early stopping and a rate that is a plateau.
func (t *Trainer) Judge(objective float64) {
	t.waiting.judge(objective)
	if t.stopping != nil {
		t.stopping.judge(objective, t.Epoch(), t.net.Values)
	}
}

// Finish brings back the weights of the best epoch, under early stopping that
// restores them, and returns which epoch's the weights are.
func (t *Trainer) Finish() (epoch int) {
	if t.stopping == nil || t.stopping.epoch == 0 || !t.stopping.Restore {
		return t.Epoch()
	}
	copy(t.net.Values, t.stopping.values)
	return t.stopping.epoch
}
