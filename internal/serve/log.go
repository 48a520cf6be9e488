package serve

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// log writes one line with everything about an error that ended a handler. status is 0
// when the client has got another answer, or is gone.
func (c *call) log(e *vm.Error, status int) {
	if e.Code == host.ExitCode || status == 0 && (e.Diag == diag.RunCancelled || e.Diag == diag.RunTimeout) {
		return // that is what was asked for
	}
	c.w.app.logError("request_failed", e, c.about(status))
}

// about says which request a line is about, and what its client has got.
func (c *call) about(status int) func(*logs.Line) {
	return func(l *logs.Line) {
		l.Text("id", c.RequestID())
		switch {
		case c.x != nil:
			l.Text("method", string(c.x.Req.MethodText))
			l.Text("path", c.path)
		case c.overdue != nil:
			l.Text("method", c.overdue.method)
			l.Text("path", c.overdue.path)
		}
		if c.match.Route >= 0 {
			l.Text("route", c.w.app.table.Route(c.match.Route).Pattern)
		}
		l.Int("status", int64(status))
	}
}

// logCrash writes one line about a panic outside of a fiber.
func (a *App) logCrash(event string, p *vm.Panic, about func(*logs.Line)) {
	e := vm.AsError(vm.Fail(diag.RunInternal, fmt.Sprint(p.Value)))
	e.GoStack = string(p.Stack)
	a.logError(event, e, about)
}

// logError writes one line about an error of the program; about says where it was met.
func (a *App) logError(event string, e *vm.Error, about func(*logs.Line)) {
	if a.o.Bug != nil && e.Diag == diag.RunInternal {
		a.o.Bug(e)
	}
	if a.o.Log == nil {
		return
	}
	a.o.Log.Write(time.Now(), host.Error, event, func(l *logs.Line) {
		about(l)
		l.Error(e)
	})
}

// RequestContext adds the id of the request that a fiber answers to a line of the
// program's own: what logs.Options.Context is for.
func RequestContext(f *vm.Fiber, l *logs.Line) {
	switch d := f.Data.(type) {
	case *call:
		l.Text("id", d.RequestID())
	case *relative:
		if d.id != "" {
			l.Text("id", d.id)
		}
	}
}

// loopLog is the slog.Handler that package loop writes to.
type loopLog struct{ log *logs.Logger }

// slogTo is a slog.Logger that writes lines of l, which may be nil.
func slogTo(l *logs.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(loopLog{l})
}

func levelOf(l slog.Level) host.Level {
	switch {
	case l >= slog.LevelError:
		return host.Error
	case l >= slog.LevelWarn:
		return host.Warn
	case l >= slog.LevelInfo:
		return host.Info
	}
	return host.Debug
}

// Enabled implements slog.Handler.
func (h loopLog) Enabled(_ context.Context, l slog.Level) bool { return h.log.Enabled(levelOf(l)) }

// Handle implements slog.Handler.
func (h loopLog) Handle(_ context.Context, r slog.Record) error {
	h.log.Write(r.Time, levelOf(r.Level), r.Message, func(line *logs.Line) {
		r.Attrs(func(a slog.Attr) bool {
			line.Text(a.Key, a.Value.String())
			return true
		})
	})
	return nil
}

// WithAttrs implements slog.Handler; loop gives every line its own.
func (h loopLog) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h loopLog) WithGroup(string) slog.Handler { return h }

// access writes the line of a request that is being answered.
func (c *call) access(o *outgoing) {
	log := c.w.app.o.Log
	if log == nil {
		return
	}
	now := time.Now()
	log.Write(now, host.Info, "request", func(l *logs.Line) {
		r := &c.x.Req
		l.Text("id", view(c.id[:c.idLen]))
		if a := c.clientAddr(); a.IsValid() {
			c.w.tmp = a.AppendTo(c.w.tmp[:0])
			l.Text("ip", view(c.w.tmp))
		}
		l.Text("method", view(r.MethodText))
		l.Text("path", view(r.Path))
		if c.handler != nil && c.match.Route >= 0 {
			l.Text("route", c.w.app.table.Route(c.match.Route).Pattern)
		}
		l.Int("status", int64(o.status))
		l.Int("bytes", o.size())
		l.Seconds("seconds", now.Sub(c.began))
	})
}
