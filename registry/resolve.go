package registry

import (
	"fmt"
	"strings"
)

// Resolve turns what a user wrote in place of a part of this role (a kind, a
// mapping with kind and parameters, or a number where the role takes one) into
// a tree with every default written out. A part of the scalar kind that has
// nothing but its number stays that number.
func (r *Role) Resolve(given any) (any, Mistakes) {
	switch v := given.(type) {
	case string:
		return r.resolveKind(v, nil)
	case Tree:
		return r.resolveTree(v)
	case float64:
		if r.scalar != "" {
			return r.resolveKind(r.scalar, Tree{shorthand: v})
		}
	}
	return nil, Mistakes{{Message: fmt.Sprintf("%s must be %s, got %s", r.Name, r.expects(), describe(given))}}
}

// shorthand is the key under which [Tree.With] keeps a bare number whose
// neighbours are being set.
const shorthand = ""

func (r *Role) expects() string {
	if r.scalar != "" {
		return "a number, a kind or a mapping with a kind"
	}
	return "a kind or a mapping with a kind"
}

func (r *Role) resolveTree(given Tree) (any, Mistakes) {
	name, ok := given["kind"].(string)
	if _, has := given["kind"]; has && !ok {
		return nil, Mistakes{{Path: "kind", Message: "kind must be a word, got " + describe(given["kind"])}}
	}
	if _, has := given[shorthand]; name == "" && has {
		name = r.scalar
	}
	if name == "" {
		name = r.Default
	}
	if name == "" && r.kinds[name] == nil {
		return nil, Mistakes{{
			Message: fmt.Sprintf("%s needs a kind", r.Name),
			Hint:    "one of " + strings.Join(r.Names(), ", "),
		}}
	}
	return r.resolveKind(name, given)
}

func (r *Role) resolveKind(name string, given Tree) (any, Mistakes) {
	kind := r.kinds[name]
	if kind == nil {
		return nil, Mistakes{r.unknownKind(name, given)}
	}
	resolved, mistakes := kind.Resolve(given)
	if r.scalar == name && len(kind.Fields) == 1 && len(mistakes) == 0 {
		return resolved[kind.Short().Name], nil
	}
	if name != "" {
		resolved["kind"] = name
	}
	return resolved, mistakes
}

func (r *Role) unknownKind(name string, given Tree) Mistake {
	mistake := Mistake{Message: fmt.Sprintf("no %s is called %q", r.Name, name)}
	if _, has := given["kind"]; has {
		mistake.Path = "kind"
	}
	mistake.Hint = hintNearest(name, r.Names())
	if mistake.Hint == "" {
		mistake.Hint = "one of " + strings.Join(r.Names(), ", ")
	}
	return mistake
}

// Resolve checks the parameters in given, except kind, and writes out every
// default.
func (k *Kind) Resolve(given Tree) (Tree, Mistakes) {
	given, mistakes := k.expandShorthand(given)
	resolved, more := resolveFields(k.Fields, given, k.Name)
	mistakes = append(mistakes, more...)
	if k.normalise != nil && len(mistakes) == 0 {
		names := make(map[string]bool, len(given))
		for name, value := range given {
			names[name] = value != nil
		}
		mistakes = k.normalise.Normalise(resolved, names)
	}
	return resolved, mistakes
}

func (k *Kind) expandShorthand(given Tree) (Tree, Mistakes) {
	number, has := given[shorthand]
	if !has {
		return given, nil
	}
	short := k.Short()
	if short == nil {
		return nil, Mistakes{{Message: fmt.Sprintf("%s takes parameters by name, got %s", k.Name, describe(number))}}
	}
	out := Tree{}
	for name, value := range given {
		if name != shorthand {
			out[name] = value
		}
	}
	if _, both := out[short.Name]; !both {
		out[short.Name] = number
	}
	return out, nil
}

// resolveRepeated resolves the parameters of one part, or a list of them. A
// list of one is that one.
func (k *Kind) resolveRepeated(value any) (any, Mistakes) {
	list, ok := value.([]any)
	if !ok {
		return k.resolveShort(value)
	}
	if len(list) == 1 {
		result, mistakes := k.resolveShort(list[0])
		return result, mistakes.Under(JoinIndex("", 0))
	}
	if len(list) == 0 {
		return nil, Mistakes{{Message: k.Name + " needs at least one entry in its list"}}
	}
	resolved := make([]any, len(list))
	var mistakes Mistakes
	for i, element := range list {
		result, more := k.resolveShort(element)
		resolved[i] = result
		mistakes = append(mistakes, more.Under(JoinIndex("", i))...)
	}
	return resolved, mistakes
}

// resolveShort resolves a mapping of parameters, or what stands for the short
// one: a number, or a part such as a schedule.
func (k *Kind) resolveShort(value any) (any, Mistakes) {
	mapping, ok := value.(Tree)
	if !ok {
		return k.Resolve(Tree{shorthand: value})
	}
	if _, schedule := mapping["kind"]; schedule && k.Short() != nil {
		return k.Resolve(Tree{shorthand: value})
	}
	return k.Resolve(mapping)
}

func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		return fmt.Sprintf("%q", v)
	case Tree:
		return "a mapping"
	case []any:
		return "the list " + FormatValue(v)
	}
	return FormatValue(value)
}
