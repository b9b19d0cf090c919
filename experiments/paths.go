package experiments

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// sections are the top-level keys of a setting, in alphabetical order.
var sections = [...]string{"data", "loss", "model", "regularisers", "train"}

// regularisers is the section that maps kinds to parameters instead of naming one kind.
const regularisers = "regularisers"

// roleOf returns the role whose parts fill a section.
func roleOf(section string) *registry.Role { return mustRole(roleName(section)) }

func roleName(section string) string {
	if section == regularisers {
		return "regulariser"
	}
	return section
}

// supported tells whether the program has parts for a section.
func supported(section string) bool { return registry.RoleNamed(roleName(section)) != nil }

func mustRole(name string) *registry.Role {
	role := registry.RoleNamed(name)
	if role == nil {
		panic("experiments: no parts are registered for the role " + name)
	}
	return role
}

// target is what a path may lead to: a place that a part fills, a mapping
// from kinds to parameters, a part, or a parameter.
type target struct {
	role  *registry.Role
	kinds bool // a mapping by kind of role
	kind  *registry.Kind
	field *registry.Field
}

// targets returns all that a path may mean, whichever kinds are chosen on the
// way. Where it is empty, the error tells the first wrong name and what could
// stand there.
func targets(path string) ([]target, *pathError) {
	names := strings.Split(path, ".")
	if !slices.Contains(sections[:], names[0]) || !supported(names[0]) {
		return nil, &pathError{name: names[0], candidates: sections[:]}
	}
	current := []target{{role: roleOf(names[0]), kinds: names[0] == regularisers}}
	for i, name := range names[1:] {
		next, candidates := children(current, name)
		if len(next) == 0 {
			return nil, &pathError{parent: strings.Join(names[:i+1], "."), name: name, candidates: candidates}
		}
		current = next
	}
	return current, nil
}

// CheckPath returns an error where a path of a setting, such as
// model.code, leads nowhere: it names the first wrong word and the nearest
// right one.
func CheckPath(path string) error {
	if _, err := targets(path); err != nil {
		if hint := err.hint(); hint != "" {
			return fmt.Errorf("%w; %s", err, hint)
		}
		return err
	}
	return nil
}

// pathError tells which name of a path leads nowhere.
type pathError struct {
	parent, name string
	candidates   []string
}

func (e *pathError) Error() string {
	switch {
	case e.parent == "" && slices.Contains(sections[:], e.name):
		return unsupportedMessage(e.name)
	case e.parent == "":
		return fmt.Sprintf("a path begins with data, model, loss, regularisers or train, got %q", e.name)
	case len(e.candidates) == 0:
		return fmt.Sprintf("%s is one value, and %q cannot be set in it", e.parent, e.name)
	}
	return fmt.Sprintf("%s has no parameter %q", e.parent, e.name)
}

func (e *pathError) hint() string {
	if e.parent == "" && slices.Contains(sections[:], e.name) {
		return "leave it out"
	}
	if e.parent == "" && e.name == "seeds" {
		return "seeds are repeats, not an axis: write seeds beside sweep"
	}
	if longer := longerPath(e.name); e.parent == "" && longer != "" {
		return "did you mean " + longer + "?"
	}
	if nearest := registry.Nearest(e.name, e.candidates); nearest != "" {
		return "did you mean " + registry.JoinPath(e.parent, nearest) + "?"
	}
	if len(e.candidates) == 0 {
		return "set it as a whole"
	}
	if e.parent != "" {
		return "it has " + strings.Join(e.candidates, ", ")
	}
	return ""
}

// longerPath returns the path of the section that has a parameter of that
// name, such as train.epochs for epochs, or "".
func longerPath(name string) string {
	for _, section := range []string{"model", "train", "data", "loss"} {
		if _, err := targets(section + "." + name); err == nil {
			return section + "." + name
		}
	}
	return ""
}

// children returns what a name may lead to below any of the targets, and all
// names that are there.
func children(parents []target, name string) (found []target, names []string) {
	add := func(child string, t target) {
		names = append(names, child)
		if child == name {
			found = append(found, t)
		}
	}
	for _, parent := range parents {
		parent.each(add)
	}
	slices.Sort(names)
	return found, slices.Compact(names)
}

func (t target) each(add func(string, target)) {
	switch {
	case t.field != nil && t.field.Type == registry.Part:
		target{role: t.field.Role()}.each(add)
	case t.field != nil && t.field.Type == registry.Kinds:
		target{role: t.field.Role(), kinds: true}.each(add)
	case t.field != nil:
		eachField(t.field.Fields, add)
	case t.kind != nil:
		eachField(t.kind.Fields, add)
	case t.kinds:
		for _, kind := range t.role.Kinds() {
			add(kind.Name, target{kind: kind})
		}
	default:
		add("kind", target{field: kindField})
		for _, kind := range t.role.Kinds() {
			eachField(kind.Fields, add)
		}
	}
}

// kindField stands for the key kind of a part.
var kindField = &registry.Field{Name: "kind", Type: registry.Text}

func eachField(fields []registry.Field, add func(string, target)) {
	for i := range fields {
		add(fields[i].Name, target{field: &fields[i]})
	}
}

// listOnly returns the list parameter that a path leads to, where it can lead to nothing else.
func listOnly(found []target) *registry.Field {
	for _, t := range found {
		if t.field == nil || t.field.Type != registry.List {
			return nil
		}
	}
	return found[0].field
}
