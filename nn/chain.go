package nn

import (
	"fmt"
	"slices"

	"hourglass.dev/hourglass/registry"
)

// link is a layer in the chain from the input to the reconstruction.
type link struct {
	path    string // encoder[0], code, decoder[1]
	part    LayerPart
	in, out Shape
	tied    int // the link whose weights it shares, or −1
}

// chain lays out the layers of an autoencoder for examples of a shape, and
// how many of them belong to the encoder, the code included. Mistakes have
// paths below model.
func (a *Autoencoder) chain(input Shape) (links []link, encoder int, mistakes registry.Mistakes) {
	c := &chaining{shape: input}
	for i, part := range a.Encoder {
		if !c.add(registry.JoinIndex("encoder", i), part, -1) {
			return c.links, 0, c.mistakes
		}
	}
	if a.Code > 0 {
		part, err := a.Bottleneck.Code(a.Code, a.CodeActivation)
		if err != nil {
			return c.links, 0, registry.Mistakes{{Path: "bottleneck", Message: err.Error()}}
		}
		if !c.add("code", part, -1) {
			return c.links, 0, c.mistakes
		}
	}
	encoder = len(c.links)
	parts, ties, mistakes := a.decoderParts(c.links)
	c.mistakes = mistakes
	for i, part := range parts {
		if !c.add(registry.JoinIndex("decoder", i), part, ties[i]) {
			return c.links, encoder, c.mistakes
		}
	}
	if c.shape.Size() != input.Size() && len(c.mistakes) == 0 {
		c.mistakes = registry.Mistakes{{
			Path:    "decoder",
			Message: fmt.Sprintf("the last layer yields %s, and an example has the shape %s", c.shape, input),
			Hint:    fmt.Sprintf("end in %d values", input.Size()),
		}}
	}
	return c.links, encoder, c.mistakes
}

// chaining lays layers out, one after the other.
type chaining struct {
	links    []link
	shape    Shape // that the next layer gets
	mistakes registry.Mistakes
}

// add lays out a layer, or tells that it cannot stand here.
func (c *chaining) add(path string, part LayerPart, tied int) bool {
	out, err := part.Output(c.shape)
	if err != nil {
		c.mistakes = append(c.mistakes, registry.Mistake{Path: path, Message: fmt.Sprintf("%s gets %s: %v", path, c.shape, err)})
		return false
	}
	if problem := across(part, out.Size()); problem != nil {
		c.mistakes = append(c.mistakes, registry.Mistake{Path: path, Message: fmt.Sprintf("%s: %v", path, problem)})
		return false
	}
	c.links = append(c.links, link{path, part, c.shape, out, tied})
	c.shape = out
	return true
}

// across returns what is wrong with the activation of a layer of so many units.
func across(part LayerPart, units int) error {
	if own, _ := part.Activated(nil); own != nil {
		if rows, ok := own.(RowActivation); ok {
			return rows.Across(units)
		}
	}
	return nil
}

// decoderParts returns the decoder's layers with their activations, and the
// link that each shares its weights with.
func (a *Autoencoder) decoderParts(encoder []link) (parts []LayerPart, ties []int, mistakes registry.Mistakes) {
	if a.Decoder != nil {
		parts = append(parts, a.Decoder...)
		for range parts {
			ties = append(ties, -1)
		}
		return parts, ties, a.activateOutput(parts)
	}
	for i := len(encoder) - 1; i >= 0; i-- {
		front := slices.Concat(a.front, encoder[:i])
		images, err := encoder[i].part.Mirror(encoder[i].in, fedData(front))
		if err != nil {
			return parts, ties, registry.Mistakes{{Path: encoder[i].path, Message: fmt.Sprintf("%s cannot be mirrored: %v", encoder[i].path, err), Hint: "write the decoder out"}}
		}
		tie := -1
		if a.Tied {
			if image := twin(encoder[i].part, encoder[i].in); image != nil {
				tie, images = i, []LayerPart{image}
			} else if encoder[i].part.Cost(encoder[i].in).Products > 0 {
				mistakes = append(mistakes, registry.Mistake{Path: "tied", Message: fmt.Sprintf("%s cannot share its weights", encoder[i].path)})
			}
		}
		for _, part := range images {
			if _, with := part.Activated(a.mirrored(front)); with != nil {
				part = with
			}
			parts, ties = append(parts, part), append(ties, tie)
		}
	}
	return parts, ties, mistakes
}

// fedData tells whether what is fed to the layer behind some layers is the data,
// as these neither weigh nor bend it.
func fedData(layers []link) bool {
	for _, l := range layers {
		if own, with := l.part.Activated(nil); own != nil || with != nil {
			return false
		}
	}
	return true
}

// unbounded is implemented by parts without an activation whose outputs can lie
// outside the range of their inputs.
type unbounded interface{ unbounded() }

// activateOutput gives the output's activation to the last of a decoder's
// layers that can have one.
func (a *Autoencoder) activateOutput(parts []LayerPart) registry.Mistakes {
	_, free := a.Output.(*Linear)
	for last := len(parts) - 1; last >= 0; last-- {
		own, with := parts[last].Activated(a.Output)
		if with != nil {
			parts[last] = with
			return nil
		}
		_, bends := parts[last].(unbounded)
		if !free && (own != nil || bends) {
			return registry.Mistakes{{
				Path:    "output",
				Message: fmt.Sprintf("decoder[%d], %s, would undo the activation of the output", last, layers.KindOf(parts[last]).Name),
				Hint:    "end in a layer that has an activation, such as dense",
			}}
		}
		if own != nil {
			return nil
		}
	}
	return nil
}

// mirrored returns the activation of a mirror image that leads back to what
// some layers of the encoder yield: that of the last of them that has one, or
// that of the output.
func (a *Autoencoder) mirrored(encoder []link) Activation {
	for i := len(encoder) - 1; i >= 0; i-- {
		if own, _ := encoder[i].part.Activated(nil); own != nil {
			return own
		}
	}
	return a.Output
}
