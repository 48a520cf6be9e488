package db

import (
	"context"
	"errors"
	"time"
)

// ServerConn is a connection to a database that is a server of its own.
type ServerConn interface {
	Conn
	Pooled
	// Spoil has Fit report that the connection can't be used again.
	Spoil()
}

// Server is what databases that are servers of their own have in common: a pool of
// connections of type C, and all of Database that needs no more than that. A driver's
// Database embeds it. It is safe for concurrent use.
type Server[C ServerConn] struct {
	key  string
	o    Options
	pool *Pool[C]
}

// OpenServer makes a pool of the connections that connect opens, and reports if not even
// one can be had. key is the database's Key. It blocks.
func OpenServer[C ServerConn](ctx context.Context, key string, o Options, connect func(context.Context) (C, error)) (*Server[C], error) {
	within, cancel := context.WithTimeout(ctx, o.Acquire)
	defer cancel()
	first, err := connect(within)
	if err != nil {
		return nil, Ended(ctx, err) // where our time is over, the server is away: no statement has taken it
	}
	shown := make(chan C, 1) // the one that has shown that the server is there
	shown <- first
	d := &Server[C]{key: key, o: o, pool: NewPool(o, func(ctx context.Context) (C, error) {
		select {
		case c := <-shown:
			return c, nil
		default:
			return connect(ctx)
		}
	})}
	c, err := d.pool.Take(ctx)
	if err != nil {
		d.pool.Close()
		return nil, err
	}
	d.pool.Give(c)
	return d, nil
}

// Key implements Database.
func (d *Server[C]) Key() string { return d.key }

// Options are what the server was opened with.
func (d *Server[C]) Options() Options { return d.o }

// Timeout implements Database.
func (d *Server[C]) Timeout() time.Duration { return d.o.Query }

// Stats tells how the pool is doing.
func (d *Server[C]) Stats() PoolStats { return d.pool.Stats() }

// Read implements Database. What can't have reached the server, as its connection was cut
// while it lay idle, is asked once more.
func (d *Server[C]) Read(ctx context.Context, q *Statement, t *Table) (done bool, err error) {
	for again := true; ; again = false {
		c, err := d.pool.Take(ctx)
		if err != nil {
			return true, err
		}
		_, err = c.Run(ctx, q, t)
		d.Give(c)
		var e *Error
		if again && errors.As(err, &e) && e.Unsent {
			continue
		}
		return true, err
	}
}

// Take implements Database.
func (d *Server[C]) Take(ctx context.Context) (Conn, error) {
	c, err := d.pool.Take(ctx)
	if err != nil {
		return nil, err // and not a C that is nil in an interface
	}
	return c, nil
}

// rollbackTime bounds how long rolling back may keep a connection.
const rollbackTime = 5 * time.Second

// Give implements Database.
func (d *Server[C]) Give(x Conn) {
	c := x.(C)
	if c.InTransaction() {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		if c.Rollback(ctx, 0) != nil {
			c.Spoil()
		}
		cancel()
	}
	d.pool.Give(c)
}

// BeginTake implements Lender, where connections are Quick.
func (d *Server[C]) BeginTake(ctx context.Context, end func(Conn, error)) {
	d.pool.Begin(ctx, func(c C, err error) {
		if err != nil {
			end(nil, err)
			return
		}
		end(c, nil)
	})
}

// GiveSoon implements Lender.
func (d *Server[C]) GiveSoon(x Conn) {
	c := x.(C)
	if c.InTransaction() {
		go d.Give(c)
		return
	}
	d.pool.GiveSoon(c)
}

// Bounds of a check when all connections are in use: how long it waits for one, and how long ago all may have been well.
const (
	checkBusy = 100 * time.Millisecond
	busyWell  = 30 * time.Second
)

// Check implements Database. That all connections are in use is no reason why the database can't be read, if they come back now and then.
func (d *Server[C]) Check(ctx context.Context) error {
	within, short := max(busyWell, d.o.Query), ctx
	before, well := d.pool.Busy(within)
	if before && well {
		var cancel context.CancelFunc
		short, cancel = context.WithTimeout(ctx, checkBusy)
		defer cancel()
	}
	c, err := d.pool.Take(short)
	if err != nil { // perhaps one has come back since, or is just being replaced: that says nothing else
		if busy, well := d.pool.Busy(within); well && (busy || before) {
			return nil
		}
		return err
	}
	defer d.pool.Give(c)
	return c.Check(ctx)
}

// Close implements Database.
func (d *Server[C]) Close() { d.pool.Close() }

// Closed implements Database.
func (d *Server[C]) Closed() bool { return d.pool.Closed() }

// Wait implements Database.
func (d *Server[C]) Wait() { d.pool.Wait() }
