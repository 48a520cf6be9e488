// Package scripttest runs programs for tests, through every stage as `etamil run` does,
// in a world that holds nothing but what the test gives: no environment, no input, and a
// budget for everything.
//
//	got := scripttest.Run(t, `அச்சு 1 + 1;`, scripttest.Options{})
//	got.Out // "2\n"
//
// Files are not part of that world: a program that may write some is run with
// t.Chdir(t.TempDir()).
package scripttest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// Options say how a program runs. The zero value is what most tests want.
type Options struct {
	Name   string // the program's path, from which its imports are found; "": standard input
	NoOpt  bool
	Strict bool              // compile as `etamil check` does, not as `etamil run`
	Limits vm.Limits         // a zero field stands for the budget of tests
	Input  string            // what உள்ளிடு reads
	Env    map[string]string // the environment
	More   func(*vm.Linker)  // builtins beyond internal/std
	// Finder finds imports; nil: beside the program and nowhere else.
	Finder *load.Finder
}

// The budgets of a program that says nothing else.
const (
	steps   = 50_000_000
	memory  = 256 << 20
	timeout = time.Minute
)

// Outcome is what came of a program.
type Outcome struct {
	script.End
	Out, Log string
	Messages []*diag.Message // what the compiler said
	Set      *source.Set
	Ran      bool // it was compiled, and run
}

// Code is the row of the first mistake that stops the program, or else of the error that
// ended its run; "" when all went well.
func (o *Outcome) Code() diag.Code {
	for _, m := range o.Messages {
		if m.Severity() == diag.Error {
			return m.Code
		}
	}
	if o.Err != nil {
		return o.Err.Diag
	}
	return ""
}

// Said is every message and the error, for the text of a failing test.
func (o *Outcome) Said() string {
	var b strings.Builder
	for _, m := range o.Messages {
		b.WriteString(string(m.Code) + " " + m.Both() + "\n")
	}
	if o.Err != nil {
		b.WriteString(o.Err.Error() + "\n")
	}
	return b.String()
}

// Run compiles and runs a program. A bug in us fails the test.
func Run(t testing.TB, text string, o Options) Outcome {
	t.Helper()
	entry := load.File{Name: "-", Key: "-", Text: text}
	if o.Name != "" {
		entry.Name, entry.Key = o.Name, o.Name
	}
	finder := o.Finder
	if finder == nil {
		finder = &load.Finder{}
	}
	r, err := compile.Program(entry, finder, compile.Options{Lenient: !o.Strict, NoOpt: o.NoOpt})
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	got := Outcome{Messages: r.Messages, Set: r.Set, Ran: r.Code != nil}
	if !got.Ran {
		return got
	}
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		if o.More != nil {
			o.More(l)
		}
	})
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if o.Limits.Steps == 0 {
		o.Limits.Steps = steps
	}
	if o.Limits.Memory == 0 {
		o.Limits.Memory = memory
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var out, log bytes.Buffer
	got.End = script.Run(ctx, img, o.Limits, &host.Host{
		Out:     host.NewOutput(&out, false),
		In:      host.NewInput(strings.NewReader(o.Input)),
		Env:     func(name string) (string, bool) { s, ok := o.Env[name]; return s, ok },
		Clock:   host.System{},
		Started: time.Now(),
		Log:     logs.New(&log, logs.Options{JSON: true}),
	})
	got.Out, got.Log = out.String(), log.String()
	return got
}

// Image compiles a program and links it to all builtins; bind binds more, or others in their place. It may be nil. A
// program that doesn't compile fails the test.
func Image(t testing.TB, text string, o compile.Options, bind func(*vm.Linker)) *vm.Image {
	t.Helper()
	r, err := compile.Program(load.File{Name: "-", Key: "-", Text: text}, load.NewFinder("", "", nil), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		for _, m := range r.Messages {
			t.Errorf("%s %s", m.Code, m.Both())
		}
		t.FailNow()
	}
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		if bind != nil {
			bind(l)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return img
}
