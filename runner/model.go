package runner

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// Model is a trained autoencoder, or a baseline that projects, with all that is
// needed to use it on other examples.
type Model struct {
	ID       string
	Seed     *int // nil of a baseline
	Numerics int
	Data     string // fingerprint of the data that it was trained on
	Setting  experiments.Setting
	Dir      string // the folder that relative paths in the setting start from; "" where the model came as a file

	Shape     nn.Shape // of an example
	Low, High float64  // between which the values lay that it was trained and measured on
	Classes   []string
	Columns   []string      // names of the features, where the data had them
	Scaling   *data.Scaling // how the features were scaled, or nil

	WeightsSHA256 string // of the numbers of a baseline, which its record does not tell, as they are close alone
	Design        *nn.Design
	Net           *nn.Net        // with the trained weights, for at most 256 examples in a pass; nil of a baseline
	Projection    *nn.Projection // of a baseline, or nil
	Seen          *Seen
}

// Coder is the model at work.
func (m *Model) Coder() nn.Coder {
	if m.Net == nil {
		return m.Projection
	}
	return m.Net
}

// Use runs do while so many threads share the work of the model, where it can be
// shared.
func (m *Model) Use(threads int, do func() error) error {
	if m.Net != nil {
		m.Net.Threads(threads)
		defer m.Net.Close()
	}
	return do()
}

// Rows is how many examples go through the model at a time, at most.
func (m *Model) Rows() int { return inferenceRows }

// Seen is what the model made of examples while it was trained.
type Seen struct {
	// Split is what the errors were measured on: validation, or train where
	// no examples are held out.
	Split string
	// Errors are, by one of nn.ErrorMeasures, quantiles of the errors of examples,
	// or OfSteps of a series that windows are put together to, 0 to 1 in equal steps.
	Errors  map[string][]float64
	OfSteps bool
	// CodeMean and CodeCovariance are those of codes of training examples; the
	// covariance is [code × code]. Both are nil where the code is large.
	CodeMean, CodeCovariance []float64
}

// inferenceRows is how many examples go through the net of a model at a time.
const inferenceRows = 256

// ErrNoModel is the error of a model that cannot be loaded because it is not on
// disk, or damaged. Its text says what to do.
var ErrNoModel = errors.New("no model")

// ErrNotTrained is the error of a trial that has no trained weights to load.
var ErrNotTrained = errors.New("there are no trained weights")

// modelError says what is wrong with a model, and what can be done about it.
type modelError struct {
	text, remedy string
	cause        error
}

func (e *modelError) Error() string   { return e.text + "; " + e.remedy }
func (e *modelError) Remedy() string  { return e.remedy }
func (e *modelError) Unwrap() []error { return []error{ErrNoModel, e.cause} }

// LoadModel returns the model of a trial that is done, from the file beside the
// store, and holds its weights against the digest that is recorded; the numbers of a
// baseline against that in the file.
func LoadModel(s *store.Store, record store.Record) (*Model, error) {
	switch {
	case record.Seed == nil && !nn.IsProjection(record.Setting):
		return nil, fmt.Errorf("%w: trial %.10s is the baseline %s, which is no projection as pca, mean and pca-denoising are, and of which nothing is kept", ErrNotTrained, record.ID, record.Family)
	case record.State != store.Done:
		return nil, fmt.Errorf("%w: trial %.10s is %s", ErrNotTrained, record.ID, record.State)
	}
	remedy := fmt.Sprintf("`hourglass repro %.10s --keep` trains it again, to the same bits", record.ID)
	if record.Seed == nil {
		remedy = fmt.Sprintf("`hourglass repro %.10s --keep` fits it again", record.ID)
	}
	content, err := s.Model(record.ID)
	if errors.Is(err, store.ErrNoModel) {
		text := fmt.Sprintf("the weights of trial %.10s are not on disk", record.ID)
		if record.Seed != nil {
			text += fmt.Sprintf(" (train.keep: %s)", keepOf(record.Setting))
		}
		return nil, &modelError{text, remedy, err}
	}
	if err != nil {
		return nil, err
	}
	m, err := decodeModel(content)
	if err == nil && m.ID != record.ID {
		err = fmt.Errorf("it holds the model of trial %.10s", m.ID)
	}
	if err == nil && (m.Seed == nil) != (record.Seed == nil) {
		err = errors.New("it holds a baseline in place of a net, or a net in place of one")
	}
	if err == nil && m.Seed != nil && m.WeightsSHA256 != record.WeightsSHA256 {
		err = fmt.Errorf("its weights have the SHA-256 %.10s…, recorded is %.10s…", m.WeightsSHA256, record.WeightsSHA256)
	}
	if err != nil {
		return nil, &modelError{fmt.Sprintf("%s is damaged: %v", s.ModelFile(record.ID), err), remedy, err}
	}
	m.Dir = record.Dir
	return m, nil
}

// ReadModel reads a model from a file, wherever it came from, and holds its
// weights against the digest in the same file.
func ReadModel(path string) (*Model, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := decodeModel(content)
	if err != nil {
		return nil, &modelError{fmt.Sprintf("%s: %v", path, err), "copy it again from where it was trained, or train it again", err}
	}
	return m, nil
}

// build makes the net of a model whose facts are known, and gives it weights. A
// setting that lacks a part of what every setting has was made elsewhere.
func (m *Model) build(weights map[string][]float32) (err error) {
	defer func() {
		if accident := recover(); accident != nil {
			err = fmt.Errorf("its setting is not that of a model: %v", accident)
		}
	}()
	if m.Design, err = nn.NewDesign(m.Setting); err != nil {
		return err
	}
	if m.Net, err = m.Design.Build(m.Shape, inferenceRows, 0); err != nil {
		return err
	}
	for _, p := range m.Net.Params {
		values, ok := weights[p.Name]
		if !ok || len(values) != len(p.Value) {
			return fmt.Errorf("wanted a tensor %s of shape %v, found %d elements", p.Name, p.Shape, len(values))
		}
		copy(p.Value, values)
	}
	return m.checkDigest(m.Net.Digest())
}

// project makes the projection of a baseline whose facts are known.
func (m *Model) project(mean, components []float64) (err error) {
	if len(mean) != m.Shape.Size() {
		return fmt.Errorf("wanted a mean of %d elements, found %d", m.Shape.Size(), len(mean))
	}
	if m.Projection, err = nn.ProjectionOf(mean, components); err != nil {
		return err
	}
	return m.checkDigest(m.Projection.Digest())
}

func (m *Model) checkDigest(digest [32]byte) error {
	if got := hex.EncodeToString(digest[:]); got != m.WeightsSHA256 {
		return fmt.Errorf("its weights have the SHA-256 %.10s…, it says %.10s…", got, m.WeightsSHA256)
	}
	return nil
}

// keepOf is train.keep of a setting.
func keepOf(setting experiments.Setting) string {
	keep, _ := setting.At("train.keep")
	word, _ := keep.(string)
	if !slices.Contains([]string{keepAll, keepNone}, word) {
		return keepBest
	}
	return word
}

// CheckModels returns what is wrong with the models beside a store: those that
// are damaged, are not of the recorded weights, or belong to no trial of it.
func CheckModels(s *store.Store) (problems []string, err error) {
	ids, err := s.Models()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		record, err := s.Trial(id)
		if errors.Is(err, store.ErrUnknown) {
			problems = append(problems, s.ModelFile(id)+" belongs to no trial of the store; hourglass store gc --delete removes it")
			continue
		}
		if err != nil {
			return nil, err
		}
		_, err = LoadModel(s, record)
		switch {
		case errors.Is(err, ErrNoModel):
			problems = append(problems, err.Error())
		case errors.Is(err, ErrNotTrained): // it is being trained, and its weights are there before its record
		case err != nil:
			return nil, err
		}
	}
	return problems, nil
}
