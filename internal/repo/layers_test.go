package repo

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// complete says whether layers.txt describes a finished house. While rooms are still
// being built, a line whose package has not landed and an arrow not yet used are no
// mistakes; everything else always is.
const complete = true

const module = "etamil"

// layers is layers.txt, read.
type layers struct {
	may  map[string][]string // package or pattern -> packages it may import
	owns map[string]string   // third-party module -> its package, or packages between spaces
}

func readLayers(t *testing.T, text string) layers {
	t.Helper()
	l := layers{may: map[string][]string{}, owns: map[string]string{}}
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		kind, rest, _ := strings.Cut(line, " ")
		name, list, ok := strings.Cut(rest, ":")
		if !ok || kind != "pkg" && kind != "own" {
			t.Errorf("layers.txt:%d: want \"pkg NAME: ...\" or \"own NAME: ...\", found %q", n+1, line)
			continue
		}
		if kind == "pkg" {
			if _, twice := l.may[name]; twice {
				t.Errorf("layers.txt:%d: %s has two lines", n+1, name)
			}
			l.may[name] = strings.Fields(list)
			continue
		}
		for _, m := range strings.Fields(list) {
			if other, twice := l.owns[m]; twice {
				t.Errorf("layers.txt:%d: %s is owned by %s already", n+1, m, other)
			}
			l.owns[m] = name
		}
	}
	return l
}

// row finds the line for a package: its own, or the longest pattern above it.
func (l layers) row(pkg string) (string, bool) {
	if _, ok := l.may[pkg]; ok {
		return pkg, true
	}
	for dir := path.Dir(pkg); dir != "."; dir = path.Dir(dir) {
		if _, ok := l.may[dir+"/*"]; ok {
			return dir + "/*", true
		}
	}
	return "", false
}

// owner finds the third-party module of an import path: the longest one that is its prefix.
func (l layers) owner(importPath string) (mod, pkg string) {
	for m, p := range l.owns {
		if (importPath == m || strings.HasPrefix(importPath, m+"/")) && len(m) > len(mod) {
			mod, pkg = m, p
		}
	}
	return mod, pkg
}

// imports reads every package of the module, on every platform and under every tag:
// package -> the import paths of its files that are not tests.
func imports(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == root {
				return nil
			}
			_, nested := os.Stat(filepath.Join(p, "go.mod"))
			if nested == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(dir)
		list := found[pkg]
		for _, spec := range file.Imports {
			ip, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(list, ip) {
				list = append(list, ip)
			}
		}
		found[pkg] = list
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// judge compares what is imported with what may be, and returns the complaints.
func (l layers) judge(found map[string][]string, complete bool) []string {
	var bad []string
	used := map[string]bool{}   // "row -> allowed" arrows seen
	seen := map[string]bool{}   // rows seen
	owning := map[string]bool{} // modules seen
	for pkg, list := range found {
		row, ok := l.row(pkg)
		if !ok {
			bad = append(bad, pkg+" has no line in layers.txt: say what it may import")
			continue
		}
		seen[row] = true
		for _, ip := range list {
			ours, isOurs := strings.CutPrefix(ip, module+"/")
			if isOurs {
				target, ok := l.row(ours)
				if !ok || !slices.Contains(l.may[row], target) {
					bad = append(bad, pkg+" imports "+ours+": no such arrow in layers.txt")
				}
				used[row+" -> "+target] = true
				continue
			}
			if first, _, _ := strings.Cut(ip, "/"); !strings.Contains(first, ".") {
				continue // Go's own library
			}
			mod, owner := l.owner(ip)
			switch {
			case mod == "":
				bad = append(bad, pkg+" imports "+ip+": the module has no owner in layers.txt")
			case !slices.Contains(strings.Fields(owner), pkg):
				bad = append(bad, pkg+" imports "+ip+": only "+owner+" may")
			}
			owning[mod] = true
		}
	}
	if complete {
		for row, list := range l.may {
			if !seen[row] {
				bad = append(bad, "layers.txt has a line for "+row+", which does not exist")
			}
			for _, target := range list {
				if !used[row+" -> "+target] {
					bad = append(bad, "layers.txt allows "+row+" -> "+target+", which nobody uses")
				}
			}
		}
		for mod := range l.owns {
			if !owning[mod] {
				bad = append(bad, "layers.txt gives "+mod+" an owner, but nobody imports it")
			}
		}
	}
	slices.Sort(bad)
	return bad
}

// circle returns the packages of a cycle among the allowed arrows, or nil.
func (l layers) circle() []string {
	const open, done = 1, 2
	state := map[string]int{}
	var trail []string
	var visit func(string) []string
	visit = func(row string) []string {
		state[row] = open
		trail = append(trail, row)
		for _, next := range l.may[row] {
			if state[next] == open {
				return append(trail, next)
			}
			if state[next] == 0 {
				if c := visit(next); c != nil {
					return c
				}
			}
		}
		trail = trail[:len(trail)-1]
		state[row] = done
		return nil
	}
	for row := range l.may {
		if state[row] == 0 {
			if c := visit(row); c != nil {
				return c
			}
		}
	}
	return nil
}

func TestImportsFollowThePicture(t *testing.T) {
	text, err := os.ReadFile("layers.txt")
	if err != nil {
		t.Fatal(err)
	}
	l := readLayers(t, string(text))
	found := imports(t, root)
	if _, ok := found["internal/repo"]; !ok {
		t.Fatalf("the walk below %s has not even found this package", root)
	}
	for _, complaint := range l.judge(found, complete) {
		t.Error(complaint)
	}
	for row, list := range l.may {
		for _, target := range list {
			if _, ok := l.may[target]; !ok {
				t.Errorf("layers.txt: %s may import %s, which has no line", row, target)
			}
		}
	}
	if c := l.circle(); c != nil {
		t.Errorf("layers.txt goes in a circle: %s", strings.Join(c, " -> "))
	}
}

// TestArchitectureNamesEveryPackage: the code map has a paragraph for every package, or,
// for one inside others, for one of those.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := func(pkg string) bool {
		for ; pkg != "."; pkg = path.Dir(pkg) {
			if strings.Contains(string(text), "`"+pkg+"`") {
				return true
			}
		}
		return false
	}
	for pkg := range imports(t, root) {
		if !named(pkg) {
			t.Errorf("ARCHITECTURE.md has no word about %s", pkg)
		}
	}
}

// TestLayersComplains plants one mistake of each kind.
func TestLayersComplains(t *testing.T) {
	l := readLayers(t, "pkg a: b\npkg b:\npkg std/*: b\nown b: example.com/m\n")
	cases := []struct {
		name  string
		found map[string][]string
		want  string
	}{
		{"fine", map[string][]string{"a": {"etamil/b", "os"}, "b": {"example.com/m/sub"}, "std/x": {"etamil/b"}}, ""},
		{"arrow", map[string][]string{"a": {"etamil/b"}, "b": {"etamil/a", "example.com/m"}, "std/x": {"etamil/b"}}, "b imports a: no such arrow in layers.txt"},
		{"sibling", map[string][]string{"a": {"etamil/b"}, "b": {"example.com/m"}, "std/x": {"etamil/b", "etamil/std/y"}}, "std/x imports std/y: no such arrow in layers.txt"},
		{"newcomer", map[string][]string{"a": {"etamil/b"}, "b": {"example.com/m"}, "std/x": {"etamil/b"}, "c": nil}, "c has no line in layers.txt: say what it may import"},
		{"unused", map[string][]string{"a": nil, "b": {"example.com/m"}, "std/x": {"etamil/b"}}, "layers.txt allows a -> b, which nobody uses"},
		{"gone", map[string][]string{"a": {"etamil/b"}, "b": {"example.com/m"}}, "layers.txt has a line for std/*, which does not exist"},
		{"owner", map[string][]string{"a": {"etamil/b", "example.com/m"}, "b": {"example.com/m"}, "std/x": {"etamil/b"}}, "a imports example.com/m: only b may"},
		{"stranger", map[string][]string{"a": {"etamil/b", "example.com/n"}, "b": {"example.com/m"}, "std/x": {"etamil/b"}}, "a imports example.com/n: the module has no owner in layers.txt"},
		{"disowned", map[string][]string{"a": {"etamil/b"}, "b": nil, "std/x": {"etamil/b"}}, "layers.txt gives example.com/m an owner, but nobody imports it"},
	}
	for _, c := range cases {
		got := l.judge(c.found, true)
		if c.want == "" && len(got) != 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	round := readLayers(t, "pkg a: b\npkg b: c\npkg c: a\n")
	if round.circle() == nil {
		t.Error("a circle of three packages was not seen")
	}
}
