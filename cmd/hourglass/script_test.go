package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test's own binary be the command hourglass, wherever a
// test runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hourglass": main})
}

var update = flag.Bool("update", false, "rewrite what scripts and the README expect to what they get")

// TestScripts runs testdata/script/*.txt, a file for each behaviour of the
// command line. Beside the commands of testscript they may use
//
//	exits CODE hourglass ARGUMENTS       the command ends with that exit code
//	signal SIGNAL CODE CONDITION ARGUMENTS
//	                                     hourglass ARGUMENTS, which is sent the signal when a trial that is
//	                                     running meets the condition, ends with that exit code (-1 where it is killed)
//	weights SPEC                         prints a line for each trained trial: its id and weights_sha256
//	id VARIABLE CONDITION...             sets the variable to the id of the first trial that meets the conditions
//	files COUNT PATTERN                  so many files have a name of that pattern
//	json                                 checks that each line of the last command's output is an object
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOURGLASS_CACHE", filepath.Join(env.WorkDir, "cache"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"signal":  signalled,
			"weights": weights,
			"json":    checkJSON,
			"files":   files,
			"id":      setID,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENTS")
	}
	err := ts.Exec(args[1], args[2:]...)
	checkCode(ts, err, args[0])
}

func setID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: id VARIABLE CONDITION...")
	}
	listed, err := hourglass(ts, append([]string{"list", "--json"}, args[1:]...)...).Output()
	ts.Check(err)
	var trial struct{ ID string }
	ts.Check(json.NewDecoder(bytes.NewReader(listed)).Decode(&trial))
	ts.Setenv(args[0], trial.ID)
}

func files(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: files COUNT PATTERN")
	}
	found, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if strconv.Itoa(len(found)) != args[0] {
		ts.Fatalf("%d files, want %s: %v", len(found), args[0], found)
	}
}

func checkCode(ts *testscript.TestScript, err error, want string) {
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}

var signals = map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}

func signalled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: signal SIGNAL CODE CONDITION ARGUMENTS")
	}
	cmd := hourglass(ts, args[3:]...)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(time.Minute); !anyRunning(ts, args[2]); {
		select {
		case err := <-ended:
			ts.Fatalf("ended before any trial met %s: %v", args[2], err)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			ts.Fatalf("no trial met %s within a minute", args[2])
		}
	}
	ts.Check(cmd.Process.Signal(signals[args[0]]))
	checkCode(ts, <-ended, args[1])
}

// anyRunning tells whether a trial that is running meets the condition. One that
// an earlier run left behind does not count: the new one may not hear signals yet.
func anyRunning(ts *testscript.TestScript, condition string) bool {
	listed, err := hourglass(ts, "list", "--json", condition, "state=running").Output()
	return err == nil && len(listed) > 0
}

// hourglass is the command in the folder and environment of a script.
func hourglass(ts *testscript.TestScript, args ...string) *exec.Cmd {
	path, err := exec.LookPath("hourglass")
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "HOURGLASS_CACHE", "HOURGLASS_KERNEL", "HOURGLASS_STORE"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	return cmd
}

func weights(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: weights SPEC")
	}
	listed, err := hourglass(ts, "list", "--json", args[0]).Output()
	ts.Check(err)
	for line := range bytes.Lines(listed) {
		var trial struct {
			ID      string  `json:"id"`
			Weights *string `json:"weights_sha256"`
		}
		ts.Check(json.Unmarshal(line, &trial))
		if trial.Weights != nil {
			fmt.Fprintln(ts.Stdout(), trial.ID, *trial.Weights)
		}
	}
}

func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: json")
	}
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	for _, line := range lines {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%v in the line %s", err, line)
		}
	}
}
