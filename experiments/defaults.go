package experiments

import (
	"strings"

	"hourglass.dev/hourglass/registry"
)

// withDefaults returns base with the default parts that a path leads through,
// so that train.optimiser.rate can be set where the optimiser is not written.
func withDefaults(base registry.Tree, path string) registry.Tree {
	names := strings.Split(path, ".")
	fields := fieldsIn(roleOf(names[0]), names[0] == regularisers, base[names[0]])
	for i := 1; i < len(names)-1; i++ {
		field := fieldNamed(fields, names[i])
		if field == nil {
			return base
		}
		prefix := strings.Join(names[:i+1], ".")
		value, given := base.At(prefix)
		if !given && field.Type == registry.Part && field.Default != nil {
			value = field.Default
			base = base.With(prefix, value)
		}
		switch field.Type {
		case registry.Part, registry.Kinds:
			fields = fieldsIn(field.Role(), field.Type == registry.Kinds, value)
		default:
			fields = field.Fields
		}
	}
	return base
}

// fieldsIn returns the parameters of the part that a value stands for. In a
// mapping by kind they are the kinds themselves.
func fieldsIn(role *registry.Role, byKind bool, value any) []registry.Field {
	if byKind {
		var fields []registry.Field
		for _, kind := range role.Kinds() {
			fields = append(fields, registry.Field{Name: kind.Name, Type: registry.Block, Fields: kind.Fields})
		}
		return fields
	}
	name := kindOf(value)
	if _, isNumber := value.(float64); isNumber && role.Scalar() != nil {
		name = role.Scalar().Name
	}
	if name == "" {
		name = role.Default
	}
	if kind := role.Kind(name); kind != nil {
		return kind.Fields
	}
	return nil
}

func fieldNamed(fields []registry.Field, name string) *registry.Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}
