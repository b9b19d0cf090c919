package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// children are what a process started by a test does instead of testing: the
// environment says which, and the path of the store.
var children = map[string]func(path string) error{
	"hold": holdTrial, "write": writeForever, "share": shareTrials, "locked-out": useReadOnlyFolder,
}

const childVariable = "HOURGLASS_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	name, path, child := strings.Cut(os.Getenv(childVariable), " ")
	if !child {
		os.Exit(m.Run())
	}
	if err := children[name](path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// process is a child that writes lines.
type process struct {
	*exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
}

func start(t testing.TB, name, path string) *process {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	p := &process{Cmd: exec.Command(self)}
	p.Env = append(os.Environ(), childVariable+"="+name+" "+path)
	p.Stderr = os.Stderr
	p.in, err = p.StdinPipe()
	must(t, err)
	out, err := p.StdoutPipe()
	must(t, err)
	p.lines = bufio.NewScanner(out)
	must(t, p.Start())
	return p
}

// next returns the next line of the process.
func (p *process) next(t testing.TB) string {
	t.Helper()
	if !p.lines.Scan() {
		t.Fatalf("the process ended: %v", p.lines.Err())
	}
	return p.lines.Text()
}

// kill ends the process as kill -9 does, and waits until it is gone.
func (p *process) kill(t testing.TB) {
	t.Helper()
	must(t, p.Process.Kill())
	p.Wait() // an error, as it was killed
}

// holdTrial starts the first trial and holds it until its input ends.
func holdTrial(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	records, err := s.Trials(Filter{Limit: 1})
	if err != nil {
		return err
	}
	if err := s.Start(records[0].ID, machine); err != nil {
		return err
	}
	fmt.Println("holding")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func TestClaimEndsWithItsProcess(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	reader, err := OpenReadOnly(s.Path())
	must(t, err)
	defer reader.Close()

	holder := start(t, "hold", s.Path())
	holder.next(t)
	for range 3 {
		if ok, err := s.Claim(id); ok || err != nil {
			t.Errorf("want no claim on what a living process runs, got %v, %v", ok, err)
		}
	}
	if err := s.Start(id, machine); !errors.Is(err, ErrClaimed) {
		t.Errorf("want ErrClaimed, got %v", err)
	}
	for _, s := range []*Store{s, reader} {
		if r := get(t, s, id); r.State != Running {
			t.Errorf("want a running trial, got %s", r.State)
		}
	}
	holder.kill(t)
	for _, s := range []*Store{s, reader} {
		waiting, err := s.Trials(Filter{States: []State{Waiting}, IDs: []string{id}})
		must(t, err)
		if r := get(t, s, id); r.State != Waiting || len(waiting) != 1 {
			t.Errorf("want the trial of a dead process to wait, got %s", r.State)
		}
	}
	if ok, err := s.Claim(id); !ok || err != nil {
		t.Errorf("want the claim of a dead process, got %v, %v", ok, err)
	}
	must(t, s.Start(id, machine))
	must(t, s.Finish(id, resultOf(Done)))
	sound(t, s)
}

func TestClaimIsGivenOnce(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	claim := func(s *Store, want bool) {
		t.Helper()
		if ok, err := s.Claim(id); ok != want || err != nil {
			t.Errorf("want %v, got %v, %v", want, ok, err)
		}
	}
	claim(s, true)
	claim(s, false)
	must(t, s.Release(id))
	must(t, s.Release(id)) // of nothing
	claim(s, true)
	must(t, s.Start(id, machine))
	if err := s.Start(id, machine); !errors.Is(err, ErrClaimed) {
		t.Errorf("want ErrClaimed from a second start, got %v", err)
	}
	claim(s, false)
	must(t, s.Interrupt(id))
	claim(s, true)
}

// writeForever records epochs whose rows and checkpoint say the same, a line
// for each that is recorded.
func writeForever(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	records, err := s.Trials(Filter{Limit: 1})
	if err != nil {
		return err
	}
	id := records[0].ID
	if err := s.Start(id, machine); err != nil {
		return err
	}
	state, _, err := s.LoadCheckpoint(id)
	if err != nil {
		return err
	}
	for epoch := epochOf(state) + 1; ; epoch++ {
		state = binary.LittleEndian.AppendUint64(make([]byte, 50_000), uint64(epoch))
		if err := s.Checkpoint(id, []Epoch{epochRow(epoch)}, state, Progress{Epochs: epoch}); err != nil {
			return err
		}
		fmt.Println(epoch)
	}
}

// epochOf returns the epoch at the end of a state of writeForever.
func epochOf(state []byte) int {
	if len(state) < 8 {
		return 0
	}
	return int(binary.LittleEndian.Uint64(state[len(state)-8:]))
}

func TestNothingIsLostOrHalfWhenAWriterIsKilled(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	for range 6 {
		writer := start(t, "write", s.Path())
		said := writer.next(t)
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		must(t, writer.Process.Kill())
		for writer.lines.Scan() {
			said = writer.lines.Text()
		}
		writer.Wait()

		var last int
		_, err := fmt.Sscan(said, &last)
		must(t, err)
		sound(t, s)
		epochs, err := s.Epochs(id)
		must(t, err)
		state, _, err := s.LoadCheckpoint(id)
		must(t, err)
		r := get(t, s, id)
		if r.State != Waiting || r.Epochs != len(epochs) || r.Epochs != epochOf(state) || r.Epochs < last {
			t.Fatalf("want a waiting trial that knows the %d epochs that were recorded, got %s, %d, %d rows, a state after %d",
				last, r.State, r.Epochs, len(epochs), epochOf(state))
		}
	}
}

// shareTrials works on what it can claim, and says which that was, until all
// are final.
func shareTrials(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		open, err := s.Trials(Filter{States: []State{Waiting, Running}})
		if err != nil || len(open) == 0 {
			return err
		}
		for _, r := range open {
			ok, err := s.Claim(r.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := runTrial(s, r.ID); err != nil {
				return err
			}
			fmt.Println(r.ID)
		}
	}
}

// runTrial takes a trial from waiting to done.
func runTrial(s *Store, id string) error {
	if err := s.Start(id, machine); err != nil {
		return err
	}
	if err := s.Checkpoint(id, []Epoch{epochRow(1)}, make([]byte, 100), Progress{Epochs: 1}); err != nil {
		return err
	}
	if err := s.Checkpoint(id, []Epoch{epochRow(2)}, make([]byte, 100), Progress{Epochs: 2}); err != nil {
		return err
	}
	return s.Finish(id, resultOf(Done))
}

func TestProcessesShareTheWork(t *testing.T) {
	s := newStore(t)
	codes := make([]int, 30)
	for i := range codes {
		codes[i] = i + 1
	}
	e := experiment("code-size", codes...)
	must(t, s.Register(e, 1))
	workers := []*process{start(t, "share", s.Path()), start(t, "share", s.Path()), start(t, "share", s.Path())}
	stop := make(chan struct{})
	watched := make(chan error, 2)
	for range 2 {
		go func() { watched <- watchForHalves(s.Path(), stop) }()
	}
	ran := map[string]int{}
	for _, worker := range workers {
		for worker.lines.Scan() {
			ran[worker.lines.Text()]++
		}
		must(t, worker.Wait())
	}
	close(stop)
	must(t, <-watched)
	must(t, <-watched)
	for _, trial := range e.Trials {
		if ran[trial.ID] != 1 {
			t.Errorf("%s ran %d times", short(trial.ID), ran[trial.ID])
		}
	}
	sound(t, s)
}

// watchForHalves polls the store through a reader of its own and returns an
// error where it ever shows a part of a transaction.
func watchForHalves(path string, stop chan struct{}) error {
	s, err := OpenReadOnly(path)
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		records, err := s.Trials(Filter{})
		if err != nil {
			return err
		}
		for _, r := range records {
			whole := len(r.Metrics) == 1 && len(r.Notes) == 1 && r.Epochs == 2 && !r.Finished.IsZero()
			empty := len(r.Metrics) == 0 && len(r.Notes) == 0 && r.Finished.IsZero()
			if r.State == Done && !whole || r.State != Done && !empty {
				return fmt.Errorf("a reader saw half a trial: %+v", r)
			}
		}
		if problems, err := s.Check(); err != nil || len(problems) > 0 {
			return fmt.Errorf("a reader saw %v: %w", problems, err)
		}
	}
}
