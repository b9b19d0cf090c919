package reports

import "hourglass.dev/hourglass/store"

// Table compares the trials of an experiment. It is finished data: its views
// decide nothing but how it looks.
type Table struct {
	Experiment string
	Question   string
	Rows       []string   // paths whose values label the lines
	Columns    []string   // paths whose values label the cells of a line
	Constants  []Constant // paths that were asked for and are the same everywhere
	Heads      [][]string // for each cell of a line, the values of Columns
	Metrics    []string   // for each value of a cell, its metric's full name
	Lines      []Line
	Notes      []string            // what the numbers at the cells refer to: 1 is Notes[0]
	Remarks    []string            // what is true of the table as a whole
	States     map[store.State]int // of the trials that are not baselines
	Repeats    Repeats             // how many trials a mean is over
	Merged     bool                // some cell holds trials that differ in more than the seed
	Statistic  string              // mean or median: what the values show
	Intervals  bool                // whether they show an interval
	Alpha      float64             // the risk of telling apart what is not, over all comparisons of a metric
	Reference  string              // what changes are relative to, or ""
	Answers    []Answer            // to the claims of the experiment

	plan   [][]int      // the seeds of each look; none for one look at all there is
	widths map[part]int // of columns, once they are known
}

// Constant is a path that has the same value in all of a table.
type Constant struct{ Path, Value string }

// Repeats are the numbers of trials that the means of a table are over.
type Repeats struct{ Least, Most int }

// Line is a row of a table.
type Line struct {
	Labels   []string // values of Rows; "" where a baseline does not depend on one
	Model    string   // family of the trials, or kind of the baseline
	Baseline bool
	Cells    []Cell
}

// Cell is what the trials of one setting came to, over their seeds.
type Cell struct {
	IDs    []string // in the order of their seeds
	States map[store.State]int
	Values []Value // one for each of the table's metrics
	Notes  []int
}

// Value is a metric of a cell.
type Value struct {
	Each            []float64 // of the trials that have it
	Seeds           []int     // of these trials; 0 for a baseline
	Mean, Deviation float64   // sample standard deviation; 0 for a single trial
	Median          float64
	Low, High       float64 // ends of the interval, where the table has intervals
	Merged          bool    // the trials differ in more than the seed
	Best            bool    // of all values of this metric in the table
	Tied            bool    // not told from the best, and not the best
	Versus          *Versus // nil where there is nothing to compare with
	beaten          bool    // told to be worse than another setting that was trained
	unranked        bool    // none to compare others with
	Notes           []int
	Published       []Published // what others reported of it
}

// center is the mean or the median, whichever the table shows.
func (t *Table) center(v Value) float64 {
	if t.Statistic == Median {
		return v.Median
	}
	return v.Mean
}

// N is the number of trials that the mean is over.
func (v Value) N() int { return len(v.Each) }
