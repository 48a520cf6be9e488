package db

import (
	"context"
	"errors"
	"time"

	"etamil/internal/db"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// A transaction as a block, x.transaction(f), is written in eTamil (internal/prelude),
// because it calls a function. What it calls is here. The fiber is in the transaction, not
// the handle: everything that it does with the database in the meantime is part of it.

// bindTransactions binds transaction and what stands behind it.
func (b binder) bindTransactions(l *vm.Linker) {
	for _, name := range []string{"பரிவர்த்தனை", "parivarqqaZY", "transaction"} {
		l.MethodFunc("database", name, "databaseTransaction_3")
	}
	l.Method("database", "_begin", 1, 1, b.begin)
	l.Method("database", "_commit", 0, 0, b.commit)
	l.Method("database", "_rollback", 1, 1, b.rollback)
	l.Method("database", "_retries", 1, 1, b.retries)
}

// lost reports that a block of the fiber's has lost its transaction: to a broken connection, or
// to a COMMIT in the middle. Nothing must be done outside of it instead.
func (x *session) lost() bool { return x != nil && x.depth > 0 && !x.open() }

// level is the depth of the innermost block, as the connection counts them.
func (x *session) level() int {
	if x.outer {
		return x.depth + 1
	}
	return x.depth
}

// beginLate begins a block that needs no connection before its first statement, and reports whether it is one.
func (x *session) beginLate(o db.TxOptions) bool {
	if _, lazy := x.d.(db.Lazy); !lazy || x.depth != len(x.late) || x.depth == 0 && x.open() {
		return false
	}
	if x.depth == 0 {
		x.outer = false
	}
	x.late = append(x.late, o)
	x.depth++
	return true
}

// endLate ends a block that has not needed its connection, and reports whether it is one.
func (x *session) endLate() bool {
	if len(x.late) == 0 {
		return false
	}
	x.late = x.late[:len(x.late)-1]
	x.depth--
	return true
}

// inBlock runs the beginning or one of the ends of a block on the fiber's connection, unless now does it without.
//
// begin and drop may be nil. begin does it without a goroutine, and reports whether it could; drop takes back what was
// done for a fiber that was told to end meanwhile, and doesn't block.
func (b binder) inBlock(f *vm.Fiber, handle value.Value, now func(*session) (value.Value, bool),
	begin func(context.Context, db.Poller, *session, func(error)) bool, do func(context.Context, *session) error,
	drop func(*session), finish func(*session, error) (value.Value, error)) (value.Value, error) {
	return b.with(f, b.poolOf(f, handle), func(f *vm.Fiber, d db.Database) (value.Value, error) {
		x := b.s.sessionOf(f, d, true)
		if v, done := now(x); done {
			return v, nil
		}
		w := &task[struct{}]{do: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, do(ctx, x)
		}, finish: func(_ *vm.Fiber, _ struct{}, err error) (value.Value, error) {
			return finish(x, databaseError(err))
		}}
		if begin != nil {
			w.begin = func(ctx context.Context, on db.Poller, end func(struct{}, error)) bool {
				return begin(ctx, on, x, func(err error) { end(struct{}{}, err) })
			}
		}
		if drop != nil {
			w.drop = func(struct{}) { drop(x) }
		}
		return f.Wait(w)
	})
}

// begin is handle._begin(options): it answers how many blocks the fiber is in now.
func (b binder) begin(f *vm.Fiber, a []value.Value) (value.Value, error) {
	o, err := b.options(f, a)
	if err != nil {
		return value.Nil, err
	}
	return b.inBlock(f, a[0], func(x *session) (value.Value, bool) {
		began := x.beginLate(o.TxOptions)
		return value.Int(x.depth), began
	}, nil, func(ctx context.Context, x *session) error {
		if x.lost() {
			return db.ErrAborted
		}
		if x.depth == 0 {
			x.outer = x.open()
		}
		c, err := x.connection(ctx)
		if err != nil {
			return err
		}
		defer x.settle(c)
		ctx, cancel := within(ctx, x.d)
		defer cancel()
		for again := o.retries; ; again-- { // where another process has a file locked, the block fails here, and has done nothing
			err := c.Begin(ctx, x.level(), o.TxOptions)
			var e *db.Error
			if err == nil {
				break
			} else if again < 1 || x.level() > 0 || !errors.As(err, &e) || !e.Retry || ctx.Err() != nil {
				return err
			}
		}
		x.depth++
		return nil
	}, func(x *session) {
		x.rollbackSoon(x.depth)
	}, func(x *session, err error) (value.Value, error) {
		return value.Int(x.depth), err
	})
}

// commit is handle._commit(): of the innermost block.
func (b binder) commit(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return b.inBlock(f, a[0], func(x *session) (value.Value, bool) {
		return value.Nil, x.endLate()
	}, beginCommit, func(ctx context.Context, x *session) error {
		ctx, cancel := within(ctx, x.d)
		defer cancel()
		c := x.hold()
		if c == nil {
			return db.ErrAborted
		}
		if err := x.undone(c); err != nil {
			x.giveUp(c)
			return err
		}
		defer x.settle(c)
		if err := c.Commit(ctx, x.level()-1); err != nil {
			return err
		}
		x.depth--
		return nil
	}, nil, func(_ *session, err error) (value.Value, error) { return value.Nil, err })
}

// rollback is handle._rollback(depth): of the block that is the innermost but for so many, if it has not ended. What it is called
// for is an error already; one of its own is not told, as the connection is given up then, and the server rolls back. A fiber that has
// been told to end, by a deadline that goes by while it is in the block, waits for nothing, and may go on behind that: see rollbackSoon.
// It answers whether the block had begun, and may be worth another attempt: if not, there was no connection for it.
func (b binder) rollback(f *vm.Fiber, a []value.Value) (value.Value, error) {
	depth := host.Trunc(&a[1])
	return b.inBlock(f, a[0], func(x *session) (value.Value, bool) {
		switch {
		case x.depth < depth: // it was committed, which the fiber was not told
			return value.True, true
		case len(x.late) > 0: // as many as there are blocks; those inside of it may have been passed over
			x.late, x.depth = x.late[:depth-1], depth-1
			return value.False, true
		case f.Stopping():
			x.rollbackSoon(depth)
			return value.True, true
		}
		return value.Nil, false
	}, nil, func(_ context.Context, x *session) error {
		x.depth = depth - 1
		c := x.hold()
		if c == nil {
			return nil
		}
		if x.undo >= x.level() {
			x.undo = 0
		}
		ctx, cancel := context.WithTimeout(context.Background(), undoTime) // also if the fiber is told to end now
		defer cancel()
		if err := c.Rollback(ctx, x.level()); err != nil {
			x.giveUp(c)
			return err
		}
		x.settle(c)
		return nil
	}, nil, func(*session, error) (value.Value, error) { return value.True, nil })
}

// undoTime bounds rolling back.
const undoTime = 5 * time.Second

// rollbackSoon ends the blocks from that depth on without waiting: the outermost gives its connection away, to be rolled back, and of
// one inside another the next statement on the connection rolls back first.
func (x *session) rollbackSoon(depth int) {
	x.depth = depth - 1
	if level := x.level(); level > 0 {
		x.undo = level
		return
	}
	x.undo = 0
	x.mu.Lock()
	c := x.conn
	x.conn = nil
	x.mu.Unlock()
	if c != nil {
		go x.d.Give(c)
	}
}

// undone rolls back what rollbackSoon has left to do.
func (x *session) undone(c db.Conn) error {
	if x.undo == 0 {
		return nil
	}
	level := x.undo
	x.undo = 0
	ctx, cancel := context.WithTimeout(context.Background(), undoTime)
	defer cancel()
	return c.Rollback(ctx, level)
}

// blockOptions are the options of transaction.
type blockOptions struct {
	db.TxOptions
	retries int
}

// The words of options, Tamil, romanised and English.
var isolations = map[string]db.Isolation{
	"read committed": db.ReadCommitted, "repeatable read": db.RepeatableRead, "serializable": db.Serializable,
}

// maxRetries bounds how often a transaction is run again.
const maxRetries = 100

// read takes over what a record of options says.
func (o *blockOptions) read(f *vm.Fiber, v *value.Value) error {
	return eachOption(f, v, []option{
		{"isolation", "தனிமை", func(v *value.Value) error {
			level, ok := isolations[host.Copy(f, v)]
			if !ok {
				return host.Raise("argument", "தனிமை: read committed, repeatable read, serializable",
					"isolation is read committed, repeatable read or serializable")
			}
			o.Isolation = level
			return nil
		}},
		{"read_only", "படிக்க_மட்டும்", func(v *value.Value) error {
			o.ReadOnly = v.Truth()
			return nil
		}},
		retriesOption(&o.retries),
	})
}

// retriesOption is how often a transaction is run again, of a pool's options or a block's.
func retriesOption(to *int) option {
	return option{"retries", "மறுமுயற்சிகள்", func(v *value.Value) error {
		n, err := host.Whole(v, "மறுமுயற்சிகள்", "retries")
		*to = min(max(n, 0), maxRetries)
		return err
	}}
}

// retries is handle._retries(options): how often the block may be run again; the pool says, unless the block does.
func (b binder) retries(f *vm.Fiber, a []value.Value) (value.Value, error) {
	o, err := b.options(f, a)
	return value.Int(o.retries), err
}

// options are those of a block, behind the handle that it is called on.
func (b binder) options(f *vm.Fiber, a []value.Value) (o blockOptions, err error) {
	if p := b.poolOf(f, a[0]); p != nil {
		o.retries = p.retries
	}
	err = o.read(f, &a[1])
	return o, err
}
