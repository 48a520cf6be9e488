package postgres

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// Database is what one URL leads to. It is safe for concurrent use.
type Database struct {
	*db.Server[*conn]
	config *pgconn.Config
	lanes  *lanes // nil: none
	ears   *ears
	schema atomic.Int64 // see conn
	once   sync.Once    // Close
}

// Open connects to the server that url names, and reports if that can't be done. It blocks.
func Open(ctx context.Context, url string, o db.Options) (*Database, error) {
	config, err := configOf(url)
	if err != nil {
		return nil, err
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "etamil"
	}
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["client_encoding"] = "UTF8"
	if !o.Pooler { // PgBouncer refuses what it doesn't know; these are what a server does by itself
		config.RuntimeParams["bytea_output"] = "hex"
		config.RuntimeParams["extra_float_digits"] = "1"
		config.RuntimeParams["client_min_messages"] = "error" // nobody reads the rest
	}
	d := &Database{config: config}
	shared := config.Copy()
	shared.DialFunc = wired(config.DialFunc)
	if d.Server, err = db.OpenServer(ctx, KeyOf(url), o, func(ctx context.Context) (*conn, error) {
		return connect(ctx, shared, o, &d.schema)
	}); err != nil {
		return nil, err
	}
	d.ears = newEars(d)
	if o.Lanes > 0 && !o.Pooler { // a lane is a session with settings of its own
		d.lanes = newLanes(d, o.Lanes)
	}
	return d, nil
}

func configOf(url string) (*pgconn.Config, error) {
	config, err := pgconn.ParseConfig(url)
	if err != nil {
		return nil, &db.Error{Code: db.CodeOpen, Text: err.Error()} // without the password, pgconn says
	}
	return config, nil
}

// Fit reports why Open could not even try that URL.
func Fit(url string) error {
	_, err := configOf(url)
	return err
}

// KeyOf is the Key of what Open would open.
func KeyOf(url string) string { return url }

// Read implements db.Database: on a lane, unless the statement belongs elsewhere.
func (d *Database) Read(ctx context.Context, q *db.Statement, t *db.Table) (done bool, err error) {
	if d.lanes != nil {
		if done, err := d.lanes.read(ctx, q, t); done {
			return true, err
		}
	}
	return d.Server.Read(ctx, q, t)
}

// Begin implements db.Async: on a lane, or on a connection of the pool when it is free.
func (d *Database) Begin(ctx context.Context, q *db.Statement, t *db.Table, end func(db.Outcome, bool, error)) bool {
	reads := db.SeemsToRead(q.SQL)
	if reads && d.lanes != nil && d.lanes.begin(ctx, q, t, func(done bool, err error) { end(db.Outcome{}, done, err) }) {
		return true
	}
	if q.On == nil || !reads && !(db.SeemsToChange(q.SQL) && db.IsOne(q.SQL)) {
		return false
	}
	d.BeginTake(ctx, func(x db.Conn, err error) {
		if err != nil {
			end(db.Outcome{}, true, err)
			return
		}
		c := x.(*conn)
		if c.BeginRun(ctx, q, t, d.Timeout(), func(out db.Outcome, err error) {
			d.GiveSoon(c)
			end(out, true, err)
		}) {
			return
		}
		go func() {
			var out db.Outcome
			var err error
			if bug := db.Guarded(func() { out, err = d.runOn(c, ctx, q, t) }); bug != nil {
				c.Close()
				err = bug
			}
			d.Give(c)
			end(out, true, err)
		}()
	})
	return true
}

// runOn runs a statement by the goroutine that calls it.
func (d *Database) runOn(c *conn, ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if most := d.Timeout(); most > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, most)
		defer cancel()
	}
	return c.Run(ctx, q, t)
}

// Leave implements db.Async.
func (d *Database) Leave(on db.Poller) {
	if d.lanes != nil {
		d.lanes.leave(on)
	}
}

// Check implements db.Database: on a lane, which doesn't wait for those who have all connections of the pool.
func (d *Database) Check(ctx context.Context) error {
	if d.lanes != nil {
		if done, err := d.lanes.read(ctx, &db.Statement{SQL: "SELECT 1", MaxBytes: 1 << 10}, &db.Table{}); done {
			return err
		}
	}
	return d.Server.Check(ctx)
}

// BeginsLate implements db.Lazy.
func (*Database) BeginsLate() {}

// Close implements db.Database.
func (d *Database) Close() {
	d.once.Do(func() {
		if d.lanes != nil {
			d.lanes.close()
		}
		d.ears.close()
		d.Server.Close()
	})
}

// Wait implements db.Database.
func (d *Database) Wait() {
	d.Server.Wait()
	d.ears.wg.Wait()
	if d.lanes != nil {
		d.lanes.wg.Wait()
	}
}
