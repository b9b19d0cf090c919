package main

import "github.com/spf13/cobra"

// group is some of the verbs, under one heading of the help.
type group struct {
	id, title string
	verbs     []*cobra.Command
}

// groups are all verbs, in the order in which they are used.
func (c *command) groups() []group {
	return []group{
		{"write", "Write a spec:", []*cobra.Command{
			c.initVerb(), c.validateVerb(), c.partsVerb(), c.dataVerb(), c.schemaVerb(),
		}},
		{"run", "Run it:", []*cobra.Command{
			c.planVerb(), c.runVerb(), c.evaluateVerb(), c.statusVerb(), c.watchVerb(),
		}},
		{"read", "Read what came out:", []*cobra.Command{
			c.compareVerb(), c.knobsVerb(), c.reportVerb(), c.listVerb(), c.showVerb(),
		}},
		{"use", "Use a trained model:", []*cobra.Command{
			c.encodeVerb(), c.reconstructVerb(), c.scoreVerb(), c.generateVerb(), c.interpolateVerb(), c.exportVerb(),
		}},
		{"hold", "Hold results to what they were, and keep them:", []*cobra.Command{
			c.gateVerb(), c.reproVerb(), c.diffVerb(), c.storeVerb(),
		}},
	}
}

// addVerbs gives the command its verbs, which help shows by group and in order.
func (c *command) addVerbs(root *cobra.Command) {
	cobra.EnableCommandSorting = false
	for _, g := range c.groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, verb := range g.verbs {
			verb.GroupID = g.id
			root.AddCommand(verb)
		}
	}
}
