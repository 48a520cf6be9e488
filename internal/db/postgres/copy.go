package postgres

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"

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
	if err := c.catchUp(ctx); err != nil {
		return 0, db.Ended(ctx, err)
	}
	c.refresh(ctx)
	s, err := c.single(ctx, &db.Statement{SQL: db.PostgreSQL.Into(rows) + values(len(rows.Columns))})
	if err != nil {
		return 0, db.Ended(ctx, err)
	}
	stop := c.watch(ctx)
	n, err := c.copy(rows, s.desc.ParamOIDs)
	stop()
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

// copy sends the rows, and waits until the server has taken or refused them all. What it says meanwhile is read in the
// end: it goes on taking rows when it has refused one.
func (c *conn) copy(rows *db.Rows, types []uint32) (int64, error) {
	b := appendParse(c.out[:0], "", db.PostgreSQL.Copy(rows), nil)
	b = append(b, bindUnnamed...)
	b = append(b, execute...)
	var piece, value []byte
	width := len(rows.Columns)
	for i := range rows.Cells {
		cell := &rows.Cells[i]
		var err error
		if value, err = appendValue(value[:0], types[i%width], cell, rows.Texts[i]); err != nil {
			b = appendMessage(b, 'f', append([]byte(err.Error()), 0))
			if _, told := c.copied(b); db.IsLost(told) {
				return 0, told
			}
			return 0, err
		}
		piece = appendCopy(piece, value, formatOf(types[i%width], cell), cell)
		if i%width < width-1 {
			piece = append(piece, '\t')
			continue
		}
		piece = append(piece, '\n')
		if len(piece) >= copyPiece {
			if err := c.send(appendMessage(b, 'd', piece)); err != nil {
				return 0, err
			}
			b, piece = c.out[:0], piece[:0]
		}
	}
	if len(piece) > 0 {
		b = appendMessage(b, 'd', piece)
	}
	return c.copied(appendMessage(b, 'c', nil))
}

// appendMessage appends a message.
func appendMessage(b []byte, kind byte, body []byte) []byte {
	return append(order.AppendUint32(append(b, kind), uint32(len(body)+4)), body...)
}

// copied ends the exchange with the last message, and reads the server's answer to it.
func (c *conn) copied(last []byte) (n int64, err error) {
	if err := c.send(append(last, syncMessage...)); err != nil {
		return 0, err
	}
	for {
		m, failed := c.receive()
		if failed != nil {
			return 0, failed
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

// appendCopy appends a value as COPY's text has it.
func appendCopy(buf, b []byte, format uint16, c *db.Cell) []byte {
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
