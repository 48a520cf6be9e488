package testrun

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"etamil/internal/config"
	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/serve"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/std/host"
	"etamil/vm"
)

// DefaultTimeout is how long a test may take.
const DefaultTimeout = 30 * time.Second

// Options say what to run, and how.
type Options struct {
	Files    []string      // as Find lists them
	Filter   string        // only tests whose name holds it
	Parallel int           // how many at a time; 0: GOMAXPROCS
	Timeout  time.Duration // of one test; 0: DefaultTimeout
	Finder   *load.Finder
	Env      func(name string) (string, bool) // what programs see as the environment

	// App finds the program that tests in a folder ask, "" when there is none, and the
	// folder whose settings hold.
	App func(dir string) (file, home string)

	// Config reads the settings of a folder.
	Config func(dir string) (*config.Config, error)

	// Compiled is called for each file before any test runs. It may be nil.
	Compiled func(*File)

	// Done is called for each test in the order of the report, as soon as it and all
	// before it have ended. Calls do not overlap. It may be nil.
	Done func(*Result)

	bind func(*vm.Linker) // what the tests of this package bind besides
}

// Report is what came of it.
type Report struct {
	Files       []*File   // in the order of Options.Files
	Results     []*Result // by file and line; those that have not been run are left out
	Duration    time.Duration
	Interrupted bool // the context was done first
}

// Count is how many tests passed and failed, and how many files could not be run.
func (r *Report) Count() (passed, failed, files int) {
	for _, t := range r.Results {
		if t.Failure == nil {
			passed++
		} else {
			failed++
		}
	}
	for _, f := range r.Files {
		if f.Failed() {
			files++
		}
	}
	return passed, failed, files
}

// Bug reports whether a bug in us was met.
func (r *Report) Bug() bool {
	for _, t := range r.Results {
		if t.Failure != nil && t.Failure.Bug != "" {
			return true
		}
	}
	return false
}

// Result is what came of one test.
type Result struct {
	File     *File
	Name     string // its groups' names and its own, with › between
	Place    source.Place
	Duration time.Duration
	Output   string   // what it, and the program that it asked, printed and logged
	Failure  *Failure // nil: it passed
}

// Stage is where a test failed.
type Stage string

// The stages.
const (
	StageTop     Stage = "top level"
	StageProgram Stage = "program" // the one that is asked
	StageGroup   Stage = "group"
	StageBefore  Stage = "before"
	StageTest    Stage = "test"
	StageAfter   Stage = "after"
)

// Failure is why a test failed: one of Error, Text and Bug is set.
type Failure struct {
	Stage   Stage
	Error   *vm.Error   // that nothing has caught
	Set     *source.Set // the files that Error's places are in
	Text    string      // what else went wrong, in both languages
	Bug     string      // a panic: a bug in us, with its stack
	Timeout bool        // its time was over
}

// Run runs tests. When ctx is done, those that run are cancelled and no other is begun.
func Run(ctx context.Context, o Options) *Report {
	began := time.Now()
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	report := &Report{}
	var tests []*test
	ps := &programs{o: &o, byDir: map[string]*program{}, byFile: map[string]*program{}}
	for _, name := range o.Files {
		f := plan(name, o.Finder, o.Filter)
		report.Files = append(report.Files, f)
		if o.Compiled != nil {
			o.Compiled(f)
		}
		if len(f.tests) > 0 {
			f.program = ps.of(filepath.Dir(name), f.asks)
			tests = append(tests, f.tests...)
		}
	}
	results := make([]*Result, len(tests))
	inOrder := &order{results: results, done: o.Done}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(o.Parallel, len(tests)) {
		workers.Go(func() {
			for i := range next {
				inOrder.add(i, tests[i].run(ctx, &o))
			}
		})
	}
begin:
	for i := range tests {
		select {
		case next <- i:
		case <-ctx.Done():
			break begin
		}
	}
	close(next)
	workers.Wait()
	for _, r := range results {
		if r != nil {
			report.Results = append(report.Results, r)
		}
	}
	report.Interrupted = ctx.Err() != nil
	report.Duration = time.Since(began)
	return report
}

// order tells of results in order.
type order struct {
	mu      sync.Mutex
	results []*Result
	told    int
	done    func(*Result)
}

func (o *order) add(i int, r *Result) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.results[i] = r
	for o.told < len(o.results) && o.results[o.told] != nil {
		if o.done != nil {
			o.done(o.results[o.told])
		}
		o.told++
	}
}

// run runs one test in a world of its own.
func (t *test) run(ctx context.Context, o *Options) *Result {
	began := time.Now()
	r := &Result{File: t.file, Name: t.name(), Place: t.place()}
	if err := t.file.program.cfgErr; err != nil {
		r.Failure = &Failure{Stage: StageProgram, Text: err.Error()}
		return r
	}
	w := newWorld(o, t.file.program.cfg)
	r.Failure = t.guarded(ctx, o, w)
	r.Duration = time.Since(began)
	w.close()
	if e := w.bug.Load(); e != nil && (r.Failure == nil || r.Failure.Bug == "") {
		r.Failure = &Failure{Stage: StageProgram, Bug: e.Error() + "\n" + e.GoStack}
	}
	r.Output = w.output.String()
	return r
}

// guarded makes a panic a failure.
func (t *test) guarded(ctx context.Context, o *Options, w *world) (f *Failure) {
	defer func() {
		if x := recover(); x != nil {
			f = &Failure{Stage: StageTest, Bug: fmt.Sprintf("%v\n%s", x, debug.Stack())}
		}
	}()
	within, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	return t.in(within, w)
}

// in is the life of a test in its world.
func (t *test) in(ctx context.Context, w *world) *Failure {
	ready := make(chan struct{})
	app := w.app(t.file.result, false, func() { close(ready) })
	f := app.TopLevel(vm.Limits{Steps: w.cfg.Steps, Memory: w.cfg.Memory, Depth: w.cfg.Depth}).NewFiber()
	defer f.Release()
	l := life{t: t, w: w, f: f}

	w.wanted = t.places[0]
	f.StartMain()
	if bad := l.goOn(ctx, StageTop); bad != nil {
		return bad
	}
	if w.found == nil {
		return &Failure{Stage: StageTop, Text: "மேல்மட்டம் சோதனையை அடையவில்லை  (the top level has not come to the test)"}
	}
	if t.file.asks {
		if bad := l.program(ctx, app, ready); bad != nil {
			return bad
		}
	}
	for _, place := range t.places[1:] {
		group := w.found
		w.wanted, w.found = place, nil
		if bad := l.call(ctx, group, StageGroup); bad != nil {
			return bad
		}
		if w.found == nil {
			return &Failure{Stage: StageGroup, Text: "குழு சோதனையை அடையவில்லை  (the group has not come to the test)"}
		}
	}
	return l.test(ctx)
}

// life is a test under way: its fiber has run the top level, and then one function after
// the other, on names that belong to this test alone.
type life struct {
	t *test
	w *world
	f *vm.Fiber
}

// program starts what the test asks: its own routes, or the program of its folder.
func (l *life) program(ctx context.Context, app *serve.App, ready <-chan struct{}) *Failure {
	p := l.t.file.program
	switch {
	case app.Routes() > 0:
		if err := l.w.serveOwn(ctx, app, l.f, ready); err != nil {
			return &Failure{Stage: StageProgram, Text: err.Error(), Timeout: ctx.Err() != nil}
		}
	case p.file == "":
		// What asks it is told that there is nothing.
	case p.err != nil:
		return &Failure{Stage: StageProgram, Text: p.err.Error()}
	case p.result.Code == nil:
		return &Failure{Stage: StageProgram, Text: p.mistake()}
	default:
		return p.start(ctx, l.w)
	}
	return nil
}

// test runs what comes before the test, it, and what comes after it.
func (l *life) test(ctx context.Context) *Failure {
	var bad *Failure
	body := l.w.found
	for _, fn := range l.w.befores {
		if bad == nil {
			bad = l.call(ctx, fn, StageBefore)
		}
	}
	if bad == nil {
		bad = l.call(ctx, body, StageTest)
	}
	if ctx.Err() != nil {
		// What cleans up has a moment more.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
	}
	for i := len(l.w.afters) - 1; i >= 0; i-- {
		if b := l.call(ctx, l.w.afters[i], StageAfter); bad == nil {
			bad = b
		}
	}
	return bad
}

// call calls a function without arguments.
func (l *life) call(ctx context.Context, fn *function, stage Stage) *Failure {
	if !l.f.Start(fn.fn) {
		return l.failure(ctx, stage)
	}
	return l.goOn(ctx, stage)
}

// grace is how long a test that was cancelled may take to clean up.
const grace = time.Second

// goOn runs the fiber to its end.
func (l *life) goOn(ctx context.Context, stage Stage) *Failure {
	s := sched.New()
	s.Add(l.f, nil)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, s.Stop) })
	defer stop()
	s.Run(ctx)
	if l.f.Status() != vm.Done {
		return l.failure(ctx, stage)
	}
	if e := l.f.Unhandled(); e != nil { // as a ? of முன் or பின் answers
		return &Failure{Stage: stage, Error: e, Set: l.t.file.Set}
	}
	return nil
}

// failure is why the fiber has not come to its end.
func (l *life) failure(ctx context.Context, stage Stage) *Failure {
	bad := &Failure{Stage: stage, Timeout: errors.Is(ctx.Err(), context.DeadlineExceeded)}
	if l.f.Status() != vm.Failed {
		bad.Text = "நேரம் முடிந்தும் சோதனை நிற்கவில்லை  (the test did not stop when its time was over)"
		return bad
	}
	e := l.f.Err()
	switch {
	case e.Code == host.ExitCode:
		bad.Text = "சோதனை நிரலை முடித்தது: வெளியேறு  (the test has called exit)"
	case e.Diag == diag.RunCancelled && bad.Timeout:
		bad.Text = "நேரம் முடிந்தது  (its time was over)"
	default:
		bad.Error, bad.Set = e, l.t.file.Set
	}
	return bad
}
