package serve

import (
	"context"

	"etamil/loop"
	"etamil/vm"
)

// elsewhere is a request that waits, before its handler, for something that another goroutine
// asks: a cache that all instances share. The loop goes on meanwhile.
type elsewhere struct {
	c      *call
	then   func()
	cancel context.CancelFunc
	panics *vm.Panic
	over   bool // the request has been cancelled
}

// elsewhere has do run on a goroutine, which knows nothing of the call, and then goes on with
// then on the call's loop, unless the request is cancelled.
func (c *call) elsewhere(do func(context.Context), then func()) {
	ctx, cancel := context.WithCancel(context.Background())
	e := &elsewhere{c: c, then: then, cancel: cancel}
	c.x.OnCancel = e
	l := c.w.loop
	go func() {
		e.panics = vm.Guard(func() { do(ctx) })
		l.Post(e) // a loop that has ended has no use for it
	}()
}

// CancelExchange implements loop.Canceller.
func (e *elsewhere) CancelExchange(_ *loop.Exchange, why loop.Reason) {
	e.over = true
	e.cancel()
	if why == loop.TimedOut {
		e.c.tooLate()
	}
}

// RunOnLoop implements loop.Task.
func (e *elsewhere) RunOnLoop(*loop.Loop) {
	e.cancel()
	c := e.c
	switch {
	case e.panics != nil && !e.over:
		c.w.app.logCrash("request_failed", e.panics, c.about(500))
		c.x.OnCancel = nil
		c.problem(500, "", "")
	case !e.over:
		c.x.OnCancel = nil
		e.then()
		return
	case c.x != nil:
		c.problem(503, "cancelled", "") // to nobody
	}
	c.drop()
}
