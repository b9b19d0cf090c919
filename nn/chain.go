package nn

import (
	"fmt"

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
	shape := input
	push := func(path string, part LayerPart, tied int) bool {
		out, err := part.Output(shape)
		if err != nil {
			mistakes = append(mistakes, registry.Mistake{Path: path, Message: fmt.Sprintf("%s gets %s: %v", path, shape, err)})
			return false
		}
		if problem := across(part, out.Size()); problem != nil {
			mistakes = append(mistakes, registry.Mistake{Path: path, Message: fmt.Sprintf("%s: %v", path, problem)})
			return false
		}
		links = append(links, link{path, part, shape, out, tied})
		shape = out
		return true
	}
	for i, part := range a.Encoder {
		if !push(registry.JoinIndex("encoder", i), part, -1) {
			return links, 0, mistakes
		}
	}
	if a.Code > 0 {
		part, err := a.Bottleneck.Code(a.Code, a.CodeActivation)
		if err != nil {
			return links, 0, registry.Mistakes{{Path: "bottleneck", Message: err.Error()}}
		}
		if !push("code", part, -1) {
			return links, 0, mistakes
		}
	}
	encoder = len(links)
	parts, ties, mistakes := a.decoderParts(links)
	for i, part := range parts {
		if !push(registry.JoinIndex("decoder", i), part, ties[i]) {
			return links, encoder, mistakes
		}
	}
	if shape.Size() != input.Size() && len(mistakes) == 0 {
		mistakes = append(mistakes, registry.Mistake{
			Path:    "decoder",
			Message: fmt.Sprintf("the last layer yields %s, and an example has the shape %s", shape, input),
			Hint:    fmt.Sprintf("end in %d values", input.Size()),
		})
	}
	return links, encoder, mistakes
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
		for last := len(parts) - 1; last >= 0; last-- {
			if _, with := parts[last].Activated(a.Output); with != nil {
				parts[last] = with
				break
			}
		}
		for range parts {
			ties = append(ties, -1)
		}
		return parts, ties, nil
	}
	for i := len(encoder) - 1; i >= 0; i-- {
		part, err := encoder[i].part.Mirror(encoder[i].in)
		if err != nil {
			return parts, ties, registry.Mistakes{{Path: encoder[i].path, Message: fmt.Sprintf("%s cannot be mirrored: %v", encoder[i].path, err), Hint: "write the decoder out"}}
		}
		if _, with := part.Activated(a.mirrored(encoder[:i])); with != nil {
			part = with
		}
		tie := -1
		if a.Tied {
			tie = i
			if _, dense := encoder[i].part.(*Dense); !dense {
				mistakes = append(mistakes, registry.Mistake{Path: "tied", Message: fmt.Sprintf("%s cannot share its weights", encoder[i].path)})
			}
		}
		parts, ties = append(parts, part), append(ties, tie)
	}
	return parts, ties, mistakes
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
