package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"hourglass.dev/hourglass/data"
)

// standardInput is what the examples that come from there are said to come from.
const standardInput = "standard input"

// from calls read with an input, and with what it may say. Standard input goes by
// way of a temporary file, as what a file holds is checked against its size, and
// as it may be larger than the memory.
func (u *using) from(input string, read func(path string, say func(string)) error) error {
	say := func(text string) { u.voice.say("%s", text) }
	if input != "-" {
		return read(input, say)
	}
	path, err := spool(os.Stdin)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	named := func(text string) string { return strings.ReplaceAll(text, path, standardInput) }
	err = read(path, func(text string) { say(named(text)) })
	var wrong *data.InputError
	if errors.As(err, &wrong) {
		return &data.InputError{Path: standardInput, Err: errors.New(named(wrong.Err.Error()))}
	}
	return err
}

// spool writes what is read to a temporary file, and returns its path.
func spool(r io.Reader) (path string, err error) {
	file, err := os.CreateTemp("", "hourglass-*")
	if err != nil {
		return "", err
	}
	if _, err = io.Copy(file, r); err == nil {
		err = file.Close()
	} else {
		file.Close()
	}
	if err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}
