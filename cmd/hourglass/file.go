package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"
)

// writeFile writes a file that was asked for, whole or not at all.
func writeFile(path string, content []byte) error {
	err := maybe.WriteFile(path, content, 0o666)
	var reason *fs.PathError // which names a temporary file
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usage(fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path)))
	case errors.As(err, &reason):
		return usage(fmt.Errorf("%s: %w", path, reason.Err))
	}
	return err
}
