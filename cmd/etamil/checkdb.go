package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"etamil/internal/check"
	idb "etamil/internal/db"
	"etamil/internal/db/sqlite"
	"etamil/internal/diag"
	"etamil/internal/std/db"
)

// describer holds a program's SQL against the database that the settings name.
type describer struct {
	d       idb.Database
	conn    idb.Describer
	dialect *idb.Dialect
}

// describer connects to the database that the settings beside the program name, and makes none.
func (c *call) describer() (*describer, int) {
	cfg, err := c.settings(filepath.Dir(c.args[0]))
	if err != nil {
		c.sayConfigErrors(err)
		return nil, exitUsage
	}
	source := cfg.Database
	if source == "" {
		source = db.DefaultSource
	}
	if db.KindOf(source) == "SQLite" {
		if err := sqlite.Exists(source); err != nil {
			return nil, c.dbFail(err)
		}
	}
	o := db.New().Options
	o.Lanes, o.Max, o.Pooler = 0, 1, cfg.Pool.Pooler
	d, kind, err := db.Open(source, o)
	if err != nil {
		return nil, c.dbFail(err)
	}
	conn, err := d.Take(context.Background())
	if err != nil {
		d.Close()
		return nil, c.dbFail(err)
	}
	return &describer{d, conn.(idb.Describer), db.DialectOf(kind)}, exitOK
}

func (d *describer) close() {
	d.d.Give(d.conn)
	d.d.Close()
}

// describeTime is how long the database may take for one statement.
const describeTime = 10 * time.Second

// hold says what is wrong with one SQL of the program. What makes tables isn't asked about: they may be there.
func (d *describer) hold(s *check.SQL) (list []*diag.Message) {
	statements := d.dialect.Split(s.Text)
	for _, sql := range statements {
		if !idb.CanDescribe(sql) {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), describeTime)
		found, err := d.conn.Describe(ctx, sql, s.Named)
		cancel()
		var e *idb.Error
		switch {
		case errors.As(err, &e) && e.Text == "":
			list = append(list, diag.New(diag.SQLRefused, s.At, diag.Both(e.Tamil, e.English)))
		case err != nil:
			list = append(list, diag.New(diag.SQLRefused, s.At, err.Error()))
		case s.Count < 0:
		case s.Named:
			list = append(list, holdNames(s, found)...)
		case len(statements) == 1 && found.Count != s.Count:
			list = append(list, diag.New(diag.SQLCount, s.At, strconv.Itoa(found.Count), strconv.Itoa(s.Count)))
		case len(statements) == 1:
			for i, kind := range found.Kinds {
				list = append(list, holdParam(s.Params[i], kind)...)
			}
		}
	}
	return list
}

// holdNames sees that each name has its value.
func holdNames(s *check.SQL, found *idb.Described) (list []*diag.Message) {
	for i, name := range found.Names {
		at := slices.Index(s.Names, name)
		switch {
		case at < 0 && !slices.Contains(found.Names[:i], name):
			m := diag.New(diag.SQLName, s.At, name)
			if best, ok := diag.Nearest(name, s.Names); ok {
				m.Suggest(best)
			}
			list = append(list, m)
		case at >= 0 && i < len(found.Kinds):
			list = append(list, holdParam(s.Params[at], found.Kinds[i])...)
		}
	}
	return list
}

// holdParam sees that a literal can be what the database expects.
func holdParam(p check.SQLParam, kind idb.Expected) []*diag.Message {
	wrong, what := false, ""
	text := strings.TrimSpace(p.Text)
	switch kind {
	case idb.WholeNumber:
		_, err := strconv.ParseInt(text, 10, 64)
		wrong = p.Kind == check.ParamFraction || p.Kind == check.ParamText && err != nil
		what = diag.Both("முழு எண்", "a whole number")
	case idb.AnyNumber:
		_, err := strconv.ParseFloat(text, 64)
		wrong = p.Kind == check.ParamText && err != nil && !errors.Is(err, strconv.ErrRange)
		what = diag.Both("எண்", "a number")
	case idb.TrueOrFalse:
		words := []string{"t", "true", "y", "yes", "on", "1", "f", "false", "n", "no", "off", "0"}
		wrong = p.Kind == check.ParamFraction || p.Kind == check.ParamText && !slices.Contains(words, strings.ToLower(text))
		what = diag.Both("மெய் அல்லது பொய்", "true or false")
	}
	if !wrong {
		return nil
	}
	return []*diag.Message{diag.New(diag.SQLType, p.At, what)}
}
