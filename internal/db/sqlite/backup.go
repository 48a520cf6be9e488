package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// backupPages is how many pages go between two looks at the context.
const backupPages = 256

// ErrDamaged is a backup that SQLite's own check finds fault with, as the file itself is damaged then.
var ErrDamaged error = &db.Error{Code: db.CodeDisk, Tamil: "தரவுதளக் கோப்பு பழுதடைந்துள்ளது: நகல் சரிபார்ப்பில் தோற்றது", English: "the database file is damaged: its copy did not pass the check"}

// Exists returns nil where the file behind source is there, else an error that names it: for
// those who read a database, and are not to make an empty one.
func Exists(source string) error {
	if _, err := os.Stat(fileOf(source)); err != nil {
		return &db.Error{Code: db.CodeOpen, Tamil: source + ": அந்தத் தரவுதளக் கோப்பு இல்லை", English: source + ": there is no such database file"}
	}
	return nil
}

// fileOf is the file behind source.
func fileOf(source string) string {
	_, file := nameOf(source)
	if rest, isURI := strings.CutPrefix(file, "file:"); isURI { // https://www.sqlite.org/uri.html
		file, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	}
	return file
}

// Backup copies the file behind source, as it is at one moment, to a new file. Who reads and writes it in the
// meantime goes on: the copy is made inside one read transaction. progress hears how many pages of how many are there.
func Backup(ctx context.Context, source, to string, progress func(done, total int)) (err error) {
	if err := Exists(source); err != nil {
		return err
	}
	name, _ := nameOf(source)
	from, err := openConn(name)
	if err != nil {
		return naming(source, err)
	}
	defer from.close()
	copied := to + "." + rand.Text() + ".part" // nobody else's, such as that of another backup
	defer func() {
		if err != nil {
			_ = os.Remove(copied)
		}
	}()
	target, err := openConn(copied)
	if err != nil {
		return naming(to, err)
	}
	err = from.command(ctx, "PRAGMA query_only=1; BEGIN; SELECT count(*) FROM sqlite_schema")
	if err == nil {
		err = naming(to, from.backupTo(ctx, target, progress))
	}
	if err == nil {
		err = target.command(ctx, "PRAGMA journal_mode=DELETE") // one file, without a log beside it
	}
	if err == nil {
		err = target.sound(ctx)
	}
	target.close()
	if err != nil {
		return err
	}
	return rename(copied, to)
}

// rename gives a file a name that no other has.
func rename(from, to string) error {
	switch err := os.Link(from, to); {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, os.ErrExist):
		return &os.PathError{Op: "backup", Path: to, Err: os.ErrExist}
	}
	if _, err := os.Lstat(to); err == nil { // where files can't have two names
		return &os.PathError{Op: "backup", Path: to, Err: os.ErrExist}
	}
	return os.Rename(from, to)
}

// backupTo copies all pages.
func (c *conn) backupTo(ctx context.Context, target *conn, progress func(done, total int)) error {
	name, err := libc.CString("main")
	if err != nil {
		return errMemory
	}
	defer libc.Xfree(c.tls, name)
	b := sqlite3.Xsqlite3_backup_init(c.tls, target.db, name, c.db, name)
	if b == 0 {
		return target.fail(sqlite3.Xsqlite3_errcode(target.tls, target.db))
	}
	var rc int32 = sqlite3.SQLITE_OK
	for rc == sqlite3.SQLITE_OK && ctx.Err() == nil {
		rc = sqlite3.Xsqlite3_backup_step(c.tls, b, backupPages)
		total := int(sqlite3.Xsqlite3_backup_pagecount(c.tls, b))
		progress(total-int(sqlite3.Xsqlite3_backup_remaining(c.tls, b)), total)
	}
	finish := sqlite3.Xsqlite3_backup_finish(c.tls, b)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case rc != sqlite3.SQLITE_DONE:
		return target.fail(rc)
	case finish != sqlite3.SQLITE_OK:
		return target.fail(finish)
	}
	return nil
}

// sound has SQLite check the whole file.
func (c *conn) sound(ctx context.Context) error {
	var t db.Table
	_, err := c.run(ctx, &db.Statement{SQL: "PRAGMA quick_check(1)", MaxBytes: 1 << 20}, &t)
	var e *db.Error
	if err == nil && (len(t.Cells) != 1 || string(t.TextOf(&t.Cells[0])) != "ok") || errors.As(err, &e) && e.Code == db.CodeDisk {
		return ErrDamaged
	}
	return err
}
