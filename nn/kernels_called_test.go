package nn

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const kernelFolder = "internal/kernel"

// noArithmetic are functions of the package kernel without a result that digests could hold: the choice of a path and
// the measurement of its speed. Means and Scatter are for PCA, which promises its figures, not their bits; the tests of
// the package kernel hold them.
var noArithmetic = []string{"Names", "Current", "Use", "Peak", "Means", "Scatter", "NewShares"}

// The digests prove the kernels that the trainings call. Here the coverage of TestDigests shows that those are all that
// the package uses: the kernels in which nothing was covered are the ones that no training calls.
func TestTrainingsCallEveryKernel(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	profile := filepath.Join(t.TempDir(), "profile")
	// The architecture of this machine, also where the test itself runs for another one.
	test := exec.Command(tool, "test", "-run", "^TestDigests$", "-coverpkg", "./"+kernelFolder, "-coverprofile", profile, ".")
	test.Env = append(os.Environ(), "GOARCH=")
	if out, err := test.CombinedOutput(); err != nil {
		t.Fatalf("go test: %v\n%s", err, out)
	}
	covered, used := coveredLines(t, profile), kernelsUsed(t)
	functions := 0
	eachFunction(t, kernelFolder, func(file string, set *token.FileSet, f *ast.FuncDecl) {
		if !f.Name.IsExported() || !used[f.Name.Name] || slices.Contains(noArithmetic, f.Name.Name) {
			return
		}
		functions++
		first, last := set.Position(f.Pos()).Line, set.Position(f.End()).Line
		if !slices.ContainsFunc(covered[file], func(line int) bool { return first <= line && line <= last }) {
			t.Errorf("no training calls kernel.%s: add one to smallTrainings", f.Name.Name)
		}
	})
	if functions < 50 {
		t.Errorf("found only %d kernels in use: the search misses some", functions)
	}
}

// coveredLines returns the first lines of the blocks that were run, by file.
func coveredLines(t *testing.T, profile string) map[string][]int {
	t.Helper()
	file, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	covered := map[string][]int{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		// path/file.go:line.column,line.column statements count
		name, rest, _ := strings.Cut(scanner.Text(), ".go:")
		line, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(line); err == nil && !strings.HasSuffix(rest, " 0") {
			covered[filepath.Base(name)+".go"] = append(covered[filepath.Base(name)+".go"], n)
		}
	}
	return covered
}

// kernelsUsed returns the names after "kernel." in the code of this package, and the methods of kernel's types.
func kernelsUsed(t *testing.T) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	eachFunction(t, ".", func(_ string, _ *token.FileSet, f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				used[selector.Sel.Name] = true
			}
			return true
		})
	})
	return used
}

// eachFunction calls do with the functions of a folder's Go files, tests left out.
func eachFunction(t *testing.T, folder string, do func(file string, set *token.FileSet, f *ast.FuncDecl)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Body != nil {
				do(filepath.Base(path), set, f)
			}
		}
	}
}
