package store

import "os/exec"

func leaveRoot(*exec.Cmd) {}
