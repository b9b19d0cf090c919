package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// checkpointMark begins every checkpoint, and changes with its layout.
const checkpointMark = "hourglass checkpoint 2\n"

// ErrCheckpoint is returned for a checkpoint that does not belong to a trainer
// or is damaged.
var ErrCheckpoint = errors.New("this is no checkpoint of the trial")

// Checkpoint returns everything that the training needs to go on from here to
// the same bits: position, running sums, weights and what the optimiser keeps.
// A SHA-256 of the rest ends it.
func (t *Trainer) Checkpoint() []byte {
	out := make([]byte, 0, t.checkpointSize())
	out = append(out, checkpointMark...)
	for _, n := range []uint64{uint64(t.step), uint64(t.inStep), uint64(t.seen), math.Float64bits(t.losses), math.Float64bits(t.carried), math.Float64bits(t.norm), uint64(len(t.net.Values))} {
		out = binary.LittleEndian.AppendUint64(out, n)
	}
	for i := range t.net.terms {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(t.net.terms[i].sum))
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(t.net.terms[i].shown))
	}
	if t.importance != nil {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(t.importance.sum))
	}
	out = t.descent.append(t.waiting.append(t.stopping.append(out)))
	out = appendFloats(out, t.net.Values)
	for _, slot := range t.slots {
		out = appendFloats(out, slot)
	}
	out = t.pre.append(out)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// Restore takes a training up again where Checkpoint left it. The trainer must
// have been made with the same design, data and seed.
func (t *Trainer) Restore(checkpoint []byte) error {
	want := t.checkpointSize()
	if len(checkpoint) < want || len(checkpoint) > want && t.pre == nil || string(checkpoint[:len(checkpointMark)]) != checkpointMark {
		return fmt.Errorf("%w: %d bytes, got %d", ErrCheckpoint, want, len(checkpoint))
	}
	end := len(checkpoint) - sha256.Size
	if sha256.Sum256(checkpoint[:end]) != [sha256.Size]byte(checkpoint[end:]) {
		return fmt.Errorf("%w: its checksum is wrong", ErrCheckpoint)
	}
	var head [7]uint64
	for i := range head {
		head[i] = binary.LittleEndian.Uint64(checkpoint[len(checkpointMark)+8*i:])
	}
	t.step = int(head[0])
	t.shuffleFor(int(head[0]), int(head[1]))
	t.seen, t.losses, t.carried = int(head[2]), math.Float64frombits(head[3]), math.Float64frombits(head[4])
	t.norm = math.Float64frombits(head[5])
	rest := checkpoint[len(checkpointMark)+7*8 : end]
	for i := range t.net.terms {
		t.net.terms[i].sum = math.Float64frombits(binary.LittleEndian.Uint64(rest))
		t.net.terms[i].shown = math.Float64frombits(binary.LittleEndian.Uint64(rest[8:]))
		rest = rest[16:]
	}
	if t.importance != nil {
		t.importance.sum = math.Float64frombits(binary.LittleEndian.Uint64(rest))
		rest = rest[8:]
	}
	rest = t.descent.read(t.waiting.read(t.stopping.read(rest)))
	rest = readFloats(t.net.Values, rest)
	for _, slot := range t.slots {
		rest = readFloats(slot, rest)
	}
	return t.pre.read(rest)
}

func (t *Trainer) checkpointSize() int {
	sums := 7 + 2*len(t.net.terms)
	if t.importance != nil {
		sums++
	}
	if t.pre != nil { // the stage, which its trainer's checkpoint may follow
		sums++
	}
	return len(checkpointMark) + 8*sums + t.stopping.size() + t.waiting.size() + t.descent.size() + 4*(len(t.net.Values)+len(t.slots)*len(t.net.Grads)) + sha256.Size
}

// Begin sets the weights that the training begins with to those of another net
// of the same layers. What only this net's loss trains stays as it is. Nothing
// may have been trained yet.
func (t *Trainer) Begin(from *Net) error {
	for _, p := range t.net.Params {
		i := slices.IndexFunc(from.Params, func(q *Param) bool { return q.Name == p.Name && slices.Equal(q.Shape, p.Shape) })
		switch {
		case i >= 0:
			copy(p.Value, from.Params[i].Value)
		case !p.OfLoss():
			return fmt.Errorf("wanted weights to begin with for %s, %s, found none", p.Name, p.Shape)
		}
	}
	return nil
}

// shuffleFor draws the order of the epoch that a position lies in.
func (t *Trainer) shuffleFor(step, inStep int) {
	t.step = step - inStep
	t.shuffle()
	t.step, t.inStep = step, inStep
}

func appendFloats(out []byte, values []float32) []byte {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

func readFloats(values []float32, from []byte) (rest []byte) {
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(from[4*i:]))
	}
	return from[4*len(values):]
}
