package registry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type animal interface{ sound() string }

type pace interface{ at(step int) float64 }

type constant struct {
	Value float64 `short:"yes" range:"(0, inf)" doc:"the value"`
}

func (c *constant) at(int) float64 { return c.Value }

type ramp struct {
	From float64 `default:"0" doc:"first value"`
	To   float64 `default:"1" doc:"last value"`
}

func (r *ramp) at(step int) float64 { return r.From + r.To*float64(step) }

type dog struct {
	Legs   int       `default:"4" range:"[0, 4]" short:"yes" doc:"how many legs"`
	Rate   pace      `default:"0.5" doc:"how fast"`
	Colour string    `default:"brown" enum:"brown|black" doc:"of its coat"`
	Tag    string    `optional:"yes" identity:"no" doc:"on its collar"`
	Friend animal    `optional:"yes" doc:"who comes along"`
	Sizes  []float64 `optional:"yes" word:"any" range:"(0, inf)" doc:"of its toys"`
	Lead   *lead     `optional:"yes" doc:"how it is held"`
	Pack   []animal  `by:"kind" doc:"who follows"`
	Bark   string    `default:"loud" added:"yes" enum:"loud|soft" numbers:"yes" range:"[0, 9]" doc:"how, or how often"`
	Tricks int       `default:"3" added:"yes" range:"[0, inf)" doc:"how many it knows"`
}

type lead struct {
	Length float64 `default:"2" doc:"in metres"`
	Red    bool    `default:"false" doc:"whether it is red"`
}

func (*dog) sound() string { return "woof" }

func (*dog) Normalise(resolved Tree, given map[string]bool) Mistakes {
	if given["friend"] && given["sizes"] {
		return Mistakes{{Path: "sizes", Message: "toys and friends do not go together"}}
	}
	return nil
}

var (
	animals = NewRole[animal]("animal", "what makes a sound")
	paces   = NewRole[pace]("pace", "a number that may change").WithScalar("constant")
)

func init() {
	Add[constant](paces, "constant", "always the same")
	Add[ramp](paces, "ramp", "from here to there")
	Add[dog](animals, "dog", "barks")
}

func TestResolveWritesOutDefaults(t *testing.T) {
	got, mistakes := animals.Resolve("dog")
	if mistakes != nil {
		t.Fatal(mistakes)
	}
	want := Tree{"kind": "dog", "legs": 4.0, "rate": 0.5, "colour": "brown"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEqualMeaningsAreEqual(t *testing.T) {
	spellings := []any{
		Tree{"kind": "dog", "rate": Tree{"kind": "constant", "value": 0.5}},
		Tree{"kind": "dog", "legs": 4.0, "tag": nil},
		"dog",
	}
	for _, given := range spellings {
		resolved, mistakes := animals.Resolve(given)
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		if got, want := string(Canonical(resolved)), `{"colour":"brown","kind":"dog","legs":4,"rate":0.5}`; got != want {
			t.Errorf("%v: %s, want %s", given, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	cases := []struct {
		name  string
		given any
		want  string
	}{
		{"unknown kind", "dgo", `no animal is called "dgo" (did you mean dog?)`},
		{"unknown parameter", Tree{"kind": "dog", "leg": 3.0}, `leg: dog has no parameter "leg" (did you mean legs?)`},
		{"out of range", Tree{"kind": "dog", "legs": 5.0}, "legs: legs must lie in [0, 4], got 5"},
		{"not whole", Tree{"kind": "dog", "legs": 2.5}, "legs: legs must be a whole number, got 2.5"},
		{"wrong type", Tree{"kind": "dog", "legs": "four"}, `legs: legs must be a whole number in [0, 4], got "four"`},
		{"wrong word", Tree{"kind": "dog", "colour": "blak"}, `colour: colour must be one of brown, black, got "blak" (did you mean black?)`},
		{"in a list", Tree{"kind": "dog", "sizes": []any{1.0, -1.0}}, "sizes[1]: sizes must lie in (0, inf), got -1"},
		{"in a nested part", Tree{"kind": "dog", "rate": Tree{"kind": "ramp", "form": 1.0}}, `rate.form: ramp has no parameter "form" (did you mean from?)`},
		{"in a block", Tree{"kind": "dog", "lead": Tree{"lenght": 1.0}}, `lead.lenght: lead has no parameter "lenght" (did you mean length?)`},
		{"in a mapping by kind", Tree{"kind": "dog", "pack": Tree{"cat": 1.0}}, `pack.cat: no animal is called "cat" (one of dog)`},
		{"combination", Tree{"kind": "dog", "friend": "dog", "sizes": "any"}, "sizes: toys and friends do not go together"},
		{"no kind", Tree{"legs": 3.0}, "animal needs a kind (one of dog)"},
		{"not a part", true, "animal must be a kind or a mapping with a kind, got true"},
		{"missing", Tree{"kind": "dog", "rate": "constant"}, "rate: constant needs value: a number in (0, inf) (the value)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, mistakes := animals.Resolve(c.given)
			if mistakes.Error() != c.want {
				t.Errorf("got  %s\nwant %s", mistakes.Error(), c.want)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, mistakes := animals.Resolve(Tree{"kind": "dog", "leg": 3.0, "legs": 9.0, "colour": "red"})
	if len(mistakes) != 3 {
		t.Errorf("3 mistakes, got %d: %v", len(mistakes), mistakes)
	}
}

func TestDecode(t *testing.T) {
	resolved, mistakes := animals.Resolve(Tree{
		"kind": "dog", "legs": 3.0, "friend": "dog", "lead": Tree{"red": true},
		"rate": Tree{"kind": "ramp", "to": 2.0},
		"pack": Tree{"dog": []any{2.0, Tree{"colour": "black"}}},
	})
	if mistakes != nil {
		t.Fatal(mistakes)
	}
	reread, err := ParseTree(Canonical(resolved))
	if err != nil {
		t.Fatal(err)
	}
	part, err := Decode[animal](reread)
	if err != nil {
		t.Fatal(err)
	}
	plain := func(legs int, colour string) *dog {
		return &dog{Legs: legs, Rate: &constant{0.5}, Colour: colour, Bark: "loud", Tricks: 3}
	}
	want := &dog{
		Legs: 3, Rate: &ramp{0, 2}, Colour: "brown", Friend: plain(4, "brown"),
		Lead: &lead{2, true}, Bark: "loud", Tricks: 3, Pack: []animal{plain(2, "brown"), plain(4, "black")},
	}
	if diff := cmp.Diff(animal(want), part); diff != "" {
		t.Error(diff)
	}
}

func TestWithKeepsShorthandAndKind(t *testing.T) {
	base := Tree{"pet": "dog", "pack": Tree{"dog": 3.0}}
	edited := base.With("pet.legs", 2.0).With("pack.dog.colour", "black")
	pet, mistakes := animals.Resolve(edited["pet"])
	if mistakes != nil || pet.(Tree)["legs"] != 2.0 {
		t.Errorf("pet: %v %v", pet, mistakes)
	}
	field := Field{Type: Kinds, role: animals}
	pack, mistakes := field.Resolve(edited["pack"])
	if mistakes != nil {
		t.Fatal(mistakes)
	}
	if legs, _ := pack.(Tree).At("dog.legs"); legs != 3.0 {
		t.Errorf("the bare number was lost: %v", pack)
	}
	if !strings.Contains(FormatValue(base), "pet: dog") {
		t.Errorf("the base was changed: %v", base)
	}
	if removed := base.With("pack.dog", nil); len(removed["pack"].(Tree)) != 0 {
		t.Errorf("null removes: %v", removed)
	}
}

func TestIdentityLeavesOutBookkeeping(t *testing.T) {
	resolved, _ := animals.Resolve(Tree{"kind": "dog", "tag": "Rex"})
	if _, has := animals.Identity(resolved).(Tree)["tag"]; has {
		t.Error("tag is declared outside the identity")
	}
}

func TestFormatNumber(t *testing.T) {
	for v, want := range map[float64]string{1: "1", 1e-3: "0.001", 1e-8: "1e-08", 1e20: "1e+20", -2.5: "-2.5"} {
		if got := FormatNumber(v); got != want {
			t.Errorf("%g: %s, want %s", v, got, want)
		}
	}
}

// A parameter that was added later must not change what settings without it
// resolve to, as identities follow from that.
func TestLaterAdditionsAreLeftOutAtTheirDefault(t *testing.T) {
	for given, written := range map[float64]any{3: nil, 5: 5.0} {
		resolved, mistakes := animals.Resolve(Tree{"kind": "dog", "tricks": given})
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		if got := resolved.(Tree)["tricks"]; got != written {
			t.Errorf("%v tricks resolve to %v, want %v", given, got, written)
		}
		part, err := Decode[animal](resolved)
		if err != nil {
			t.Fatal(err)
		}
		if got := part.(*dog).Tricks; float64(got) != given {
			t.Errorf("%v tricks are decoded as %d", given, got)
		}
	}
}

func TestIntervals(t *testing.T) {
	for text, inside := range map[string][2]bool{"[0, 1)": {true, false}, "(0, 1]": {false, true}, "(-inf, inf)": {true, true}} {
		in, err := parseInterval(text)
		if err != nil {
			t.Fatal(err)
		}
		if in.Contains(0) != inside[0] || in.Contains(1) != inside[1] || in.String() != text {
			t.Errorf("%s reads as %s, contains 0: %t, 1: %t", text, in, in.Contains(0), in.Contains(1))
		}
	}
	if _, err := parseInterval("0, 1"); err == nil {
		t.Error("an interval needs brackets")
	}
}

func TestWordsBesideWholeNumbers(t *testing.T) {
	for _, c := range []struct{ given, resolved any }{{"soft", "soft"}, {3.0, "3"}, {"3", "3"}, {"3.0", "3"}, {"loud", nil}} {
		resolved, mistakes := animals.Resolve(Tree{"kind": "dog", "bark": c.given})
		if mistakes != nil {
			t.Fatal(mistakes)
		}
		if got := resolved.(Tree)["bark"]; got != c.resolved {
			t.Errorf("%v resolves to %v, want %v", c.given, got, c.resolved)
		}
	}
	for given, want := range map[any]string{
		2.5:    "bark must be a whole number, got 2.5",
		"12":   "bark must lie in [0, 9], got 12",
		"luod": `bark must be loud, soft or a whole number in [0, 9], got "luod"`,
		true:   "bark must be loud, soft or a whole number in [0, 9], got true",
	} {
		_, mistakes := animals.Resolve(Tree{"kind": "dog", "bark": given})
		if len(mistakes) != 1 || mistakes[0].Message != want {
			t.Errorf("%v: got %v, want %s", given, mistakes, want)
		}
	}
}
