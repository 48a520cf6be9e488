// Package migrate brings a database's tables to where the files of a folder say: one file
// for each step, NUMBER_name.sql, with what to do behind a line "-- up" and what undoes it behind "-- down".
//
// What was done stands in the table etamil_migrations with a checksum, so that a file that was changed
// afterwards is found. Where the database can, each step is one transaction; elsewhere (MySQL) a step
// that broke off is remembered as dirty, and nothing is done until somebody has looked. A lock on the
// server keeps a second instance out.
package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"etamil/internal/db"
)

// Step is one file, or one row of which the file is gone.
type Step struct {
	Version, Name string
	Up, Down      string
	Sum           string // of the file
	Applied       string // when; "" when it is not
	Changed       bool   // the file is not what was applied
	Missing       bool   // there is no file
	Dirty         bool   // it broke off
}

// Problem is what somebody has to put right, in both languages.
type Problem struct{ Tamil, English string }

func (p *Problem) Error() string { return p.English }

func problem(tamil, english string, args ...any) error {
	return &Problem{fmt.Sprintf(tamil, args...), fmt.Sprintf(english, args...)}
}

// Kind is how a database does what databases do differently.
type Kind string

// The kinds of databases.
const (
	SQLite     Kind = "SQLite"
	PostgreSQL Kind = "PostgreSQL"
	MySQL      Kind = "MySQL"
)

var fileName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9]{1,18})_(.+)\.sql$`) })

// Files reads the steps of a folder, in order.
func Files(dir string) ([]Step, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem("%s என்ற கோப்பகம் இல்லை; `etamil migrate new பெயர்` அதை ஆக்கும்", "there is no folder %s; `etamil migrate new NAME` makes it", dir)
	}
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, e := range entries {
		m := fileName().FindStringSubmatch(e.Name())
		switch {
		case m == nil && filepath.Ext(e.Name()) == ".sql" && !strings.HasPrefix(e.Name(), "."):
			return nil, problem("%s: கோப்பின் பெயர் எண்_பெயர்.sql என இருக்க வேண்டும், 1_அட்டவணைகள்.sql போல", "%s: a file's name must be NUMBER_name.sql, such as 1_tables.sql", filepath.Join(dir, e.Name()))
		case m == nil:
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		s := Step{Version: m[1], Name: m[2]}
		sum := sha256.Sum256([]byte(strings.ReplaceAll(string(b), "\r\n", "\n")))
		s.Sum = hex.EncodeToString(sum[:])
		part := &s.Up
		for line := range strings.Lines(string(b)) {
			switch strings.TrimSpace(line) {
			case "-- up":
				part = &s.Up
			case "-- down":
				part = &s.Down
			default:
				*part += line
			}
		}
		for _, x := range steps {
			if number(x.Version) == number(s.Version) {
				return nil, problem("%s: இரண்டு கோப்புகளுக்கு %s என்ற எண் உள்ளது", "%s: two files have the number %s", dir, s.Version)
			}
		}
		steps = append(steps, s)
	}
	slices.SortFunc(steps, func(a, b Step) int { return compare(a.Version, b.Version) })
	return steps, nil
}

// number is a version without the zeros in front.
func number(v string) string { return strings.TrimLeft(v, "0") }

func compare(a, b string) int {
	a, b = number(a), number(b)
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// numberForm is how the time of its making numbers a file.
const numberForm = "20060102150405"

// ErrName says that a step's name has nothing in it but what can't stand in a file's.
var ErrName = problem("படிக்கு எழுத்தோ எண்ணோ உள்ள ஒரு பெயர் வேண்டும்", "the name of a step needs letters or digits")

// New makes an empty file in the folder, numbered by the time, and answers its path. A
// second file of the same second gets the next number.
func New(dir, name string, now time.Time) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`/\.:`, r) }), "_")
	if name == "" {
		return "", ErrName
	}
	for ; ; now = now.Add(time.Second) {
		same, err := filepath.Glob(filepath.Join(dir, now.UTC().Format(numberForm)+"_*.sql"))
		if err != nil {
			return "", err
		}
		if len(same) == 0 {
			break
		}
	}
	path := filepath.Join(dir, now.UTC().Format(numberForm)+"_"+name+".sql")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString("-- up\n\n-- down\n")
	return path, errors.Join(err, f.Close())
}

// Migrator has one connection of a database for itself, and the lock.
type Migrator struct {
	d    db.Database
	c    db.Conn
	kind Kind
}

// errLocked says that another instance has the lock.
var errLocked = problem("மற்றொரு செயல்முறை இப்போது படிகளைச் செய்கிறது", "another instance is doing steps now")

// lockTime is how long to wait for another instance. Tests change it.
var lockTime = 5 * time.Minute

// Open takes a connection and the lock, and sees that the table is there.
func Open(ctx context.Context, d db.Database, kind Kind) (*Migrator, error) {
	c, err := d.Take(ctx)
	if err != nil {
		return nil, err
	}
	m := &Migrator{d, c, kind}
	lock, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	switch kind {
	case PostgreSQL:
		_, err = m.run(lock, "SELECT pg_advisory_lock(72613)", nil)
	case MySQL:
		var t *db.Table
		t, err = m.run(lock, fmt.Sprintf("SELECT GET_LOCK('etamil_migrations', %d)", int(lockTime/time.Second)), nil)
		if err == nil && (t.Len() != 1 || t.Cells[0].N != 1) { // 0: not in time; NULL: whoever waited was told to end
			if err = context.Cause(ctx); err == nil {
				err = errLocked
			}
		}
	}
	if err == nil {
		_, err = m.run(ctx, "CREATE TABLE IF NOT EXISTS etamil_migrations (version VARCHAR(20) PRIMARY KEY, name VARCHAR(200) NOT NULL, checksum CHAR(64) NOT NULL, applied_at VARCHAR(40) NOT NULL, dirty INTEGER NOT NULL)", nil)
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close gives the lock and the connection back.
func (m *Migrator) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	switch m.kind { // an error means that the connection is gone, and the lock with it
	case PostgreSQL:
		_, _ = m.run(ctx, "SELECT pg_advisory_unlock_all()", nil)
	case MySQL:
		_, _ = m.run(ctx, "SELECT RELEASE_LOCK('etamil_migrations')", nil)
	}
	m.d.Give(m.c)
}

// maxAnswer bounds the table, in bytes.
const maxAnswer = 64 << 20

func (m *Migrator) run(ctx context.Context, sql string, params map[string]string) (*db.Table, error) {
	q := &db.Statement{SQL: sql, MaxBytes: maxAnswer}
	if params != nil {
		q.Params.Names = map[string]int{}
		for name, text := range params {
			q.Params.Names[name] = len(q.Params.Cells)
			q.Params.Add(db.Cell{Kind: db.Chars}, text)
		}
	}
	t := &db.Table{}
	_, err := m.c.Run(ctx, q, t)
	return t, err
}

// Status joins the files with what was applied, in order.
func (m *Migrator) Status(ctx context.Context, files []Step) ([]Step, error) {
	t, err := m.run(ctx, "SELECT version, name, checksum, applied_at, dirty FROM etamil_migrations", nil)
	if err != nil {
		return nil, err
	}
	steps := slices.Clone(files)
	for i := range t.Len() {
		row := t.Cells[i*5 : i*5+5]
		text := func(j int) string { return string(t.TextOf(&row[j])) }
		at := slices.IndexFunc(steps, func(s Step) bool { return number(s.Version) == number(text(0)) })
		if at < 0 {
			steps = append(steps, Step{Version: text(0), Name: text(1), Sum: text(2), Missing: true})
			at = len(steps) - 1
		}
		s := &steps[at]
		s.Applied, s.Dirty, s.Changed = text(3), row[4].N != 0, s.Sum != text(2)
	}
	slices.SortFunc(steps, func(a, b Step) int { return compare(a.Version, b.Version) })
	return steps, nil
}

// Sound reports what must be looked at before anything is done.
func Sound(steps []Step) error {
	for _, s := range steps {
		switch {
		case s.Dirty:
			return problem("%s_%s பாதியில் நின்றது: அட்டவணைகளைக் கையால் சரிசெய்து, etamil_migrations இல் அதன் வரிசையை நீக்குக",
				"%s_%s broke off in the middle: put the tables in order by hand and delete its row from etamil_migrations", s.Version, s.Name)
		case s.Missing:
			return problem("%s_%s செய்யப்பட்டது; ஆனால் அதன் கோப்பு இல்லை", "%s_%s was applied, but its file is gone", s.Version, s.Name)
		case s.Changed:
			return problem("%s_%s செய்யப்பட்ட பின் மாற்றப்பட்டது", "%s_%s was changed after it was applied", s.Version, s.Name)
		}
	}
	return nil
}

// ErrElsewhere says that another instance has done the step meanwhile. SQLite has no lock but that of a
// transaction, so two may want the same step, and the second finds it done.
var ErrElsewhere = problem("மற்றொரு செயல்முறை அதைச் செய்துவிட்டது", "another instance has done it meanwhile")

// Up applies one step.
func (m *Migrator) Up(ctx context.Context, s Step) error {
	row := map[string]string{"v": s.Version, "n": s.Name, "s": s.Sum, "t": time.Now().UTC().Format(time.RFC3339)}
	return m.step(ctx, s.Up,
		func() error {
			_, err := m.run(ctx, "INSERT INTO etamil_migrations VALUES (:v, :n, :s, :t, 1)", row)
			var e *db.Error
			if m.kind == SQLite && errors.As(err, &e) && e.Code == db.CodeConflict {
				return ErrElsewhere
			}
			return err
		}, func() error {
			_, err := m.run(ctx, "UPDATE etamil_migrations SET dirty = 0 WHERE version = :v", map[string]string{"v": s.Version})
			return err
		})
}

// Down undoes one step.
func (m *Migrator) Down(ctx context.Context, s Step) error {
	if strings.TrimSpace(s.Down) == "" {
		return problem("%s_%s ஐத் திரும்பப் பெறும் வழி எழுதப்படவில்லை: -- down க்குப் பின் ஒன்றும் இல்லை",
			"%s_%s does not say how to undo it: there is nothing behind -- down", s.Version, s.Name)
	}
	v := map[string]string{"v": s.Version}
	return m.step(ctx, s.Down,
		func() error {
			t, err := m.run(ctx, "SELECT version FROM etamil_migrations WHERE version = :v", v)
			if err == nil && t.Len() == 0 {
				return ErrElsewhere
			}
			if err == nil {
				_, err = m.run(ctx, "UPDATE etamil_migrations SET dirty = 1 WHERE version = :v", v)
			}
			return err
		}, func() error {
			_, err := m.run(ctx, "DELETE FROM etamil_migrations WHERE version = :v", v)
			return err
		})
}

// step runs SQL between two changes of the table. MySQL commits at every change of tables, so
// that there the first stays when the SQL breaks off.
func (m *Migrator) step(ctx context.Context, sql string, before, after func() error) error {
	whole := m.kind != MySQL
	if whole {
		if err := m.c.Begin(ctx, 0, db.TxOptions{}); err != nil {
			return err
		}
	}
	err := before()
	if err == nil {
		_, err = m.run(ctx, sql, nil)
	}
	if err == nil {
		err = after()
	}
	switch {
	case !whole:
		return err
	case err != nil:
		return errors.Join(err, m.c.Rollback(ctx, 0))
	}
	return m.c.Commit(ctx, 0)
}
