package load

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOrderOfSearch(t *testing.T) {
	dir := t.TempDir()
	at := func(s string) string { return filepath.Join(dir, s) }
	lib := fstest.MapFS{
		"n/lib.qmz":  {Data: []byte("lib")},
		"n/help.qmz": {Data: []byte("lib help")},
	}
	f := NewFinder(at("p1")+string(os.PathListSeparator)+at("p2"), at("bin/etamil"), lib)
	write(t, at("app/main.qmz"), "main")
	from, err := Entry(at("app/main.qmz"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Find(from.Key, "n/lib.qmz"); err != nil {
		t.Errorf("the library is the last place: %v", err)
	}
	// Each new file stands earlier in the order than the one before.
	for _, place := range []string{"bin", "p2", "p1", "app"} {
		write(t, at(place+"/n/lib.qmz"), place)
		got, err := f.Find(from.Key, "n/lib.qmz")
		if err != nil || got.Text != place {
			t.Errorf("with a file in %s: found %q, %v", place, got.Text, err)
		}
	}
}

func TestLibraryStaysInside(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "n/help.qmz"), "outside")
	lib := fstest.MapFS{"n/lib.qmz": {Data: []byte("lib")}, "n/help.qmz": {Data: []byte("inside")}}
	f := NewFinder(dir, "", lib)
	from, err := f.Find(filepath.Join(t.TempDir(), "main.qmz"), "n/lib.qmz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"help.qmz", "n/help.qmz", "../n/help.qmz"} {
		got, err := f.Find(from.Key, name)
		if err != nil || got.Text != "inside" {
			t.Errorf("%s from the library: %q, %v", name, got.Text, err)
		}
	}
	if _, err := f.Find(from.Key, "../../etc/passwd"); err == nil {
		t.Error("the library reached outside itself")
	}
	if !from.InLibrary() {
		t.Errorf("%q is in the library", from.Key)
	}
}

func TestMissingNamesTheLibrary(t *testing.T) {
	lib := fstest.MapFS{"n/b.qmz": {}, "n/a.qmz": {}, "n/a.txt": {}, "c.qmz": {}}
	_, err := NewFinder("", "", lib).Find(filepath.Join(t.TempDir(), "main.qmz"), "n/aa.qmz")
	var e *Error
	if !errors.As(err, &e) || e.Problem != Missing {
		t.Fatalf("error %v", err)
	}
	if want := []string{"c.qmz", "n/a.qmz", "n/b.qmz"}; !slices.Equal(e.Library, want) {
		t.Errorf("the library is %q, want %q", e.Library, want)
	}
	if entry, err := Entry("load.go"); err != nil || entry.InLibrary() {
		t.Errorf("a file on disk: in the library %v, %v", entry.InLibrary(), err)
	}
}

func TestOneKeyForOneFile(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "a.qmz")
	write(t, real, "a")
	if err := os.Symlink(real, filepath.Join(dir, "b.qmz")); err != nil {
		t.Fatal(err)
	}
	f := NewFinder("", "", nil)
	from := filepath.Join(dir, "main.qmz")
	var keys []string
	for _, name := range []string{"a.qmz", "./a.qmz", "b.qmz", real} {
		got, err := f.Find(from, name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		keys = append(keys, got.Key)
	}
	for _, k := range keys {
		if k != keys[0] {
			t.Errorf("keys differ: %q", keys)
		}
	}
}

func TestProblems(t *testing.T) {
	dir := t.TempDir()
	at := func(s string) string { return filepath.Join(dir, s) }
	write(t, at("latin.qmz"), "a\xff")
	write(t, at("big.qmz"), "")
	if err := os.Truncate(at("big.qmz"), MaxSize+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(at("dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	f := NewFinder("", "", nil)
	for _, c := range []struct {
		name string
		want Problem
	}{
		{"none.qmz", Missing}, {"dir", Directory}, {"latin.qmz", NotUTF8}, {"big.qmz", TooLarge},
		{"latin.qmz/x.qmz", Unreadable},
	} {
		_, err := f.Find(at("main.qmz"), c.name)
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.want {
			t.Errorf("%s: %v, want problem %d", c.name, err, c.want)
		} else if !strings.Contains(e.Error(), c.name) {
			t.Errorf("%s: the message doesn't name it: %v", c.name, e)
		}
	}
	if _, err := Stdin(strings.NewReader(strings.Repeat("a", MaxSize+1))); err == nil {
		t.Error("a pipe may be endless")
	}
	if got, err := Stdin(strings.NewReader("x")); err != nil || got.Text != "x" || !filepath.IsAbs(got.Key) {
		t.Errorf("Stdin: %+v, %v", got, err)
	}
}
