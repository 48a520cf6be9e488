package db

import (
	"context"
	"sync"
	"sync/atomic"
)

// Cursor is the rows of a statement, some at a time: the database waits for who reads
// them. One goroutine uses it at a time, and only while its connection is theirs.
type Cursor interface {
	// Next empties t and gives it the next rows, about so many; none when there are no more.
	Next(ctx context.Context, t *Table, rows int) error
	// Close gives up what has not been read. It doesn't use the connection, so that any goroutine may call it at
	// any time, more than once: what is to be done there is done when the connection is used again.
	Close()
}

// Abandon is the part of a Cursor that Close sets and its connection looks at.
type Abandon struct{ flag atomic.Bool }

// Close implements Cursor.
func (a *Abandon) Close() { a.flag.Store(true) }

// Closed reports that nobody will read on.
func (a *Abandon) Closed() bool { return a.flag.Load() }

// CanStream reports whether sql is one statement of the kind whose rows can be had some at a time.
func CanStream(sql string) bool {
	switch word, _ := firstWord(sql); word {
	case "SELECT", "VALUES", "WITH", "TABLE":
		return true
	}
	return false
}

// alone is a cursor that has a connection to itself, which done gives back once.
type alone struct {
	Cursor
	mu   sync.Mutex // Next and Close
	done func()
}

// Next implements Cursor.
func (a *alone) Next(ctx context.Context, t *Table, rows int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done == nil {
		return ErrClosed
	}
	err := a.Cursor.Next(ctx, t, rows)
	if err != nil || t.Len() == 0 {
		a.end()
	}
	return err
}

// Close implements Cursor. It waits for a Next that is running.
func (a *alone) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end()
}

func (a *alone) end() {
	if a.done == nil {
		return
	}
	a.Cursor.Close()
	a.done()
	a.done = nil
}

// Alone is c with done, which gives back its connection when the rows are over.
func Alone(c Cursor, done func()) Cursor { return &alone{Cursor: c, done: done} }

// Stream implements Database.
func (d *Server[C]) Stream(ctx context.Context, q *Statement) (Cursor, error) {
	c, err := d.pool.Take(ctx)
	if err != nil {
		return nil, err
	}
	cur, err := c.Open(ctx, q)
	if err != nil {
		d.Give(c)
		return nil, err
	}
	return Alone(cur, func() { d.Give(c) }), nil
}
