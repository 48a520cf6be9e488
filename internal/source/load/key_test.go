package load

import (
	"os"
	"path/filepath"
	"testing"
)

// TestKey holds key to what path/filepath says.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, d := range []string{"a/b", "c"} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"x", "a/y", "a/b/z", "c/ஒன்று.qmz"} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for at, to := range map[string]string{
		"link": "x", "twice": "link", "a/up": "../x", "down": "a/b", "a/b/back": "../../c/.././a/y", "c/abs": filepath.Join(dir, "down"),
		"loop": "pool", "pool": "loop", "slashes": "a//b///", "dot": ".", "nothing": "where", "root": "/", "c/dots": "..",
	} {
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{
		"x", "./x", "a/../x", "link", "twice", "a/up", "down", "down/z", "down/../x", "down/back", "c/abs/z", "c/abs/back", "c/ஒன்று.qmz",
		"loop", "loop/x", "slashes/z", "dot/x", "dot/dot/dot/a/y", "nothing", "missing", "x/y", "root", "root/etc", "c/dots/x", ".", "..", "/", "//", "/..", dir,
	} {
		want := p
		if abs, err := filepath.Abs(want); err == nil {
			want = abs
		}
		if real, err := filepath.EvalSymlinks(want); err == nil {
			want = real
		}
		if got := key(p); got != want {
			t.Errorf("key(%q) = %q, want %q", p, got, want)
		}
	}
}

// TestLarge: somebody is asked before a large file is read, and may forbid it.
func TestLarge(t *testing.T) {
	defer func() { Large = nil }()
	var asked []int
	Large = func(size int) error {
		asked = append(asked, size)
		return os.ErrDeadlineExceeded
	}
	p := filepath.Join(t.TempDir(), "a.qmz")
	for _, n := range []int{largeText - 1, largeText} {
		if err := os.WriteFile(p, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Entry(p)
		if (err != nil) != (n == largeText) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if len(asked) != 1 || asked[0] != largeText {
		t.Errorf("asked about %v", asked)
	}
}
