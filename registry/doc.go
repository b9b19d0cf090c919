// Package registry maps names to parts: the building blocks that a spec may
// name, with their parameters, defaults, ranges and documentation.
//
// A part is declared once, as a Go struct whose exported fields are its
// parameters:
//
//	type Huber struct {
//		Delta float64 `default:"1" range:"(0, inf)" doc:"where the square ends and the line begins"`
//	}
//
//	func init() { registry.Add[Huber](losses, "huber", "quadratic near zero, linear beyond delta") }
//
// From that declaration follow its decoding, its defaults, its range checks,
// the errors for misspelt names, the help of `hourglass parts` and the JSON
// Schema of a spec.
//
// # Values
//
// A setting is a [Tree]: mappings from names to nil, bool, float64, string,
// []any and Tree, and nothing else. [Kind.Resolve] turns what a user wrote
// into a tree with every default written out, and reports all [Mistakes];
// [Decode] turns a resolved tree into the Go value that was declared.
//
// # Field tags
//
//	default   value when the field is not given (a number, a word, a kind)
//	added     "yes": a later addition, left out of resolved settings where it has its default,
//	          so that the identities of trials from before it stay what they were
//	optional  "yes": the field may be absent, and then stays absent
//	range     interval of legal numbers, such as "[0, 1)" or "(0, inf)"
//	enum      legal words, separated by |
//	numbers   "yes": a number is taken for the word that it is written as; beside enum, a whole one in range
//	word      for lists: one word that may stand instead of the list
//	by        "kind": a list of parts written as a mapping from kind to parameters
//	identity  "no": not part of a trial's identity (paths, bookkeeping)
//	doc       one line for people
//
// A field without default and without optional must be given. The name of a
// parameter is that of the field in snake case (CodeActivation is
// code_activation).
package registry
