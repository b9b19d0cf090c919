package reports

import (
	"encoding/json"

	"hourglass.dev/hourglass/store"
)

// trialJSON is a trial as scripts read it. Experiment and case are those of
// its first place, and null where it stands nowhere; places has all of them.
type trialJSON struct {
	ID                string              `json:"id"`
	Experiment        *string             `json:"experiment"`
	Case              *string             `json:"case"` // null where it is no case
	Family            string              `json:"family"`
	Seed              *int                `json:"seed"` // null for a baseline
	State             store.State         `json:"state"`
	Setting           json.RawMessage     `json:"setting"`
	Epochs            int                 `json:"epochs"`
	Seconds           *float64            `json:"seconds"`
	ExamplesPerSecond *float64            `json:"examples_per_second"` // of training; null for a baseline
	Parameters        int                 `json:"parameters"`
	WeightsSHA256     *string             `json:"weights_sha256"` // null for a baseline and where training has not ended well
	Metrics           map[string]*float64 `json:"metrics"`
	DivergedStep      *int                `json:"diverged_step"`
	Failure           *string             `json:"failure"`
	Notes             []string            `json:"notes"`
	Places            []placeJSON         `json:"places"`
	DataFingerprint   string              `json:"data_fingerprint"`
	Numerics          int                 `json:"numerics"`
	Machine           *machineJSON        `json:"machine"` // null before it has run
	Created           *string             `json:"created"`
	Finished          *string             `json:"finished"`
}

type placeJSON struct {
	Experiment string            `json:"experiment"`
	Case       *string           `json:"case"`
	Values     map[string]string `json:"values"`
}

type machineJSON struct {
	Version    string `json:"version"`
	Commit     string `json:"commit"`
	Kernel     string `json:"kernel"`
	Processor  string `json:"processor"`
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	PeakMemory int64  `json:"peak_memory"` // bytes
}

func trialJSONOf(t Trial) trialJSON {
	out := trialJSON{
		ID: t.ID, Family: t.Family, Seed: t.Seed, State: t.State, Setting: json.RawMessage(canonical(t.Setting)),
		Epochs: t.Epochs, Seconds: number(t.Seconds), Parameters: t.Parameters, WeightsSHA256: orNull(t.WeightsSHA256),
		Metrics: numbers(t.Metrics), Failure: orNull(t.Failure), Notes: list(t.Notes), Places: []placeJSON{},
		DataFingerprint: t.Data, Numerics: t.Numerics, Created: timestamp(t.Created), Finished: timestamp(t.Finished),
	}
	if !t.Baseline() && t.ExamplesPerSecond != nil {
		out.ExamplesPerSecond = number(*t.ExamplesPerSecond)
	}
	if t.State == store.Diverged {
		out.DivergedStep = &t.DivergedStep
	}
	if t.Machine != (store.Machine{}) {
		machine := machineJSON(t.Machine)
		out.Machine = &machine
	}
	for _, place := range t.Places {
		values := place.Values
		if values == nil {
			values = map[string]string{}
		}
		out.Places = append(out.Places, placeJSON{place.Experiment, orNull(place.Case), values})
	}
	if len(t.Places) > 0 {
		out.Experiment, out.Case = &out.Places[0].Experiment, out.Places[0].Case
	}
	return out
}

// orNull returns text for JSON, null where it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
