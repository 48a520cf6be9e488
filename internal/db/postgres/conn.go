package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"etamil/internal/db"
)

// conn is a connection with its prepared statements. One goroutine uses it at a time.
type conn struct {
	pg        *pgconn.PgConn
	canceller *canceller // of what we watch
	pgx       *canceller // of what pgx does; it watches its farewell while we still watch a statement
	out       []byte     // empty: room for the next message
	keep      int        // statements
	stmts     map[string]*stmt
	commands  map[string]bool // SQL of our own that is prepared
	held      []held          // what stands before the next statement
	last      int             // number of the last statement prepared, or cursor declared
	cursors   []*cursor       // of the transaction
	schema    *atomic.Int64   // grows with every change of tables that goes through the database
	seen      int64           // what it was when the statements were prepared
	stateful  bool            // a statement has changed what the next one would see: not to be used again
	quick     quick
	pooler    bool // the next transaction may find itself on another server's connection: nothing is kept there
}

// stmt is a prepared statement.
type stmt struct {
	*db.Prepared
	desc     *pgconn.StatementDescription
	names    []string // of its columns
	types    []uint32
	describe bool // the columns are known only when it runs
	locks    bool // it may leave something on its connection
	plain    bool // it reads or changes rows, and does nothing to a transaction
}

// newStmt is the statement that desc tells of.
func newStmt(p *db.Prepared, desc *pgconn.StatementDescription) *stmt {
	s := &stmt{Prepared: p, desc: desc, describe: len(desc.Fields) == 0 && !db.SeemsToChange(p.SQL)}
	s.plain = !s.describe && (db.SeemsToRead(p.SQL) || db.SeemsToChange(p.SQL))
	for _, word := range []string{"pg_advisory_lock", "pg_try_advisory_lock", "set_config"} {
		s.locks = s.locks || containsFold(p.SQL, word)
	}
	for i := range desc.Fields {
		s.names = append(s.names, desc.Fields[i].Name)
		s.types = append(s.types, desc.Fields[i].DataTypeOID)
	}
	return s
}

// connect opens a connection.
func connect(ctx context.Context, c *pgconn.Config, o db.Options, schema *atomic.Int64) (*conn, error) {
	c = c.Copy()
	made := map[*pgconn.PgConn]*canceller{} // of several addresses, one is taken
	c.BuildContextWatcherHandler = func(pg *pgconn.PgConn) ctxwatch.Handler {
		made[pg] = &canceller{pg: pg, pooler: o.Pooler}
		return made[pg]
	}
	pg, err := pgconn.ConnectConfig(ctx, c)
	if err != nil {
		return nil, connectError(err)
	}
	return &conn{
		pg: pg, canceller: &canceller{pg: pg, pooler: o.Pooler}, pgx: made[pg],
		keep: o.Statements, pooler: o.Pooler, stmts: map[string]*stmt{}, commands: map[string]bool{},
		schema: schema, seen: schema.Load(),
	}, nil
}

// Spoil implements db.ServerConn.
func (c *conn) Spoil() { c.stateful = true }

// Fit implements db.Pooled.
func (c *conn) Fit() bool {
	return !c.pg.IsClosed() && !c.stateful && !c.canceller.doubtful && !c.pgx.doubtful && len(c.held) == 0 && c.pg.TxStatus() == 'I' &&
		c.pg.Frontend().ReadBufferLen() == 0 // else the server has said more than was asked, such as farewell
}

// Alive implements db.Pooled.
func (c *conn) Alive() bool { return quiet(c.pg.Conn()) }

// Check implements db.Pooled. A connection on which the server is silent is given up when ctx is done, at once: there is nothing that an order to
// cancel could end, and it would be waited for.
func (c *conn) Check(ctx context.Context) error {
	by, _ := ctx.Deadline()
	_ = c.pg.Conn().SetDeadline(by) // of one that is closed, which is seen below
	stop := context.AfterFunc(ctx, func() { _ = c.pg.Conn().SetDeadline(time.Unix(1, 0)) })
	_, err := c.once(context.Background(), "SELECT 1", nil, 0)
	if !stop() { // it may be about to set its deadline
		c.Close()
		return context.Cause(ctx)
	}
	_ = c.pg.Conn().SetDeadline(time.Time{})
	return db.Ended(ctx, err)
}

// closeTime is how long saying farewell may take.
const closeTime = time.Second

// Close implements db.Pooled.
func (c *conn) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = c.pg.Close(ctx) // who is not heard is gone all the same
}

// InTransaction implements db.Conn.
func (c *conn) InTransaction() bool {
	return !c.pg.IsClosed() && (len(c.held) > 0 || c.pg.TxStatus() != 'I')
}

// key is what a statement is remembered by: with a record its placeholders are others.
func key(q *db.Statement) string {
	if q.Params.Names != nil {
		return ":" + q.SQL
	}
	return q.SQL
}

// prepare makes a statement of sql, under a name that it is remembered by or, with name
// "", until the next one.
func (c *conn) prepare(ctx context.Context, sql string, named bool, name string) (*stmt, error) {
	p, err := db.PostgreSQL.Placeholders(sql, named)
	if err != nil {
		return nil, err
	}
	desc, err := c.pg.Prepare(ctx, name, p.SQL, nil)
	if err != nil {
		return nil, newError(err)
	}
	return newStmt(p, desc), nil
}

// single is the statement of q if it has one, prepared now or earlier; nil if it has several.
func (c *conn) single(ctx context.Context, q *db.Statement) (*stmt, error) {
	k := key(q)
	if s, ok := c.stmts[k]; ok {
		return s, nil
	}
	if list := db.PostgreSQL.Split(q.SQL); len(list) != 1 {
		return nil, nil
	}
	name := ""
	if !c.pooler {
		c.last++
		name = "etamil_" + strconv.Itoa(c.last)
	}
	s, err := c.prepare(ctx, q.SQL, q.Params.Names != nil, name)
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= c.keep {
		for old := range c.stmts { // any will do: few programs have so many
			c.forget(ctx, old)
			break
		}
	}
	c.stmts[k] = s
	return s, nil
}

// forget drops a prepared statement. In a transaction that has failed the server keeps it.
func (c *conn) forget(ctx context.Context, k string) {
	if !c.pooler {
		_ = c.pg.Deallocate(ctx, c.stmts[k].desc.Name)
	}
	delete(c.stmts, k)
}

// Run implements db.Conn.
func (c *conn) Run(ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if ctx.Err() != nil {
		return db.Outcome{}, context.Cause(ctx)
	}
	out, err := c.run(ctx, q, t)
	return out, db.Ended(ctx, err)
}

func (c *conn) run(ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, error) {
	alone := !c.InTransaction()
	c.refresh(ctx)
	k := key(q)
	_, old := c.stmts[k]
	if !old { // what is prepared is part of the transaction, and ends it by failing
		if err := c.catchUp(ctx); err != nil {
			return db.Outcome{}, err
		}
	}
	s, err := c.single(ctx, q)
	if err != nil {
		return db.Outcome{}, err
	}
	if s == nil {
		return c.script(ctx, q, t)
	}
	out, err := c.exec(ctx, s, q, t)
	if err == nil || !old || !mayBeStale(err) {
		return out, err
	}
	return c.again(ctx, s, q, t, out, err, alone)
}

// again does what can be done about a statement that was known and has failed as one that is out of date.
func (c *conn) again(ctx context.Context, s *stmt, q *db.Statement, t *db.Table, out db.Outcome, err error, alone bool) (db.Outcome, error) {
	// The table may have changed since the statement was prepared. It is forgotten, and if
	// it was alone, so that nothing of it was done, and is another one now, run again.
	delete(c.stmts, key(q))
	if !alone {
		return out, err
	}
	fresh, prepareErr := c.single(ctx, q)
	if prepareErr != nil || !stale(err) && slices.Equal(fresh.desc.ParamOIDs, s.desc.ParamOIDs) {
		return out, err
	}
	return c.exec(ctx, fresh, q, t)
}

// refresh forgets all statements after a change of tables: their parameters keep the types
// that columns had, so that a number might be rounded on its way to a column that could hold it.
func (c *conn) refresh(ctx context.Context) {
	now := c.schema.Load()
	if now == c.seen {
		return
	}
	c.seen = now
	if len(c.stmts) > 0 && c.pg.TxStatus() == 'I' && !c.pooler {
		if _, err := c.once(ctx, "DEALLOCATE ALL", nil, 0); err == nil { // else they lie there unused
			clear(c.commands)
		}
	}
	clear(c.stmts)
}

// script runs several statements, one after the other.
func (c *conn) script(ctx context.Context, q *db.Statement, t *db.Table) (all db.Outcome, err error) {
	if len(q.Params.Cells) > 0 && q.Params.Names == nil {
		return all, db.ParamsError("பல கட்டளைகளுக்கு மதிப்புகளின் அணி பொருந்தாது",
			"several statements, or none, can't share a list of parameters")
	}
	for _, sql := range db.PostgreSQL.Split(q.SQL) {
		s, err := c.prepare(ctx, sql, q.Params.Names != nil, "")
		if err != nil {
			return all, err
		}
		one := *q
		one.SQL = sql
		out, err := c.exec(ctx, s, &one, t)
		all.Changed += out.Changed
		all.Wrote = all.Wrote || out.Wrote
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// exec runs a prepared statement.
func (c *conn) exec(ctx context.Context, s *stmt, q *db.Statement, t *db.Table) (db.Outcome, error) {
	tag, err := c.exchange(ctx, s, &q.Params, t, q.MaxBytes)
	if err != nil {
		return db.Outcome{}, err
	}
	return c.did(s, q, tag), nil
}

// did notes what a statement has done.
func (c *conn) did(s *stmt, q *db.Statement, tag pgconn.CommandTag) db.Outcome {
	word, _, _ := strings.Cut(tag.String(), " ")
	switch word {
	case "ALTER", "CREATE", "DROP":
		c.schema.Add(1)
	case "DEALLOCATE", "DISCARD":
		clear(c.stmts)
		clear(c.commands)
	}
	c.stateful = c.stateful || s.locks || changesSession(tag.String(), q.SQL)
	out := db.Outcome{Wrote: !tag.Select()}
	switch word {
	case "INSERT", "UPDATE", "DELETE", "MERGE":
		out.Changed = tag.RowsAffected()
	}
	return out
}

// changesSession reports that a statement leaves something on its connection that whoever
// gets it next must not meet.
func changesSession(tag, sql string) bool {
	switch tag {
	case "SET", "LISTEN", "PREPARE", "LOAD", "DECLARE CURSOR", "CREATE TABLE", "CREATE TABLE AS", "SELECT INTO":
		if strings.HasPrefix(tag, "CREATE") || tag == "SELECT INTO" {
			return containsFold(sql, "TEMP")
		}
		return true
	}
	return false
}

// containsFold reports that s contains part, whatever the case of either's ASCII letters.
func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i]|0x20 == part[0]|0x20 && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
