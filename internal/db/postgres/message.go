package postgres

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"etamil/internal/db"
)

// pgx connects, prepares, cancels, and knows what the server says. What is prepared goes past its layers, which
// would cost more than what they carry: statements stand beside each other in one buffer, which is written at once, and
// their rows are decoded where they lie.

// maxMessage is the longest message that the server takes.
const maxMessage = 1<<30 - 1

// keepBuffer is how much of a buffer is kept for the next message.
const keepBuffer = 64 << 10

// Messages that are always the same.
const (
	bindUnnamed    = "B\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00"
	describePortal = "D\x00\x00\x00\x06P\x00"
	execute        = "E\x00\x00\x00\x09\x00\x00\x00\x00\x00"
	syncMessage    = "S\x00\x00\x00\x04"
)

var order = binary.BigEndian

// appendTo appends what runs a statement with those parameters. On an error it appends nothing.
func (s *stmt) appendTo(b []byte, p *db.Params) ([]byte, error) {
	places, err := s.Values(p)
	if err != nil {
		return b, err
	}
	start := len(b)
	b = append(b, 'B', 0, 0, 0, 0, 0)
	b = append(append(b, s.desc.Name...), 0)
	b = order.AppendUint16(b, uint16(len(places)))
	for i, at := range places {
		b = order.AppendUint16(b, formatOf(s.parameter(i), &p.Cells[at]))
	}
	b = order.AppendUint16(b, uint16(len(places)))
	for i, at := range places {
		c := &p.Cells[at]
		if c.Kind == db.Null {
			b = append(b, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		size := len(b)
		if b, err = appendValue(append(b, 0, 0, 0, 0), s.parameter(i), c, p.Texts[at]); err != nil {
			return b[:start], err
		}
		order.PutUint32(b[size:], uint32(len(b)-size-4))
	}
	b = append(b, 0, 0) // all columns come as text
	if len(b)-start > maxMessage {
		return b[:start], db.TooLarge(maxMessage)
	}
	order.PutUint32(b[start+1:], uint32(len(b)-start-1))
	if s.describe {
		b = append(b, describePortal...)
	}
	return append(b, execute...), nil
}

// appendParse appends what prepares sql under a name.
func appendParse(b []byte, name, sql string, types []uint32) []byte {
	start := len(b)
	b = append(b, 'P', 0, 0, 0, 0)
	b = append(append(b, name...), 0)
	b = append(append(b, sql...), 0)
	b = order.AppendUint16(b, uint16(len(types)))
	for _, oid := range types {
		b = order.AppendUint32(b, oid)
	}
	order.PutUint32(b[start+1:], uint32(len(b)-start-1))
	return b
}

// send writes what has been appended to b, which is the connection's from then on.
func (c *conn) send(b []byte) error {
	n, err := c.pg.Conn().Write(b)
	if c.out = b[:0]; cap(b) > keepBuffer {
		c.out = nil
	}
	if err == nil {
		return nil
	}
	c.Close()
	return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true, Unsent: n == 0}
}

// receive waits for what the server says next; it is good until the next time. On an error the connection is closed.
func (c *conn) receive() (pgproto3.BackendMessage, error) {
	m, err := c.pg.ReceiveMessage(context.Background()) // who hurries uses watch
	if err == nil {
		return m, nil
	}
	c.Close()
	return nil, lost(err)
}

// answer takes what the server says of one statement: its rows go to t, if it isn't nil. After an error the rest of the
// message is not run. The tag is good until more is received.
func (c *conn) answer(s *stmt, t *db.Table, most int) (tag []byte, err error) {
	names, types := s.names, s.types
	if t != nil && len(types) > 0 {
		*t = db.Table{Names: names}
	}
	for {
		m, failed := c.receive()
		if failed != nil {
			return nil, failed
		}
		switch m := m.(type) {
		case *pgproto3.RowDescription:
			if names, types = columns(m); t != nil {
				*t = db.Table{Names: names}
			}
		case *pgproto3.DataRow:
			if t == nil || err != nil {
				continue
			}
			if len(m.Values) != len(types) {
				c.Close()
				return nil, &db.Error{Code: db.CodeUnavailable, Text: "a row has other columns than was said", Lost: true}
			}
			for i, v := range m.Values {
				decode(t, types[i], v)
			}
			if t.Size() > most {
				err = db.TooLarge(most)
				*t = db.Table{}
			}
		case *pgproto3.CopyInResponse: // it waits for rows, and takes no Sync meanwhile
			err = errCopy
			b, _ := (&pgproto3.CopyFail{Message: errCopy.English}).Encode(c.out[:0])
			if failed := c.send(append(b, syncMessage...)); failed != nil {
				return nil, failed
			}
		case *pgproto3.CommandComplete:
			return m.CommandTag, err
		case *pgproto3.EmptyQueryResponse:
			return nil, err
		case *pgproto3.ErrorResponse:
			if err == nil {
				err = newError(pgconn.ErrorResponseToPgError(m))
			}
			return nil, err
		}
	}
}

// errCopy is the error of a COPY that would have us send rows.
var errCopy = &db.Error{Code: db.CodeParams, Tamil: "COPY … FROM STDIN க்கு வரிசைகள் இல்லை; பல_சேர் பயன்படுத்துங்கள்",
	English: "COPY … FROM STDIN gets no rows here: use insert_many"}

// ready waits for the end of what the server says to a message.
func (c *conn) ready() error {
	for {
		m, err := c.receive()
		if err != nil {
			return err
		}
		if _, ok := m.(*pgproto3.ReadyForQuery); ok {
			return nil
		}
	}
}

// exchange sends a statement, behind what was held back, and takes the answers.
func (c *conn) exchange(ctx context.Context, s *stmt, p *db.Params, t *db.Table, most int) (tag pgconn.CommandTag, err error) {
	b := c.out[:0]
	for i := range c.held {
		b = c.appendCommand(b, c.held[i].sql)
	}
	if c.pooler { // its parameters have the types that they were found to have when it was prepared
		b = appendParse(b, "", s.Prepared.SQL, s.desc.ParamOIDs)
	}
	if b, err = s.appendTo(b, p); err != nil {
		return tag, err
	}
	held := c.held
	c.held = nil
	stop := c.watch(ctx)
	defer stop()
	if err := c.send(append(b, syncMessage...)); err != nil {
		return tag, err
	}
	return c.answers(held, s, t, most)
}

// answers takes what the server says of what was held back and of a statement, if it isn't nil.
func (c *conn) answers(held []held, s *stmt, t *db.Table, most int) (tag pgconn.CommandTag, err error) {
	for i := 0; i < len(held) && err == nil; i++ {
		tag, err = c.commanded(held[i].sql)
	}
	if err == nil && s != nil {
		var told []byte
		told, err = c.answer(s, t, most)
		tag = pgconn.NewCommandTag(string(told))
	}
	if failed := c.ready(); err == nil {
		err = failed
	}
	return tag, err
}

// once runs a statement that nobody will run again, and that takes nothing.
func (c *conn) once(ctx context.Context, sql string, t *db.Table, most int) (tag pgconn.CommandTag, err error) {
	b := appendParse(c.out[:0], "", sql, nil)
	b = append(b, bindUnnamed...)
	b = append(b, describePortal...)
	b = append(b, execute...)
	stop := c.watch(ctx)
	defer stop()
	if err := c.send(append(b, syncMessage...)); err != nil {
		return tag, err
	}
	told, err := c.answer(&command, t, most)
	tag = pgconn.NewCommandTag(string(told))
	if failed := c.ready(); err == nil {
		err = failed
	}
	return tag, err
}

// columns are the names and types of a result.
func columns(m *pgproto3.RowDescription) (names []string, types []uint32) {
	for i := range m.Fields {
		names = append(names, string(m.Fields[i].Name))
		types = append(types, m.Fields[i].DataTypeOID)
	}
	return names, types
}

// watch has the server asked to end what it does when ctx is done, until stop is called.
func (c *conn) watch(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	called := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		c.canceller.HandleCancel(ctx)
		close(called)
	})
	return func() {
		if !release() {
			<-called
			c.canceller.HandleUnwatchAfterCancel() // it waits until the order can't meet the next statement
		}
	}
}
