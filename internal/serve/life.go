package serve

import (
	"context"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// The life of a server step by step, for programs that write it down themselves: run,
// drain_connections, close.

// serverRun is server.run(address): start, but when the wait is given up, as by another
// arm of a select, the server goes on.
func serverRun(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	if replayOf(f) != nil {
		return f.Wait(replayed{})
	}
	addr := ""
	if len(args) > 1 {
		addr = host.Copy(f, &args[1])
	}
	a.freeze(f)
	if a.aside {
		return value.Nil, nil // Begin serves
	}
	s := &starting{a: a, addr: addr}
	a.running = make(chan struct{})
	go func() {
		defer close(a.running)
		s.Do(context.Background())
	}()
	return host.Do(f, func(ctx context.Context) (struct{}, error) {
		select {
		case <-a.running:
		case <-ctx.Done():
		}
		return struct{}{}, nil
	}, func(f *vm.Fiber, _ struct{}, _ error) (value.Value, error) { return s.Finish(f) })
}

// endRun is for the end of a program that has called run: the server ends with it.
func (a *App) endRun() error {
	if a.running == nil {
		return nil
	}
	select {
	case <-a.running:
	default:
		a.first.Shutdown()
		<-a.running
	}
	return nil
}

// serverEnd is server.drain_connections(), which waits for what is in work, and
// server.close(), which doesn't.
func serverEnd(now bool) vm.Native {
	return func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
		w, ok := f.Machine().Data.(*worker)
		if !ok {
			_, err := appOf(f)
			return value.Nil, err
		}
		a := w.app.first
		within := a.o.Config.DrainTimeout
		if now {
			within = 0
		}
		if w.loop != nil { // a request can't wait for its own end
			go a.shutdown(within)
			return value.Nil, nil
		}
		return host.Do(f, func(context.Context) (struct{}, error) {
			a.shutdown(within)
			return struct{}{}, nil
		}, func(*vm.Fiber, struct{}, error) (value.Value, error) { return value.Nil, nil })
	}
}

// Shutdown stops timers and new connections, lets what is in work end within the
// configured time, and has Run return. It returns when that is done. Later calls wait
// for the first.
func (a *App) Shutdown() { a.shutdown(a.o.Config.DrainTimeout) }

// lastWords is how long the top level may go on when the server has been shut down.
func (a *App) lastWords(within time.Duration) time.Duration {
	return max(within, a.o.Config.DrainTimeout)
}
