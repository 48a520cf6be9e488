package sqlite

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// SQLite is called as its C interface describes, not through the driver for
// database/sql of the same module: that one reads DATE columns as moments, which
// do not come back as they were written, cannot interrupt a query between its
// rows, and does not tell whether a statement only reads or a transaction is open.

// engine is SQLite's connection. One goroutine uses it at a time.
type engine struct {
	tls  *libc.TLS
	db   uintptr
	out  uintptr      // outBytes of memory for what SQLite answers by address
	key  uintptr      // in callbacks: SQLite can't hold the address of a Go value
	stop *atomic.Bool // ends the running statement; nil while nothing can
	late func()       // called while a statement runs; nil: nobody needs it
	busy time.Time    // since when the running statement waits for a lock
	keys []uintptr    // of its functions, in callbacks
}

const outBytes = 16 // two addresses

// callbacks are the things that SQLite names by number when it calls back: an
// *engine, or a *callback.
var (
	callbacks    sync.Map
	callbackKeys atomic.Uintptr
)

func register(x any) uintptr {
	key := callbackKeys.Add(1)
	callbacks.Store(key, x)
	return key
}

// newError is what SQLite reports with that extended result code.
func newError(code int, text string) *db.Error {
	e := &db.Error{Code: db.CodeError, Text: text, State: strconv.Itoa(code)}
	switch code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		e.Code = db.CodeConstraint
		switch code {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
			e.Code = db.CodeConflict
		}
		if _, about, ok := strings.Cut(text, "constraint failed: "); ok {
			// The columns, or the name of a CHECK: SQLite does not tell the name of an index.
			e.Constraint = about
			first, _, _ := strings.Cut(about, ",")
			if table, column, ok := strings.Cut(first, "."); ok {
				e.Table, e.Column = table, column
			}
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		e.Code, e.Retry = db.CodeBusy, true
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB:
		e.Code = db.CodeOpen
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		e.Code = db.CodeReadOnly
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT:
		e.Code = db.CodeDisk
	case sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_NOMEM:
		e.Code = db.CodeTooLarge
	}
	return e
}

// fail is the error behind a result code.
func (e *engine) fail(rc int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(e.tls, rc))
	if e.db != 0 && sqlite3.Xsqlite3_extended_errcode(e.tls, e.db)&0xff == rc&0xff {
		text = libc.GoString(sqlite3.Xsqlite3_errmsg(e.tls, e.db))
	}
	return newError(int(rc), text)
}

// progressOps is after how many of SQLite's steps a statement looks whether it is
// to end: some ten microseconds.
const progressOps = 1000

// openEngine opens a file; see SQLite about names. Whether it exists is known only
// when a statement runs.
func openEngine(name string) (*engine, error) {
	e := &engine{tls: libc.NewTLS()}
	e.out = libc.Xmalloc(e.tls, types.Size_t(outBytes))
	zName, err := libc.CString(name)
	if err != nil || e.out == 0 {
		e.close()
		return nil, errMemory
	}
	defer libc.Xfree(e.tls, zName)
	const flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE |
		sqlite3.SQLITE_OPEN_NOMUTEX | sqlite3.SQLITE_OPEN_URI
	rc := sqlite3.Xsqlite3_open_v2(e.tls, zName, e.out, flags, 0)
	e.db = e.word(0) // also when it fails: it holds the message
	if rc != sqlite3.SQLITE_OK {
		err := e.fail(rc)
		e.close()
		return nil, err
	}
	e.key = register(e)
	sqlite3.Xsqlite3_extended_result_codes(e.tls, e.db, 1)
	sqlite3.Xsqlite3_busy_handler(e.tls, e.db, address(onBusy), e.key)
	sqlite3.Xsqlite3_progress_handler(e.tls, e.db, progressOps, address(onProgress), e.key)
	return e, nil
}

// errMemory is SQLite's or libc's, not the fiber's.
var errMemory = newError(sqlite3.SQLITE_NOMEM, "out of memory")

// close frees everything. Statements are to be finalized before.
func (e *engine) close() {
	if e.db != 0 {
		sqlite3.Xsqlite3_close_v2(e.tls, e.db)
	}
	if e.out != 0 {
		libc.Xfree(e.tls, e.out)
	}
	e.tls.Close()
	callbacks.Delete(e.key)
	for _, k := range e.keys {
		callbacks.Delete(k)
	}
	*e = engine{}
}

// word is an address that SQLite wrote to out.
func (e *engine) word(i int) uintptr { return addressAt(e.out, i) }

// addressAt is the i-th of the addresses that stand at p.
func addressAt(p uintptr, i int) uintptr {
	return uintptr(binary.NativeEndian.Uint64(libc.GoBytes(p+8*uintptr(i), 8)))
}

// onProgress tells SQLite whether to go on (0) or to end the statement.
func onProgress(_ *libc.TLS, key uintptr) int32 {
	x, ok := callbacks.Load(key)
	if !ok {
		return 0
	}
	e := x.(*engine)
	if e.late != nil {
		e.late()
	}
	if e.stopped() {
		return 1
	}
	return 0
}

func (e *engine) stopped() bool { return e.stop != nil && e.stop.Load() }

// A file that another process has locked is asked for again, ever more seldom, for
// busyTime.
const (
	busyTime  = 5 * time.Second
	busyFirst = time.Millisecond
	busyLast  = 50 * time.Millisecond
)

// onBusy tells SQLite whether to try again (1) or to give up.
func onBusy(_ *libc.TLS, key uintptr, count int32) int32 {
	x, ok := callbacks.Load(key)
	if !ok {
		return 0
	}
	e := x.(*engine)
	now := time.Now()
	if count == 0 {
		e.busy = now
	}
	if now.Sub(e.busy) > busyTime || e.stopped() {
		return 0
	}
	time.Sleep(min(busyFirst<<min(count, 10), busyLast))
	return 1
}

// inTransaction reports whether BEGIN, or a SAVEPOINT outside it, is open.
func (e *engine) inTransaction() bool { return sqlite3.Xsqlite3_get_autocommit(e.tls, e.db) == 0 }

// inMemory reports whether there is no file behind the connection.
func (e *engine) inMemory() bool {
	name, err := libc.CString("main")
	if err != nil {
		return false
	}
	defer libc.Xfree(e.tls, name)
	return libc.GoString(sqlite3.Xsqlite3_db_filename(e.tls, e.db, name)) == ""
}

// prepare makes a statement of the SQL at address sql. stmt is 0 when there is
// only white space; tail is the address of what follows the first statement.
func (e *engine) prepare(sql uintptr) (stmt, tail uintptr, err error) {
	if rc := sqlite3.Xsqlite3_prepare_v3(e.tls, e.db, sql, -1, 0, e.out, e.out+8); rc != sqlite3.SQLITE_OK {
		return 0, 0, e.fail(rc)
	}
	return e.word(0), e.word(1), nil
}

func (e *engine) finalize(stmt uintptr) { sqlite3.Xsqlite3_finalize(e.tls, stmt) }

// bind gives a parameter, from 1, its value. SQLite copies it.
func (e *engine) bind(stmt uintptr, i int, c *db.Cell, text string) error {
	var rc int32
	switch c.Kind {
	case db.Null:
		rc = sqlite3.Xsqlite3_bind_null(e.tls, stmt, int32(i))
	case db.Integer, db.Bool:
		rc = sqlite3.Xsqlite3_bind_int64(e.tls, stmt, int32(i), c.N)
	case db.Real:
		rc = sqlite3.Xsqlite3_bind_double(e.tls, stmt, int32(i), c.Real())
	default:
		if len(text) > db.MaxText {
			return newError(sqlite3.SQLITE_TOOBIG, fmt.Sprintf("a parameter has more than %d MB", db.MaxText>>20))
		}
		p, err := libc.CString(text)
		if err != nil {
			return errMemory
		}
		defer libc.Xfree(e.tls, p)
		if c.Kind == db.Blob {
			rc = sqlite3.Xsqlite3_bind_blob(e.tls, stmt, int32(i), p, int32(len(text)), sqlite3.SQLITE_TRANSIENT)
		} else {
			rc = sqlite3.Xsqlite3_bind_text(e.tls, stmt, int32(i), p, int32(len(text)), sqlite3.SQLITE_TRANSIENT)
		}
	}
	if rc != sqlite3.SQLITE_OK {
		return e.fail(rc)
	}
	return nil
}

// parameter is the name of a parameter with its first character, "" for a ?.
func (e *engine) parameter(stmt uintptr, i int) string {
	return libc.GoString(sqlite3.Xsqlite3_bind_parameter_name(e.tls, stmt, int32(i)))
}

func (e *engine) parameters(stmt uintptr) int {
	return int(sqlite3.Xsqlite3_bind_parameter_count(e.tls, stmt))
}

// step runs stmt to its next row; more is false at its end.
func (e *engine) step(stmt uintptr) (more bool, err error) {
	switch rc := sqlite3.Xsqlite3_step(e.tls, stmt); rc {
	case sqlite3.SQLITE_ROW:
		return true, nil
	case sqlite3.SQLITE_DONE:
		return false, nil
	default:
		return false, e.fail(rc)
	}
}

// reset makes stmt ready for another run and lets go of its locks. Its result is
// that of the last step, which is known already.
func (e *engine) reset(stmt uintptr) { sqlite3.Xsqlite3_reset(e.tls, stmt) }

// row appends the columns of the row that stmt stands on; fits is false if t would
// get larger than most bytes.
func (e *engine) row(stmt uintptr, t *db.Table, most int) (fits bool) {
	for i := range len(t.Names) {
		col := int32(i)
		switch sqlite3.Xsqlite3_column_type(e.tls, stmt, col) {
		case sqlite3.SQLITE_INTEGER:
			t.Add(db.Cell{Kind: db.Integer, N: sqlite3.Xsqlite3_column_int64(e.tls, stmt, col)})
		case sqlite3.SQLITE_FLOAT:
			t.Add(db.RealCell(sqlite3.Xsqlite3_column_double(e.tls, stmt, col)))
		case sqlite3.SQLITE_TEXT:
			p := sqlite3.Xsqlite3_column_text(e.tls, stmt, col)
			n := sqlite3.Xsqlite3_column_bytes(e.tls, stmt, col)
			if int(n) > most {
				return false
			}
			t.AddText(t.Kinds[i], view(p, n))
		case sqlite3.SQLITE_BLOB:
			p := sqlite3.Xsqlite3_column_blob(e.tls, stmt, col)
			n := sqlite3.Xsqlite3_column_bytes(e.tls, stmt, col)
			if int(n) > most {
				return false
			}
			t.AddText(db.Blob, view(p, n))
		default:
			t.Add(db.Cell{})
		}
	}
	return t.Size() <= most
}

// width is how many columns stmt has; 0 if it gives no rows.
func (e *engine) width(stmt uintptr) int { return int(sqlite3.Xsqlite3_column_count(e.tls, stmt)) }

// columns empties t and gives it the columns of stmt.
func (e *engine) columns(stmt uintptr, t *db.Table) {
	n := e.width(stmt)
	*t = db.Table{Names: make([]string, n), Kinds: make([]db.Kind, n)}
	for i := range n {
		t.Names[i] = libc.GoString(sqlite3.Xsqlite3_column_name(e.tls, stmt, int32(i)))
		t.Kinds[i] = textKind(libc.GoString(sqlite3.Xsqlite3_column_decltype(e.tls, stmt, int32(i))))
	}
}

// textKind is what text in a column of that declared type is. In TEXT, where exact
// decimals have to be, it may be a number; CHAR and VARCHAR say that it is not.
func textKind(declared string) db.Kind {
	if strings.Contains(strings.ToUpper(declared), "CHAR") {
		return db.Chars
	}
	return db.Text
}

// view is memory of SQLite's, good until the statement goes on.
func view(p uintptr, n int32) []byte {
	if p == 0 || n == 0 {
		return nil
	}
	return libc.GoBytes(p, int(n))
}
