package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// sinceCommit says which commit a file is from and how many came after it, or
// "" where git does not know.
func sinceCommit(path string) string {
	git := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", filepath.Dir(path)}, args...)...)
		out, err := cmd.Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	name := filepath.Base(path)
	last := git("log", "-1", "--format=%h%x00%cs%x00%s", "--", name)
	commit, rest, known := strings.Cut(last, "\x00")
	if !known {
		return ""
	}
	date, subject, _ := strings.Cut(rest, "\x00")
	text := fmt.Sprintf("the baseline is from commit %s of %s (%s)", commit, date, subject)
	switch after := git("rev-list", "--count", commit+"..HEAD"); after {
	case "", "0":
	case "1":
		text += ", with 1 commit since"
	default:
		text += ", with " + after + " commits since"
	}
	if git("status", "--porcelain", "--", name) != "" {
		text += ", and has changes that are not committed"
	}
	return text
}
