package store

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// claims are the trials that this Store works on. Trial n is claimed by
// locking byte n of an empty file beside the store; see [Store] for what that
// means. The file stays, as removing it would race with others.
type claims struct {
	path string
	mu   sync.Mutex
	file *os.File       // nil where the store is open for reading
	held map[int64]bool // whether it was started
}

// lockSuffix makes the name of the file with the claims from that of the store.
const lockSuffix = "-lock"

func openClaims(store string) (*claims, error) {
	path := store + lockSuffix
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if errors.Is(err, os.ErrPermission) {
		err = fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	if err != nil {
		return nil, err
	}
	return &claims{path: path, file: file, held: map[int64]bool{}}, nil
}

// take claims trial n. It returns false where somebody has it: another process
// or this one.
func (c *claims) take(n int64) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.held[n]; held {
		return false, nil
	}
	return c.lock(n)
}

// start marks trial n as started. It claims what this process has not
// claimed, and returns false where another process has it or it was started
// before.
func (c *claims) start(n int64) (ok bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	started, held := c.held[n]
	if started {
		return false, nil
	}
	if !held {
		ok, err := c.lock(n)
		if err != nil || !ok {
			return false, err
		}
	}
	c.held[n] = true
	return true, nil
}

func (c *claims) lock(n int64) (bool, error) {
	ok, err := lockByte(c.file, n)
	if ok {
		c.held[n] = false
	}
	return ok, err
}

// drop gives trial n up.
func (c *claims) drop(n int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.held[n]; !held {
		return nil
	}
	delete(c.held, n)
	return unlockByte(c.file, n)
}

// started tells whether trial n was started here.
func (c *claims) started(n int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[n]
}

// abandoned returns those of the trials that nobody has claimed.
func (c *claims) abandoned(numbers []int64) (map[int64]bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	file := c.file
	if file == nil {
		var err error
		if file, err = os.Open(c.path); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		defer file.Close() // does nothing where there is no file, and so no claim
	}
	free := map[int64]bool{}
	for _, n := range numbers {
		if _, held := c.held[n]; held {
			continue
		}
		ok := file == nil
		if !ok {
			var err error
			if ok, err = byteIsFree(file, n); err != nil {
				return nil, err
			}
		}
		if ok {
			free[n] = true
		}
	}
	return free, nil
}

func (c *claims) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.held)
	if c.file == nil {
		return nil
	}
	return c.file.Close() // which unlocks
}

// Claim gives the trial to this Store where it needs work and nobody works on
// it: it is waiting, or was running in a process that died. It returns false
// where another run, or another goroutine, has claimed it, and where the trial is
// final. Who gets true calls Start, or Release.
func (s *Store) Claim(id string) (bool, error) {
	doing := "claim " + short(id)
	if s.readOnly {
		return false, &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	number, _, err := s.numberOf(id)
	if err != nil {
		return false, explain(s.path, doing, err)
	}
	ok, err := s.claims.take(number)
	if err != nil || !ok {
		return false, explain(s.path, doing, err)
	}
	// Whoever had the claim before may have finished the trial meanwhile.
	_, state, err := s.numberOf(id)
	if err == nil && !state.Final() {
		return true, nil
	}
	if dropping := s.claims.drop(number); err == nil {
		err = dropping
	}
	return false, explain(s.path, doing, err)
}

// Release gives up a claim on a trial that was not started. It does nothing
// where there is none.
func (s *Store) Release(id string) error {
	doing := "release " + short(id)
	number, _, err := s.numberOf(id)
	if err == nil {
		err = s.claims.drop(number)
	}
	return explain(s.path, doing, err)
}

// numberOf returns the number and the recorded state of a trial.
func (s *Store) numberOf(id string) (int64, State, error) { return find(s.readers, id) }
