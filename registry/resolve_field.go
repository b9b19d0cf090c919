package registry

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

func resolveFields(fields []Field, given Tree, owner string) (Tree, Mistakes) {
	mistakes := unknownNames(fields, given, owner)
	resolved := make(Tree, len(fields)+1)
	for i := range fields {
		field := &fields[i]
		value := given[field.Name]
		if value == nil {
			value = field.Default
		}
		if value == nil {
			if !field.Optional {
				mistakes = append(mistakes, Mistake{Message: strings.TrimSpace(owner+" needs ") + " " + field.Name + ": " + field.Expects(), Hint: field.Doc})
			}
			continue
		}
		result, more := field.Resolve(value)
		mistakes = append(mistakes, more.Under(field.Name)...)
		if result != nil && !(field.Added && result == field.Default) {
			resolved[field.Name] = result
		}
	}
	return resolved, mistakes
}

func unknownNames(fields []Field, given Tree, owner string) Mistakes {
	var mistakes Mistakes
	for _, name := range given.Keys() {
		if name == "kind" || slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			continue
		}
		names := make([]string, len(fields))
		for i, field := range fields {
			names[i] = field.Name
		}
		mistake := Mistake{Path: name, Key: true, Message: fmt.Sprintf("%s has no parameter %q", owner, name), Hint: hintNearest(name, names)}
		if owner == "" {
			mistake.Message = fmt.Sprintf("unknown key %q", name)
		}
		if mistake.Hint == "" && len(names) > 0 {
			mistake.Hint = "it has " + strings.Join(names, ", ")
		}
		mistakes = append(mistakes, mistake)
	}
	return mistakes
}

// Resolve checks a value that a user gave for the parameter.
func (f *Field) Resolve(value any) (any, Mistakes) {
	switch f.Type {
	case Part:
		return f.role.Resolve(value)
	case List:
		return f.resolveList(value)
	case Kinds:
		return f.resolveKinds(value)
	case Block:
		mapping, ok := value.(Tree)
		if !ok {
			return nil, f.wrong(value)
		}
		if _, has := mapping["kind"]; has {
			return nil, Mistakes{{Path: "kind", Key: true, Message: f.Name + " is no part and has no kind"}}
		}
		return resolveFields(f.Fields, mapping, f.Name)
	}
	return f.resolveScalar(value)
}

func (f *Field) resolveScalar(value any) (any, Mistakes) {
	switch v := value.(type) {
	case bool:
		if f.Type == Bool {
			return v, nil
		}
	case float64:
		if f.Type == Int || f.Type == Float {
			if problem := f.checkNumber(v); problem != "" {
				return nil, Mistakes{{Message: problem}}
			}
			return v + 0, nil // −0 becomes 0
		}
		if f.Type == Text && f.Numbers {
			return f.resolveWord(FormatNumber(v))
		}
	case string:
		if f.Type == Text {
			return f.resolveWord(v)
		}
	}
	return nil, f.wrong(value)
}

func (f *Field) resolveWord(word string) (any, Mistakes) {
	if f.Enum != nil && f.Numbers {
		if v, err := strconv.ParseFloat(word, 64); err == nil {
			return f.resolveWholeWord(v)
		}
	}
	if f.Enum != nil && !slices.Contains(f.Enum, word) {
		return nil, Mistakes{{
			Message: fmt.Sprintf("%s must be %s, got %q", f.Name, f.Expects(), word),
			Hint:    hintNearest(word, f.Enum),
		}}
	}
	return word, nil
}

// resolveWholeWord returns the word that a whole number is written as.
func (f *Field) resolveWholeWord(v float64) (any, Mistakes) {
	number := Field{Name: f.Name, Type: Int, Range: f.Range}
	if problem := number.checkNumber(v); problem != "" {
		return nil, Mistakes{{Message: problem}}
	}
	return FormatNumber(v + 0), nil
}

func (f *Field) wrong(value any) Mistakes {
	return Mistakes{{Message: fmt.Sprintf("%s must be %s, got %s", f.Name, f.Expects(), describe(value))}}
}

// checkNumber returns what is wrong with v, or "".
func (f *Field) checkNumber(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Sprintf("%s must be finite, got %g", f.Name, v)
	case f.Type == Int && (v != math.Trunc(v) || math.Abs(v) >= 1<<53):
		return fmt.Sprintf("%s must be a whole number, got %s", f.Name, FormatNumber(v))
	case f.Range != nil && !f.Range.Contains(v):
		return fmt.Sprintf("%s must lie in %s, got %s", f.Name, f.Range, FormatNumber(v))
	}
	return ""
}

func (f *Field) resolveList(value any) (any, Mistakes) {
	if word, ok := value.(string); ok && f.Word != "" && word == f.Word {
		return word, nil
	}
	elements, ok := value.([]any)
	if !ok {
		return nil, f.wrong(value)
	}
	resolved := make([]any, len(elements))
	var mistakes Mistakes
	for i, element := range elements {
		result, more := f.Elem.Resolve(element)
		resolved[i] = result
		mistakes = append(mistakes, more.Under(JoinIndex("", i))...)
	}
	return resolved, mistakes
}

// resolveKinds resolves {sparse-kl: {rho: 0.05}, l2: [1e-4, {weight: 1, on: all}]}.
func (f *Field) resolveKinds(value any) (any, Mistakes) {
	mapping, ok := value.(Tree)
	if !ok {
		return nil, f.wrong(value)
	}
	resolved := Tree{}
	var mistakes Mistakes
	for _, name := range mapping.Keys() {
		if mapping[name] == nil {
			continue
		}
		kind := f.role.kinds[name]
		if kind == nil {
			mistake := f.role.unknownKind(name, nil)
			mistake.Path, mistake.Key = name, true
			mistakes = append(mistakes, mistake)
			continue
		}
		result, more := kind.resolveRepeated(mapping[name])
		resolved[name] = result
		mistakes = append(mistakes, more.Under(name)...)
	}
	if len(resolved) == 0 {
		return nil, mistakes
	}
	return resolved, mistakes
}
