package reports

import (
	"fmt"

	"hourglass.dev/hourglass/store"
)

// Read returns the trials of a store that a filter chooses, with their places
// and the metrics that are derived when read. Where the filter names an
// experiment, the places are those in it alone. PCA is found in all of the
// store, whether the filter chooses it or not.
func Read(s *store.Store, filter store.Filter) ([]Trial, error) {
	trials, err := readDerived(s, filter)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(trials))
	for i, t := range trials {
		ids[i] = t.ID
	}
	places, err := s.Places(ids)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	for i, id := range ids {
		for _, place := range places[id] {
			if filter.Experiment == "" || place.Experiment == filter.Experiment {
				trials[i].Places = append(trials[i].Places, place)
			}
		}
	}
	return trials, nil
}

// readDerived returns the trials that a filter chooses, without places and with
// derived metrics.
func readDerived(s *store.Store, filter store.Filter) ([]Trial, error) {
	filter.Metrics = withSources(filter.Metrics)
	records, err := s.Trials(filter)
	if err != nil {
		return nil, fmt.Errorf("read trials: %w", err)
	}
	pca, err := ladders(s)
	if err != nil {
		return nil, err
	}
	trials := make([]Trial, len(records), len(records)+len(pca))
	series := map[string]map[string][]float64{}
	for _, t := range pca {
		series[t.ID] = t.Series
	}
	for i, record := range records {
		trials[i] = Trial{Record: record, Series: series[record.ID]}
	}
	return derive(append(trials, pca...))[:len(records)], nil
}

// ladders returns all PCA trials with their errors by number of components.
// Those on the same data share them, and they are read once.
func ladders(s *store.Store) ([]Trial, error) {
	records, err := s.Trials(store.Filter{Family: "pca", States: []store.State{store.Done}})
	if err != nil {
		return nil, fmt.Errorf("read PCA: %w", err)
	}
	trials := make([]Trial, len(records))
	known, memo := map[string]bool{}, memo{}
	for i, record := range records {
		trials[i] = Trial{Record: record}
		data := memo.dataOf(trials[i])
		if known[data] {
			continue
		}
		trials[i].Series = map[string][]float64{}
		for _, split := range splits {
			series, err := s.Series(record.ID, split+".mse")
			if err != nil {
				return nil, fmt.Errorf("read PCA: %w", err)
			}
			if series != nil {
				trials[i].Series[split+".mse"] = series
				known[data] = true
			}
		}
	}
	return trials, nil
}
