package statistics

// Outcome is what a comparison came to.
type Outcome struct {
	P       float64 // corrected for the number of comparisons and of looks
	Decided bool    // P is at most alpha
	Look    int     // the look at which it was decided, or the last
}

// Decide tests comparisons at one or several looks. pairs[i][k] are the
// differences of comparison i at look k, nil where it is not to be had there.
//
// Looking repeatedly until something is significant finds something in the end.
// So alpha is spent in equal parts, alpha/K at each of K looks that are planned
// beforehand (an alpha spending function, Lan and DeMets 1983, whose increments
// are added up, as Bonferroni does, and not fitted to a normal distribution that
// tests of few seeds do not have). At each look the comparisons that are still
// undecided are corrected by Holm's method; what was decided stays so. This is
// the group sequential Holm procedure (Ye et al. 2013, Statistics in Medicine
// 32, 1112–1124): the chance of any wrong decision, at any look, is at most alpha.
//
// family is how many comparisons there are to correct for; those beyond pairs
// count as undecided.
func Decide(pairs [][][]float64, family, looks int, alpha float64) []Outcome {
	out := make([]Outcome, len(pairs))
	for i := range out {
		out[i] = Outcome{P: 1, Look: looks - 1}
	}
	untested := make([]float64, max(0, family-len(pairs)))
	for i := range untested {
		untested[i] = 1
	}
	for k := range looks {
		var open []int
		var p []float64
		for i, at := range pairs {
			if !out[i].Decided {
				open, p = append(open, i), append(p, SignFlip(at[k]))
			}
		}
		corrected := Holm(append(p, untested...))
		for j, i := range open {
			o := &out[i]
			if spent := min(1, corrected[j]*float64(looks)); spent < o.P {
				o.P = spent
			}
			if o.P <= alpha {
				o.Decided, o.Look = true, k
			}
		}
	}
	return out
}

// Looks plans at how many seeds so many comparisons are looked at: first at
// least seeds, and as many as it takes before anything can be decided, then
// after each quarter more, and last at most. Where even that many decide
// nothing, it is planned for alone.
func Looks(comparisons, least, most int, alpha float64) []int {
	for first := least; first < most; first++ {
		looks := []int{first}
		for n := first; n < most; {
			n = min(most, n+(n+3)/4)
			if most-n == 1 {
				n = most // a last look for a single seed is not worth its alpha
			}
			looks = append(looks, n)
		}
		if Needed(comparisons, alpha/float64(len(looks))) <= first {
			return looks
		}
	}
	return []int{most}
}
