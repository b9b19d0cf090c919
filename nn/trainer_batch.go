package nn

// next gathers the examples of the next batch.
func (t *Trainer) next(x *Matrix) *Matrix {
	t.first = t.inStep * t.rows
	batch := t.batch.of(min(t.rows, t.examples-t.first))
	t.gathered = x
	t.net.team.each(t.gather)
	return batch
}

func (t *Trainer) doGather(part int) {
	batch := t.batch.matrix
	rows := t.order[t.first:]
	low, high := t.net.team.span(batch.Rows, 1, part)
	for i := low; i < high; i++ {
		row, example := batch.Row(i), t.gathered.Row(int(rows[i]))
		if t.binarise {
			presentation(t.seed, t.net.pass.epoch, t.net.pass.step).binarise(row, example, i)
		} else {
			copy(row, example)
		}
	}
}

// copies repeats each example of a batch, as target of each of its codes.
type copies struct {
	n int
	y buffer
}

// newCopies returns nil where there is one code of each example.
func newCopies(n, rows, cols int) *copies {
	if n == 1 {
		return nil
	}
	return &copies{n, newBuffer(rows*n, cols)}
}

// of returns each row of x as often as it has codes, one behind the other.
func (c *copies) of(x *Matrix) *Matrix {
	if c == nil {
		return x
	}
	y := c.y.of(x.Rows * c.n)
	for i := range y.Rows {
		copy(y.Row(i), x.Row(i/c.n))
	}
	return y
}
