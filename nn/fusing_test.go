package nn

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// fused finds a fused multiply-add in the compiler's listing, with the file and
// line that it comes from.
var fused = regexp.MustCompile(`\(([^()]+\.go):(\d+)\)\tFN?M(?:ADD|SUB)[SD]\t`)

// On arm64 the compiler may fuse x*y + z, across statements and inlined calls
// too. It must not: only calls of math.FMA become such instructions, and the
// kernel's FMA itself, whose product is exact, so that fusing it changes nothing.
func TestCompilerFusesNothing(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	build := exec.Command(tool, "build", "-gcflags=-S", ".", "./internal/kernel")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, listing)
	}
	found := fused.FindAllSubmatch(listing, -1)
	if len(found) == 0 {
		t.Fatal("no fused instruction in the listing, not even FMA's own")
	}
	for _, m := range found {
		line, err := strconv.Atoi(string(m[2]))
		if err != nil {
			t.Fatal(err)
		}
		file := string(m[1])
		if text := sourceLine(t, file, line); filepath.Base(file) != "fma.go" && !strings.Contains(text, "math.FMA(") {
			t.Errorf("%s:%d is fused on arm64: %s", file, line, strings.TrimSpace(text))
		}
	}
}

func sourceLine(t *testing.T, file string, line int) string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.Split(source, []byte("\n"))[line-1])
}
