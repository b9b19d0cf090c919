package data

import (
	"cmp"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/registry"
)

// defaultFraction is what is tested on where a spec says nothing about it.
const defaultFraction = 0.2

// normaliseSplit removes a seed that has no effect, or refuses it where it was written.
func normaliseSplit(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["split"] == "random" {
		return nil
	}
	delete(resolved, "split_seed")
	if given["split_seed"] {
		return registry.Mistakes{{Path: "split_seed", Key: true, Message: "split_seed has no effect beside split: last", Hint: "add split: random"}}
	}
	return nil
}

// normaliseTest settles what is tested on: a file, a count or a fraction.
func normaliseTest(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseTestBy(resolved, given, "test_count")
}

// normaliseTestBy does so where the count has another name.
func normaliseTestBy(resolved registry.Tree, given map[string]bool, count string) registry.Mistakes {
	var said []string
	for _, name := range []string{"test", count, "test_fraction"} {
		if given[name] {
			said = append(said, name)
		}
	}
	switch len(said) {
	case 0:
		resolved["test_fraction"] = defaultFraction
		return nil
	case 1:
		return nil
	}
	return registry.Mistakes{{Path: said[1], Key: true, Message: fmt.Sprintf("%s and %s both say what is tested on", said[0], said[1]), Hint: "keep one of them"}}
}

// normaliseClasses puts normal in order, each once. needs is the
// parameter without which no example has a class, or "".
func normaliseClasses(resolved registry.Tree, given map[string]bool, needs string) registry.Mistakes {
	classes, ok := resolved["normal"].([]any)
	if !ok {
		return nil
	}
	if needs != "" && !given[needs] {
		return registry.Mistakes{{Path: "normal", Key: true, Message: "normal needs " + needs, Hint: "without it no example has a class"}}
	}
	if len(classes) == 0 {
		return registry.Mistakes{{Path: "normal", Message: "normal must name at least one class, got none", Hint: "leave it out to train on all"}}
	}
	classes = slices.SortedFunc(slices.Values(classes), compareValues)
	resolved["normal"] = slices.Compact(classes)
	return nil
}

// compareValues orders two numbers or two words.
func compareValues(a, b any) int {
	if x, ok := a.(float64); ok {
		return cmp.Compare(x, b.(float64))
	}
	return cmp.Compare(a.(string), b.(string))
}

// normaliseClip removes clip, or refuses it, where nothing is scaled to [0, 1].
func normaliseClip(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["scaling"] == "minmax" {
		return nil
	}
	delete(resolved, "clip")
	if given["clip"] {
		return registry.Mistakes{{Path: "clip", Key: true, Message: "clip needs scaling: minmax"}}
	}
	return nil
}

// needsEach reports every parameter in names that was given without its need.
func needsEach(given map[string]bool, need string, names ...string) registry.Mistakes {
	var mistakes registry.Mistakes
	for _, name := range names {
		if given[name] && !given[need] {
			mistakes = append(mistakes, registry.Mistake{Path: name, Key: true, Message: name + " needs " + need})
		}
	}
	return mistakes
}

// dropLimit removes a limit that is no limit.
func dropLimit(resolved registry.Tree, name string, rows int) {
	if limit, ok := resolved[name].(float64); ok && limit >= float64(rows) {
		delete(resolved, name)
	}
}

// checkValidation holds the validation split against the number of training examples.
func checkValidation(resolved registry.Tree, rows int) registry.Mistakes {
	validation := resolved["validation"].(float64)
	if validation < float64(rows) {
		return nil
	}
	return registry.Mistakes{{
		Path:    "validation",
		Message: fmt.Sprintf("validation must leave examples to train on, got %s of %d", registry.FormatNumber(validation), rows),
	}}
}
