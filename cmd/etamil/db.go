package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"etamil/internal/db/sqlite"
	"etamil/internal/db/transfer"
	"etamil/internal/std/db"
	"etamil/vm"
)

// cmdDB is etamil db shell, backup and copy.
func cmdDB(c *call) int {
	verb, rest := c.args[0], c.args[1:]
	arguments := map[string][2]int{"shell": {0, 1}, "backup": {1, 2}, "copy": {2, 2}}
	n, ok := arguments[verb]
	if !ok {
		return c.wrongVerb(verb, []string{"shell", "backup", "copy"})
	}
	if len(rest) < n[0] || len(rest) > n[1] {
		form := map[string]string{"shell": "shell [URL]", "backup": "backup FILE [URL]", "copy": "copy FROM TO"}[verb]
		return c.wrong("இப்படி எழுதுக: etamil db "+form, "write etamil db "+form)
	}
	ctx, done := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer done()
	if verb == "copy" {
		return c.dbCopy(ctx, rest[0], rest[1])
	}
	source := ""
	if len(rest) == n[1] {
		source = rest[len(rest)-1]
	} else {
		cfg, err := c.settings(".")
		if err != nil {
			c.sayConfigErrors(err)
			return exitUsage
		}
		source = cfg.Database
	}
	if source == "" {
		source = db.DefaultSource
	}
	if verb == "backup" {
		return c.dbBackup(ctx, source, rest[0])
	}
	done() // the shell ends a statement at Ctrl-C, and not itself
	return c.dbShell(source)
}

// dbFail says what went wrong.
func (c *call) dbFail(err error) int {
	var p *transfer.Problem
	var e *vm.Error
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, "etamil: நிறுத்தப்பட்டது  (interrupted)")
		return exitSignal + int(syscall.SIGINT)
	case errors.As(err, &p):
		fmt.Fprintf(c.Err, "etamil: %s  (%s)\n", p.Tamil, p.English)
	case errors.As(err, &e):
		fmt.Fprintf(c.Err, "etamil: %s\n", e.Message)
	case errors.Is(err, os.ErrExist):
		fmt.Fprintf(c.Err, "etamil: அந்தக் கோப்பு ஏற்கெனவே உள்ளது  (the file is there already): %v\n", err)
	default:
		fmt.Fprintf(c.Err, "etamil: %s\n", db.Say(err))
	}
	return exitFail
}

// progress shows on w how far something is, when it takes longer than a second.
type progress struct {
	w     io.Writer
	began time.Time
	shown time.Time
}

func newProgress(w io.Writer) *progress { return &progress{w: w, began: time.Now()} }

func (p *progress) show(what string, done, total int64) {
	now := time.Now()
	if total == 0 || now.Sub(p.began) < time.Second || now.Sub(p.shown) < time.Second && done < total {
		return
	}
	p.shown = now
	fmt.Fprintf(p.w, "%s %d/%d (%d%%)\n", what, done, total, 100*done/total)
}

// dbBackup is etamil db backup.
func (c *call) dbBackup(ctx context.Context, source, to string) int {
	if db.KindOf(source) != "SQLite" {
		fmt.Fprintln(c.Err, "etamil: backup SQLite கோப்புகளுக்கு மட்டும்; வழங்கிகளுக்கு pg_dump, mariadb-dump  (backup is for SQLite files; servers have pg_dump, mariadb-dump)")
		return exitFail
	}
	if _, err := os.Lstat(to); err == nil {
		return c.dbFail(&os.PathError{Op: "backup", Path: to, Err: os.ErrExist})
	}
	p := newProgress(c.Err)
	if err := sqlite.Backup(ctx, source, to, func(done, total int) { p.show(to, int64(done), int64(total)) }); err != nil {
		return c.dbFail(err)
	}
	info, err := os.Stat(to)
	if err != nil {
		return c.dbFail(err)
	}
	fmt.Fprintf(c.Out, "%s  %d\n", to, info.Size())
	return exitOK
}

// dbCopy is etamil db copy.
func (c *call) dbCopy(ctx context.Context, from, to string) int {
	if db.KindOf(from) != "SQLite" || db.KindOf(to) != "PostgreSQL" {
		c.wrong("copy SQLite இலிருந்து PostgreSQL க்கு: copy kadai.db postgres://…", "copy goes from SQLite to PostgreSQL: copy kadai.db postgres://…")
		return exitUsage
	}
	if err := sqlite.Exists(from); err != nil {
		return c.dbFail(err)
	}
	o := db.New().Options
	o.Query, o.Lanes, o.Max = 0, 0, 1
	src, _, err := db.Open(from, o)
	if err != nil {
		return c.dbFail(err)
	}
	defer src.Close()
	dst, _, err := db.Open(to, o)
	if err != nil {
		return c.dbFail(err)
	}
	defer dst.Close()
	p := newProgress(c.Err)
	counts, err := transfer.Copy(ctx, src, dst, transfer.Options{
		Replace:  c.options.replace,
		Progress: p.show,
		Note:     func(tamil, english string) { fmt.Fprintf(c.Err, "etamil: %s  (%s)\n", tamil, english) },
	})
	if err != nil {
		return c.dbFail(err)
	}
	for _, t := range counts {
		fmt.Fprintf(c.Out, "%s  %d\n", strings.ReplaceAll(t.Table, "\n", " "), t.Rows)
	}
	return exitOK
}
