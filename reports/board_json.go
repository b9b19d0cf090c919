package reports

import (
	"encoding/json"

	"hourglass.dev/hourglass/store"
)

// boardJSON is how a run stands, for scripts.
type boardJSON struct {
	Experiment        string        `json:"experiment"`
	Trials            int           `json:"trials"`
	Done              int           `json:"done"`
	Running           int           `json:"running"`
	Waiting           int           `json:"waiting"`
	Diverged          int           `json:"diverged"`
	Failed            int           `json:"failed"`
	Share             *float64      `json:"share"` // of the work, from 0 to 1
	ExamplesPerSecond *float64      `json:"examples_per_second"`
	SecondsLeft       *float64      `json:"seconds_left"`
	Best              *standingJSON `json:"best"`
	Active            []activeJSON  `json:"active"`
}

type standingJSON struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Metric string   `json:"metric"`
	Value  *float64 `json:"value"`
	PCA    *float64 `json:"pca"` // with a code of the same size
}

type activeJSON struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Epoch  int      `json:"epoch"`
	Epochs int      `json:"epochs"`
	Share  *float64 `json:"share"`
	Loss   *float64 `json:"loss"`
}

// JSON returns the board as one object. What is not known is null.
func (b Board) JSON() ([]byte, error) {
	n := b.States
	out := boardJSON{
		Experiment: b.Experiment, Trials: b.Trials(), Done: n[store.Done], Running: n[store.Running], Waiting: n[store.Waiting],
		Diverged: n[store.Diverged], Failed: n[store.Failed], Share: number(b.Share), Active: []activeJSON{},
	}
	if b.Rate > 0 {
		out.ExamplesPerSecond = number(b.Rate)
	}
	if b.Left > 0 {
		out.SecondsLeft = number(b.Left.Seconds())
	}
	if best := b.Best; best != nil {
		out.Best = &standingJSON{best.ID, best.Label, best.Metric, number(best.Value), best.PCA}
	}
	for _, t := range b.Running {
		out.Active = append(out.Active, activeJSON{t.ID, t.Label, t.Epoch, t.Epochs, number(t.Share), number(t.Loss())})
	}
	return json.Marshal(out)
}
