package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// printedSchema compiles what the verb prints.
func printedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	var out, voice bytes.Buffer
	if code := run(context.Background(), []string{"schema"}, &out, &voice); code != 0 {
		t.Fatalf("exit code %d: %s", code, &voice)
	}
	document, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("spec.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parsed(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSchemaAcceptsEverySpec(t *testing.T) {
	schema := printedSchema(t)
	files, err := filepath.Glob("../../experiments/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	papers, err := filepath.Glob("../../experiments/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range append(append(files, papers...), "start.yaml") {
		if filepath.Base(filepath.Dir(file)) == "testdata" || strings.HasSuffix(file, ".baseline.yaml") {
			continue
		}
		seen++
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(parsed(t, text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if seen < 2 {
		t.Errorf("only %d specs were looked at", seen)
	}
}

func TestSchemaRefusesMistakes(t *testing.T) {
	schema := printedSchema(t)
	const good = "version: 1\ndata: digits\nmodel: {encoder: [8, {kind: dense, nodes: 4}], code: 2}\n"
	if err := schema.Validate(parsed(t, []byte(good))); err != nil {
		t.Fatal(err)
	}
	for _, legal := range []string{
		good + "tags: quick\n",
		good + "sweep: {grid: {model.code: [2, 4]}, include: {model.code: 3}}\n",
		good + "sweep:\nevaluate:\nexpect:\nclaims:\nreported:\ngate:\ncompare:\nloss:\ntrain:\nregularisers:\n",
	} {
		if err := schema.Validate(parsed(t, []byte(legal))); err != nil {
			t.Errorf("refused:\n%s%v", legal, err)
		}
	}
	for _, bad := range []string{
		good + "losss: mse\n",
		good + "loss: msee\n",
		good + "loss: {kind: huber, delta: 0}\n",
		good + "train: {epochs: 1.5}\n",
		good + "train: {optimiser: {kind: adam, beta3: 1}}\n",
		good + "regularisers: {sparse-kl: {rho: 2, weight: 1}}\n",
		good + "seeds: 0\n",
		"version: 2\ndata: digits\nmodel: {encoder: [8], code: 2}\n",
		"version: 1\ndata: digits\n",
	} {
		if err := schema.Validate(parsed(t, []byte(bad))); err == nil {
			t.Errorf("accepted:\n%s", bad)
		}
	}
}

// Every kind and parameter that is registered is in the schema, as the schema
// is made of them: a role that nothing refers to would be missing for editors.
func TestSchemaHasEveryRole(t *testing.T) {
	var out, voice bytes.Buffer
	run(context.Background(), []string{"schema", "--json"}, &out, &voice)
	schema, err := registry.ParseTree(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range registry.Roles() {
		if _, ok := schema.At("$defs." + role.Name); !ok {
			t.Errorf("no definition of %s", role.Name)
		}
		for _, kind := range role.Kinds() {
			if !bytes.Contains(out.Bytes(), []byte(`"`+kind.Summary)) && kind.Name != "" {
				t.Errorf("%s %s is not described", role.Name, kind.Name)
			}
		}
	}
}
