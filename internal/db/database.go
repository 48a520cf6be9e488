package db

import (
	"context"
	"time"
)

// Database is one database that programs are connected to, under any number of names. It
// is safe for concurrent use.
type Database interface {
	// Key tells the same database from another, whatever its source is written like. "":
	// it is like no other.
	Key() string
	// Read runs a statement that seems to read, outside of any transaction, on whatever
	// connection is best for it. done is false when it has not been run: it writes after
	// all, or needs a connection of its own.
	Read(ctx context.Context, q *Statement, t *Table) (done bool, err error)
	// Stream begins a statement on a connection of its own, which goes back when the cursor is closed or at
	// its end. nil without an error: the database has but one connection, and Open is for it.
	Stream(ctx context.Context, q *Statement) (Cursor, error)
	// Take waits for a connection that one fiber has for itself until Give. It may write.
	Take(ctx context.Context) (Conn, error)
	// Give brings a connection back; a transaction that is still open is rolled back.
	Give(c Conn)
	// Check reports why the database can't be read from now, or nil.
	Check(ctx context.Context) error
	// Timeout bounds one statement; 0 for none.
	Timeout() time.Duration
	// Close closes what nobody uses; the rest when it comes back. Closed reports that it
	// was called, Wait waits until everything is closed.
	Close()
	Closed() bool
	Wait()
}

// Grouped is a Database in which writes that stand alone can share a transaction.
type Grouped interface {
	Database
	// Write runs a statement that is in no transaction, beside those of others; when it answers,
	// what was written is as safe as after a COMMIT of its own. done is false when it has not been
	// run: it needs a connection of its own.
	Write(ctx context.Context, q *Statement, t *Table) (out Outcome, done bool, err error)
}

// Async is a Database that can do without a goroutine for each statement.
type Async interface {
	Database
	// Begin begins a statement that is in no transaction as Read or Write would, and returns at once.
	// end is called once, from anywhere, when it is over, with what they would answer. began is false when
	// it can't be begun so, and end will not be called.
	Begin(ctx context.Context, q *Statement, t *Table, end func(out Outcome, done bool, err error)) (began bool)
	// Leave tells that nobody is about to begin another on that loop: what waits for company waits no longer. Without it, it does
	// so for a moment.
	Leave(on Poller)
}

// Lazy is a Database whose transactions begin with their first statement: until then Begin of its
// connections only notes what was said, and no connection is needed.
type Lazy interface {
	Database
	BeginsLate()
}

// Quick is a Conn that can do without a goroutine what is done most.
type Quick interface {
	Conn
	// BeginRun begins Run of one statement on the loop of q.On, and returns at once. end is called once, from anywhere,
	// when it is over, or after most, if that isn't 0. began is false when it can't be begun so; then nothing has been done.
	BeginRun(ctx context.Context, q *Statement, t *Table, most time.Duration, end func(Outcome, error)) (began bool)
	// BeginCommit begins Commit at depth 0 in the same way.
	BeginCommit(ctx context.Context, on Poller, most time.Duration, end func(error)) (began bool)
}

// Lender is a Database whose connections are Quick.
type Lender interface {
	Database
	// BeginTake is Take for who doesn't wait: end is called once, from anywhere, also before it returns.
	BeginTake(ctx context.Context, end func(Conn, error))
	// GiveSoon is Give for who must not wait.
	GiveSoon(c Conn)
}

// Conn is a connection. One goroutine uses it at a time.
type Conn interface {
	// Run runs all statements of q; t, which may be nil, gets the rows of the last one
	// that has any. When ctx is done the statement is ended, on the server too.
	Run(ctx context.Context, q *Statement, t *Table) (Outcome, error)
	// Open begins a statement whose rows are then taken some at a time. It is one for which
	// CanStream says yes. Outside of a transaction of the program's it must only read.
	Open(ctx context.Context, q *Statement) (Cursor, error)
	// Insert adds rows, all or none, the quickest way that there is. It answers how many.
	Insert(ctx context.Context, rows *Rows) (int64, error)
	// InTransaction reports whether a transaction is open.
	InTransaction() bool
	// Begin, Commit and Rollback are of the transaction when depth is 0, else of the
	// savepoint at that depth inside it.
	Begin(ctx context.Context, depth int, o TxOptions) error
	Commit(ctx context.Context, depth int) error
	Rollback(ctx context.Context, depth int) error
}

// TxOptions say how a transaction is to be run.
type TxOptions struct {
	Isolation Isolation
	ReadOnly  bool
}

// Isolation is how far a transaction is kept from what others do.
type Isolation uint8

// The levels. Default is the database's own.
const (
	Default Isolation = iota
	ReadCommitted
	RepeatableRead
	Serializable
)

// SQL is the level as standard SQL writes it; "" for Default.
func (i Isolation) SQL() string {
	return [...]string{"", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"}[i]
}

// Options are the settings of a pool.
type Options struct {
	Max, Min   int           // connections
	Waiting    int           // who may wait for one at once
	Acquire    time.Duration // how long they wait
	Lifetime   time.Duration // of a connection, with up to a tenth less
	Idle       time.Duration // how long one that nobody uses is kept
	Query      time.Duration // how long a statement may run; 0: no bound of ours
	Lanes      int           // PostgreSQL: connections that share their reads
	Statements int           // how many each connection keeps prepared
	Pooler     bool          // PostgreSQL: connections lead to PgBouncer or its like, which gives each transaction another one
}

// Defaults are the settings of which nobody said anything.
var Defaults = Options{
	Max: 10, Waiting: 1000, Acquire: 5 * time.Second, Lifetime: 30 * time.Minute,
	Idle: 5 * time.Minute, Query: 30 * time.Second, Lanes: 2, Statements: 256,
}
