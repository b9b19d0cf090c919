package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// origin is where files of a named data set can be had. What comes from it is
// checked by whoever asks.
type origin interface {
	String() string
	// open returns the content of a file.
	open(ctx context.Context, name string) (io.ReadCloser, error)
}

// folderOrigin is a folder on this machine, such as a package of the system
// installs.
type folderOrigin string

func (f folderOrigin) String() string { return string(f) }

func (f folderOrigin) open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(f), name))
}

// moduleOrigin is a folder of a Go module, which the go tool fetches from
// wherever the user has told it to.
type moduleOrigin struct {
	module, version, folder string
}

func (m moduleOrigin) String() string { return "the Go module " + m.module }

func (m moduleOrigin) open(ctx context.Context, name string) (io.ReadCloser, error) {
	dir, err := m.download(ctx)
	if err != nil {
		return nil, err
	}
	return os.Open(filepath.Join(dir, m.folder, name))
}

// download returns the folder that the module lies in. The go tool runs in an
// empty folder, where no go.mod says anything else.
func (m moduleOrigin) download(ctx context.Context) (string, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("the go tool is not installed")
	}
	empty, err := os.MkdirTemp("", "hourglass-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(empty)
	run := exec.CommandContext(ctx, command, "mod", "download", "-json", m.module+"@"+m.version)
	run.Dir = empty
	run.Env = append(os.Environ(), "GO111MODULE=on", "GOWORK=off", "GOFLAGS=")
	run.WaitDelay = time.Second
	var complaint bytes.Buffer
	run.Stderr = &complaint
	answer, failure := run.Output()
	var found struct{ Dir, Error string }
	if err := json.Unmarshal(answer, &found); err == nil && found.Error != "" {
		return "", errors.New(firstLine(found.Error))
	}
	if failure != nil {
		return "", fmt.Errorf("go mod download: %w: %s", failure, firstLine(complaint.String()))
	}
	if found.Dir == "" {
		return "", errors.New("go mod download does not say where it put the module")
	}
	return found.Dir, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// urlOrigin is a folder on a web server.
type urlOrigin string

func (u urlOrigin) String() string { return string(u) }

// answerWithin is how long a server may take to begin its answer.
const answerWithin = 30 * time.Second

var client = &http.Client{Transport: newTransport()}

func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = answerWithin
	return transport
}

func (u urlOrigin) open(ctx context.Context, name string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, string(u)+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, fmt.Errorf("%s: wanted the file, got %s", name, answer.Status)
	}
	return answer.Body, nil
}
