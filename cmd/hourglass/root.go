package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// command is what all verbs share.
type command struct {
	out   io.Writer // results
	voice *voice    // everything else
	world *runner.World

	storePath string
	json      bool
	edits     experiments.Edits
}

const environmentHelp = `
Environment:
  HOURGLASS_STORE    the store, where --store is not given (default hourglass.db)
  HOURGLASS_CACHE    the folder that data sets are fetched into
  HOURGLASS_KERNEL   the arithmetic: %s (all return the same bits)
  NO_COLOR           no colours
`

// run executes a command line and returns its exit code.
func run(ctx context.Context, args []string, out, errors io.Writer) int {
	c := &command{out: out, voice: newVoice(errors), world: runner.NewWorld()}
	root := c.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errors)
	err := root.ExecuteContext(ctx)
	if err != nil {
		c.voice.fail(err)
	}
	return codeOf(err)
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hourglass",
		Short: "Declarative, reproducible experiments with autoencoders",
		Long: "Hourglass expands a YAML spec into trials, trains each autoencoder that is missing,\n" +
			"records everything in SQLite, and prints comparison tables in which PCA is always present.\n",
		SilenceUsage:      true,
		SilenceErrors:     true,
		Args:              noArguments,
		PersistentPreRunE: c.prepare,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:           describeProgram().Version,
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(root.UsageTemplate() + fmt.Sprintf(environmentHelp, strings.Join(nn.Kernels(), ", ")))
	root.PersistentFlags().StringVar(&c.storePath, "store", "", "`file` that results are kept in (default $HOURGLASS_STORE, or hourglass.db)")
	root.PersistentFlags().BoolVar(&c.json, "json", false, "print JSON: one object, or one a line for lists")
	c.addVerbs(root)
	refuseUnknownShells(root)
	return root
}

// refuseUnknownShells makes a shell that has no completion a mistake, which
// cobra answers with help and success.
func refuseUnknownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args = noArguments
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// prepare reads the environment.
func (c *command) prepare(*cobra.Command, []string) error {
	if c.storePath == "" {
		c.storePath = os.Getenv("HOURGLASS_STORE")
	}
	if c.storePath == "" {
		c.storePath = "hourglass.db"
	}
	if dir := os.Getenv("HOURGLASS_CACHE"); dir != "" {
		data.UseCache(dir)
	}
	if name := os.Getenv("HOURGLASS_KERNEL"); name != "" {
		if err := nn.UseKernel(name); err != nil {
			return usage(fmt.Errorf("HOURGLASS_KERNEL: %w", err))
		}
	}
	return nil
}

// flagError adds the nearest flag to an error about an unknown one.
func flagError(cmd *cobra.Command, err error) error {
	name, found := strings.CutPrefix(err.Error(), "unknown flag: --")
	if found {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if nearest := registry.Nearest(name, names); nearest != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, nearest)
		}
	}
	return usage(err)
}

// arguments makes cobra's checks of the number of arguments mistakes of the
// command line.
func arguments(check cobra.PositionalArgs, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) != nil {
			return usage(fmt.Errorf("%s takes %s, got %d arguments; see %s --help", cmd.Name(), what, len(args), cmd.CommandPath()))
		}
		return nil
	}
}

// noArguments refuses an unknown verb with the nearest one.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("there is no verb %q", args[0])
	var names []string
	for _, verb := range cmd.Commands() {
		names = append(names, verb.Name())
	}
	if nearest := registry.Nearest(args[0], names); nearest != "" {
		err = fmt.Errorf("%w; did you mean %s?", err, nearest)
	} else {
		err = fmt.Errorf("%w; see hourglass --help", err)
	}
	return usage(err)
}

// addEdits gives a verb that reads specs the flags that change them.
func (c *command) addEdits(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&c.edits.Set, "set", nil, "replace a value of the spec: `path=value`, such as train.epochs=2 (repeatable)")
	cmd.Flags().StringArrayVar(&c.edits.Grid, "grid", nil, "add an axis to the sweep: `path=values`, such as model.code=2,4 (repeatable)")
}

// load reads a spec. A file that is not there is a mistake of the command line.
func (c *command) load(file string) (*experiments.Experiment, error) {
	e, err := experiments.Load(file, c.edits, world{c.world})
	if err != nil && (errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission)) {
		return nil, usage(err)
	}
	return e, err
}

// world is what specs are checked against: also the metrics that reports
// derive may be compared.
type world struct{ *runner.World }

// Metrics returns the full names of all metrics.
func (w world) Metrics() []string {
	return append(w.World.Metrics(), reports.DerivedMetrics()...)
}

// read opens the store to read. Where there is none yet, it is nil.
func (c *command) read() (*store.Store, error) {
	s, err := store.OpenReadOnly(c.storePath)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return s, err
}

// mustRead opens the store to read, and says how to make one where there is none.
func (c *command) mustRead() (*store.Store, error) {
	s, err := c.read()
	if err == nil && s == nil {
		err = usage(fmt.Errorf("there is no store at %s; hourglass run SPEC makes one, --store names another", c.storePath))
	}
	return s, err
}
