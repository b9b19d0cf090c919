package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/reports"
)

func (c *command) partsVerb() *cobra.Command {
	return &cobra.Command{
		Use:     "parts [ROLE|KIND...]",
		Short:   "Print what a spec may name: parts, their parameters, defaults and ranges",
		Example: "  hourglass parts\n  hourglass parts optimiser\n  hourglass parts adam sparse-kl",
		RunE:    func(_ *cobra.Command, names []string) error { return c.parts(names) },
	}
}

func (c *command) parts(names []string) error {
	var roles []reports.Role
	for _, role := range registry.Roles() {
		roles = append(roles, describeRole(role))
	}
	if len(names) > 0 {
		var err error
		if roles, err = selectParts(roles, names); err != nil {
			return usage(err)
		}
	}
	if c.json {
		return reports.WritePartsJSON(c.out, roles)
	}
	return reports.WriteParts(c.out, roles)
}

// selectParts keeps the roles, and the kinds, that are named.
func selectParts(roles []reports.Role, names []string) ([]reports.Role, error) {
	var all []string
	found := map[string]bool{}
	var selected []reports.Role
	for _, role := range roles {
		all = append(all, role.Name)
		whole := slices.Contains(names, role.Name)
		found[role.Name] = whole
		var parts []reports.Part
		for _, part := range role.Parts {
			all = append(all, part.Kind)
			if slices.Contains(names, part.Kind) {
				found[part.Kind] = true
				parts = append(parts, part)
			}
		}
		if !whole {
			role.Parts = parts
		}
		if whole || len(parts) > 0 {
			selected = append(selected, role)
		}
	}
	for _, name := range names {
		if !found[name] {
			err := fmt.Errorf("no role or kind is called %q", name)
			if nearest := registry.Nearest(name, all); nearest != "" {
				err = fmt.Errorf("%w; did you mean %s?", err, nearest)
			}
			return nil, err
		}
	}
	return selected, nil
}

func describeRole(role *registry.Role) reports.Role {
	out := reports.Role{Name: role.Name, Summary: role.Summary, Default: role.Default}
	for _, kind := range role.Kinds() {
		part := reports.Part{Kind: kind.Name, Summary: kind.Summary, Parameters: []reports.Parameter{}}
		part.Parameters = appendParameters(part.Parameters, "", kind.Fields)
		out.Parts = append(out.Parts, part)
	}
	return out
}

// appendParameters describes parameters, those of blocks below their names.
func appendParameters(list []reports.Parameter, prefix string, fields []registry.Field) []reports.Parameter {
	for _, field := range fields {
		if field.Type == registry.Block {
			list = appendParameters(list, prefix+field.Name+".", field.Fields)
			continue
		}
		p := reports.Parameter{Name: prefix + field.Name, Legal: legal(field), Summary: field.Doc}
		if field.Default != nil {
			p.Default = registry.FormatValue(field.Default)
		}
		list = append(list, p)
	}
	return list
}

// legal says what a parameter takes.
func legal(field registry.Field) string {
	switch {
	case field.Enum != nil && field.Numbers:
		return strings.Join(field.Enum, " | ") + " | whole, " + field.Range.String()
	case field.Enum != nil:
		return strings.Join(field.Enum, " | ")
	case field.Range != nil && field.Type == registry.Int:
		return "whole, " + field.Range.String()
	case field.Range != nil && field.Type == registry.Float:
		return field.Range.String()
	}
	return field.Expects()
}
