package experiments

import (
	"strings"

	"hourglass.dev/hourglass/registry"
)

// Family names what kind of autoencoder a setting makes: undercomplete, or
// those of sparse, contractive, denoising and variational that apply, joined by
// plus signs. That of a baseline is its kind.
func Family(setting Setting) string {
	model, _ := setting["model"].(registry.Tree)
	if baselines := registry.RoleNamed("baseline"); baselines != nil && baselines.Kind(model.Kind()) != nil {
		return model.Kind()
	}
	penalties, _ := setting[regularisers].(registry.Tree)
	var words []string
	activation := kindOf(model["code_activation"])
	if penalised(penalties, "sparse-l1") || penalised(penalties, "sparse-kl") || activation == "topk" || activation == "jump-relu" {
		words = append(words, "sparse")
	}
	if penalised(penalties, "contractive") {
		words = append(words, "contractive")
	}
	if model["corruption"] != nil {
		words = append(words, "denoising")
	}
	if bottleneck := kindOf(model["bottleneck"]); bottleneck == "gaussian" {
		words = append(words, "variational")
	} else if bottleneck != "" && bottleneck != "plain" {
		words = append(words, bottleneck)
	}
	if len(words) == 0 {
		return "undercomplete"
	}
	return strings.Join(words, "+")
}

// penalised tells whether there is a penalty of that kind with a weight other
// than zero.
func penalised(penalties registry.Tree, kind string) bool {
	list, repeated := penalties[kind].([]any)
	if !repeated {
		list = []any{penalties[kind]}
	}
	for _, element := range list {
		if parameters, ok := element.(registry.Tree); ok && parameters["weight"] != 0.0 {
			return true
		}
	}
	return false
}

// kindOf returns the kind of a resolved part, or "".
func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case registry.Tree:
		return v.Kind()
	}
	return ""
}
