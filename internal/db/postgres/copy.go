package postgres

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"etamil/internal/db"
)

// copyPiece is how many bytes go in one message of COPY.
const copyPiece = 64 << 10

// Insert implements db.Conn, by COPY. The rows' types are those of the columns: the server tells them for an INSERT
// of the same, which is prepared and not run. pgx would begin COPY by the simple protocol, so the messages are ours.
func (c *conn) Insert(ctx context.Context, rows *db.Rows) (int64, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	c.refresh(ctx, !c.InTransaction())
	s, err := c.single(ctx, &db.Statement{SQL: db.PostgreSQL.Into(rows) + values(len(rows.Columns))})
	if err != nil {
		return 0, db.Ended(ctx, err)
	}
	stop := context.AfterFunc(ctx, func() {
		order, cancel := context.WithTimeout(context.Background(), cancelTime)
		defer cancel()
		_ = c.pg.CancelRequest(order)
		_ = c.pg.Conn().SetDeadline(time.Now().Add(cancelTime)) // the server may not even read
	})
	n, err := c.copy(rows, s.desc.ParamOIDs)
	if !stop() {
		c.stateful = true // the order to end may still come, for the next statement
		_ = c.pg.Conn().SetDeadline(time.Now().Add(cancelTime))
	}
	return n, db.Ended(ctx, err)
}

// values is ($1, $2, …).
func values(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(", $" + strconv.Itoa(i+1))
	}
	return "(" + b.String()[2:] + ")"
}

// copy sends the rows, and waits until the server has taken or refused them all.
func (c *conn) copy(rows *db.Rows, types []uint32) (int64, error) {
	f := c.pg.Frontend()
	f.SendParse(&pgproto3.Parse{Query: db.PostgreSQL.Copy(rows)})
	f.SendBind(&pgproto3.Bind{})
	f.SendExecute(&pgproto3.Execute{})
	var buf []byte
	width := len(rows.Columns)
	for i := range rows.Cells {
		b, format, err := encode(types[i%width], &rows.Cells[i], rows.Texts[i])
		if err != nil {
			f.Send(&pgproto3.CopyFail{Message: err.Error()})
			_, _ = c.copied()
			return 0, err
		}
		buf = appendCopy(buf, b, format, &rows.Cells[i])
		if i%width < width-1 {
			buf = append(buf, '\t')
			continue
		}
		buf = append(buf, '\n')
		if len(buf) >= copyPiece {
			f.Send(&pgproto3.CopyData{Data: buf})
			if err := f.Flush(); err != nil {
				return 0, c.broken(err)
			}
			buf = buf[:0]
		}
	}
	if len(buf) > 0 {
		f.Send(&pgproto3.CopyData{Data: buf})
	}
	f.Send(&pgproto3.CopyDone{})
	return c.copied()
}

// copied ends the exchange, and reads the server's answer to it.
func (c *conn) copied() (n int64, err error) {
	f := c.pg.Frontend()
	f.SendSync(&pgproto3.Sync{})
	if err := f.Flush(); err != nil {
		return 0, c.broken(err)
	}
	for {
		m, failed := c.pg.ReceiveMessage(context.Background()) // Insert watches its own
		if failed != nil {
			return 0, c.broken(failed)
		}
		switch m := m.(type) {
		case *pgproto3.CommandComplete:
			n = pgconn.NewCommandTag(string(m.CommandTag)).RowsAffected()
		case *pgproto3.ErrorResponse:
			err = newError(pgconn.ErrorResponseToPgError(m))
		case *pgproto3.ReadyForQuery:
			return n, err
		}
	}
}

// broken is the error of a connection that can't be used any more.
func (c *conn) broken(err error) error {
	c.Close()
	return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true}
}

// appendCopy appends a value as COPY's text has it.
func appendCopy(buf, b []byte, format int16, c *db.Cell) []byte {
	switch {
	case c.Kind == db.Null:
		return append(buf, `\N`...)
	case format == asBinary:
		return hex.AppendEncode(append(buf, `\\x`...), b)
	}
	for _, x := range b {
		switch x {
		case '\\':
			buf = append(buf, `\\`...)
		case '\n':
			buf = append(buf, `\n`...)
		case '\r':
			buf = append(buf, `\r`...)
		case '\t':
			buf = append(buf, `\t`...)
		default:
			buf = append(buf, x)
		}
	}
	return buf
}
