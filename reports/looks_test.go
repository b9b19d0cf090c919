package reports

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

// lookedAt returns a table of settings that is looked at as planned, of the
// results of so many seeds.
func lookedAt(t *testing.T, trials []Trial, seeds, most int, reference string) *Table {
	t.Helper()
	l := settledLayout()
	l.Reference = reference
	for seed := 1; seed <= most; seed++ {
		l.Seeds = append(l.Seeds, seed)
	}
	l.Looks = mustCompare(t, trials, l).PlanLooks(3, most)
	known := slices.DeleteFunc(slices.Clone(trials), func(t Trial) bool { return t.Seed != nil && *t.Seed > seeds })
	return mustCompare(t, known, l)
}

func TestLooksLeaveOpenWhatIsUndecided(t *testing.T) {
	trials := settled(20, rand.New(rand.NewPCG(8, 8)), 0.2, 0.2, 0.4)
	first := lookedAt(t, trials, 10, 20, "")
	if len(first.Open()) != 2 || first.Open()[0][0] != "a1" || first.Open()[1][0] != "b1" {
		t.Errorf("a and b are alike and c is worse: got %v", first.Open())
	}
	if text := string(written(t, first.Text)); !strings.Contains(text, "looked at after 10, 13, 17 and 20 seeds") {
		t.Errorf("the looks are not told:\n%s", text)
	}
	if early := lookedAt(t, trials, 4, 20, ""); len(early.Open()) != 3 {
		t.Errorf("4 seeds decide nothing: got %v", early.Open())
	}
	if against := lookedAt(t, trials, 12, 20, "c"); against.Open() != nil {
		t.Errorf("both differ from c: got %v", against.Open())
	}
	apart := settled(20, rand.New(rand.NewPCG(9, 9)), 0.2, 0.3, 0.4)
	if decided := lookedAt(t, apart, 10, 20, ""); decided.Open() != nil {
		t.Errorf("all are apart: got %v", decided.Open())
	}
	for i := range trials {
		if trials[i].ID == "b3" {
			trials[i].unset(store.Diverged)
		}
	}
	if open := lookedAt(t, trials, 10, 20, "").Open(); open != nil {
		t.Errorf("b diverged and is not waited for: got %v", open)
	}
}

// Looked at after every planned number of seeds, and stopped when decided,
// tables of settings that are alike tell some apart in less than alpha of all.
// 200 have a standard error of 0.015.
func TestRepeatedLooksErrLessThanAlpha(t *testing.T) {
	source := rand.New(rand.NewPCG(10, 10))
	wrong := 0
	for range 200 {
		trials := settled(20, source, 0.2, 0.2, 0.2)
		for _, n := range []int{10, 13, 17, 20} {
			if len(lookedAt(t, trials, n, 20, "").Open()) < 3 {
				wrong++
				break
			}
		}
	}
	if rate := float64(wrong) / 200; rate > 0.05+2*0.015 {
		t.Errorf("%v of tables without a difference tell one", rate)
	}
}
