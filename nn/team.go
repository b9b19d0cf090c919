package nn

import (
	"sync"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// team is the threads that share the work of a step. They share rows and
// columns, never the terms of a sum, so that their number changes no bits.
type team struct {
	parts   int               // threads at work
	scratch []*kernel.Scratch // of each thread
	wake    []chan func(part int)
	working sync.WaitGroup
}

// newTeam returns a team of one thread, the caller's.
func newTeam() *team {
	return &team{parts: 1, scratch: []*kernel.Scratch{kernel.NewScratch()}, wake: []chan func(int){nil}}
}

// resize makes the team have so many threads.
func (t *team) resize(parts int) {
	for len(t.scratch) < parts {
		wake := make(chan func(int))
		part := len(t.scratch)
		t.scratch, t.wake = append(t.scratch, kernel.NewScratch()), append(t.wake, wake)
		go func() {
			for task := range wake {
				task(part)
				t.working.Done()
			}
		}()
	}
	t.parts = parts
	for part, s := range t.scratch[:parts] {
		s.Share(part, parts)
	}
}

// each runs the task on every thread, which is told its number, and returns
// when all are done.
func (t *team) each(task func(part int)) {
	t.working.Add(t.parts - 1)
	for _, wake := range t.wake[1:t.parts] {
		wake <- task
	}
	task(0)
	t.working.Wait()
}

// span returns the share of n things that a thread gets, in whole units but
// for the last.
func (t *team) span(n, unit, part int) (low, high int) {
	units := (n + unit - 1) / unit
	return min(n, units*part/t.parts*unit), min(n, units*(part+1)/t.parts*unit)
}

// close ends the team's threads.
func (t *team) close() {
	for _, wake := range t.wake[1:] {
		close(wake)
	}
	t.scratch, t.wake, t.parts = t.scratch[:1], t.wake[:1], 1
	t.scratch[0].Share(0, 1)
}

// cacheLine is how many float32 share a line of the cache. Threads that write
// get whole lines.
const cacheLine = 16
