// Command pgx serves the rows of PostgreSQL with fasthttp and pgx's pool.
//
//	DATABASE_URL=postgres://… pgx PORT
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/valyala/fasthttp"

	"goserver/world"
)

const connections = 10

var (
	pool *pgxpool.Pool
	ctx  = context.Background()
)

const selectRow = "SELECT id, n FROM world WHERE id = $1"

func row(id int) (r world.Row, err error) {
	err = pool.QueryRow(ctx, selectRow, id).Scan(&r.ID, &r.N)
	return r, err
}

func twenty(id int) (rows []world.Row, err error) {
	for _, id := range world.Twenty(id) {
		r, err := row(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// batch is twenty in one message, which pgx can do where a program asks for it.
func batch(id int) (rows []world.Row, err error) {
	var b pgx.Batch
	for _, id := range world.Twenty(id) {
		b.Queue(selectRow, id)
	}
	results := pool.SendBatch(ctx, &b)
	defer results.Close()
	for range b.Len() {
		var r world.Row
		if err := results.QueryRow().Scan(&r.ID, &r.N); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func fortunes() ([]world.Fortune, error) {
	rows, err := pool.Query(ctx, "SELECT id, message FROM fortune")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f world.Fortune, err error) {
		err = r.Scan(&f.ID, &f.Message)
		return f, err
	})
}

func update(id int) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "SELECT n FROM counter WHERE id = $1 FOR UPDATE", id).Scan(&n); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE counter SET n = $1 WHERE id = $2", n+1, id)
		return err
	})
}

func handle(c *fasthttp.RequestCtx) {
	switch word, id := world.Route(c); word {
	case "one":
		r, err := row(id)
		world.Answer(c, r, err)
	case "twenty":
		rows, err := twenty(id)
		world.Answer(c, rows, err)
	case "batch":
		rows, err := batch(id)
		world.Answer(c, rows, err)
	case "fortunes":
		rows, err := fortunes()
		if err != nil {
			world.Answer(c, nil, err)
			return
		}
		c.SetContentType("text/html; charset=utf-8")
		c.Response.SetBodyRaw(world.Page(rows))
	case "update":
		world.Answer(c, world.Done{ID: id}, update(id))
	case "insert":
		_, err := pool.Exec(ctx, "INSERT INTO log (a, b) VALUES ($1, $2)", id, "வணக்கம்")
		world.Answer(c, world.Done{ID: id}, err)
	default:
		c.NotFound()
	}
}

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err == nil {
		config.MaxConns = connections
		pool, err = pgxpool.NewWithConfig(ctx, config)
	}
	if err == nil {
		err = fasthttp.ListenAndServe("127.0.0.1:"+os.Args[1], handle)
	}
	fmt.Fprintln(os.Stderr, "pgx:", err)
	os.Exit(1)
}
