package db

import (
	"context"
	"database/sql/driver"
	"strings"
	"sync"

	"etamil/internal/std/host"
	"etamil/vm"
)

// Service is the databases of one program. It is safe for concurrent use.
type Service struct {
	mu       sync.Mutex
	open     []*named // in the order of connecting
	sessions map[sessionKey]*session
}

// named is a database under the name that the program gave it, or the word of
// its driver.
type named struct {
	driver string // canonical: SQLite
	name   string // "" unless the statement named it
	*database
}

type sessionKey struct {
	f *vm.Fiber
	d *database
}

// New returns a Service without databases.
func New() *Service { return &Service{sessions: map[sessionKey]*session{}} }

// Close closes every database. Statements that are running end first.
func (s *Service) Close() {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for _, n := range open {
		n.close()
	}
}

// drivers are the words that name a kind of database, and which kind.
var drivers = map[string]string{
	"சீகுலைட்": "SQLite", "cIkulYt": "SQLite", "_SQLite": "SQLite",
	"கவி_மொழி": "SQLite", "kavi_mozi": "SQLite", "_SQL": "SQLite",
}

// errUnsupported is the answer to words of databases that aren't there.
func errUnsupported(word string) error {
	return host.Raise("db.unsupported",
		"'"+word+"' தரவுதளம் இல்லை; சீகுலைட் மட்டும் உண்டு", "there is no database '"+word+"'; only SQLite (சீகுலைட்)")
}

// connect opens a database under a driver's word and, perhaps, a name. The same
// string again does nothing; another one is an error.
func (s *Service) connect(word, source, name string) error {
	kind, ok := drivers[word]
	if !ok {
		return errUnsupported(word)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.open {
		if n.driver != kind || n.name != name {
			continue
		}
		if n.source == source {
			return nil
		}
		return host.Raise("db.connected",
			"தரவுதளம் ஏற்கனவே '"+n.source+"' உடன் இணைக்கப்பட்டுள்ளது", "the database is already connected to '"+n.source+"'")
	}
	for _, n := range s.open {
		if n.source == source && !n.memory {
			s.open = append(s.open, &named{kind, name, n.database})
			return nil
		}
	}
	d, err := open(source)
	if err != nil {
		return databaseError(err)
	}
	s.open = append(s.open, &named{kind, name, d})
	return nil
}

// disconnect closes the databases of a driver's word.
func (s *Service) disconnect(word string) error {
	kind, ok := drivers[word]
	if !ok {
		return errUnsupported(word)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept, gone []*named
	for _, n := range s.open {
		if n.driver == kind {
			gone = append(gone, n)
		} else {
			kept = append(kept, n)
		}
	}
	if len(gone) == 0 {
		return errNotConnected()
	}
	s.open = kept
	for _, n := range gone {
		n.close()
	}
	return nil
}

func errNotConnected() error {
	return host.Raise("db.not_connected", "தரவுதளம் இணைக்கப்படவில்லை", "no database is connected")
}

// defaultSource is where query_async looks when the program has connected
// nothing and DATABASE_URL isn't set: a file beside the program's data.
const defaultSource = "etamil.db"

// find returns the database of that name, or the only one. create opens the
// default database when there is none; source is what DATABASE_URL says.
func (s *Service) find(name string, create bool, source string) (*database, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "" {
		for _, n := range s.open {
			if n.name == name {
				return n.database, nil
			}
		}
		return nil, host.Raise("db.not_connected", "'"+name+"' என்ற இணைப்பு இல்லை", "there is no connection named '"+name+"'")
	}
	switch len(s.open) {
	case 1:
		return s.open[0].database, nil
	case 0:
		if !create {
			return nil, errNotConnected()
		}
		if scheme, _, ok := strings.Cut(source, "://"); ok && scheme != "sqlite" {
			return nil, errUnsupported(scheme)
		}
		if source == "" {
			source = defaultSource
		}
		d, err := open(source)
		if err != nil {
			return nil, databaseError(err)
		}
		s.open = append(s.open, &named{"SQLite", "", d})
		return d, nil
	}
	for _, n := range s.open {
		if n.name == "" {
			return n.database, nil
		}
	}
	return nil, host.Raise("db.ambiguous", "பல தரவுதளங்கள் இணைக்கப்பட்டுள்ளன; ஒன்றின் பெயரைக் குறிப்பிடுங்கள்", "several databases are connected; name one")
}

// sessionOf returns the fiber's session with d; it is made when the fiber opens
// its first transaction. It is called on the fiber's worker.
func (s *Service) sessionOf(f *vm.Fiber, d *database, typ uint32, create bool) *session {
	k := sessionKey{f, d}
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[k]
	if x == nil && create {
		x = &session{d: d, forget: func() {
			s.mu.Lock()
			delete(s.sessions, k)
			s.mu.Unlock()
		}}
		s.sessions[k] = x
		f.NewHandle(typ, x)
	}
	return x
}

// run runs one statement where it belongs: in the fiber's transaction, if it has
// one, else on a connection of its own.
func run(ctx context.Context, d *database, s *session, sql string, stmt func(*conn) error) error {
	kind := kindOf(sql)
	if kind == begins {
		return s.begin(ctx, stmt)
	}
	if s != nil {
		use := s.use
		if kind == finishes {
			use = s.finish
		}
		if ok, err := use(stmt); ok {
			return err
		}
	}
	write := kind != reads
	c, err := d.take(ctx, write)
	if err != nil {
		return err
	}
	defer d.give(c, write)
	return stmt(c)
}

// statement is what a task needs: everything copied out of the fiber.
type statement struct {
	d    *database
	s    *session
	sql  string
	args []driver.NamedValue
}

func (q *statement) query(ctx context.Context) (*table, error) {
	var t *table
	err := run(ctx, q.d, q.s, q.sql, func(c *conn) (err error) {
		t, err = c.query(ctx, q.sql, q.args)
		return err
	})
	return t, err
}

func (q *statement) execute(ctx context.Context) (int64, error) {
	var n int64
	err := run(ctx, q.d, q.s, q.sql, func(c *conn) (err error) {
		n, err = c.exec(ctx, q.sql, q.args)
		return err
	})
	return n, err
}
