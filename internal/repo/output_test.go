package repo

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/nulakam"
	"etamil/internal/script"
	"etamil/internal/script/scripttest"
	"etamil/internal/serve"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/vm"
)

// TestProgramsPrint runs the programs of the documentation that say what they print, and
// holds them to it. Each has a folder of its own for the files that it writes.
func TestProgramsPrint(t *testing.T) {
	ran, served := 0, 0
	for _, p := range documented(t) {
		if !p.hasWant {
			continue
		}
		ran++
		t.Run(p.where, func(t *testing.T) {
			t.Chdir(t.TempDir())
			r := compiled(t, p)
			if r.Code != nil && r.Checked.Serves {
				served++
				if out := topLevel(t, r); out != p.want {
					t.Errorf("it prints\n%swant\n%s", out, p.want)
				}
				return
			}
			for _, noOpt := range []bool{false, true} {
				data, kept := db.New(), cache.New(func() cache.Options { return cache.Defaults })
				got := scripttest.Run(t, p.text, scripttest.Options{NoOpt: noOpt, Finder: &load.Finder{Lib: nulakam.Files()}, More: func(l *vm.Linker) {
					serve.Bind(l)
					data.Bind(l)
					kept.Bind(l)
				}})
				data.Close()
				kept.Close()
				if got.Out != p.want || got.Err != nil {
					t.Errorf("optimiser off %v: it prints\n%s%swant\n%s", noOpt, got.Out, got.Said(), p.want)
				}
			}
		})
	}
	if ran < 100 || served == 0 {
		t.Errorf("only %d programs say what they print, %d of them serve: the search is broken", ran, served)
	}
}

func compiled(t *testing.T, p program) *compile.Result {
	t.Helper()
	r, err := compile.Program(load.File{Name: p.where, Key: p.where, Text: p.text}, &load.Finder{Lib: nulakam.Files()}, compile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// topLevel is what a server's program prints before it would listen.
func topLevel(t *testing.T, r *compile.Result) string {
	t.Helper()
	var binding *serve.Binding
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		binding = serve.Bind(l)
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h := &host.Host{
		Out: host.NewOutput(&out, false), In: host.NewInput(strings.NewReader("")),
		Clock: host.System{}, Started: time.Now(),
	}
	settings, err := config.Load(config.Given{})
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.New(binding, img, serve.Options{Config: settings, Host: h}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Out.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
