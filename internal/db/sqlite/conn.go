package sqlite

import (
	"context"
	"strconv"
	"sync/atomic"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// maxStmts is how many statements a connection keeps prepared.
const maxStmts = 128

// conn is a connection with its prepared statements. One goroutine uses it at a
// time.
type conn struct {
	*engine
	stmts   map[string]*stmt
	cursors []*cursor // whose rows are not all read
	reads   bool      // its transaction may only read
	extra   bool      // it is none of the readers, and goes when they suffice
	version int32     // of the functions that it was made with

	// What last_insert_rowid() and changes() answer on a connection that only
	// reads: what the fiber that asks did last.
	lastRow, changed int64
}

// stmt is a prepared statement.
type stmt struct {
	p        uintptr
	readOnly bool
	quick    bool     // it was, when it ran last
	params   []string // their names with the first character; "" for a ?
}

func openConn(name string) (*conn, error) {
	e, err := openEngine(name)
	if err != nil {
		return nil, err
	}
	return &conn{engine: e, stmts: map[string]*stmt{}}, nil
}

// newStmt looks at what prepare made.
func (c *conn) newStmt(p uintptr) *stmt {
	s := &stmt{p: p, readOnly: sqlite3.Xsqlite3_stmt_readonly(c.tls, p) != 0}
	if n := c.parameters(p); n > 0 {
		s.params = make([]string, n)
		for i := range s.params {
			s.params[i] = c.parameter(p, i+1)
		}
	}
	return s
}

// single prepares sql, or finds it prepared. It answers nil without an error when
// sql holds no statement or several: a script.
func (c *conn) single(sql string) (*stmt, error) {
	if s, ok := c.stmts[sql]; ok {
		return s, nil
	}
	z, err := libc.CString(sql)
	if err != nil {
		return nil, errMemory
	}
	defer libc.Xfree(c.tls, z)
	p, tail, err := c.prepare(z)
	if err != nil || p == 0 {
		return nil, err
	}
	if !db.Blank(libc.GoString(tail)) {
		c.finalize(p)
		return nil, nil
	}
	s := c.newStmt(p)
	if len(c.stmts) >= maxStmts {
		for k, old := range c.stmts { // any will do: few programs have so many
			c.finalize(old.p)
			delete(c.stmts, k)
			break
		}
	}
	c.stmts[sql] = s
	return s, nil
}

// run runs all statements of q; t, which may be nil, gets the rows of the last one
// that has any.
func (c *conn) run(ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if ctx.Done() == nil {
		return c.runAll(q, t)
	}
	stop := new(atomic.Bool)
	cancel := context.AfterFunc(ctx, func() { stop.Store(true) })
	defer cancel()
	return c.runUntil(ctx, stop, q, t)
}

// runUntil is run for who sets stop when ctx is done.
func (c *conn) runUntil(ctx context.Context, stop *atomic.Bool, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if ctx.Err() != nil {
		return db.Outcome{}, context.Cause(ctx)
	}
	c.stop = stop
	defer func() { c.stop = nil }()
	out, err := c.runAll(q, t)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // SQLite says that it was interrupted
	}
	return out, err
}

func (c *conn) runAll(q *db.Statement, t *db.Table) (db.Outcome, error) {
	s, err := c.single(q.SQL)
	if err != nil {
		return db.Outcome{}, err
	}
	if s != nil {
		return c.runOne(s, q, t)
	}
	if len(q.Params.Cells) > 0 && q.Params.Names == nil {
		return db.Outcome{}, db.ParamsError("பல கட்டளைகளுக்கு மதிப்புகளின் அணி பொருந்தாது",
			"several statements, or none, can't share a list of parameters")
	}
	z, err := libc.CString(q.SQL)
	if err != nil {
		return db.Outcome{}, errMemory
	}
	defer libc.Xfree(c.tls, z)
	var all db.Outcome
	for at := z; ; {
		p, tail, err := c.prepare(at)
		if err != nil {
			return all, err
		}
		if p == 0 && tail == at || p == 0 && libc.GoString(tail) == "" {
			return all, nil
		}
		at = tail
		if p == 0 {
			continue
		}
		one, err := c.runOne(c.newStmt(p), q, t)
		c.finalize(p)
		all.Changed += one.Changed
		all.Wrote = all.Wrote || one.Wrote
		all.LastRow = one.LastRow
		if err != nil {
			return all, err
		}
	}
}

// errReads is the error of a statement that would write in a transaction which may only read.
var errReads error = &db.Error{Code: db.CodeReadOnly, Tamil: "இந்தப் பரிவர்த்தனை படிக்க மட்டும்", English: "this transaction may only read"}

// barred reports that a statement is not to be run, as it would write.
func (c *conn) barred(s *stmt) bool {
	c.reads = c.reads && c.inTransaction()
	return c.reads && !s.readOnly
}

// runOne binds the parameters of a statement and runs it to its end.
func (c *conn) runOne(s *stmt, q *db.Statement, t *db.Table) (out db.Outcome, err error) {
	if c.barred(s) {
		return out, errReads
	}
	if err := c.bindAll(s, &q.Params); err != nil {
		return db.Outcome{}, err
	}
	before := sqlite3.Xsqlite3_total_changes64(c.tls, c.db)
	defer c.reset(s.p)
	more, err := c.step(s.p)
	if t != nil && c.width(s.p) > 0 {
		c.columns(s.p, t)
	}
	for more && err == nil {
		if t != nil {
			if !c.row(s.p, t, q.MaxBytes) {
				return out, db.TooLarge(q.MaxBytes)
			}
			if c.stopped() {
				return out, newError(sqlite3.SQLITE_INTERRUPT, "interrupted")
			}
		}
		more, err = c.step(s.p)
	}
	if !s.readOnly {
		out.Wrote = true
		out.LastRow = sqlite3.Xsqlite3_last_insert_rowid(c.tls, c.db)
		if sqlite3.Xsqlite3_total_changes64(c.tls, c.db) != before { // else the number is an older one's
			out.Changed = sqlite3.Xsqlite3_changes64(c.tls, c.db)
		}
	}
	return out, err
}

// bindAll gives each parameter of s its value.
func (c *conn) bindAll(s *stmt, p *db.Params) error {
	most := 0
	for i, name := range s.params {
		at, ok := 0, false
		switch {
		case name == "": // ?
			at, ok = i, p.Names == nil
		case p.Names != nil:
			at, ok = p.Names[name[1:]]
		case name[0] == '?' || name[0] == '$':
			n, err := strconv.Atoi(name[1:])
			at, ok = n-1, err == nil && n > 0
		}
		if p.Names == nil {
			most = max(most, at+1)
		}
		switch {
		case !ok && p.Names == nil:
			return db.ParamsError("'"+name+"' க்கு மதிப்பு இல்லை; பெயர்களுக்கு ஒரு பொருளைத் தருக",
				"no value for the parameter "+name+": names need a record")
		case !ok && name == "":
			return db.ParamsError("? க்கு மதிப்புகளின் அணி தேவை", "a ? needs a list of parameters")
		case !ok:
			return db.ParamsError("'"+name+"' க்கு மதிப்பு இல்லை", "no value for the parameter "+name)
		case at >= len(p.Cells):
			break // told below, with both numbers
		default:
			if err := c.bind(s.p, i+1, &p.Cells[at], p.Texts[at]); err != nil {
				return err
			}
		}
	}
	if p.Names == nil && most != len(p.Cells) {
		want, got := strconv.Itoa(most), strconv.Itoa(len(p.Cells))
		return db.ParamsError("SQL இல் "+want+" மதிப்புகள் தேவை; தரப்பட்டவை "+got,
			"the SQL takes "+want+" parameters, not "+got)
	}
	return nil
}

// command runs SQL of our own, which takes nothing and gives nothing.
func (c *conn) command(ctx context.Context, sql string) error {
	_, err := c.run(ctx, &db.Statement{SQL: sql}, nil)
	return err
}

// close frees the connection; an open transaction is rolled back.
func (c *conn) close() {
	for len(c.cursors) > 0 {
		c.cursors[0].end()
	}
	for _, s := range c.stmts {
		c.finalize(s.p)
	}
	c.stmts = nil
	c.engine.close()
}
