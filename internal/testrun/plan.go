package testrun

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
)

// File is a file with tests, compiled.
type File struct {
	Name     string
	Set      *source.Set
	Messages []*diag.Message // what the compiler said, about warnings too
	Err      error           // why it could not be read: a *load.Error, or the like

	result  *compile.Result
	tests   []*test
	asks    bool // it names the client
	program *program
}

// Failed reports whether the file has no tests that can be run, because it is wrong.
func (f *File) Failed() bool { return f.Err != nil || f.result == nil || f.result.Code == nil }

// test is one test: a சோதனை block without others in it.
type test struct {
	file   *File
	names  []string       // its groups', outermost first, and its own
	places []source.Place // where they stand
}

// name is how a test is called: its groups' names and its own.
func (t *test) name() string { return strings.Join(t.names, " › ") }

// place is where it stands.
func (t *test) place() source.Place { return t.places[len(t.places)-1] }

// plan compiles a file and lists its tests whose names hold filter, in the order in which
// they stand there.
func plan(name string, finder *load.Finder, filter string) *File {
	f := &File{Name: name}
	entry, err := load.Entry(name)
	if err != nil {
		f.Err = err
		return f
	}
	r, err := compile.Program(entry, finder, compile.Options{})
	if err != nil {
		panic(err) // a stage broke another's promise
	}
	f.result, f.Set, f.Messages = r, r.Set, r.Messages
	if r.Code == nil {
		return f
	}
	for _, u := range r.Checked.Uses {
		if u.Builtin != nil && u.Builtin.ID == "client" {
			f.asks = true
		}
	}
	filter = norm.NFC.String(filter)
	f.list(r.Checked.Entry.Body, nil, nil)
	f.tests = slices.DeleteFunc(f.tests, func(t *test) bool {
		return !strings.Contains(norm.NFC.String(t.name()), filter)
	})
	return f
}

// list adds the tests among statements, which stand in the groups of these names. Benches
// are not tests.
func (f *File) list(stmts []syntax.Stmt, names []string, places []source.Place) {
	for _, s := range stmts {
		t, ok := s.(*syntax.Test)
		if !ok || t.Bench {
			continue
		}
		n := append(slices.Clone(names), t.Name)
		p := append(slices.Clone(places), f.Set.Place(t.Start))
		if isGroup(t) {
			f.list(t.Body.Body.Stmts, n, p)
		} else {
			f.tests = append(f.tests, &test{file: f, names: n, places: p})
		}
	}
}

func isGroup(t *syntax.Test) bool {
	return slices.ContainsFunc(t.Body.Body.Stmts, func(s syntax.Stmt) bool {
		inner, ok := s.(*syntax.Test)
		return ok && !inner.Bench
	})
}
