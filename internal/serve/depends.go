package serve

import (
	"context"
	"sync"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/loop"
)

// Check asks something that the program depends on, such as its databases, whether it is
// there.
type Check struct {
	Name string
	Run  func(context.Context) error // may block until ctx is done; any goroutine
}

// How long checks may take together, and how long their result is good for: who asks
// /ready often costs them no more.
const (
	checkTime = 2 * time.Second
	checkGood = time.Second
)

// dependencies keeps what Options.Checks have said last.
type dependencies struct {
	time, good time.Duration // checkTime and checkGood; tests give more

	mu   sync.Mutex // held while they are asked
	at   time.Time
	last []error // for each check
}

// ask is what each check says now, or has said just before.
func (a *App) ask() []error {
	d := &a.dependencies
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last != nil && time.Since(d.at) < d.good {
		return d.last
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.time)
	defer cancel()
	list := make([]error, len(a.o.Checks))
	for i, c := range a.o.Checks {
		if list[i] = c.Run(ctx); list[i] != nil && a.o.Log != nil {
			a.o.Log.Write(time.Now(), host.Warn, "not_ready", func(l *logs.Line) {
				l.Text("check", c.Name)
				l.Text("error", list[i].Error())
			})
		}
	}
	d.at, d.last = time.Now(), list
	return list
}

// readying is a request for /ready that waits for the checks.
type readying struct {
	c    *call
	list []error
}

// ready answers GET /ready. It reports false when it will do so later.
func (c *call) ready() (done bool) {
	a := c.w.app
	if c.w.loop.Server().Draining() || len(a.o.Checks) == 0 {
		c.readiness(nil)
		return true
	}
	r := &readying{c: c}
	l := c.w.loop
	go func() {
		r.list = a.ask()
		l.Post(r) // a loop that has ended has no use for it
	}()
	return false
}

// RunOnLoop implements loop.Task. Where the client is gone, the answer has no effect.
func (r *readying) RunOnLoop(*loop.Loop) {
	r.c.readiness(r.list)
	r.c.drop()
}

// readiness answers with what the checks have said, which their errors stay out of: 503
// unless all is well.
func (c *call) readiness(list []error) {
	w := c.w
	status, word := 200, "ok"
	for _, err := range list {
		if err != nil {
			status, word = 503, "unavailable"
		}
	}
	if w.loop.Server().Draining() {
		status, word = 503, "draining"
	}
	b := append(append(append(w.body[:0], `{"status":"`...), word...), '"')
	for i, err := range list {
		if i == 0 {
			b = append(b, `,"checks":{`...)
		} else {
			b = append(b, ',')
		}
		b = append(value.AppendQuoted(b, w.app.o.Checks[i].Name), ':')
		if err != nil {
			b = append(b, `"failed"`...)
		} else {
			b = append(b, `"ok"`...)
		}
	}
	if len(list) > 0 {
		b = append(b, '}')
	}
	c.reply(status, typeJSON, append(w.fixed[:0], noStore...), append(b, '}'))
}
