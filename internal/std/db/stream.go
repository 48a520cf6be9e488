package db

import (
	"context"

	"etamil/internal/db"
	"etamil/internal/value"
	"etamil/vm"
)

// A stream of rows, x.stream(sql, params, f), is written in eTamil (internal/prelude), as it calls a
// function for each row. Rows are fetched a batch at a time and only when the last batch has been
// gone through, so a million of them take the memory of one batch, and a slow reader slows the database down.

// flow is the rows of a stream that are still to come. Its handle's fiber owns it.
type flow struct {
	d    db.Database
	x    *session  // of a stream on the fiber's own connection, else nil
	c    db.Conn   // that connection
	cur  db.Cursor // nil: all rows are in t, which is given once
	t    *db.Table
	rows int // of the next batch
}

const (
	firstBatch = 64
	maxBatch   = 1000
	batchBytes = 256 << 10 // what a batch is to take, about
)

// bindStreams binds stream and what stands behind it.
func (b binder) bindStreams(l *vm.Linker) {
	for _, name := range []string{"ஓடை", "OtY", "stream"} {
		l.MethodFunc("database", name, "databaseStream_4")
	}
	rows := l.Type("rows")
	l.Method("database", "_stream", 2, 2, func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		q, err := newStatement(f, &a[1], &a[2])
		if err != nil {
			return value.Nil, err
		}
		return b.with(f, b.poolOf(f, a[0]), func(f *vm.Fiber, d db.Database) (value.Value, error) {
			q.d, q.session = d, b.s.sessionOf(f, d, true)
			return waitFor(f, q.open, func(w *flow) { go w.end() }, func(f *vm.Fiber, w *flow, err error) (value.Value, error) {
				if err != nil {
					return value.Nil, databaseError(err)
				}
				return f.NewHandle(rows, w), nil
			})
		})
	})
	flowOf := func(f *vm.Fiber, a []value.Value) *flow { return f.HandleOf(a[0], rows).(*flow) }
	l.Method("rows", "_next", 0, 0, func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		return wait(f, flowOf(f, a).next, func(f *vm.Fiber, t *db.Table, err error) (value.Value, error) {
			if err != nil || t.Len() == 0 {
				return value.Nil, databaseError(err)
			}
			return giveRows(f, t, nil)
		})
	})
	l.Method("rows", "_close", 0, 0, func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		w := flowOf(f, a)
		closed := make(chan struct{})
		go func() { // also when the fiber is cancelled, and waits for nothing any more
			w.end()
			close(closed)
		}()
		return wait(f, func(ctx context.Context) (struct{}, error) {
			select {
			case <-closed:
			case <-ctx.Done():
			}
			return struct{}{}, nil
		}, nothing)
	})
}

// within is ctx with the time that a statement may take.
func within(ctx context.Context, d db.Database) (context.Context, context.CancelFunc) {
	if most := d.Timeout(); most > 0 {
		return context.WithTimeout(ctx, most)
	}
	return ctx, func() {}
}

// open begins the statement: on the connection of the fiber's transaction if it has one, else on one of
// its own. What gives rows all at once, such as INSERT … RETURNING, is run as any other.
func (q *statement) open(ctx context.Context) (*flow, error) {
	if !db.CanStream(q.SQL) {
		t, err := q.query(ctx)
		return &flow{t: t}, err
	}
	ctx, cancel := within(ctx, q.d)
	defer cancel()
	x := q.session
	q.Last = x.last
	if x.lost() {
		return nil, db.ErrAborted
	}
	w := &flow{d: q.d, rows: firstBatch}
	var err error
	if !x.open() {
		if w.cur, err = q.d.Stream(ctx, &q.Statement); err != nil || w.cur != nil {
			return w, err
		}
	}
	if w.c, err = x.connection(ctx); err != nil {
		return nil, err
	}
	defer x.settle(w.c)
	w.x = x
	w.cur, err = w.c.Open(ctx, &q.Statement)
	return w, err
}

// next is the next batch, without rows when there are no more.
func (w *flow) next(ctx context.Context) (*db.Table, error) {
	t := &db.Table{}
	if w.cur == nil {
		if w.t != nil {
			t, w.t = w.t, nil
		}
		return t, nil
	}
	ctx, cancel := within(ctx, w.d)
	defer cancel()
	if w.x != nil {
		c, err := w.x.connection(ctx)
		if err != nil {
			return nil, err
		}
		defer w.x.settle(c)
		if c != w.c {
			return nil, db.ErrAborted // the transaction that the rows were read in is over
		}
	}
	err := w.cur.Next(ctx, t, w.rows)
	if n := t.Len(); n > 0 {
		w.rows = min(max(batchBytes*n/max(t.Size(), 1), 1), maxBatch)
	}
	return t, err
}

// end gives up what has not been read. It may block.
func (w *flow) end() {
	if w.cur != nil {
		w.cur.Close()
	}
}

// Close implements io.Closer: its fiber has ended. What has to be said to the server is said elsewhere.
func (w *flow) Close() error {
	go w.end()
	return nil
}
