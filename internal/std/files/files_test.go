package files_test

import (
	"archive/zip"
	"os"
	"strings"
	"testing"

	"etamil/internal/std/files"
	"etamil/internal/std/host/hosttest"
)

type list = []any

func TestStatements(t *testing.T) {
	t.Chdir(t.TempDir())
	k := hosttest.New(t, files.Bind)
	k.Run([]hosttest.Check{
		{"file_open", list{"a.txt", "Write"}, "nil"},
		{"file_write", list{"a.txt", "one"}, "nil"},
		{"file_write", list{"a.txt", 2}, "nil"},
		{"file_read", list{"a.txt"}, "one\n2"},
		{"file_close", list{"a.txt"}, "nil"},
		{"file_close", list{"none"}, "nil"},
		{"file_open", list{"a.txt", "read"}, "nil"},
		{"file_read", list{"a.txt"}, "one\n2"},
		{"file_open", list{"a.txt", "write"}, "nil"},
		{"file_read", list{"a.txt"}, ""},
		{"file_open", list{"none.txt", nil}, "nil"},
		{"file_open", list{"none.txt", "bogus"}, "nil"},
		{"fileExists", list{"none.txt"}, "false"},
		{"file_write", list{"new.txt", "x"}, "nil"},
		{"file_read", list{"new.txt"}, "x"},
		{"csv_write", list{"x.csv", "h1,h2"}, "nil"},
		{"csv_write", list{"x.csv", "1,2"}, "nil"},
		{"csv_write", list{"x.csv", ""}, "nil"},
		{"csv_write", list{"x.csv", list{3, 4}}, "nil"},
		{"csv_read", list{"x.csv"}, "2"},
		{"file_read", list{"x.csv"}, "h1,h2\n1,2\n\n[3, 4]"},
		{"csv_read", list{"a.txt"}, "0"},
		{"file_read", list{"none.txt"}, "error: file"},
		{"csv_read", list{"none.csv"}, "error: file"},
		{"file_write", list{"none/x", "y"}, "error: file"},
		{"file_open", list{"none/x", "write"}, "error: file"},
		{"file_read", list{"."}, "error: file"},
		{"file_read", list{"a\x00b"}, "error: file"},
	})
	if err := os.WriteFile("bad.txt", []byte{0xff}, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := k.Show("file_read", "bad.txt"); got != "error: file" {
		t.Errorf("a file that is not UTF-8 was read: %s", got)
	}
	if err := os.Truncate("bad.txt", 1<<30); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Call("file_read", k.Value("bad.txt")); err == nil || !strings.Contains(err.Error(), "memory") {
		t.Errorf("a file larger than the budget: %v", err)
	}
	if _, err := k.Call("file_read", k.Value("none.txt")); err == nil || !strings.Contains(err.Error(), "(cannot read 'none.txt': there is no such file)") {
		t.Errorf("the reason is missing: %v", err)
	}
}

func TestBuiltins(t *testing.T) {
	t.Chdir(t.TempDir())
	k := hosttest.New(t, files.Bind)
	if err := os.Mkdir("sub", 0o700); err != nil {
		t.Fatal(err)
	}
	k.Run([]hosttest.Check{
		{"fileSave", list{"f.txt", "கa"}, "சரி(4)"},
		{"fileSave", list{"f.txt", "b"}, "சரி(1)"},
		{"fileSave", list{"raw", []byte{255, 0}}, "சரி(2)"},
		{"file_read", list{"f.txt"}, "b"},
		{"fileExists", list{"f.txt"}, "true"},
		{"fileExists", list{"sub"}, "true"},
		{"readDir", list{"."}, "சரி([f.txt, raw, sub])"},
		{"readDir", list{"none"}, "தவறு('none' ஐப் படிக்க முடியவில்லை: அப்படி ஒரு கோப்பு இல்லை  (cannot read 'none': there is no such file))"},
		{"readDir", list{"f.txt"}, "தவறு('f.txt' ஐப் படிக்க முடியவில்லை: அது கோப்பகம் அல்ல  (cannot read 'f.txt': it is not a folder))"},
		{"fileSave", list{"sub", "x"}, "தவறு('sub' ஐ எழுத முடியவில்லை: அது ஒரு கோப்பகம்  (cannot write 'sub': it is a folder))"},
	})
	for _, c := range []struct{ path, kind, size string }{{"f.txt", "கோப்பு", "1"}, {"sub", "கோப்பகம்", ""}} {
		v, err := k.Call("fileInfo", k.Value(c.path))
		if err != nil || !v.IsOk() {
			t.Fatal(k.Render(v), err)
		}
		kind, _ := v.Inner().Field("வகை")
		size, _ := v.Inner().Field("அளவு")
		changed, _ := v.Inner().Field("மாற்றம்")
		if k.Render(*kind) != c.kind || c.size != "" && k.Render(*size) != c.size || !changed.IsInt() || changed.N < 1_700_000_000 {
			t.Errorf("fileInfo(%s) = %s", c.path, k.Render(v))
		}
	}
	if got := k.Show("fileInfo", "none"); !strings.HasPrefix(got, "தவறு(") {
		t.Errorf("fileInfo of nothing: %s", got)
	}
}

func TestPackages(t *testing.T) {
	t.Chdir(t.TempDir())
	k := hosttest.New(t, files.Bind)
	out, err := os.Create("a.odt")
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(out)
	for _, e := range []struct {
		name, text string
		method     uint16
	}{{"mimetype", "application/x", zip.Store}, {"content.xml", "<அ/>", zip.Deflate}, {"pic", "\xff", zip.Deflate}, {"big", strings.Repeat("a", 20<<20), zip.Deflate}} {
		p, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("no.zip", []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.Run([]hosttest.Check{
		{"packageRead", list{"a.odt", "content.xml"}, "சரி(<அ/>)"},
		{"packageRead", list{"a.odt", "none"}, "தவறு(பொதி 'a.odt' இல் 'none' இல்லை  (the package 'a.odt' has no 'none'))"},
		{"packageRead", list{"no.zip", "none"}, "தவறு('no.zip' ஒரு zip பொதி அல்ல  ('no.zip' is not a zip package))"},
		{"packageRead", list{"a.odt", "pic"}, "தவறு('a.odt' ஐக் கையாள முடியவில்லை: அது செல்லுபடியான UTF-8 உரை அல்ல  (cannot use 'a.odt': it is not valid UTF-8 text))"},
		{"packageRead", list{"a.odt", "big"}, "தவறு('a.odt' ஐக் கையாள முடியவில்லை: நினைவகத்தில் அடங்காது  (cannot use 'a.odt': it does not fit the memory allowed))"},
		{"packageWrite", list{"a.odt", "b.odt", map[string]any{"content.xml": "<new/>", "mimetype": "m"}}, "சரி(4)"},
		{"packageRead", list{"b.odt", "content.xml"}, "சரி(<new/>)"},
		{"packageRead", list{"a.odt", "content.xml"}, "சரி(<அ/>)"},
		{"packageWrite", list{"a.odt", "a.odt", map[string]any{"content.xml": 5}}, "சரி(4)"},
		{"packageRead", list{"a.odt", "content.xml"}, "சரி(5)"},
		{"packageWrite", list{"a.odt", "c.odt", map[string]any{"x": 5}}, "தவறு(பொதி 'a.odt' இல் 'x' இல்லை  (the package 'a.odt' has no 'x'))"},
		{"packageWrite", list{"a.odt", "c.odt", 5}, "error: argument"},
		{"readDir", list{"."}, "சரி([a.odt, b.odt, no.zip])"},
	})
	z, err := zip.OpenReader("b.odt")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if z.File[0].Name != "mimetype" || z.File[0].Method != zip.Store {
		t.Errorf("the first entry is %s, method %d; the mimetype must come first, stored", z.File[0].Name, z.File[0].Method)
	}
}
