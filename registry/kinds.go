package registry

// ResolveKinds resolves a mapping from kinds of the role to their parameters,
// or to lists of them, as a field tagged by:"kind" holds it: {l2: 1e-4,
// sparse-kl: {rho: 0.05}}. name is what mistakes call the mapping. The result
// is nil where nothing is left in it.
func (r *Role) ResolveKinds(name string, given any) (any, Mistakes) {
	field := Field{Name: name, Type: Kinds, role: r}
	return field.resolveKinds(given)
}
