package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/runner"
)

// TestEveryVerbHasExamples looks for examples in the help of every verb, and
// holds their verbs and flags to those that there are.
func TestEveryVerbHasExamples(t *testing.T) {
	verbs := leaves((&command{out: io.Discard, world: runner.NewWorld()}).root())
	if len(verbs) < 20 {
		t.Errorf("wanted all verbs, found %d", len(verbs))
	}
	for _, verb := range verbs {
		if verb.Example == "" {
			t.Errorf("the help of %s has no example", verb.CommandPath())
			continue
		}
		for line := range strings.Lines(verb.Example) {
			for _, command := range strings.Split(strings.TrimSpace(line), " && ") {
				checkExample(t, command)
			}
		}
		if !strings.Contains(verb.Example, verb.CommandPath()) {
			t.Errorf("the examples of %s are of other verbs", verb.CommandPath())
		}
	}
}

// checkExample parses a command line, all but the files and ids that it names.
func checkExample(t *testing.T, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " > ")
	words := strings.Fields(line)
	root := (&command{out: io.Discard, world: runner.NewWorld()}).root()
	verb, args, err := root.Find(words[1:])
	if err != nil || words[0] != "hourglass" || verb == root {
		t.Errorf("%s: no verb of hourglass: %v", line, err)
		return
	}
	if err := verb.ParseFlags(args); err != nil {
		t.Errorf("%s: %v", line, err)
	}
	if verb.Args != nil {
		if err := verb.Args(verb, verb.Flags().Args()); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// leaves are the verbs that have none below them, without cobra's own.
func leaves(cmd *cobra.Command) []*cobra.Command {
	if !cmd.HasSubCommands() {
		return []*cobra.Command{cmd}
	}
	var found []*cobra.Command
	for _, sub := range cmd.Commands() {
		if !slices.Contains([]string{"completion", "help"}, sub.Name()) {
			found = append(found, leaves(sub)...)
		}
	}
	return found
}
