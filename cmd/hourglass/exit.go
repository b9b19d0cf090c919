package main

import (
	"context"
	"errors"

	"hourglass.dev/hourglass/experiments"
)

// Exit codes. Scripts rely on them.
const (
	exitYes           = 0
	exitNo            = 1 // a trial failed or diverged, a regression, an accident
	exitCannotTell    = 2 // a missing metric, too few seeds
	exitNotComparable = 3 // spec or data changed
	exitUsage         = 4 // the spec or the command line is wrong
	exitInterrupted   = 130
)

// codedError is an error with the exit code that it leads to.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// usage makes err a mistake of the command line.
func usage(err error) error { return &codedError{exitUsage, err} }

// errQuiet ends the program with a code, after everything has been said.
type errQuiet int

func (errQuiet) Error() string { return "" }

// codeOf returns the exit code that an error leads to.
func codeOf(err error) int {
	var quiet errQuiet
	var coded *codedError
	var problems experiments.Problems
	switch {
	case err == nil:
		return exitYes
	case errors.As(err, &quiet):
		return int(quiet)
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &problems):
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitNo
}
