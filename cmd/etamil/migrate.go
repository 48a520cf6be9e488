package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"etamil/internal/db/migrate"
	"etamil/internal/diag"
	"etamil/internal/std/db"
)

// migrations is the folder of the steps, in the folder where the command is given.
const migrations = "migrations"

// migrateVerbs are what `etamil migrate` can do.
var migrateVerbs = []string{"up", "down", "redo", "status", "new"}

// cmdMigrate is etamil migrate new NAME, up, down, redo or status.
func cmdMigrate(c *call) int {
	verb := c.args[0]
	switch {
	case !slices.Contains(migrateVerbs, verb):
		return c.wrongVerb(verb, migrateVerbs)
	case verb == "new" && len(c.args) == 1:
		return c.wrong("new க்கு ஒரு பெயர் வேண்டும்: etamil migrate new NAME", "new needs a name: etamil migrate new NAME")
	case verb != "new" && len(c.args) == 2:
		return c.wrong(verb+" பெயர் எதையும் ஏற்காது", verb+" takes no name")
	}
	if verb == "new" {
		path, err := migrate.New(migrations, c.args[1], time.Now())
		if err != nil {
			return c.migrateError(err)
		}
		fmt.Fprintln(c.Out, path)
		return exitOK
	}
	files, err := migrate.Files(migrations)
	if err != nil {
		return c.migrateError(err)
	}
	cfg, err := c.settings(".")
	if err != nil {
		c.sayConfigErrors(err)
		return exitUsage
	}
	if cfg.Pool.Pooler {
		return c.migrateError(errPooler)
	}
	o := db.New().Options
	o.Query, o.Lanes, o.Max = 0, 0, 2 // a step may take as long as it likes
	d, kind, err := db.Open(cfg.Database, o)
	if err != nil {
		return c.migrateError(err)
	}
	defer d.Close()
	ctx, done := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer done()
	m, err := migrate.Open(ctx, d, migrate.Kind(kind))
	if err != nil {
		return c.migrateError(err)
	}
	defer m.Close()
	steps, err := m.Status(ctx, files)
	if err != nil {
		return c.migrateError(err)
	}
	if verb == "status" {
		return c.migrateStatus(steps)
	}
	if err := migrate.Sound(steps); err != nil {
		return c.migrateError(err)
	}
	if err := c.migrateBy(ctx, m, verb, steps); err != nil {
		return c.migrateError(err)
	}
	return exitOK
}

// migrateBy does what the verb says: up all that are missing, down the last one, redo it.
func (c *call) migrateBy(ctx context.Context, m *migrate.Migrator, verb string, steps []migrate.Step) error {
	last := -1
	for i, s := range steps {
		if s.Applied != "" {
			last = i
		}
	}
	switch verb {
	case "up":
		if !slices.ContainsFunc(steps, func(s migrate.Step) bool { return s.Applied == "" }) {
			c.nothingToDo()
		}
		for _, s := range steps {
			if s.Applied == "" {
				err := m.Up(ctx, s)
				if errors.Is(err, migrate.ErrElsewhere) { // who wants it there has it
					continue
				}
				if err := c.migrateOne("up", s, err); err != nil {
					return err
				}
			}
		}
	case "down", "redo":
		if last < 0 {
			c.nothingToDo()
			return nil
		}
		s := steps[last]
		if err := c.migrateOne("down", s, m.Down(ctx, s)); err != nil || verb == "down" {
			return err
		}
		return c.migrateOne("up", s, m.Up(ctx, s))
	}
	return nil
}

// nothingToDo says so: who has expected something looks whether this is the right folder.
func (c *call) nothingToDo() {
	fmt.Fprintln(c.Err, "etamil: செய்ய எதுவும் இல்லை  (there is nothing to do)")
}

func (c *call) migrateOne(verb string, s migrate.Step, err error) error {
	name := s.Version + "_" + s.Name
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(migrations, name+".sql"), err)
	}
	fmt.Fprintln(c.Out, verb, name)
	return nil
}

// migrateStatus lists the steps; it fails when something must be looked at.
func (c *call) migrateStatus(steps []migrate.Step) int {
	for _, s := range steps {
		state := "-"
		switch {
		case s.Dirty:
			state = "dirty"
		case s.Missing:
			state = "missing"
		case s.Changed:
			state = "changed"
		case s.Applied != "":
			state = s.Applied
		}
		fmt.Fprintf(c.Out, "%s_%s  %s\n", s.Version, s.Name, state)
	}
	if migrate.Sound(steps) != nil {
		return exitFail
	}
	return exitOK
}

// errPooler: the lock against a second instance is a session's.
var errPooler = &migrate.Problem{Tamil: "migrate இன் பூட்டுக்குத் தரவுதள வழங்கியின் நேரடி முகவரி வேண்டும்: pooler = false, DATABASE_URL இல் PostgreSQL இன் முகவரி",
	English: "the lock of migrations needs the server itself: pooler = false, and DATABASE_URL of PostgreSQL and not of a pooler"}

func (c *call) migrateError(err error) int {
	var p *migrate.Problem
	if errors.As(err, &p) {
		fmt.Fprintf(c.Err, "etamil: %s  (%s)\n", p.Tamil, p.English)
		return exitFail
	}
	var f *os.PathError
	if errors.As(err, &f) {
		tamil, english := diag.Why(err)
		fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", f.Path, tamil, english)
		return exitFail
	}
	fmt.Fprintf(c.Err, "etamil: படியை முடிக்க முடியவில்லை  (the migration failed): %v\n", err)
	return exitFail
}
