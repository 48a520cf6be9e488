package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// maxStmts is how many statements a connection keeps prepared.
const maxStmts = 128

// maxRows and maxBytes bound what one query may bring, as a program that forgot
// LIMIT must not take the server's memory.
const (
	maxRows  = 1_000_000
	maxBytes = 256 << 20
)

// conn is one connection with its prepared statements. One goroutine uses it at
// a time.
type conn struct {
	driver.Conn
	stmts map[string]driver.Stmt
}

// table is the rows of a query, outside any fiber.
type table struct {
	names []string
	rows  [][]driver.Value
}

// stmt prepares sql, or finds it prepared.
func (c *conn) stmt(sql string) (driver.Stmt, error) {
	if s, ok := c.stmts[sql]; ok {
		return s, nil
	}
	s, err := c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStmts {
		for k, old := range c.stmts { // any will do: few programs have so many
			_ = old.Close() // it only frees memory
			delete(c.stmts, k)
			break
		}
	}
	c.stmts[sql] = s
	return s, nil
}

// query runs sql and returns its rows.
func (c *conn) query(ctx context.Context, sql string, args []driver.NamedValue) (*table, error) {
	s, err := c.stmt(sql)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	t := &table{names: rows.Columns()}
	size := 0
	for {
		row := make([]driver.Value, len(t.names))
		if err = rows.Next(row); err != nil {
			break
		}
		for _, v := range row {
			size += sizeOf(v)
		}
		t.rows = append(t.rows, row)
		if len(t.rows) > maxRows || size > maxBytes {
			err = fmt.Errorf("the answer has more than %d rows or %d MB", maxRows, maxBytes>>20)
			break
		}
	}
	if cerr := rows.Close(); err == io.EOF {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

func sizeOf(v driver.Value) int {
	switch v := v.(type) {
	case string:
		return 16 + len(v)
	case []byte:
		return 16 + len(v)
	}
	return 16
}

// exec runs sql and returns how many rows it changed.
func (c *conn) exec(ctx context.Context, sql string, args []driver.NamedValue) (int64, error) {
	s, err := c.stmt(sql)
	if err != nil {
		return 0, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.Conn.Close())...)
}
