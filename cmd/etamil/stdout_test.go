package main

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// broken is where nothing can be written any more.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

// TestUnwritten: whoever has sent an answer to a full disk hears of it. A reader that has
// gone knows.
func TestUnwritten(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	program := write(t, dir, "a.qmz", "அச்சு 1;\n")
	write(t, dir, "a_test.qmz", "சோதனை \"a\" { }\n")
	write(t, filepath.Join(dir), "etamil.toml", "[server]\nport = 1\n")
	for _, args := range [][]string{
		{"help"}, {"help", "run"}, {"run", "--help"}, {"version"}, {"explain", "P001"}, {"dis", program}, {"check", "--json", program},
		{"config", "show"}, {"config", "show", "--json"}, {"config", "check"}, {"test"}, {"test", "--json"}, {"run", program}, {"migrate", "new", "x"},
	} {
		var said strings.Builder
		code := run(args, Stdio{In: strings.NewReader(""), Out: broken{syscall.ENOSPC}, Err: &said})
		if code != exitFail || !strings.Contains(said.String(), "(cannot write the output): no space left on device") {
			t.Errorf("%q on a full disk: exit %d, %q", args, code, said.String())
		}
		said.Reset()
		code = run(args, Stdio{In: strings.NewReader(""), Out: broken{syscall.EPIPE}, Err: &said})
		if code != exitFail || said.String() != "" {
			t.Errorf("%q to a reader that has gone: exit %d, %q", args, code, said.String())
		}
		if code = run(args, Stdio{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}); code != exitOK {
			t.Errorf("%q: exit %d", args, code)
		}
	}
	a := stdout{Writer: broken{errors.New("first")}}
	_, _ = a.Write(nil)
	a.Writer = broken{errors.New("second")}
	_, _ = a.Write(nil)
	var said strings.Builder
	if code := a.exit(exitUsage, &said); code != exitUsage || !strings.Contains(said.String(), "first") {
		t.Errorf("exit %d, %q", code, said.String())
	}
}
