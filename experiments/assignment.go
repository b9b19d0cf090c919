package experiments

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// assignment sets a path of the setting to a value; nil removes what is there.
type assignment struct {
	id    int // unique in a spec
	path  string
	value any
	from  spot   // where it is written
	label string // the value for people
	axis  bool   // written as an axis, and so a coordinate of the trial
	when  *when  // the branch that it belongs to, or nil
}

// combination is what a sweep sets in one setting.
type combination struct {
	name     string // of the case, or ""
	assigned []*assignment
}

// section returns the first name of the path.
func (a *assignment) section() string {
	name, _, _ := strings.Cut(a.path, ".")
	return name
}

// with returns the combination with more assigned.
func (c combination) with(more []*assignment) combination {
	return combination{c.name, append(slices.Clip(c.assigned), more...)}
}

// within returns what is assigned in a section. What lies deeper comes later,
// so that a part is chosen before its parameters are.
func within(assigned []*assignment, section string) []*assignment {
	var out []*assignment
	for _, a := range assigned {
		if strings.HasPrefix(a.path, section) && a.section() == section {
			out = append(out, a)
		}
	}
	if len(out) > 1 {
		slices.SortStableFunc(out, func(a, b *assignment) int {
			return cmp.Compare(strings.Count(a.path, "."), strings.Count(b.path, "."))
		})
	}
	return out
}

// apply returns base with everything that was assigned.
func apply(base registry.Tree, assigned []*assignment) registry.Tree {
	for _, a := range assigned {
		base = withDefaults(base, a.path).With(a.path, a.value)
	}
	return base
}

// coordinates returns the axis values, formatted for people.
func (c combination) coordinates() map[string]string {
	out := make(map[string]string, len(c.assigned))
	for _, a := range c.assigned {
		if a.axis {
			out[a.path] = a.label
		}
	}
	return out
}

// String lists what is assigned.
func (c combination) String() string {
	words := make([]string, 0, len(c.assigned)+1)
	if c.name != "" {
		words = append(words, "case "+c.name)
	}
	for _, a := range c.assigned {
		if a.axis || c.name == "" {
			words = append(words, a.path+": "+a.label)
		}
	}
	return strings.Join(words, ", ")
}

// below returns what is left of path under prefix, and whether it lies there.
func below(path, prefix string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, prefix)
	if !ok || (rest != "" && rest[0] != '.' && rest[0] != '[') {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}

// descend follows a relative path such as "encoder[1].kernel" as far as it is
// written out.
func descend(from spot, path string) (found spot, all bool) {
	for path != "" && from.value != nil {
		var next spot
		if path[0] == '[' {
			text, rest, _ := strings.Cut(path[1:], "]")
			next, path = elementAt(from.value, text), strings.TrimPrefix(rest, ".")
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			next, path = valueAt(from.value, path[:end]), strings.TrimPrefix(path[end:], ".")
		}
		if next.value == nil {
			return from, false
		}
		from = next
	}
	return from, path == ""
}

func elementAt(list *yaml.Node, index string) spot {
	i, err := strconv.Atoi(index)
	if err != nil {
		return spot{}
	}
	return elementIn(list, i)
}

func elementIn(list *yaml.Node, i int) spot {
	if list.Kind != yaml.SequenceNode || i < 0 || i >= len(list.Content) {
		return spot{}
	}
	return spot{nil, list.Content[i]}
}

func valueAt(mapping *yaml.Node, name string) spot {
	if mapping.Kind == yaml.ScalarNode && name == "kind" {
		return spot{nil, mapping}
	}
	if mapping.Kind != yaml.MappingNode {
		return spot{}
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return spot{mapping.Content[i], mapping.Content[i+1]}
		}
	}
	return spot{}
}
