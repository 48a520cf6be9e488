package db_test

import (
	"bytes"
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/vm"
)

// world is a program compiled, linked and ready to run with databases.
type world struct {
	testing.TB
	service *db.Service
	machine *vm.Machine
	out     *bytes.Buffer
	host    *host.Host
	dir     string // {dir} in programs
	loop    vm.Poller
}

// compileWorld compiles a program in which {dir} is a directory of its own.
func compileWorld(t testing.TB, text string) *world {
	t.Helper()
	w := &world{TB: t, service: db.New(), out: &bytes.Buffer{}, dir: t.TempDir()}
	text = strings.ReplaceAll(text, "{dir}", w.dir)
	entry := load.File{Name: "test.qmz", Key: filepath.Join(w.dir, "test.qmz"), Text: text}
	r, err := compile.Program(entry, load.NewFinder("", "", nil), compile.Options{Lenient: true, Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		t.Fatalf("the program does not compile: %v", r.Messages[0].Both())
	}
	l := vm.NewLinker()
	all.Bind(l)
	w.service.Bind(l)
	img, err := l.Link(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	w.machine = vm.NewMachine(img, vm.Limits{})
	w.host = host.New(nil, false)
	w.host.Out = host.NewOutput(w.out, false)
	w.host.Env = func(string) (string, bool) { return "", false }
	w.machine.Data = w.host
	t.Cleanup(w.service.Close)
	return w
}

// run runs the program to its end and answers what it printed, and its error.
func (w *world) run(ctx context.Context) (string, *vm.Error) {
	w.Helper()
	f := w.machine.NewFiber()
	f.StartMain()
	s := sched.New()
	if w.loop != nil {
		s.Loop = w.loop
	}
	s.Add(f, nil)
	s.Run(ctx)
	if err := w.host.Out.Flush(); err != nil {
		w.Fatal(err)
	}
	err := f.Err()
	f.Release()
	return w.out.String(), err
}

// runText runs a program that is to succeed.
func runText(t testing.TB, text string) string {
	t.Helper()
	out, err := compileWorld(t, text).run(context.Background())
	if err != nil {
		t.Fatalf("%s\nprinted:\n%s", err, out)
	}
	return out
}

// failText runs a program that is to fail, and answers the error's code.
func failText(t testing.TB, text string) (out, code string) {
	t.Helper()
	out, err := compileWorld(t, text).run(context.Background())
	if err == nil {
		t.Fatalf("it should have failed; it printed:\n%s", out)
	}
	return out, err.Code
}

// checkGoroutines fails the test if goroutines are left when it ends.
func checkGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		var n int
		for range 6000 {
			if n = runtime.NumGoroutine(); n <= before {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", n, before, buf[:runtime.Stack(buf, true)])
	})
}
