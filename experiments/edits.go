package experiments

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// parseEdits reads --set and --grid. A set of a top-level key that is no part
// of the setting, such as seeds, takes the place of what the spec says.
func (rs *resolver) parseEdits(edits Edits) (sets []*assignment, grids []entry) {
	for _, text := range edits.Set {
		e, ok := rs.parseEdit("--set", text, false)
		if !ok {
			continue
		}
		if slices.Contains(replaceable, e.name) {
			rs.words[e.name] = e.spot
		} else if e.name == "sweep" || e.name == "version" {
			rs.report(rs.at(e.key), "--grid adds an axis or replaces one", "--set cannot replace %s", e.name)
		} else if rs.checkPath(e.name, rs.at(e.key)) {
			sets = append(sets, rs.assign(e.name, e.spot, rs.tree(e.value)))
		}
	}
	for _, text := range edits.Grid {
		if e, ok := rs.parseEdit("--grid", text, true); ok {
			grids = append(grids, e)
		}
	}
	return sets, grids
}

// replaceable are the keys beside the setting that --set can replace.
var replaceable = []string{"name", "question", "tags", "seeds", "baselines", "compare"}

// parseEdit reads path=value. As a list the value is what stands between the
// brackets: 2,4.
func (rs *resolver) parseEdit(flag, text string, list bool) (entry, bool) {
	src := newSource(flag, text)
	path, value, found := strings.Cut(text, "=")
	if !found || path == "" || strings.TrimSpace(value) == "" {
		rs.report(src.span(1, 1, len(text)), "such as "+flag+" train.epochs=2", "%s wants path=value, got %q", flag, text)
		return entry{}, false
	}
	// Padded, so that the columns are those of the text.
	padded := strings.Repeat(" ", len([]rune(path))+1) + value
	if list {
		padded = padded[1:len(path)+1] + "[" + value + "]"
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(padded), &document); err != nil || document.Kind == 0 {
		rs.report(src.span(1, len([]rune(path))+2, len(value)), "", "the value %q is not YAML", value)
		return entry{}, false
	}
	node := document.Content[0]
	if list && node.Kind == yaml.SequenceNode {
		node = unwrap(node)
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: path, Line: 1, Column: 1}
	rs.origins[key] = src
	rs.mark(node, src)
	return entry{path, spot{key, node}}, true
}

// unwrap takes {range: [2, 16]} out of the list that it was put into. Mistakes
// in a list are shown under its path.
func unwrap(list *yaml.Node) *yaml.Node {
	if len(list.Content) == 1 && isGenerator(list.Content[0]) {
		return list.Content[0]
	}
	list.Style = 0
	return list
}

// mark notes that nodes stem from the command line.
func (rs *resolver) mark(n *yaml.Node, src *source) {
	rs.origins[n] = src
	for _, child := range n.Content {
		rs.mark(child, src)
	}
}

// assign returns an assignment of its own.
func (rs *resolver) assign(path string, from spot, value any) *assignment {
	rs.drawn++
	return &assignment{id: rs.drawn, path: path, value: value, from: from, label: registry.FormatValue(value)}
}

// checkPath notes where a path leads nowhere.
func (rs *resolver) checkPath(path string, at span) bool {
	if _, err := targets(path); err != nil {
		rs.report(at, err.hint(), "%s", err)
		return false
	}
	return true
}

// checkEditsAgainst refuses a --set that an axis would undo.
func (rs *resolver) checkEditsAgainst(s *sweep) {
	for _, edit := range rs.edits {
		for _, a := range slices.Concat(s.grid, s.zip) {
			for _, path := range a.paths {
				if _, under := below(edit.path, path); under {
					rs.report(rs.at(edit.from.key), "--grid "+path+"="+edit.label+" replaces the axis", "%s is swept, so that setting it changes nothing", path)
				}
			}
		}
	}
}
