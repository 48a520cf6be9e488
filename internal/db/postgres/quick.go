package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// What runs again and again is not worth a goroutine that waits for it: its message is written by who asks, on his event loop,
// and the answer is left to that loop (wire). Only statements that are prepared on the connection go so, and what ends a transaction;
// all else, and whatever turns out to be long, wrong or late, is a goroutine's, which does it as it has always been done.

// quick is a conn's part in that.
type quick struct {
	mu     sync.Mutex
	x      *exchange // on its way
	clock  *time.Timer
	armed  bool
	began  bool          // the server was asked to cancel x
	called chan struct{} // closed when that has been done
}

// exchange is one message and its answer.
type exchange struct {
	c     *conn
	ctx   context.Context
	by    time.Time   // when it has taken too long; zero: never
	leave func() bool // ends the watching of ctx
	cause error       // why the server was asked to cancel it
	held  []held      // what goes before s
	s     *stmt       // nil: nothing
	q     *db.Statement
	t     *db.Table
	alone bool // in no transaction
	end   func(db.Outcome, pgconn.CommandTag, error)
}

// begin writes what runs an exchange, and reports whether it could. The message is x.c's out.
func (x *exchange) begin(b []byte, on db.Poller, most time.Duration) bool {
	c := x.c
	w, ok := c.pg.Conn().(*wire)
	if !ok || c.pg.IsClosed() || c.pg.Frontend().ReadBufferLen() > 0 || // it has what w would look for the end of
		!w.stay(on) {
		return false
	}
	if most > 0 {
		x.by = time.Now().Add(most)
	}
	if c.out = b[:0]; cap(b) > keepBuffer {
		c.out = nil
	}
	c.quick.start(x)
	if !w.begin(b, x.whole) { // if it does, the connection is another goroutine's already
		if !x.stop() {
			return false
		}
		go func() {
			c.canceller.HandleUnwatchAfterCancel()
			x.end(db.Outcome{}, pgconn.CommandTag{}, x.cause)
		}()
	}
	return true
}

// start has an exchange cancelled in its time.
func (k *quick) start(x *exchange) {
	k.mu.Lock()
	k.x = x
	if !x.by.IsZero() && !k.armed { // it is mostly armed, and looks later
		k.armed = true
		if k.clock == nil {
			k.clock = time.AfterFunc(time.Until(x.by), k.overdue)
		} else {
			k.clock.Reset(time.Until(x.by))
		}
	}
	k.mu.Unlock()
	x.leave = context.AfterFunc(x.ctx, func() { k.cancel(x, context.Cause(x.ctx)) })
}

// overdue looks whether what is on its way has taken too long.
func (k *quick) overdue() {
	k.mu.Lock()
	k.armed = false
	x := k.x
	if x == nil || x.by.IsZero() {
		k.mu.Unlock()
		return
	}
	if rest := time.Until(x.by); rest > 0 {
		k.armed = true
		k.clock.Reset(rest)
		k.mu.Unlock()
		return
	}
	k.mu.Unlock()
	k.cancel(x, context.DeadlineExceeded)
}

// cancel has the server asked to end x, if it is still on its way.
func (k *quick) cancel(x *exchange, why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.x != x || k.began {
		return
	}
	k.began, x.cause = true, why
	x.c.canceller.HandleCancel(x.ctx) // it does not wait
}

// stop ends the watching of an exchange that is over, or was not begun, and reports whether it has been cancelled.
func (x *exchange) stop() (cancelled bool) {
	x.leave()
	k := &x.c.quick
	k.mu.Lock()
	defer k.mu.Unlock()
	cancelled = k.began
	k.x, k.began = nil, false
	return cancelled
}

// whole is called when the answer can be taken: on the loop if all of it is there.
func (x *exchange) whole(quick bool) {
	if !quick {
		x.finish()
		return
	}
	c := x.c
	tag, err := x.answers()
	c.pg.Conn().(*wire).taken()
	if cancelled := x.stop(); cancelled || err != nil { // somebody has to wait
		go x.over(tag, err, cancelled)
		return
	}
	x.tell(tag)
}

// finish is whole by a goroutine.
func (x *exchange) finish() {
	tag, err := x.answers()
	x.over(tag, err, x.stop())
}

// answers takes the answer. If that panics, somebody waits all the same.
func (x *exchange) answers() (tag pgconn.CommandTag, err error) {
	most := 0
	if x.q != nil {
		most = x.q.MaxBytes
	}
	if bug := db.Guarded(func() { tag, err = x.c.answers(x.held, x.s, x.t, most) }); bug != nil {
		err = bug
	}
	return tag, err
}

// tell tells that all went well.
func (x *exchange) tell(tag pgconn.CommandTag) {
	var out db.Outcome
	if x.s != nil {
		out = x.c.did(x.s, x.q, tag)
	}
	x.end(out, tag, nil)
}

// over ends an exchange that may have gone wrong.
func (x *exchange) over(tag pgconn.CommandTag, err error, cancelled bool) {
	if cancelled {
		x.c.canceller.HandleUnwatchAfterCancel() // it waits until the order can't meet the next statement
	}
	if err == nil {
		x.tell(tag)
		return
	}
	var bug *db.Panic
	if errors.As(err, &bug) {
		x.c.Close() // the rest of the answer lies there
	}
	if cancelled {
		x.end(db.Outcome{}, tag, x.cause)
		return
	}
	if x.s == nil || !mayBeStale(err) {
		x.end(db.Outcome{}, tag, err)
		return
	}
	ctx := x.ctx
	if !x.by.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, x.by)
		defer cancel()
	}
	out, err := x.c.again(ctx, x.s, x.q, x.t, db.Outcome{}, err, x.alone)
	x.end(out, tag, db.Ended(ctx, err))
}

// BeginRun implements db.Quick.
func (c *conn) BeginRun(ctx context.Context, q *db.Statement, t *db.Table, most time.Duration, end func(db.Outcome, error)) bool {
	s := c.stmts[key(q)]
	if s == nil || !s.plain || q.On == nil || c.pooler || c.seen != c.schema.Load() || ctx.Err() != nil {
		return false
	}
	x := &exchange{c: c, ctx: ctx, s: s, q: q, t: t, alone: !c.InTransaction(),
		end: func(out db.Outcome, _ pgconn.CommandTag, err error) { end(out, err) }}
	b := c.out[:0]
	for i := range c.held {
		b = c.appendCommand(b, c.held[i].sql)
	}
	b, err := s.appendTo(b, &q.Params)
	if err != nil {
		return false // who runs it finds the same
	}
	held := c.held
	x.held, c.held = held, nil
	if !x.begin(append(b, syncMessage...), q.On, most) {
		c.held = held
		return false
	}
	return true
}

// BeginCommit implements db.Quick.
func (c *conn) BeginCommit(ctx context.Context, on db.Poller, most time.Duration, end func(error)) bool {
	if on == nil || len(c.held) > 0 || c.pooler || ctx.Err() != nil {
		return false
	}
	const commit = "COMMIT"
	x := &exchange{c: c, ctx: ctx, held: []held{{commit, 0}}, end: func(_ db.Outcome, tag pgconn.CommandTag, err error) {
		if err == nil && tag.String() != commit {
			err = db.ErrAborted // it says ROLLBACK, and no error
		}
		end(err)
	}}
	return x.begin(append(c.appendCommand(c.out[:0], commit), syncMessage...), on, most)
}
