package registry

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Type is what a parameter holds.
type Type int

// The types of parameters.
const (
	Bool  Type = iota // true or false
	Int               // a whole number
	Float             // a number
	Text              // a word, of Enum where that is not empty
	Part              // a part of Role
	Block             // a mapping with parameters of its own, Fields
	List              // a list of Elem
	Kinds             // a list of parts of Role, written as a mapping from kind to parameters
)

// Field is a parameter of a part, as its declaration says.
type Field struct {
	Name     string
	Doc      string
	Type     Type
	Default  any       // nil where there is none
	Added    bool      // came after the others: left out of a setting where it has its default
	Optional bool      // may be absent, and then stays absent
	Short    bool      // what a bare number in place of the part sets
	Identity bool      // part of a trial's identity
	Range    *Interval // of numbers, and of the numbers in a list; nil for any finite number
	Enum     []string  // legal words
	Numbers  bool      // a number stands for the word that it is written as; beside Enum, a whole one in Range
	Word     string    // a word that may stand instead of a list, or ""
	Elem     *Field    // of a List
	Fields   []Field   // of a Block

	role  *Role
	index int          // in the struct
	typ   reflect.Type // of the struct's field
}

// Role returns the role of a Part, of the parts in a List, or of Kinds, and nil otherwise.
func (f *Field) Role() *Role {
	if f.role == nil && f.Elem != nil {
		return f.Elem.role
	}
	return f.role
}

func fieldsOf(typ reflect.Type) ([]Field, error) {
	if typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("a part is a struct, got %s", typ)
	}
	var fields []Field
	for i := range typ.NumField() {
		declared := typ.Field(i)
		if !declared.IsExported() {
			continue
		}
		field, err := newField(declared)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", declared.Name, err)
		}
		field.index = i
		fields = append(fields, field)
	}
	return fields, nil
}

func newField(declared reflect.StructField) (Field, error) {
	tag := declared.Tag
	field := Field{
		Name:     snakeCase(declared.Name),
		Doc:      tag.Get("doc"),
		Added:    tag.Get("added") == "yes",
		Optional: tag.Get("optional") == "yes",
		Short:    tag.Get("short") == "yes",
		Identity: tag.Get("identity") != "no",
		Numbers:  tag.Get("numbers") == "yes",
		Word:     tag.Get("word"),
	}
	if field.Doc == "" {
		return field, fmt.Errorf("no doc")
	}
	if words := tag.Get("enum"); words != "" {
		field.Enum = strings.Split(words, "|")
	}
	if err := field.setType(declared.Type, tag.Get("by") == "kind"); err != nil {
		return field, err
	}
	if field.Elem != nil {
		field.Elem.Numbers = field.Numbers
	}
	if text, ok := tag.Lookup("range"); ok {
		interval, err := parseInterval(text)
		if err != nil {
			return field, err
		}
		field.Range = &interval
		if field.Elem != nil {
			field.Elem.Range = &interval
		}
	}
	if field.Type == Text && field.Enum != nil && field.Numbers && field.Range == nil {
		return field, fmt.Errorf("a number beside words needs a range")
	}
	if text, ok := tag.Lookup("default"); ok {
		if err := field.setDefault(text); err != nil {
			return field, err
		}
	}
	if scalar := field.Type == Bool || field.Type == Int || field.Type == Float || field.Type == Text; field.Added && (!scalar || field.Default == nil) {
		return field, fmt.Errorf("only a number, a word or a truth with a default can be added later")
	}
	return field, nil
}

func (f *Field) setType(typ reflect.Type, byKind bool) error {
	f.typ = typ
	switch typ.Kind() {
	case reflect.Bool:
		f.Type = Bool
	case reflect.Int:
		f.Type = Int
	case reflect.Float64:
		f.Type = Float
	case reflect.String:
		f.Type = Text
	case reflect.Interface:
		f.Type, f.role = Part, rolesByType[typ]
		if f.role == nil {
			return fmt.Errorf("no role has the type %s", typ)
		}
	case reflect.Pointer:
		f.Type = Block
		fields, err := fieldsOf(typ.Elem())
		f.Fields = fields
		return err
	case reflect.Slice:
		return f.setListType(typ, byKind)
	default:
		return fmt.Errorf("a parameter cannot be a %s", typ)
	}
	return nil
}

func (f *Field) setListType(typ reflect.Type, byKind bool) error {
	element := Field{Name: f.Name, Doc: f.Doc, Identity: true}
	if err := element.setType(typ.Elem(), false); err != nil {
		return err
	}
	if byKind {
		f.Type, f.role, f.Optional = Kinds, element.role, true
		return nil
	}
	f.Type, f.Elem = List, &element
	return nil
}

func (f *Field) setDefault(text string) error {
	switch f.Type {
	case Bool:
		value, err := strconv.ParseBool(text)
		f.Default = value
		return err
	case Int, Float:
		return f.setDefaultNumber(text)
	case Part:
		// Checked when it is resolved: the kind may be declared later.
		if number, err := strconv.ParseFloat(text, 64); err == nil {
			f.Default = number
			return nil
		}
	case List:
		if text != f.Word {
			return fmt.Errorf("the default of a list can only be its word %q, got %q", f.Word, text)
		}
	case Text:
		if f.Enum != nil && !slices.Contains(f.Enum, text) {
			return fmt.Errorf("default %q is not one of %v", text, f.Enum)
		}
	default:
		return fmt.Errorf("this type of parameter has no default")
	}
	f.Default = text
	return nil
}

func (f *Field) setDefaultNumber(text string) error {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return err
	}
	f.Default = value
	if problem := f.checkNumber(value); problem != "" {
		return fmt.Errorf("default: %s", problem)
	}
	return nil
}

// Expects says in a few words what the parameter takes: "a number in (0, inf)".
func (f *Field) Expects() string {
	switch f.Type {
	case Bool:
		return "true or false"
	case Int, Float:
		what := "a number"
		if f.Type == Int {
			what = "a whole number"
		}
		if f.Range != nil {
			what += " in " + f.Range.String()
		}
		return what
	case Text:
		switch {
		case f.Enum != nil && f.Numbers:
			return strings.Join(f.Enum, ", ") + " or a whole number in " + f.Range.String()
		case f.Enum != nil:
			return "one of " + strings.Join(f.Enum, ", ")
		}
		return "a word"
	case Part:
		if f.role.scalar != "" {
			return "a number or " + withArticle(f.role.Name)
		}
		return withArticle(f.role.Name)
	case Block:
		return "a mapping"
	case Kinds:
		return "a mapping from " + f.role.Name + " kinds to their parameters"
	}
	what := "a list of " + plural(f.Elem)
	if f.Word != "" {
		what = f.Word + " or " + what
	}
	return what
}

func withArticle(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

func plural(f *Field) string {
	switch f.Type {
	case Int:
		return "whole numbers"
	case Float:
		return "numbers"
	case Part:
		return f.role.Name + "s"
	}
	return "words"
}

// snakeCase turns the name of a Go field into that of a parameter: CodeActivation, code_activation.
func snakeCase(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
