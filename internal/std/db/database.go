package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"modernc.org/sqlite"
)

// readers is how many connections a file has for reading.
const readers = 4

// busyMillis is how long a connection waits for another process that holds the
// file.
const busyMillis = 5000

// errClosed is what a statement gets when its database is disconnected.
var errClosed = errors.New("the database was disconnected")

// database is one file, or one database in memory. It is safe for concurrent
// use.
type database struct {
	source string // as the program wrote it
	path   string
	driver *sqlite.Driver // of this database alone: it knows the functions SQL can call
	memory bool           // one connection does everything
	write  chan *conn     // holds the writer when nobody has it
	read   chan *conn
	done   chan struct{} // closed by close
	once   sync.Once
}

// open opens the file behind source, creating it if need be.
func open(source string) (*database, error) {
	path := source
	for _, prefix := range []string{"sqlite://", "sqlite:"} {
		path = strings.TrimPrefix(path, prefix)
	}
	if path == "" {
		path = ":memory:"
	}
	d := &database{
		source: source, path: path, memory: path == ":memory:", driver: new(sqlite.Driver),
		write: make(chan *conn, 1), read: make(chan *conn, readers), done: make(chan struct{}),
	}
	w, err := d.connect(false)
	if err != nil {
		return nil, err
	}
	d.write <- w
	if d.memory {
		return d, nil
	}
	for range readers {
		r, err := d.connect(true)
		if err != nil {
			d.close()
			return nil, err
		}
		d.read <- r
	}
	return d, nil
}

// connect opens one connection.
func (d *database) connect(readOnly bool) (*conn, error) {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyMillis))
	if !d.memory {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(NORMAL)")
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	name := d.path
	if !d.memory {
		name = "file:" + (&url.URL{Path: d.path}).EscapedPath()
	}
	c, err := d.driver.Open(name + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, stmts: map[string]driver.Stmt{}}, nil
}

// take waits for a connection that can do what is asked.
func (d *database) take(ctx context.Context, write bool) (*conn, error) {
	ch := d.read
	if write || d.memory {
		ch = d.write
	}
	select {
	case <-d.done:
		return nil, errClosed
	default:
	}
	select {
	case c := <-ch:
		return c, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-d.done:
		return nil, errClosed
	}
}

// give brings a connection back.
func (d *database) give(c *conn, write bool) {
	select {
	case <-d.done:
		_ = c.close() // the database is gone already
		return
	default:
	}
	if write || d.memory {
		d.write <- c
	} else {
		d.read <- c
	}
	select {
	case <-d.done: // closed in between: whoever finds a connection closes it
		d.drain()
	default:
	}
}

// close closes the connections that nobody has; the others are closed when they
// come back.
func (d *database) close() {
	d.once.Do(func() { close(d.done) })
	d.drain()
}

func (d *database) drain() {
	for {
		select {
		case c := <-d.write:
			_ = c.close()
		case c := <-d.read:
			_ = c.close()
		default:
			return
		}
	}
}
