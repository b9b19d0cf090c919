package runner

import (
	"slices"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// owing returns those of some evaluations that trials are to be given, by id.
type owing func(s *store.Store, evaluate []experiments.Setting, ids []string) (map[string][]experiments.Setting, error)

// owed returns the evaluations of Options that trials are to be given, by id.
func (r *Runner) owed(ids []string) (map[string][]experiments.Setting, error) {
	return r.owing(r.store, r.options.Evaluate, ids)
}

// Owed returns those of some evaluations that trials lack, by id.
func Owed(s *store.Store, evaluate []experiments.Setting, ids []string) (map[string][]experiments.Setting, error) {
	owed, _, err := lacking(s, evaluate, ids)
	return owed, err
}

// Due returns those of Owed that a run adds by itself. Trials that were evaluated
// on the test split before the validation split was looked at too are not
// trained again for its sake: hourglass evaluate is there for that. Where some of
// them have no weights on disk, none is given its twins, as those that have are
// the best of their repeats.
func Due(s *store.Store, evaluate []experiments.Setting, ids []string) (map[string][]experiments.Setting, error) {
	owed, known, err := lacking(s, evaluate, ids)
	if err != nil {
		return nil, err
	}
	late := func(id string) func(experiments.Setting) bool {
		return func(setting experiments.Setting) bool {
			return setting["split"] == "validation" && has(known[id], id, setting.With("split", nil))
		}
	}
	var behind []string
	for id, settings := range owed {
		if slices.ContainsFunc(settings, late(id)) {
			behind = append(behind, id)
		}
	}
	behind, err = trainedOf(s, behind)
	if err != nil || !slices.ContainsFunc(behind, func(id string) bool { return !s.HasModel(id) }) {
		return owed, err
	}
	for _, id := range behind {
		owed[id] = slices.DeleteFunc(owed[id], late(id))
	}
	return owed, nil
}

// lacking returns the evaluations that trials lack, and those that they have.
func lacking(s *store.Store, evaluate []experiments.Setting, ids []string) (owed map[string][]experiments.Setting, known map[string][]store.Evaluation, err error) {
	owed = map[string][]experiments.Setting{}
	if len(evaluate) == 0 {
		return owed, nil, nil
	}
	if known, err = s.Evaluations(ids); err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		for _, setting := range evaluate {
			if !has(known[id], id, setting) {
				owed[id] = append(owed[id], setting)
			}
		}
	}
	return owed, known, nil
}

// has tells whether an evaluation is among those of a trial.
func has(known []store.Evaluation, trial string, setting experiments.Setting) bool {
	wanted := experiments.EvaluationID(trial, setting, nn.Numerics)
	return slices.ContainsFunc(known, func(e store.Evaluation) bool { return e.ID == wanted })
}

// trainedOf returns which of some trials are no baselines.
func trainedOf(s *store.Store, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	records, err := s.Trials(store.Filter{IDs: ids})
	if err != nil {
		return nil, err
	}
	var trained []string
	for _, record := range records {
		if record.Seed != nil {
			trained = append(trained, record.ID)
		}
	}
	return trained, nil
}
