package experiments

import (
	"math"

	"hourglass.dev/hourglass/registry"
)

// Schema returns the JSON Schema (draft 2020-12) of a spec, made from the
// parts that are registered, so that an editor can complete and check specs. It
// accepts every spec that [Read] accepts; what it cannot say, such as which
// combinations make sense, Read reports.
func Schema() registry.Tree {
	definitions := registry.Tree{}
	for _, role := range registry.Roles() {
		definitions[role.Name] = roleSchema(role)
	}
	return registry.Tree{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "An experiment with autoencoders",
		"type":                 "object",
		"required":             []any{"version", "data", "model"},
		"additionalProperties": false,
		"properties":           rootSchema(),
		"$defs":                definitions,
	}
}

func rootSchema() registry.Tree {
	text := registry.Tree{"type": "string"}
	texts := registry.Tree{"type": "array", "items": text}
	names := registry.Tree{"anyOf": []any{text, texts}}
	anything := registry.Tree{"type": "object"}
	positive := registry.Tree{"type": "integer", "minimum": 1.0}
	schema := registry.Tree{
		"version":    registry.Tree{"const": 1.0, "description": "version of the grammar"},
		"name":       registry.Tree{"type": "string", "description": "of the experiment"},
		"question":   registry.Tree{"type": "string", "description": "what the experiment is to answer"},
		"tags":       registry.Tree{"anyOf": names["anyOf"], "description": "words to find it by"},
		"data":       reference("data", "where the examples come from"),
		"model":      reference("model", "what is trained"),
		"loss":       reference("loss", "how far a reconstruction is from its target"),
		"train":      reference("train", "how the weights are found"),
		regularisers: kindsSchema(registry.RoleNamed("regulariser"), "penalties that are added to the reconstruction loss"),
		"seeds": registry.Tree{
			"anyOf":       []any{positive, registry.Tree{"type": "array", "items": positive}},
			"description": "repeats: a number of them, or their names",
		},
		"baselines": registry.Tree{"type": "array", "items": reference("baseline", ""), "description": "models in closed form to compare with"},
		"sweep":     sweepSchema(),
		"evaluate":  evaluateSchema(),
		"expect": registry.Tree{
			"type": "object", "additionalProperties": registry.Tree{"type": "string", "pattern": `^\s*[<>]=?\s*[-+.0-9]`},
			"description": "what metrics of every trial are expected to be, such as test.fvu: \"< 0.35\"",
		},
		"claims":   claimsSchema(),
		"reported": reportedSchema(),
		"gate":     gateSchema(),
		"compare": registry.Tree{
			"type": "object", "additionalProperties": false, "description": "how the results are laid out",
			"properties": registry.Tree{"metric": names, "rows": names, "columns": names, "reference": anyOf(text, anything)},
		},
	}
	for _, name := range []string{"loss", "train", regularisers, "sweep", "evaluate", "expect", "claims", "reported", "gate", "compare"} {
		schema[name] = orNothing(schema[name].(registry.Tree))
	}
	return schema
}

// orNothing returns the schema of a word that may also stand without a value.
func orNothing(choice registry.Tree) registry.Tree {
	inner, out := registry.Tree{}, registry.Tree{}
	for name, value := range choice {
		if name == "description" {
			out[name] = value
		} else {
			inner[name] = value
		}
	}
	out["anyOf"] = []any{inner, registry.Tree{"type": "null"}}
	return out
}

func sweepSchema() registry.Tree {
	mapping := registry.Tree{"type": "object"}
	mappings := anyOf(mapping, registry.Tree{"type": "array"})
	return registry.Tree{
		"type": "object", "additionalProperties": false, "description": "how the setting varies",
		"properties": registry.Tree{
			"cases": mapping, "grid": mapping, "zip": mappings, "when": mappings,
			"exclude": mappings, "include": mappings, "sample": mapping,
		},
	}
}

func claimsSchema() registry.Tree {
	return registry.Tree{
		"type": "object", "description": "hypotheses about cases, such as denoising beats undercomplete",
		"additionalProperties": registry.Tree{
			"type": []any{"object", "null"}, "additionalProperties": false,
			"properties": registry.Tree{
				"metric": registry.Tree{"type": "string"},
				"alpha":  registry.Tree{"type": "number", "exclusiveMinimum": 0.0, "exclusiveMaximum": 0.5},
			},
		},
	}
}

// evaluateSchema is that of what stands for one evaluation, of a list of them,
// or of a mapping from kinds to parameters or lists of parameters.
func evaluateSchema() registry.Tree {
	role := registry.RoleNamed("evaluation")
	part := reference(role.Name, "")
	properties := registry.Tree{}
	for _, kind := range role.Kinds() {
		one := anyOf(fieldsSchema(kind.Fields), registry.Tree{"type": "null"})
		properties[kind.Name] = registry.Tree{
			"anyOf":       []any{one, registry.Tree{"type": "array", "items": one}},
			"description": kind.Summary,
		}
	}
	byKind := registry.Tree{"type": "object", "additionalProperties": false, "properties": properties}
	return registry.Tree{
		"anyOf":       []any{byKind, registry.Tree{"type": "array", "items": part}, registry.Tree{"type": "string"}, registry.Tree{"type": "null"}},
		"description": "what is measured on a trained model beyond what always is; it can be added later",
	}
}

func anyOf(choices ...any) registry.Tree { return registry.Tree{"anyOf": choices} }

func reference(role, description string) registry.Tree {
	out := registry.Tree{"$ref": "#/$defs/" + role}
	if description != "" {
		out["description"] = description
	}
	return out
}

// roleSchema is that of what may stand where a part of a role is wanted.
func roleSchema(role *registry.Role) registry.Tree {
	var choices []any
	var names []any
	for _, kind := range role.Kinds() {
		choices = append(choices, kindSchema(kind, kind.Name == role.Default))
		if kind.Name != "" {
			names = append(names, kind.Name)
		}
	}
	if len(names) > 0 {
		choices = append(choices, registry.Tree{"enum": names})
	}
	if role.Scalar() != nil {
		choices = append(choices, registry.Tree{"type": "number"})
	}
	return registry.Tree{"anyOf": choices, "description": role.Summary}
}

// kindSchema is that of a part with its parameters. The kind may be left out
// of the one that a role takes by default.
func kindSchema(kind *registry.Kind, isDefault bool) registry.Tree {
	out := fieldsSchema(kind.Fields)
	out["description"] = kind.Summary
	if kind.Name == "" {
		return out
	}
	out["properties"].(registry.Tree)["kind"] = registry.Tree{"const": kind.Name}
	if !isDefault {
		required, _ := out["required"].([]any)
		out["required"] = append([]any{"kind"}, required...)
	}
	return out
}

func fieldsSchema(fields []registry.Field) registry.Tree {
	properties := registry.Tree{}
	for i := range fields {
		property := fieldSchema(&fields[i])
		property["description"] = fields[i].Doc
		if value := fields[i].Default; value != nil {
			property["default"] = value
		}
		properties[fields[i].Name] = property
	}
	return registry.Tree{"type": "object", "additionalProperties": false, "properties": properties}
}

func fieldSchema(f *registry.Field) registry.Tree {
	switch f.Type {
	case registry.Bool:
		return registry.Tree{"type": "boolean"}
	case registry.Int:
		return bounded(registry.Tree{"type": "integer"}, f.Range)
	case registry.Float:
		return bounded(registry.Tree{"type": "number"}, f.Range)
	case registry.Part:
		return reference(f.Role().Name, "")
	case registry.Block:
		return fieldsSchema(f.Fields)
	case registry.Kinds:
		return kindsSchema(f.Role(), f.Doc)
	case registry.List:
		list := registry.Tree{"type": "array", "items": fieldSchema(f.Elem)}
		if f.Word == "" {
			return list
		}
		return anyOf(list, registry.Tree{"const": f.Word})
	}
	out := registry.Tree{"type": "string"}
	if f.Numbers {
		out["type"] = []any{"string", "number"}
	}
	if f.Enum != nil {
		words := make([]any, len(f.Enum))
		for i, word := range f.Enum {
			words[i] = word
		}
		out["enum"] = words
	}
	if f.Enum != nil && f.Numbers {
		return anyOf(registry.Tree{"enum": out["enum"]}, bounded(registry.Tree{"type": "integer"}, f.Range))
	}
	return out
}

func bounded(out registry.Tree, in *registry.Interval) registry.Tree {
	if in == nil {
		return out
	}
	set := func(closed, opened string, at float64, open bool) {
		if math.IsInf(at, 0) {
			return
		}
		if open {
			closed = opened
		}
		out[closed] = at
	}
	set("minimum", "exclusiveMinimum", in.Low, in.LowOpen)
	set("maximum", "exclusiveMaximum", in.High, in.HighOpen)
	return out
}

// kindsSchema is that of a mapping from kinds to parameters, to what stands
// for the short one, or to a list of either.
func kindsSchema(role *registry.Role, description string) registry.Tree {
	properties := registry.Tree{}
	for _, kind := range role.Kinds() {
		choices := []any{fieldsSchema(kind.Fields)}
		if short := kind.Short(); short != nil {
			choices = append(choices, fieldSchema(short))
		}
		one := anyOf(choices...)
		properties[kind.Name] = registry.Tree{
			"anyOf":       []any{one, registry.Tree{"type": "array", "items": one, "minItems": 1.0}},
			"description": kind.Summary,
		}
	}
	return registry.Tree{"type": "object", "additionalProperties": false, "properties": properties, "description": description}
}
