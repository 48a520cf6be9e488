package check

import (
	"path/filepath"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
	"etamil/internal/vectors"
)

// TestVectors holds the checker to what the existing implementation answers: a
// program with a wrong type is refused at the same place, and any other that
// can be read is allowed to run. A program that ran to its end has no mistakes
// at all, but for names on paths that it didn't take.
func TestVectors(t *testing.T) {
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	exceptions, err := vectors.LoadExceptions(filepath.Join(dir, "exceptions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	types := 0
	for _, v := range all {
		set := source.NewSet()
		file, msgs := syntax.Parse(set.Add("main.qmz", v.Program))
		if diag.HasErrors(msgs) {
			continue
		}
		if v.Kind == "type" {
			types++
		}
		_, excepted := exceptions[v.Name]
		_, msgs = Check(file, mapLoader{}, Options{Set: set, Key: "main.qmz", Lenient: true})
		var errs []*diag.Message
		for _, m := range msgs {
			if m.Severity() == diag.Error {
				errs = append(errs, m)
			}
		}
		switch {
		case excepted:
		case v.Kind == "type":
			if len(errs) == 0 {
				t.Errorf("%s: no mistake found", v.Name)
				continue
			}
			if p := set.Place(errs[0].Span.Start); p.Line != v.Line || p.Column != v.Column {
				t.Errorf("%s: found at %d:%d, want %d:%d", v.Name, p.Line, p.Column, v.Line, v.Column)
			}
		case len(errs) > 0:
			t.Errorf("%s: %s\n%s", v.Name, v.Program, show(set, msgs))
		case v.Kind == "":
			for _, m := range msgs {
				if m.Code != diag.NameUndefined && m.Code != diag.FuncUndefined && m.Code != diag.WarnParamTwice && m.Code != diag.WarnTextAdded {
					t.Errorf("%s: %s\n%s", v.Name, v.Program, show(set, msgs))
				}
			}
		}
	}
	if types < 15 {
		t.Errorf("only %d vectors have a wrong type", types)
	}
}
