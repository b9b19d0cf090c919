// Package hourglass_test holds the whole program to its architecture: which
// package may import which, and which functions the arithmetic may call.
package hourglass_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "hourglass.dev/hourglass/"

// mayImport is the table of packages: imports go one way.
var mayImport = map[string][]string{
	"cmd/hourglass": {"runner", "reports", "reports/page", "store", "experiments", "data", "nn", "registry"},
	"runner":        {"experiments", "store", "data", "nn", "registry"},
	"reports":       {"store", "experiments", "reports/internal/statistics"},
	"reports/page":  {"reports"},
	// Formulas with a source and a test of their own, which know numbers and no
	// trials: kept apart so that no layout of a table can leak into a p.
	"reports/internal/statistics": {},
	"store":                       {"experiments"},
	"experiments":                 {"registry"},
	"data":                        {"nn", "registry"},
	"nn":                          {"registry", "nn/internal/kernel", "nn/internal/onnx"},
	"registry":                    {},
	"nn/internal/kernel":          {},
	"nn/internal/onnx":            {},
	"bench":                       {"runner", "experiments", "data", "nn", "registry"},
}

// programs are the packages that read the environment.
var programs = []string{"cmd/hourglass", "bench"}

// ownedBy says which package alone may import what: YAML stays inside
// experiments, SQL inside store.
var ownedBy = map[string]string{
	"gopkg.in/yaml.v3":            "experiments",
	"database/sql":                "store",
	"github.com/mattn/go-sqlite3": "store",
	"gonum.org/v1/plot":           "reports/page",
	"github.com/spf13/cobra":      "cmd/hourglass",
	"github.com/spf13/pflag":      "cmd/hourglass",
	"golang.org/x/term":           "cmd/hourglass",
	"os/signal":                   "cmd/hourglass",
	"flag":                        "cmd/hourglass",
}

// TestImportsGoOneWay reads the sources instead of asking the go command, so
// that files for other systems and processors are held to the table too.
func TestImportsGoOneWay(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range sources(t) {
		seen[file.pkg] = true
		allowed, known := mayImport[file.pkg]
		if !known {
			t.Errorf("%s: package %s is not in the table of imports", file.name, file.pkg)
			continue
		}
		for imported := range file.imports {
			if ours, found := strings.CutPrefix(imported, module); found && !slices.Contains(allowed, ours) {
				t.Errorf("%s: %s must not import %s", file.name, file.pkg, ours)
			}
			if owner := ownedBy[imported]; owner != "" && owner != file.pkg {
				t.Errorf("%s: only %s imports %s", file.name, owner, imported)
			}
		}
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("the table of imports names %s, which does not exist", pkg)
		}
	}
}

// sameEverywhere are the functions of math whose results are the same bits on
// every architecture. Exp, Log, Pow and their like are not: some architectures
// have assembly for them, and the compiler may fuse what is inside.
var sameEverywhere = []string{
	"Sqrt", "FMA", "Abs", "Floor", "Ceil", "Trunc", "IsNaN", "IsInf", "NaN", "Inf",
	"Float32bits", "Float32frombits", "Float64bits", "Float64frombits",
}

// TestArithmeticIsOurOwn holds nn, and data, which feeds it, to functions of
// math that return the same bits everywhere, and to random numbers of our own.
func TestArithmeticIsOurOwn(t *testing.T) {
	allowed := map[string][]string{
		"nn":                 sameEverywhere,
		"nn/internal/kernel": sameEverywhere,
		"data":               append([]string{"Round"}, sameEverywhere...), // counts that are fractions of others
	}
	checked := 0
	for _, file := range sources(t) {
		functions, held := allowed[file.pkg]
		if !held {
			continue
		}
		for imported := range file.imports {
			if strings.HasPrefix(imported, "math/rand") || imported == "math/cmplx" {
				t.Errorf("%s: %s must not import %s", file.name, file.pkg, imported)
			}
		}
		for _, use := range file.uses("math") {
			checked++
			if !isConstant(use.Sel.Name) && !slices.Contains(functions, use.Sel.Name) {
				t.Errorf("%s: math.%s may differ between architectures", file.position(use), use.Sel.Name)
			}
		}
	}
	if checked == 0 {
		t.Error("no use of math was found, where there are many")
	}
}

// isConstant tells the constants of math from its functions.
func isConstant(name string) bool {
	return strings.HasPrefix(name, "Max") && name != "Max" ||
		strings.HasPrefix(name, "Min") && name != "Min" ||
		strings.HasPrefix(name, "Smallest") || strings.HasPrefix(name, "Ln") || strings.HasPrefix(name, "Sqrt") && name != "Sqrt" ||
		name == "Pi" || name == "E" || name == "Log2E" || name == "Log10E"
}

// TestOnlyProgramsReadTheEnvironment keeps packages free of hidden inputs.
func TestOnlyProgramsReadTheEnvironment(t *testing.T) {
	for _, file := range sources(t) {
		for _, use := range file.uses("os") {
			switch use.Sel.Name {
			case "Getenv", "LookupEnv", "Args", "Exit", "Stdout", "Stderr", "Stdin":
				if !slices.Contains(programs, file.pkg) {
					t.Errorf("%s: only programs use os.%s", file.position(use), use.Sel.Name)
				}
			}
		}
	}
}

// source is a parsed file that is no test.
type source struct {
	name    string
	pkg     string            // the folder, which is the import path within the module
	imports map[string]string // the name in the file by import path
	syntax  *ast.File
	files   *token.FileSet
}

// sources parses every file of the module that is no test.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(name, entry.Name())
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		syntax, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name, filepath.ToSlash(filepath.Dir(name)), importsOf(syntax), syntax, files})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// skipFolder passes over what is not of this module: generators of assembly
// and tools have modules of their own.
func skipFolder(name, base string) error {
	if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || name == "tools") {
		return filepath.SkipDir
	}
	return nil
}

func importsOf(file *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic("hourglass: import path: " + err.Error())
		}
		imports[imported] = path.Base(imported)
		if spec.Name != nil {
			imports[imported] = spec.Name.Name
		}
	}
	return imports
}

// uses returns the places where something of an imported package is named.
func (s source) uses(imported string) []*ast.SelectorExpr {
	var found []*ast.SelectorExpr
	name, ok := s.imports[imported]
	if !ok {
		return nil
	}
	ast.Inspect(s.syntax, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && of.Name == name {
			found = append(found, selector)
		}
		return true
	})
	return found
}

func (s source) position(node ast.Node) token.Position { return s.files.Position(node.Pos()) }
