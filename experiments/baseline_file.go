package experiments

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Baseline is what an experiment came to when somebody accepted it: the file
// NAME.baseline.yaml beside the spec, made to be read in a review.
type Baseline struct {
	Version    int               `yaml:"version"`
	Experiment string            `yaml:"experiment"`
	Numerics   int               `yaml:"numerics"`
	Settings   []BaselineSetting `yaml:"settings"`
}

// BaselineSetting is a setting of the sweep with its results.
type BaselineSetting struct {
	At      string                     `yaml:"at"`      // where in the sweep, for people and to find it by
	Setting string                     `yaml:"setting"` // digest of the resolved setting
	Data    string                     `yaml:"data"`    // fingerprint of the data
	On      string                     `yaml:"on"`      // what it was measured on
	Seeds   map[int]map[string]Reading `yaml:"seeds,omitempty"`
	Closed  map[string]Reading         `yaml:"closed,omitempty"` // figures of a baseline, which has no seed
}

// Reading is a value of a metric; under WeightsReading it is a digest instead.
type Reading struct {
	Value  float64
	Digest string
}

// WeightsReading is the name under which the digest of the weights stands.
const WeightsReading = "weights"

// UnmarshalYAML reads a number, or the text of a digest.
func (r *Reading) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		r.Digest = n.Value
		return nil
	}
	if err := n.Decode(&r.Value); err != nil || r.Value-r.Value != 0 {
		return fmt.Errorf("line %d: a reading must be a finite number or a digest in quotes, got %q", n.Line, n.Value)
	}
	return nil
}

// BaselinePath is where the baseline of an experiment lies.
func (e *Experiment) BaselinePath() string { return filepath.Join(e.Dir, e.Name+".baseline.yaml") }

// ReadBaseline reads the text of a baseline. Keys that it does not know, and
// settings that stand twice, are errors.
func ReadBaseline(text []byte) (*Baseline, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	b := &Baseline{}
	if err := decoder.Decode(b); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("read baseline: %w", err)
	}
	if b.Version != 1 {
		return nil, fmt.Errorf("read baseline: version must be 1, got %d", b.Version)
	}
	seen := map[string]bool{}
	for _, s := range b.Settings {
		if seen[s.At] {
			return nil, fmt.Errorf("read baseline: %q stands twice", s.At)
		}
		seen[s.At] = true
	}
	return b, nil
}

// Text writes a baseline: settings by name, seeds by number, metrics by name,
// a line for each seed.
func (b *Baseline) Text() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# What `hourglass gate` holds results against. Written by `hourglass gate --update`;\n")
	fmt.Fprintf(&out, "# review its changes as you review code.\n")
	fmt.Fprintf(&out, "version: 1\nexperiment: %s\nnumerics: %d\nsettings:\n", quotedYAML(b.Experiment), b.Numerics)
	settings := slices.SortedFunc(slices.Values(b.Settings), func(x, y BaselineSetting) int { return strings.Compare(x.At, y.At) })
	for _, s := range settings {
		fmt.Fprintf(&out, "  - at: %s\n    setting: %s\n    data: %s\n    on: %s\n",
			quotedYAML(s.At), quotedYAML(s.Setting), quotedYAML(s.Data), quotedYAML(s.On))
		if s.Closed != nil {
			fmt.Fprintf(&out, "    closed: %s\n", readingsText(s.Closed))
		}
		if len(s.Seeds) > 0 {
			out.WriteString("    seeds:\n")
		}
		for _, seed := range slices.Sorted(maps.Keys(s.Seeds)) {
			fmt.Fprintf(&out, "      %d: %s\n", seed, readingsText(s.Seeds[seed]))
		}
	}
	return out.Bytes()
}

func readingsText(readings map[string]Reading) string {
	words := make([]string, 0, len(readings))
	for _, name := range slices.Sorted(maps.Keys(readings)) {
		r := readings[name]
		text := strconv.FormatFloat(r.Value, 'g', -1, 64)
		if name == WeightsReading {
			text = quotedYAML(r.Digest)
		}
		words = append(words, quotedYAML(name)+": "+text)
	}
	return "{" + strings.Join(words, ", ") + "}"
}

// quotedYAML returns a text as YAML reads it: names of metrics as they are, and
// all else in double quotes, by rules that Go and YAML share.
func quotedYAML(text string) string {
	if plainName.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}

var plainName = regexp.MustCompile(`^(train|validation|test|health)\.[a-z0-9_.-]*[a-z0-9]$|^weights$`)
