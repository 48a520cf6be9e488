package early

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
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

// Host is the world of a program that a command runs. lines says that each line of output
// is to be written at once, color that the log may be coloured.
func Host(in io.Reader, out, errs io.Writer, lines, color bool) *host.Host {
	h := host.New(logs.New(errs, logs.Options{Color: color}), false)
	h.Out, h.In = host.NewOutput(out, lines), host.NewInput(in)
	return h
}

// End is how a program ended that a signal may have interrupted.
type End struct {
	script.End
	Signal syscall.Signal // that interrupted it
}

// Run runs a program to its end, or until somebody wants it to end.
func Run(img *vm.Image, limits vm.Limits, h *host.Host) End {
	ctx, done := Interruptible()
	defer done()
	end := script.Run(ctx, img, limits, h)
	return End{end, Interrupter(ctx)}
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
