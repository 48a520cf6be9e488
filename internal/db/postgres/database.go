package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// Database is what one URL leads to. It is safe for concurrent use.
type Database struct {
	url    string
	config *pgconn.Config
	o      db.Options
	pool   *db.Pool[*conn]
	lanes  *lanes       // nil: none
	schema atomic.Int64 // see conn
	once   sync.Once    // Close
}

// Open connects to the server that url names, and reports if that can't be done. It blocks.
func Open(ctx context.Context, url string, o db.Options) (*Database, error) {
	config, err := pgconn.ParseConfig(url)
	if err != nil {
		return nil, &db.Error{Code: db.CodeOpen, Text: err.Error()} // without the password, pgconn says
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "etamil"
	}
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["client_encoding"] = "UTF8"
	config.RuntimeParams["bytea_output"] = "hex"
	config.RuntimeParams["extra_float_digits"] = "1"
	d := &Database{url: url, config: config, o: o}
	ctx, cancel := context.WithTimeout(ctx, o.Acquire)
	defer cancel()
	first, err := connect(ctx, config, o.Statements, &d.schema)
	if err != nil {
		return nil, db.Ended(ctx, err)
	}
	shown := make(chan *conn, 1) // the one that has shown that the server is there
	shown <- first
	d.pool = db.NewPool(o, func(ctx context.Context) (*conn, error) {
		select {
		case c := <-shown:
			return c, nil
		default:
			return connect(ctx, config, o.Statements, &d.schema)
		}
	})
	c, err := d.pool.Take(ctx)
	if err != nil {
		return nil, err
	}
	d.pool.Give(c)
	if o.Lanes > 0 {
		d.lanes = newLanes(d, o.Lanes)
	}
	return d, nil
}

// KeyOf is the Key of what Open would open.
func KeyOf(url string) string { return url }

// Key implements db.Database.
func (d *Database) Key() string { return d.url }

// Timeout implements db.Database.
func (d *Database) Timeout() time.Duration { return d.o.Query }

// Stats tells how the pool is doing.
func (d *Database) Stats() db.PoolStats { return d.pool.Stats() }

// Read implements db.Database.
func (d *Database) Read(ctx context.Context, q *db.Statement, t *db.Table) (done bool, err error) {
	if d.lanes != nil {
		if done, err := d.lanes.read(ctx, q, t); done {
			return true, err
		}
	}
	for again := true; ; again = false {
		c, err := d.pool.Take(ctx)
		if err != nil {
			return true, err
		}
		_, err = c.Run(ctx, q, t)
		d.Give(c)
		var e *db.Error
		if again && errors.As(err, &e) && e.Unsent {
			continue
		}
		return true, err
	}
}

// Take implements db.Database.
func (d *Database) Take(ctx context.Context) (db.Conn, error) {
	c, err := d.pool.Take(ctx)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// rollbackTime bounds how long rolling back may keep a connection.
const rollbackTime = 5 * time.Second

// Give implements db.Database.
func (d *Database) Give(x db.Conn) {
	c := x.(*conn)
	if c.InTransaction() {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		if c.Rollback(ctx, 0) != nil {
			c.stateful = true
		}
		cancel()
	}
	d.pool.Give(c)
}

// Check implements db.Database.
func (d *Database) Check(ctx context.Context) error {
	c, err := d.pool.Take(ctx)
	if err != nil {
		return err
	}
	defer d.pool.Give(c)
	return c.Check(ctx)
}

// Close implements db.Database.
func (d *Database) Close() {
	d.once.Do(func() {
		if d.lanes != nil {
			d.lanes.close()
		}
		d.pool.Close()
	})
}

// Closed implements db.Database.
func (d *Database) Closed() bool { return d.pool.Closed() }

// Wait implements db.Database.
func (d *Database) Wait() {
	d.pool.Wait()
	if d.lanes != nil {
		d.lanes.wg.Wait()
	}
}
