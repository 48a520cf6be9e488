// Command sqlite serves the rows of SQLite with fasthttp, database/sql and the same translation of
// SQLite to Go that eTamil has: one connection that writes, four that read, statements prepared once.
//
//	DATABASE_URL=sqlite:FILE sqlite PORT
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strings"

	"github.com/valyala/fasthttp"
	_ "modernc.org/sqlite"

	"goserver/world"
)

const readers = 4

var selectRow, insert *sql.Stmt

func row(id int) (r world.Row, err error) {
	err = selectRow.QueryRow(id).Scan(&r.ID, &r.N)
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

func handle(c *fasthttp.RequestCtx) {
	switch word, id := world.Route(c); word {
	case "one":
		r, err := row(id)
		world.Answer(c, r, err)
	case "twenty":
		rows, err := twenty(id)
		world.Answer(c, rows, err)
	case "insert", "alone":
		_, err := insert.Exec(id, "வணக்கம்")
		world.Answer(c, world.Done{ID: id}, err)
	default:
		c.NotFound()
	}
}

const create = `
CREATE TABLE world (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE log (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b VARCHAR(40) NOT NULL);
WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 10000)
INSERT INTO world SELECT i, i * 7919 % 10000 + 1 FROM s;`

func open(connections int) (*sql.DB, error) {
	file := strings.TrimPrefix(os.Getenv("DATABASE_URL"), "sqlite:")
	d, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err == nil {
		d.SetMaxOpenConns(connections)
		d.SetMaxIdleConns(connections)
	}
	return d, err
}

func prepare() error {
	write, err := open(1)
	if err != nil {
		return err
	}
	if _, err = write.Exec(create); err != nil {
		return err
	}
	read, err := open(readers)
	if err != nil {
		return err
	}
	if selectRow, err = read.Prepare("SELECT id, n FROM world WHERE id = $1"); err != nil {
		return err
	}
	insert, err = write.Prepare("INSERT INTO log (a, b) VALUES ($1, $2)")
	return err
}

func main() {
	err := prepare()
	if err == nil {
		err = fasthttp.ListenAndServe("127.0.0.1:"+os.Args[1], handle)
	}
	fmt.Fprintln(os.Stderr, "sqlite:", err)
	os.Exit(1)
}
