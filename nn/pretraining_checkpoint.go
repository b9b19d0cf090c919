package nn

import (
	"encoding/binary"
	"fmt"
)

// append adds the stage at work and its trainer's checkpoint.
func (p *pretraining) append(out []byte) []byte {
	if p == nil {
		return out
	}
	out = binary.LittleEndian.AppendUint64(out, uint64(p.at))
	if p.trainer != nil {
		out = append(out, p.trainer.Checkpoint()...)
	}
	return out
}

// read takes the stage up that append left.
func (p *pretraining) read(from []byte) error {
	if p == nil {
		return nil
	}
	if len(from) < 8 {
		return fmt.Errorf("%w: it ends before its stage", ErrCheckpoint)
	}
	p.at = int(binary.LittleEndian.Uint64(from))
	if from = from[8:]; len(from) == 0 {
		return nil
	}
	if p.at >= len(p.stages) {
		return fmt.Errorf("%w: it has no stage %d", ErrCheckpoint, p.at)
	}
	if err := p.begin(); err != nil {
		return err
	}
	return p.trainer.Restore(from)
}
