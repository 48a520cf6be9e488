package db

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many connections a file has for reading.
const readers = 4

// errClosed is what a statement gets when its database is disconnected.
var errClosed = errors.New("the database was disconnected")

// database is one file, or one database in memory. It is safe for concurrent use.
type database struct {
	source string // as the program wrote it
	name   string // for SQLite
	key    string // the file's real path; "" in memory
	memory bool   // one connection does everything
	write  chan *conn
	read   chan *conn
	done   chan struct{} // closed by close
	once   sync.Once
	alive  sync.WaitGroup // the connections that are open

	registering sync.Mutex // one function at a time
	mu          sync.Mutex
	functions   []*function // those that SQL can call
}

// nameOf is what SQLite calls the source, and what tells the file from others.
func nameOf(source string) (name, key string) {
	name = source
	for _, prefix := range []string{"sqlite://", "sqlite:"} {
		name = strings.TrimPrefix(name, prefix)
	}
	switch {
	case name == "" || name == ":memory:":
		return ":memory:", ""
	case strings.HasPrefix(name, "file:"):
		return name, name
	}
	key, err := filepath.Abs(name)
	if err != nil {
		key = name
	}
	if real, err := filepath.EvalSymlinks(key); err == nil {
		key = real
	} else if dir, err := filepath.EvalSymlinks(filepath.Dir(key)); err == nil {
		key = filepath.Join(dir, filepath.Base(key)) // the file isn't there yet
	}
	return name, key
}

// open opens the file behind source, creating it if need be. It may block.
func open(source string) (*database, error) {
	d := &database{
		source: source,
		write:  make(chan *conn, 1), read: make(chan *conn, readers), done: make(chan struct{}),
	}
	d.name, d.key = nameOf(source)
	w, err := d.connect(false)
	if err != nil {
		return nil, err
	}
	d.memory = w.inMemory()
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
	c, err := openConn(d.name)
	if err != nil {
		return nil, err
	}
	setup := []string{"PRAGMA foreign_keys=1"}
	if !c.inMemory() {
		setup = append(setup, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL")
	}
	if readOnly {
		setup = append(setup, "PRAGMA query_only=1")
	}
	for _, sql := range setup {
		err = c.command(context.Background(), sql)
		var e *sqlError
		if errors.As(err, &e) && e.code&0xff == sqlite3.SQLITE_READONLY {
			err = nil // such a file can be read as it is
		}
		if err != nil {
			c.close()
			return nil, err
		}
	}
	if readOnly {
		err = c.answerForFiber()
	}
	d.mu.Lock()
	functions := d.functions
	d.mu.Unlock()
	for _, fn := range functions {
		if err == nil {
			err = c.create(fn)
		}
	}
	if err != nil {
		c.close()
		return nil, err
	}
	d.alive.Add(1)
	return c, nil
}

// take waits for a connection that can do what is asked.
func (d *database) take(ctx context.Context, write bool) (*conn, error) {
	ch := d.read
	if write || d.memory {
		ch = d.write
	}
	if d.closed() {
		return nil, errClosed
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

func (d *database) closed() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

// give brings a connection back.
func (d *database) give(c *conn, write bool) {
	if write || d.memory {
		d.write <- c
	} else {
		d.read <- c
	}
	if d.closed() { // whoever finds a connection closes it
		d.drain()
	}
}

// replace closes a connection of which nothing is known any more and opens another
// in its place.
func (d *database) replace(c *conn) {
	c.close()
	fresh, err := d.connect(false)
	d.alive.Done()
	if err != nil {
		d.close() // there is no writer: the next statement says so
		return
	}
	d.give(fresh, true)
}

// close closes the connections that nobody has; the others are closed when they
// come back.
func (d *database) close() {
	d.once.Do(func() { close(d.done) })
	d.drain()
}

func (d *database) drain() {
	for {
		var c *conn
		select {
		case c = <-d.write:
		case c = <-d.read:
		default:
			return
		}
		c.close()
		d.alive.Done()
	}
}
