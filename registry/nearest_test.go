package registry

import "testing"

func TestNearest(t *testing.T) {
	kinds := []string{"mse", "l1", "bce", "huber"}
	for name, want := range map[string]string{"msee": "mse", "hubre": "huber", "HUBER": "huber", "zzzzzz": "", "bec": "bce"} {
		if got := Nearest(name, kinds); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
