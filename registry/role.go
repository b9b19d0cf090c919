package registry

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Role is a place in a spec that a part can fill: loss, optimiser, layer.
type Role struct {
	Name    string
	Summary string
	// Default is the kind that is meant where a mapping names none, or "".
	Default string

	scalar string // the kind that a bare number stands for, or ""
	kinds  map[string]*Kind
}

// Kind is one part: its name in a spec, and its parameters. A role with a
// single kind without a name is a mapping that has no kind, such as train.
type Kind struct {
	Name    string
	Summary string
	Fields  []Field

	typ       reflect.Type
	short     int // index into Fields of what a bare number sets, or −1
	normalise Normaliser
}

// Normaliser is implemented by parts whose parameters stand in for each other,
// or depend on each other. Normalise rewrites the resolved tree in place so
// that settings that mean the same become the same, and reports what cannot be
// combined. given holds the names that the user wrote.
type Normaliser interface {
	Normalise(resolved Tree, given map[string]bool) Mistakes
}

var (
	rolesByName = map[string]*Role{}
	rolesByType = map[reflect.Type]*Role{}
)

// NewRole declares a role. The parts that fill it are pointers to structs that
// implement the interface T. It panics where the name or T is taken.
func NewRole[T any](name, summary string) *Role {
	typ := reflect.TypeFor[T]()
	if typ.Kind() != reflect.Interface {
		panic("registry: the parts of role " + name + " need an interface, got " + typ.String())
	}
	if rolesByName[name] != nil || rolesByType[typ] != nil {
		panic("registry: role " + name + " is declared twice")
	}
	role := &Role{Name: name, Summary: summary, kinds: map[string]*Kind{}}
	rolesByName[name], rolesByType[typ] = role, role
	return role
}

// WithDefault names the kind that is meant where a mapping names none, and returns r.
func (r *Role) WithDefault(kind string) *Role {
	r.Default = kind
	return r
}

// WithScalar names the kind that a bare number stands for, and returns r. The
// number is the value of the field of that kind that is tagged short.
func (r *Role) WithScalar(kind string) *Role {
	r.scalar = kind
	return r
}

// Add declares a part: T is a struct whose exported fields are the parameters,
// and *T implements the role's interface. It panics where the declaration is
// wrong: an unknown tag, a default out of range, a name that is taken, a
// parameter without doc.
func Add[T any](role *Role, name, summary string) {
	typ := reflect.TypeFor[T]()
	kind := &Kind{Name: name, Summary: summary, typ: typ, short: -1}
	if role.kinds[name] != nil {
		panic(fmt.Sprintf("registry: %s %s is declared twice", role.Name, name))
	}
	if summary == "" {
		panic(fmt.Sprintf("registry: %s %s has no summary", role.Name, name))
	}
	fields, err := fieldsOf(typ)
	if err != nil {
		panic(fmt.Sprintf("registry: %s %s: %v", role.Name, name, err))
	}
	kind.Fields = fields
	kind.short = slices.IndexFunc(fields, func(f Field) bool { return f.Short })
	kind.normalise, _ = reflect.New(typ).Interface().(Normaliser)
	role.kinds[name] = kind
}

// RoleNamed returns the role of that name, or nil.
func RoleNamed(name string) *Role { return rolesByName[name] }

// Roles returns all roles in alphabetical order.
func Roles() []*Role {
	roles := make([]*Role, 0, len(rolesByName))
	for _, name := range slices.Sorted(maps.Keys(rolesByName)) {
		roles = append(roles, rolesByName[name])
	}
	return roles
}

// Kinds returns the parts of the role in alphabetical order.
func (r *Role) Kinds() []*Kind {
	kinds := make([]*Kind, 0, len(r.kinds))
	for _, name := range r.Names() {
		kinds = append(kinds, r.kinds[name])
	}
	return kinds
}

// Kind returns the part of that name, or nil.
func (r *Role) Kind(name string) *Kind { return r.kinds[name] }

// KindOf returns the kind that a part of this role was declared as, or nil.
func (r *Role) KindOf(part any) *Kind {
	typ := reflect.TypeOf(part)
	for _, kind := range r.kinds {
		if typ == reflect.PointerTo(kind.typ) {
			return kind
		}
	}
	return nil
}

// Names returns the names of the parts in alphabetical order.
func (r *Role) Names() []string { return slices.Sorted(maps.Keys(r.kinds)) }

// Scalar returns the kind that a bare number stands for, or nil.
func (r *Role) Scalar() *Kind { return r.kinds[r.scalar] }

// Short returns the field that a bare number sets, or nil.
func (k *Kind) Short() *Field {
	if k.short < 0 {
		return nil
	}
	return &k.Fields[k.short]
}

// Field returns the parameter of that name, or nil.
func (k *Kind) Field(name string) *Field {
	for i := range k.Fields {
		if k.Fields[i].Name == name {
			return &k.Fields[i]
		}
	}
	return nil
}
