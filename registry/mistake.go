package registry

import (
	"slices"
	"strconv"
	"strings"
)

// Mistake is something that a user wrote and that cannot be used.
type Mistake struct {
	// Path leads to the place: "train.optimiser.rate", "model.encoder[1].kernel".
	Path string
	// Key is true where the name at the end of Path is wrong, and not its value.
	Key bool
	// Message says what was wanted and what was found.
	Message string
	// Hint says what to do about it, or is "".
	Hint string
}

func (m Mistake) Error() string {
	text := m.Message
	if m.Path != "" {
		text = m.Path + ": " + text
	}
	if m.Hint != "" {
		text += " (" + m.Hint + ")"
	}
	return text
}

// Mistakes are all that were found. As an error they stand one a line.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// Under returns the mistakes with their paths below prefix.
func (m Mistakes) Under(prefix string) Mistakes {
	out := slices.Clone(m)
	for i := range out {
		out[i].Path = JoinPath(prefix, out[i].Path)
	}
	return out
}

// JoinPath appends a relative path, which may begin with an index, to a path.
func JoinPath(path, rest string) string {
	switch {
	case path == "":
		return rest
	case rest == "":
		return path
	case strings.HasPrefix(rest, "["):
		return path + rest
	}
	return path + "." + rest
}

// JoinIndex appends a list index to a path.
func JoinIndex(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Nearest returns the candidate that is fewest edits away from name, or ""
// where none is near enough to be what was meant.
func Nearest(name string, candidates []string) string {
	best, fewest := "", len(name)/3+2
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		distance := edits(strings.ToLower(name), strings.ToLower(candidate))
		if prefixed(name, candidate) {
			distance = min(distance, 1)
		}
		if distance < fewest {
			best, fewest = candidate, distance
		}
	}
	return best
}

func prefixed(a, b string) bool {
	return len(a) > 2 && len(b) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// edits is the number of insertions, deletions, substitutions and swaps of
// neighbours between two words (optimal string alignment distance).
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			differs := 1
			if a[i-1] == b[j-1] {
				differs = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+differs)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// hintNearest is the hint for a name that is not among candidates.
func hintNearest(name string, candidates []string) string {
	if nearest := Nearest(name, candidates); nearest != "" {
		return "did you mean " + nearest + "?"
	}
	return ""
}
