package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"etamil/internal/db"
)

// session is what the driver's connections can do.
type session interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.Validator
	driver.SessionResetter
}

// conn is a connection with its prepared statements. One goroutine uses it at a time.
type conn struct {
	d     *Database
	my    session
	id    string // the server's number of it
	stmts map[string]*stmt
	status
	cursor   *cursor // whose rows are still coming: nothing else can be asked
	stateful bool    // a statement has changed what the next one would see: not to be used again
}

// stmt is a prepared statement.
type stmt struct {
	*db.Prepared
	my interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
}

// connect opens a connection.
func (d *Database) connect(ctx context.Context) (*conn, error) {
	connector, err := mysql.NewConnector(d.config)
	if err != nil {
		return nil, &db.Error{Code: db.CodeOpen, Text: err.Error()}
	}
	my, err := connector.Connect(ctx)
	if err != nil {
		return nil, connectError(err)
	}
	c := &conn{d: d, my: my.(session), stmts: map[string]*stmt{}}
	if c.status, err = statusOf(my); err != nil {
		c.Close()
		return nil, err
	}
	rows, err := c.my.QueryContext(ctx, "SELECT CONNECTION_ID()", nil)
	if err != nil {
		c.Close()
		return nil, connectError(err)
	}
	defer rows.Close()
	var row [1]driver.Value
	if err := rows.Next(row[:]); err != nil {
		c.Close()
		return nil, connectError(err)
	}
	switch id := row[0].(type) {
	case []byte:
		c.id = string(id)
	case int64:
		c.id = strconv.FormatInt(id, 10)
	case uint64:
		c.id = strconv.FormatUint(id, 10)
	}
	return c, nil
}

// Spoil implements db.ServerConn.
func (c *conn) Spoil() { c.stateful = true }

// Fit implements db.Pooled.
func (c *conn) Fit() bool {
	return !c.stateful && c.cursor == nil && !c.InTransaction() && c.has(autocommit) && c.my.IsValid()
}

// Alive implements db.Pooled.
func (c *conn) Alive() bool { return c.my.ResetSession(context.Background()) == nil }

// Check implements db.Pooled.
func (c *conn) Check(ctx context.Context) error {
	if err := c.my.Ping(ctx); err != nil {
		return newError(err)
	}
	return nil
}

// Close implements db.Pooled.
func (c *conn) Close() {
	_ = c.my.Close()
	if c.cursor != nil {
		c.cursor.hangUp()
	}
}

// InTransaction implements db.Conn. While rows are coming the driver calls the connection invalid.
func (c *conn) InTransaction() bool {
	return (c.cursor != nil || c.my.IsValid()) && c.has(inTransaction)
}

// cancelTime is how long the server has to end a statement that it was asked to end; then
// the connection is given up. MariaDB itself tries for 2 s where the statement is about to end.
const cancelTime = 5 * time.Second

// interruptible runs do, and has the server end the statement when ctx is done. The
// driver by itself would hang up, and the server would go on.
func (c *conn) interruptible(ctx context.Context, do func(context.Context) error) error {
	inner, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	if err := c.finish(ctx); err != nil {
		return err
	}
	return c.watched(ctx, hangUp, func() error { return do(inner) })
}

// watched is interruptible of what hangUp ends.
func (c *conn) watched(ctx context.Context, hangUp context.CancelFunc, do func() error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ended := make(chan struct{})
	stopped := make(chan struct{})
	met := true // the order to end, if there was one, has been carried out
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		killed := make(chan bool, 1)
		go func() { killed <- c.d.kill(c.id) }()
		select {
		case <-ended:
		case <-time.After(cancelTime):
			hangUp()
		}
		met = <-killed // before that it could meet the next statement, of the same transaction
	})
	err := do()
	close(ended)
	if !stop() {
		<-stopped
		c.stateful = true // whatever the server has made of it, no other transaction is to meet it
		if !met {
			_ = c.my.Close()
		}
	}
	if err != nil {
		c.look()
	}
	return db.Ended(ctx, err)
}

// look asks for the status after an error, which doesn't bring it: a deadlock has rolled
// back the whole transaction.
func (c *conn) look() {
	if !c.InTransaction() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), cancelTime)
	defer cancel()
	if c.my.Ping(ctx) != nil {
		c.stateful = true
	}
}

// kill has the server end what the connection with that number is doing, and reports false when it may still do so later.
func (d *Database) kill(id string) (met bool) {
	ctx, cancel := context.WithTimeout(context.Background(), cancelTime)
	defer cancel()
	connector, err := mysql.NewConnector(d.config)
	if err != nil {
		return true
	}
	my, err := connector.Connect(ctx)
	if err != nil {
		return true // nothing was ordered
	}
	defer my.Close()
	_, err = my.(session).ExecContext(ctx, "KILL QUERY "+id, nil)
	var said *mysql.MySQLError
	return err == nil || errors.As(err, &said)
}

// Run implements db.Conn.
func (c *conn) Run(ctx context.Context, q *db.Statement, t *db.Table) (all db.Outcome, err error) {
	list := []string{q.SQL}
	if _, ok := c.stmts[key(q.SQL, &q.Params)]; !ok {
		if list = db.MySQL.Split(q.SQL); len(list) != 1 && len(q.Params.Cells) > 0 && q.Params.Names == nil {
			return all, db.ParamsError("பல கட்டளைகளுக்கு மதிப்புகளின் அணி பொருந்தாது",
				"several statements, or none, can't share a list of parameters")
		}
	}
	err = c.interruptible(ctx, func(ctx context.Context) error {
		for _, sql := range list {
			out, err := c.exec(ctx, sql, q, t)
			all.Changed += out.Changed
			all.Wrote = all.Wrote || out.Wrote
			if out.LastRow != 0 {
				all.LastRow = out.LastRow
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Numbers of the server's errors that change what we do.
const (
	errUnpreparable = 1295
	errReprepare    = 1615
)

// exec runs one statement.
func (c *conn) exec(ctx context.Context, sql string, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if len(q.Params.Cells) == 0 && controls(sql) {
		return db.Outcome{Wrote: true}, c.command(ctx, sql)
	}
	k := key(sql, &q.Params)
	s := c.stmts[k]
	if s == nil {
		var err error
		if s, err = c.prepare(ctx, sql, &q.Params); err != nil {
			var my *mysql.MySQLError
			if errors.As(err, &my) && my.Number == errUnpreparable && len(q.Params.Cells) == 0 {
				return db.Outcome{Wrote: true}, c.command(ctx, sql)
			}
			return db.Outcome{}, newError(err)
		}
		for k, old := range c.stmts { // any will do: few programs have so many
			if len(c.stmts) < c.d.Options().Statements {
				break
			}
			_ = old.my.Close()
			delete(c.stmts, k)
		}
		c.stmts[k] = s
	}
	args, err := s.arguments(&q.Params)
	if err != nil {
		return db.Outcome{}, err
	}
	var out db.Outcome
	if givesRows(sql) {
		err = c.rows(ctx, s, args, q, t)
		out.Wrote = !db.SeemsToRead(sql)
	} else {
		out, err = c.change(ctx, s, args)
	}
	c.note(sql, err)
	if err != nil {
		return db.Outcome{}, newError(err)
	}
	return out, nil
}

// arguments are the parameters as the driver takes them.
func (s *stmt) arguments(p *db.Params) ([]driver.NamedValue, error) {
	order, err := s.Values(p)
	if err != nil {
		return nil, err
	}
	args := make([]driver.NamedValue, len(order))
	for i, at := range order {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: encode(&p.Cells[at], p.Texts[at])}
	}
	return args, nil
}

func (c *conn) prepare(ctx context.Context, sql string, q *db.Params) (*stmt, error) {
	p, err := db.MySQL.Placeholders(sql, q.Names != nil)
	if err != nil {
		return nil, err
	}
	order, err := p.Values(q)
	if err != nil {
		return nil, err
	}
	my, err := c.my.PrepareContext(ctx, asDecimals(p, order, q))
	if err != nil {
		return nil, err
	}
	s := &stmt{Prepared: p}
	s.my = my.(interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	})
	return s, nil
}

func (c *conn) change(ctx context.Context, s *stmt, args []driver.NamedValue) (out db.Outcome, err error) {
	r, err := s.my.ExecContext(ctx, args)
	if err != nil {
		return out, err
	}
	out.Wrote = true
	out.Changed, _ = r.RowsAffected() // the driver has it at hand
	out.LastRow, _ = r.LastInsertId()
	return out, nil
}

func (c *conn) rows(ctx context.Context, s *stmt, args []driver.NamedValue, q *db.Statement, t *db.Table) error {
	r, err := s.my.QueryContext(ctx, args)
	if err != nil {
		return err
	}
	defer r.Close()
	names, types := columnsOf(r)
	if t != nil && len(names) > 0 {
		*t = db.Table{Names: names}
	}
	row := make([]driver.Value, len(names))
	var tooLarge error
	for {
		if err := r.Next(row); err == io.EOF {
			return tooLarge
		} else if err != nil {
			return err
		}
		if t == nil || tooLarge != nil {
			continue
		}
		for i, v := range row {
			decode(t, types[i], v)
		}
		if t.Size() > q.MaxBytes {
			tooLarge = db.TooLarge(q.MaxBytes)
			*t = db.Table{}
		}
	}
}

// command runs SQL that takes nothing.
func (c *conn) command(ctx context.Context, sql string) error {
	_, err := c.my.ExecContext(ctx, sql, nil)
	c.note(sql, err)
	if err != nil {
		return newError(err)
	}
	return nil
}

// Begin implements db.Conn.
func (c *conn) Begin(ctx context.Context, depth int, o db.TxOptions) error {
	return c.interruptible(ctx, func(ctx context.Context) error {
		if depth > 0 {
			return c.command(ctx, "SAVEPOINT "+savepoint(depth))
		}
		if o.Isolation != db.Default {
			if err := c.command(ctx, "SET TRANSACTION ISOLATION LEVEL "+o.Isolation.SQL()); err != nil {
				return err
			}
		}
		if o.ReadOnly {
			return c.command(ctx, "START TRANSACTION READ ONLY")
		}
		return c.command(ctx, "START TRANSACTION")
	})
}

// Commit implements db.Conn.
func (c *conn) Commit(ctx context.Context, depth int) error {
	if !c.InTransaction() {
		return db.ErrAborted // a deadlock has ended it
	}
	return c.interruptible(ctx, func(ctx context.Context) error {
		if depth > 0 {
			return c.command(ctx, "RELEASE SAVEPOINT "+savepoint(depth))
		}
		return c.command(ctx, "COMMIT")
	})
}

// Rollback implements db.Conn.
func (c *conn) Rollback(ctx context.Context, depth int) error {
	if !c.InTransaction() {
		return nil
	}
	return c.interruptible(ctx, func(ctx context.Context) error {
		if depth > 0 {
			return c.command(ctx, "ROLLBACK TO SAVEPOINT "+savepoint(depth))
		}
		return c.command(ctx, "ROLLBACK")
	})
}

// savepoint names the savepoint at that depth.
func savepoint(depth int) string { return "etamil_" + strconv.Itoa(depth) }

// note takes notice of a statement that leaves something on its connection that whoever
// gets it next must not meet.
func (c *conn) note(sql string, err error) {
	if err != nil {
		return
	}
	first, second, all := words(sql)
	switch first {
	case "SET":
		c.stateful = c.stateful || second != "TRANSACTION"
	case "LOCK", "USE", "PREPARE", "HANDLER", "XA":
		c.stateful = true
	case "CREATE":
		c.stateful = c.stateful || strings.Contains(all, "TEMPORARY")
	}
	c.stateful = c.stateful || strings.Contains(all, "GET_LOCK")
}

// words are the first two words of a statement, and all of it, in capitals.
func words(sql string) (first, second, all string) {
	all = strings.ToUpper(db.Skip(sql))
	list := strings.FieldsFunc(all, func(r rune) bool { return r <= ' ' || r == ';' || r == '(' })
	if len(list) > 0 {
		first = list[0]
	}
	if len(list) > 1 {
		second = list[1]
	}
	return first, second, all
}

// controls reports that sql is one of those that not every server can prepare.
func controls(sql string) bool {
	switch first, _, _ := words(sql); first {
	case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "LOCK", "UNLOCK", "USE":
		return true
	}
	return false
}

// givesRows reports that sql gives rows.
func givesRows(sql string) bool {
	switch first, _, all := words(sql); first {
	case "SELECT", "VALUES", "WITH", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "TABLE", "CALL", "CHECK", "ANALYZE":
		return true
	case "INSERT", "DELETE", "REPLACE":
		return strings.Contains(all, "RETURNING")
	}
	return false
}
