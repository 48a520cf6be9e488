package vectors

import (
	"path/filepath"
	"reflect"
	"testing"
)

func TestLoad(t *testing.T) {
	dir, err := Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 338 {
		t.Errorf("%d vectors, want 338", len(all))
	}
	byName := map[string]Vector{}
	kinds := map[string]int{}
	for _, v := range all {
		byName[v.Name] = v
		kinds[v.Kind]++
		if v.Program == "" {
			t.Errorf("%s: no program", v.Name)
		}
	}
	for kind, least := range map[string]int{"": 180, "lex": 8, "parse": 50, "type": 6, "run": 50, "panic": 4} {
		if kinds[kind] < least {
			t.Errorf("%d vectors of kind %q, want at least %d", kinds[kind], kind, least)
		}
	}
	v := byName["missing semicolon"]
	if v.Kind != "parse" || v.Line != 1 || v.Column != 6 || v.Output != nil {
		t.Errorf("missing semicolon: %+v", v)
	}
	v = byName["return top"]
	if v.Kind != "run" || !reflect.DeepEqual(v.Output, []string{"1"}) || v.Line != 0 {
		t.Errorf("return top: %+v", v)
	}
	for _, v := range all {
		if len(v.Files) > 0 && v.Files[0] == "a.txt" && (len(v.Output) != 6 || v.Output[5] != "3") {
			t.Errorf("%s: %+v", v.Name, v)
		}
	}
	exceptions, err := LoadExceptions(filepath.Join(dir, "exceptions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range exceptions {
		if _, ok := byName[name]; !ok {
			t.Errorf("exceptions.tsv: there is no vector %q", name)
		}
		if e.Quote == "" || e.Ours == "" {
			t.Errorf("exceptions.tsv: %q: a quotation and what ours does are needed", name)
		}
	}
}
