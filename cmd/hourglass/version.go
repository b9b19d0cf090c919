package main

import (
	"runtime/debug"

	"hourglass.dev/hourglass/store"
)

// version is set when a release is built.
var version = ""

// describeProgram returns the program's version and commit, as far as the
// build knows them.
func describeProgram() store.Machine {
	program := store.Machine{Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program
	}
	if program.Version == "" {
		program.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			program.Commit = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			program.Commit += "+changes"
		}
	}
	return program
}
