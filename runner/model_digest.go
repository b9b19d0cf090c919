package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/nlpodyssey/safetensors"
)

// factDigest is the metadata that holds the digest of the file.
const factDigest = "content_sha256"

// contentDigest is the SHA-256, in hex, of all that a model's file says: its
// metadata but for the digest, sorted by name, and then its tensors likewise,
// with kind and shape. Each text and each tensor has its length in bytes before
// it, so that nothing can move from one into the next. The digest of the weights
// alone would pass a damaged scaling.
func contentDigest(words map[string]string, tensors map[string]safetensors.TensorView) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if name != factDigest {
			fmt.Fprintf(h, "%d:%s%d:%s", len(name), name, len(words[name]), words[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		t := tensors[name]
		fmt.Fprintf(h, "%d:%s %s %v %d:", len(name), name, t.DType(), t.Shape(), t.DataLen())
		h.Write(t.Data())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// checkContent holds a file against the digest in it. One of the first format has
// none.
func checkContent(words map[string]string, tensors map[string]safetensors.TensorView) error {
	switch words["format"] {
	case firstFormat:
		return nil
	case modelFormat:
	case partFormat:
		return fmt.Errorf("wanted a model, found its %s alone; export both parts", words["part"])
	default:
		return fmt.Errorf("wanted a model of format %q, found %q", modelFormat, words["format"])
	}
	if got := contentDigest(words, tensors); got != words[factDigest] {
		return fmt.Errorf("its content has the SHA-256 %.10s…, it says %.10s…", got, words[factDigest])
	}
	return nil
}
