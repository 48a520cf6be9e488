package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/db"
)

// readers is how many connections a file has for reading, unless all of them are long in use: see reader.
const readers = 4

// Database is one file, or one database in memory. It is safe for concurrent use.
type Database struct {
	source string // as the program wrote it
	name   string // for SQLite
	key    string // the file's real path; "" in memory
	memory bool   // one connection does everything
	write  chan *conn
	read   chan *conn
	done   chan struct{} // closed by Close
	once   sync.Once
	alive  sync.WaitGroup // the connections that are open
	group  group

	// Set before anybody asks; 0: no bound but that of who asks.
	acquire time.Duration // how long to wait for the writer
	query   time.Duration // how long a statement may take

	file os.FileInfo // of what was opened; nil: nobody knows

	reads     chan *read
	reading   sync.Once // starts the goroutines that take from reads
	taken     atomic.Uint64
	relieving atomic.Bool
	helpers   atomic.Int32 // goroutines that help them
	extras    atomic.Int32 // connections beside the readers
	version   atomic.Int32 // of functions

	registering sync.Mutex // one function at a time
	mu          sync.Mutex
	functions   []*Function // those that SQL can call
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

// KeyOf is the Key of what Open would open: "" of a database in memory.
func KeyOf(source string) string {
	_, key := nameOf(source)
	return key
}

// OpenMemory opens a database in memory that stands for the file behind source: for tests.
func OpenMemory(source string) (*Database, error) {
	d, err := Open(":memory:")
	if err == nil {
		_, d.key = nameOf(source)
	}
	return d, err
}

// Open opens the file behind source, creating it if need be. It may block.
func Open(source string) (*Database, error) {
	d := &Database{
		source: source,
		write:  make(chan *conn, 1), read: make(chan *conn, readers+mostExtras), done: make(chan struct{}),
		reads: make(chan *read, maxReads), group: group{time: groupTime},
	}
	d.name, d.key = nameOf(source)
	w, err := d.connect(false)
	if err != nil {
		return nil, naming(source, err)
	}
	d.memory = w.inMemory()
	d.write <- w
	if d.memory {
		return d, nil
	}
	d.file, _ = os.Stat(fileOf(source))
	for range readers {
		r, err := d.connect(true)
		if err != nil {
			d.Close()
			return nil, naming(source, err)
		}
		d.read <- r
	}
	return d, nil
}

// naming adds to SQLite's error, which does not say so, which file it is about.
func naming(source string, err error) error {
	var e *db.Error
	if errors.As(err, &e) && e.Text != "" {
		named := *e
		named.Text = source + ": " + e.Text
		if tamil, english := closed(source); e.Code == db.CodeOpen && tamil != "" {
			named.Text, named.Tamil, named.English = "", source+": "+tamil, source+": "+english
		}
		return &named
	}
	return err
}

// closed is why no database can be opened at source, where SQLite says no more than that:
// "" where nothing speaks against it.
func closed(source string) (tamil, english string) {
	file := fileOf(source)
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "அனுமதி இல்லை", "permission denied"
	case err == nil && info.IsDir():
		return "இது ஒரு கோப்பகம், கோப்பு அல்ல", "is a directory"
	case err == nil:
		return "", ""
	}
	if _, err := os.Stat(filepath.Dir(file)); errors.Is(err, fs.ErrNotExist) {
		return "அதன் கோப்பகம் இல்லை", "there is no such folder"
	}
	return "", ""
}

// connect opens one connection.
func (d *Database) connect(readOnly bool) (*conn, error) {
	c, err := openConn(d.name)
	if err != nil {
		return nil, err
	}
	setup := []string{"PRAGMA foreign_keys=1"}
	if !c.inMemory() {
		setup = append(setup, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
	}
	if readOnly {
		setup = append(setup, "PRAGMA query_only=1")
	}
	for _, sql := range setup {
		err = c.insist(sql)
		var e *db.Error
		if errors.As(err, &e) && e.Code == db.CodeReadOnly {
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

// insist runs a statement that sets the connection up, and again while the file is locked, for busyTime. SQLite by itself
// gives up at once where two change the journal of a new file at the same moment.
func (c *conn) insist(sql string) error {
	pause := busyFirst
	for began := time.Now(); ; pause = min(2*pause, busyLast) {
		err := c.command(context.Background(), sql)
		var e *db.Error
		if !errors.As(err, &e) || e.Code != db.CodeBusy || time.Since(began) > busyTime {
			return err
		}
		time.Sleep(pause)
	}
}

// take waits for a connection that can do what is asked.
func (d *Database) take(ctx context.Context, write bool) (*conn, error) {
	ch := d.read
	if write || d.memory {
		ch = d.write
	}
	if d.Closed() {
		return nil, db.ErrClosed
	}
	select {
	case c := <-ch:
		return c, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-d.done:
		return nil, db.ErrClosed
	}
}

// Closed reports that Close was called.
func (d *Database) Closed() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

// give brings a connection back.
func (d *Database) give(c *conn, write bool) {
	if write || d.memory {
		d.write <- c
	} else if c.extra && (len(d.read) >= readers || c.version != d.version.Load()) {
		d.extras.Add(-1)
		d.part(c)
	} else {
		d.read <- c
	}
	if d.Closed() { // whoever finds a connection closes it
		d.drain()
	}
}

// replace closes a connection of which nothing is known any more and opens another
// in its place.
func (d *Database) replace(c *conn) {
	c.close()
	fresh, err := d.connect(false)
	d.alive.Done()
	if err != nil {
		d.Close() // there is no writer: the next statement says so
		return
	}
	d.give(fresh, true)
}

// Close closes the connections that nobody has; the others are closed when they
// come back.
func (d *Database) Close() {
	d.once.Do(func() { close(d.done) })
	d.drain()
}

func (d *Database) drain() {
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

// Key implements db.Database.
func (d *Database) Key() string { return d.key }

// Limit bounds how long a statement waits for the writer, and how long it may take; 0: what that is is its fiber's affair. It
// is called before anybody asks.
func (d *Database) Limit(acquire, query time.Duration) { d.acquire, d.query = acquire, query }

// Timeout implements db.Database.
func (d *Database) Timeout() time.Duration { return d.query }

// Wait implements db.Database.
func (d *Database) Wait() { d.alive.Wait() }

// Take implements db.Database: it waits for the writer.
func (d *Database) Take(ctx context.Context) (db.Conn, error) {
	wait := ctx
	if d.acquire > 0 {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(ctx, d.acquire)
		defer cancel()
	}
	c, err := d.take(wait, true)
	if err != nil && wait.Err() != nil && ctx.Err() == nil {
		err = errBusy
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// errBusy is the error of who has waited for the writer for as long as he may.
var errBusy error = &db.Error{Code: db.CodeBusy, Tamil: "வேறொன்று எழுதிக்கொண்டிருக்கிறது", English: "another one is writing"}

// Read implements db.Database. It is not done if the statement turns out to write, or only
// the writer can make sense of it, as of a temporary table.
func (d *Database) Read(ctx context.Context, q *db.Statement, t *db.Table) (done bool, err error) {
	if d.memory {
		return false, nil
	}
	c, err := d.reader(ctx)
	if err != nil {
		return true, err
	}
	defer d.give(c, false)
	return c.readOnly(ctx, nil, q, t)
}

// readOnly runs a statement that only reads, unless it turns out to do more. stop, if there is one, ends it;
// else ctx does.
func (c *conn) readOnly(ctx context.Context, stop *atomic.Bool, q *db.Statement, t *db.Table) (done bool, err error) {
	if s, err := c.single(q.SQL); err != nil || s == nil || !s.readOnly {
		return false, nil
	}
	c.lastRow, c.changed = q.Last.LastRow, q.Last.Changed
	if stop == nil {
		_, err = c.run(ctx, q, t)
	} else {
		_, err = c.runUntil(ctx, stop, q, t)
	}
	return true, err
}

// Check implements db.Database.
func (d *Database) Check(ctx context.Context) error {
	if err := d.moved(); err != nil {
		return err
	}
	c, err := d.reader(ctx)
	if err != nil {
		return err
	}
	defer d.give(c, false)
	return c.command(ctx, "SELECT 1 FROM sqlite_schema LIMIT 0")
}

// part closes a connection that is none of the readers.
func (d *Database) part(c *conn) {
	c.close()
	d.alive.Done()
}

// moved reports why what stands where the file was is not what was opened: what is written now would be found by nobody.
func (d *Database) moved() error {
	if d.file == nil {
		return nil
	}
	switch now, err := os.Stat(fileOf(d.source)); {
	case err != nil:
		return &db.Error{Code: db.CodeOpen, Tamil: d.source + ": திறந்த கோப்பு இப்போது அங்கு இல்லை", English: d.source + ": the file that was opened is not there any more"}
	case !os.SameFile(now, d.file):
		return &db.Error{Code: db.CodeOpen, Tamil: d.source + ": திறந்த கோப்பின் இடத்தில் வேறொன்று உள்ளது", English: d.source + ": another file stands in the place of the one that was opened"}
	}
	return nil
}

// rollbackTime bounds how long rolling back may keep the writer.
const rollbackTime = 10 * time.Second

// Give implements db.Database: it brings the writer back, out of any transaction.
func (d *Database) Give(x db.Conn) {
	c := x.(*conn)
	if c.inTransaction() {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		defer cancel()
		if err := c.command(ctx, "ROLLBACK"); err != nil || c.inTransaction() {
			d.replace(c)
			return
		}
	}
	d.give(c, true)
}
