//go:build unix

package store

import (
	"os"
	"os/exec"
	"syscall"
)

// leaveRoot makes the program run as nobody where the test runs as root, for
// whom no file is read-only.
func leaveRoot(program *exec.Cmd) {
	if os.Getuid() == 0 {
		program.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}
