package experiments

// settings resolves combinations into settings, each once, in the order in
// which they are met.
func (rs *resolver) settings(combinations []combination, seeds int) []*setting {
	if trials := len(combinations) * seeds; trials > maxTrials {
		rs.report(rs.where(rs.words["sweep"]), "fewer values, or sample: {n: 100}", "%d combinations and %d seeds make %d trials, at most %d are allowed", len(combinations), seeds, trials, maxTrials)
		return nil
	}
	var out []*setting
	for _, c := range combinations {
		s := rs.setting(c)
		if s == nil {
			continue
		}
		if s.places == nil {
			out = append(out, s)
		}
		rs.speakOf(s, c)
		s.places = addPlace(s.places, Place{Case: c.name, Values: c.coordinates()})
	}
	rs.tellMeetings(len(combinations))
	return out
}

// order fills e with trials in the order of work: the baselines, then the
// first seed of everything, then the second.
func (rs *resolver) order(e *Experiment, settings []*setting, baselines []Trial) {
	e.Trials = baselines
	numerics := rs.world.Numerics()
	for _, seed := range e.Seeds {
		for _, s := range settings {
			id := hash(s.identity, s.data.fingerprint, &seed, numerics)
			if s.continues {
				id = ID(s.tree, s.data.fingerprint, &seed, numerics)
			}
			e.Trials = append(e.Trials, Trial{
				ID:      id,
				Setting: s.tree, Data: s.data.fingerprint, Seed: seed, Code: s.codeSize, Family: s.family, Places: s.places,
			})
		}
	}
	e.Trials = merge(e.Trials)
}

// merge makes one of trials that are equal, with the places of all.
func merge(trials []Trial) []Trial {
	index := make(map[string]int, len(trials))
	out := trials[:0]
	for _, trial := range trials {
		at, known := index[trial.ID]
		if !known {
			index[trial.ID] = len(out)
			out = append(out, trial)
			continue
		}
		for _, p := range trial.Places {
			out[at].Places = addPlace(out[at].Places, p)
		}
	}
	return out
}
