package registry

import (
	"fmt"
	"reflect"
	"slices"
)

// Decode turns a resolved value of a role into the part that was declared for
// it: a *Huber as a Loss, say. T is the role's interface. It fails where the
// value does not fit the declaration, as in a record of another version.
func Decode[T any](value any) (T, error) {
	var part T
	role := rolesByType[reflect.TypeFor[T]()]
	if role == nil {
		return part, fmt.Errorf("no role has the type %s", reflect.TypeFor[T]())
	}
	decoded, err := role.decode(value)
	if err != nil {
		return part, err
	}
	return decoded.Interface().(T), nil
}

// DecodeKinds turns a resolved mapping from kinds to parameters into parts, in
// the order of their names, and of the lists under them.
func DecodeKinds[T any](value any) ([]T, error) {
	if value == nil {
		return nil, nil
	}
	role := rolesByType[reflect.TypeFor[T]()]
	if role == nil {
		return nil, fmt.Errorf("no role has the type %s", reflect.TypeFor[T]())
	}
	field := Field{Type: Kinds, role: role, typ: reflect.TypeFor[[]T]()}
	parts := []T{}
	err := field.decode(reflect.ValueOf(&parts).Elem(), value)
	return parts, err
}

func (r *Role) decode(value any) (reflect.Value, error) {
	var name string
	var parameters Tree
	switch v := value.(type) {
	case float64:
		scalar := r.Scalar()
		if scalar == nil {
			return reflect.Value{}, fmt.Errorf("%s: a number stands for no kind", r.Name)
		}
		name, parameters = r.scalar, Tree{scalar.Short().Name: v}
	case Tree:
		name, parameters = v.Kind(), v
	default:
		return reflect.Value{}, fmt.Errorf("%s: a part, got %s", r.Name, describe(value))
	}
	kind := r.kinds[name]
	if kind == nil {
		return reflect.Value{}, fmt.Errorf("no %s is called %q", r.Name, name)
	}
	return kind.decode(parameters)
}

func (k *Kind) decode(parameters Tree) (reflect.Value, error) {
	part := reflect.New(k.typ)
	if err := decodeFields(k.Fields, part.Elem(), parameters); err != nil {
		return part, fmt.Errorf("%s: %w", k.Name, err)
	}
	return part, nil
}

func decodeFields(fields []Field, target reflect.Value, parameters Tree) error {
	for i := range fields {
		field := &fields[i]
		value := parameters[field.Name]
		if value == nil && field.Added {
			value = field.Default
		}
		if value == nil {
			continue
		}
		if err := field.decode(target.Field(field.index), value); err != nil {
			return fmt.Errorf("%s: %w", field.Name, err)
		}
	}
	return nil
}

func (f *Field) decode(target reflect.Value, value any) error {
	switch f.Type {
	case Part:
		part, err := f.role.decode(value)
		if err == nil {
			target.Set(part)
		}
		return err
	case Block:
		mapping, ok := value.(Tree)
		if !ok {
			return fmt.Errorf("a mapping, got %s", describe(value))
		}
		target.Set(reflect.New(f.typ.Elem()))
		return decodeFields(f.Fields, target.Elem(), mapping)
	case List:
		return f.decodeList(target, value)
	case Kinds:
		return f.decodeKinds(target, value)
	}
	return f.decodeScalar(target, value)
}

func (f *Field) decodeScalar(target reflect.Value, value any) error {
	switch v := value.(type) {
	case bool:
		if f.Type == Bool {
			target.SetBool(v)
			return nil
		}
	case string:
		if f.Type == Text {
			target.SetString(v)
			return nil
		}
	case float64:
		switch f.Type {
		case Int:
			target.SetInt(int64(v))
			return nil
		case Float:
			target.SetFloat(v)
			return nil
		}
	}
	return fmt.Errorf("%s, got %s", f.Expects(), describe(value))
}

func (f *Field) decodeList(target reflect.Value, value any) error {
	if word, ok := value.(string); ok && word == f.Word {
		return nil
	}
	elements, ok := value.([]any)
	if !ok {
		return fmt.Errorf("a list, got %s", describe(value))
	}
	target.Set(reflect.MakeSlice(f.typ, len(elements), len(elements)))
	for i, element := range elements {
		if err := f.Elem.decode(target.Index(i), element); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return nil
}

func (f *Field) decodeKinds(target reflect.Value, value any) error {
	mapping, ok := value.(Tree)
	if !ok {
		return fmt.Errorf("a mapping, got %s", describe(value))
	}
	for _, name := range mapping.Keys() {
		kind := f.role.kinds[name]
		if kind == nil {
			return fmt.Errorf("no %s is called %q", f.role.Name, name)
		}
		repeated, ok := mapping[name].([]any)
		if !ok {
			repeated = []any{mapping[name]}
		}
		for _, element := range repeated {
			parameters, ok := element.(Tree)
			if !ok {
				return fmt.Errorf("%s: a mapping, got %s", name, describe(element))
			}
			part, err := kind.decode(parameters)
			if err != nil {
				return err
			}
			target.Set(reflect.Append(target, part))
		}
	}
	return nil
}

// Identity returns the part of a resolved value of the role that belongs to a
// trial's identity: everything but the parameters declared otherwise.
func (r *Role) Identity(value any) any {
	mapping, ok := value.(Tree)
	if !ok {
		return value
	}
	kind := r.kinds[mapping.Kind()]
	if kind == nil || !slices.ContainsFunc(kind.Fields, func(f Field) bool { return !f.Identity || f.role == r }) {
		return value
	}
	out := make(Tree, len(mapping))
	for name, element := range mapping {
		switch field := kind.Field(name); {
		case field != nil && field.role == r: // a part within a part of the same role
			out[name] = r.Identity(element)
		case field == nil || field.Identity:
			out[name] = element
		}
	}
	return out
}
