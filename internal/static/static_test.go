package static

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// tree makes files; a text that begins with "->" is a link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, ok := cut(text); ok {
			err = os.Symlink(to, p)
		} else {
			err = os.WriteFile(p, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func cut(s string) (string, bool) {
	if len(s) > 2 && s[:2] == "->" {
		return s[2:], true
	}
	return "", false
}

func TestFind(t *testing.T) {
	root := tree(t, map[string]string{
		"secret":       "S",
		"public/a.txt": "A", "public/அ/index.html": "I", "public/index.html": "R", "public/empty/x": "X",
		"public/.env": "E", "public/.well-known/k": "K", "public/.git/config": "G",
		"public/in": "->a.txt", "public/out": "->../secret", "public/up": "->..", "public/abs": "->/etc/passwd",
		"public/loop": "->loop",
		"public/b.js": "B", "public/b.js.br": "Bbr", "public/b.js.gz": "Bgz", "public/c.js": "C", "public/c.js.gz": "old",
	})
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(root, "public/c.js.gz"), old, old); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b.js", "b.js.br", "b.js.gz"} {
		if err := os.Chtimes(filepath.Join(root, "public", name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "public/pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := OpenDir(filepath.Join(root, "public"), Options{Index: "index.html"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, c := range []struct {
		rest, accepts string
		text, coding  string
		err           error // nil with text ""; the name is refused
	}{
		{rest: "a.txt", text: "A"},
		{rest: "", text: "R"},
		{rest: "அ/", text: "I"},
		{rest: "அ", err: ErrFolder},
		{rest: "empty", err: ErrNone},
		{rest: "empty/", err: ErrNone},
		{rest: "none", err: ErrNone},
		{rest: "a.txt/", err: ErrNone},
		{rest: "a.txt/x", err: ErrNone},
		{rest: "in", text: "A"},
		{rest: "out", err: ErrNone},
		{rest: "up/secret", err: ErrNone},
		{rest: "abs", err: ErrNone},
		{rest: "loop", err: ErrNone},
		{rest: "pipe", err: ErrNone},
		{rest: ".well-known/k", text: "K"},
		{rest: "../secret"}, {rest: "x/../../secret"}, {rest: ".."}, {rest: "."}, {rest: "/etc/passwd"}, {rest: "a//b"},
		{rest: ".env"}, {rest: ".git/config"}, {rest: "a\x00.txt"}, {rest: `..\secret`},
		{rest: "b.js", accepts: "gzip, br", text: "Bbr", coding: "br"},
		{rest: "b.js", accepts: "gzip, br;q=0", text: "Bgz", coding: "gzip"},
		{rest: "b.js", accepts: "zstd", text: "B"},
		{rest: "b.js", text: "B"},
		{rest: "c.js", accepts: "gzip", text: "C"},
	} {
		name, ok := d.Clean(c.rest)
		if ok != (c.text != "" || c.err != nil) {
			t.Errorf("Clean(%q) is %v", c.rest, ok)
		}
		if !ok {
			// Even if it were asked for, it would not be found.
			if f, err := d.Find(c.rest, 0); err == nil && c.rest[0] != '.' {
				t.Errorf("%q is found", c.rest)
				f.Close()
			}
			continue
		}
		var accepts []byte
		if c.accepts != "" {
			accepts = []byte(c.accepts)
		}
		f, err := d.Find(name, Accepts(accepts))
		if err != nil || c.err != nil {
			if !errors.Is(err, c.err) {
				t.Errorf("%q: %v, want %v", c.rest, err, c.err)
			}
			continue
		}
		b, err := io.ReadAll(f.F)
		if err != nil || string(b) != c.text || f.Coding != c.coding || f.Size != int64(len(b)) {
			t.Errorf("%q: %q in %q, %d bytes, %v", c.rest, b, f.Coding, f.Size, err)
		}
		if f.Close() != nil || f.F.Close() == nil {
			t.Errorf("%q is not closed with its last user", c.rest)
		}
	}
}

func TestFallback(t *testing.T) {
	d, err := OpenDir(tree(t, map[string]string{"app.html": "APP", "x.js": "X"}), Options{Fallback: "app.html"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for name, want := range map[string]string{"x.js": "X", "orders/7": "APP", "": "APP"} {
		f, err := d.Find(name, 0)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(f.F); string(b) != want {
			t.Errorf("%q: %q", name, b)
		}
		f.Close()
	}
}

func TestTags(t *testing.T) {
	root := tree(t, map[string]string{"a": "1"})
	p := filepath.Join(root, "a")
	tag := func() string {
		f, err := Open(p)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return f.Tag
	}
	one := tag()
	if again := tag(); again != one {
		t.Errorf("%s, then %s", one, again)
	}
	if err := os.Chtimes(p, time.Now(), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if changed := tag(); changed == one {
		t.Error("the tag is that of what was there before")
	}
	if _, err := Open(root); !errors.Is(err, ErrNotFile) {
		t.Errorf("a folder: %v", err)
	}
}

func TestTypes(t *testing.T) {
	for name, want := range map[string]string{
		"a.html": "text/html; charset=utf-8", "x/A.PNG": "image/png", "a.b/c": unknownType, ".html": unknownType,
		"a.tar.gz": "application/gzip", "a.unheard": unknownType, "படம்.svg": "image/svg+xml",
	} {
		if got := TypeOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
