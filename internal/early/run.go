package early

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"etamil/internal/nulakam"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// Finder looks for imports where programs have always been looked for.
func Finder() *load.Finder {
	exe, err := os.Executable()
	if err != nil {
		exe = ""
	}
	return load.NewFinder(os.Getenv("ETAMIL_PATH"), exe, nulakam.Files())
}

// World is what a program that a command runs reads and writes.
type World struct {
	In       io.Reader
	Out, Err io.Writer
	Lines    bool // each line of output is to be written at once
	Color    bool // the log may be coloured
	Watched  bool // somebody reads the log along: it is in columns, else in JSON
}

// End is how a program ended that a signal may have interrupted.
type End struct {
	script.End
	Signal syscall.Signal // that interrupted it
}

// Run runs a program to its end, or until somebody wants it to end.
func Run(img *vm.Image, limits vm.Limits, w World) End {
	return begin(img, limits, w).finish()
}

// program is a program of which the first slice has been run.
type program struct {
	*script.Program
	watch *watch
}

func begin(img *vm.Image, limits vm.Limits, w World) program {
	s := new(watch)
	h := host.New(logs.New(watched{w.Err, s}, logs.Options{JSON: !w.Watched, Color: w.Color, Redact: logs.Redacted}), false)
	h.Out, h.In = host.NewOutput(watched{w.Out, s}, w.Lines), host.NewInput(w.In)
	return program{script.Begin(img, limits, h), s}
}

func (p program) finish() End {
	ctx := context.Background()
	if p.Over() {
		p.watch.needless()
	} else {
		ctx = p.watch.begin()
	}
	defer p.watch.end()
	return End{p.Finish(ctx), Interrupter(ctx)}
}

// watch waits for signals, which takes several threads and more time than a short program
// does. So it begins as late as nobody can tell: when the program goes on for longer than a
// slice, or writes something, and somebody may know by that that it runs. Before, a signal
// ends the process as if it had come before the start.
type watch struct {
	once sync.Once
	ctx  context.Context
	done func()
}

func (w *watch) begin() context.Context {
	w.once.Do(func() { w.ctx, w.done = Interruptible() })
	return w.ctx
}

// needless is for a program that is over before it was watched.
func (w *watch) needless() { w.once.Do(func() {}) }

func (w *watch) end() {
	if w.done != nil {
		w.done()
	}
}

// watched is a file that a program writes to.
type watched struct {
	io.Writer
	watch *watch
}

func (w watched) Write(b []byte) (int, error) {
	w.watch.begin()
	return w.Writer.Write(b)
}

// stopSignal is why a program was interrupted.
type stopSignal struct{ syscall.Signal }

func (s stopSignal) Error() string { return s.String() }

// Interrupter is the signal that ended a context of Interruptible, 0 if none did.
func Interrupter(ctx context.Context) syscall.Signal {
	var by stopSignal
	errors.As(context.Cause(ctx), &by)
	return by.Signal
}

// Interruptible is a context that ends when somebody wants the program to end: at Ctrl-C,
// or when asked by the system. The second time ends the process where it stands.
func Interruptible() (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			by, _ := s.(syscall.Signal)
			cancel(stopSignal{by})
		case <-over:
		}
	}()
	return ctx, func() {
		close(over)
		cancel(nil)
	}
}
