package db

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"etamil/internal/std/host"
	"etamil/vm"
)

// Service is the databases of one program. It is safe for concurrent use.
type Service struct {
	// Default is where query_async looks when the program has connected nothing; "": where
	// DATABASE_URL says. It is set before the program runs.
	Default string

	connecting sync.Mutex // opening and closing files, which may block, is done by one

	mu       sync.Mutex // never held while anything blocks
	inMemory bool       // every file is one in memory, empty at first
	open     []*named   // in the order of connecting
	sessions map[sessionKey]*session
	handle   handleOf
}

// named is a database under the name that the program gave it, or the word of its
// driver.
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

// Check reports why a database that the program has connected to can't be read from, or
// nil. It blocks, at most until ctx is done.
func (s *Service) Check(ctx context.Context) error {
	s.mu.Lock()
	var list []*database
	for i := range s.open {
		list = append(list, s.open[i].database)
	}
	s.mu.Unlock()
	for _, d := range list {
		c, err := d.take(ctx, false)
		if err != nil {
			return err
		}
		err = c.command(ctx, "SELECT 1 FROM sqlite_schema LIMIT 0")
		d.give(c, false)
		if err != nil {
			return err
		}
	}
	return nil
}

// NewInMemory returns a Service without databases whose files are all in memory, each
// empty when it is first connected and gone at Close: for tests. Only a source that is
// written as a URI, file:…, is opened as it stands.
func NewInMemory() *Service {
	s := New()
	s.inMemory = true
	return s
}

// closeTime is how long Close waits for statements that are running.
const closeTime = 5 * time.Second

// Close rolls back every transaction and closes every database, whether the fibers
// have ended or not. Statements that are running end first; what takes longer than a
// few seconds is left to the end of the process, which SQLite survives.
func (s *Service) Close() {
	s.mu.Lock()
	open := s.open
	s.open = nil
	sessions := slices.Collect(maps.Values(s.sessions))
	s.mu.Unlock()
	if len(open) == 0 && len(sessions) == 0 {
		return // most programs have no database: they end without a goroutine and a timer
	}
	gone := make(chan struct{})
	go func() {
		for _, x := range sessions {
			x.end()
		}
		for _, n := range open {
			n.close()
			n.alive.Wait()
		}
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(closeTime):
	}
}

// sqlite is the one kind of database that there is.
const sqlite = "SQLite"

// drivers are the words that name a kind of database, and which kind.
var drivers = map[string]string{
	"சீகுலைட்": sqlite, "cIkulYt": sqlite, "_SQLite": sqlite,
	"கவி_மொழி": sqlite, "kavi_mozi": sqlite, "_SQL": sqlite,
}

// errUnsupported is the answer to words of databases that aren't there.
func errUnsupported(word string) error {
	return host.Raise("db.unsupported",
		"'"+word+"' தரவுதளம் இல்லை; சீகுலைட் மட்டும் உண்டு", "there is no database '"+word+"'; only SQLite (சீகுலைட்)")
}

// connect opens a database under a driver's word and, perhaps, a name. The same
// string again does nothing; another one is an error. It may block.
func (s *Service) connect(word, source, name string) error {
	kind, ok := drivers[word]
	if !ok {
		return errUnsupported(word)
	}
	s.connecting.Lock()
	defer s.connecting.Unlock()
	s.mu.Lock()
	var shared *database
	_, key := nameOf(source)
	for _, n := range s.open {
		if n.driver == kind && n.name == name {
			s.mu.Unlock()
			if n.source == source {
				return nil
			}
			return host.Raise("db.connected",
				"தரவுதளம் ஏற்கனவே '"+n.source+"' உடன் இணைக்கப்பட்டுள்ளது", "the database is already connected to '"+n.source+"'")
		}
		if key != "" && n.key == key {
			shared = n.database
		}
	}
	s.mu.Unlock()
	if shared == nil {
		var err error
		if shared, err = s.openFile(source); err != nil {
			return databaseError(naming(source, err))
		}
	}
	s.mu.Lock()
	s.open = append(s.open, &named{kind, name, shared})
	s.mu.Unlock()
	return nil
}

// openFile opens the file behind source, or one in memory that is known by its name.
func (s *Service) openFile(source string) (*database, error) {
	if !s.inMemory || strings.HasPrefix(source, "file:") {
		return open(source)
	}
	d, err := open(":memory:")
	if err == nil {
		d.source = source
		_, d.key = nameOf(source)
	}
	return d, err
}

// naming adds to SQLite's error, which does not say so, which file it is about.
func naming(source string, err error) error {
	var e *sqlError
	if errors.As(err, &e) {
		return &sqlError{e.code, source + ": " + e.text}
	}
	return err
}

// disconnect closes the databases of a driver's word. It may block.
func (s *Service) disconnect(word string, f *vm.Fiber) error {
	kind, ok := drivers[word]
	if !ok {
		return errUnsupported(word)
	}
	s.connecting.Lock()
	defer s.connecting.Unlock()
	s.mu.Lock()
	var kept, gone []*named
	var own []*session
	for _, n := range s.open {
		if n.driver != kind {
			kept = append(kept, n)
			continue
		}
		gone = append(gone, n)
		if x := s.sessions[sessionKey{f, n.database}]; x != nil {
			own = append(own, x)
		}
	}
	s.open = kept
	s.mu.Unlock()
	if len(gone) == 0 {
		return errNotConnected()
	}
	for _, x := range own {
		x.end()
	}
	for _, n := range gone {
		n.close()
	}
	return nil
}

func errNotConnected() error {
	return host.Raise("db.not_connected", "தரவுதளம் இணைக்கப்படவில்லை", "no database is connected")
}

// defaultSource is where query_async looks when the program has connected nothing
// and DATABASE_URL isn't set: a file where the program runs.
const defaultSource = "etamil.db"

// connectDefault opens the default database; source is what DATABASE_URL says. It
// may block.
func (s *Service) connectDefault(source string) error {
	if scheme, _, ok := strings.Cut(source, "://"); ok && scheme != "sqlite" {
		return errUnsupported(scheme)
	}
	if source == "" {
		source = defaultSource
	}
	return s.connect("_SQLite", source, "")
}

// connected reports whether any database is open.
func (s *Service) connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) > 0
}

// find returns the database of that name; of none, the only one, or else the one
// that was connected without a name.
func (s *Service) find(name string) (*database, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" && len(s.open) == 1 {
		return s.open[0].database, nil
	}
	for _, n := range s.open {
		if n.name == name {
			return n.database, nil
		}
	}
	switch {
	case name != "":
		return nil, host.Raise("db.not_connected", "'"+name+"' என்ற இணைப்பு இல்லை", "there is no connection named '"+name+"'")
	case len(s.open) == 0:
		return nil, errNotConnected()
	}
	return nil, host.Raise("db.ambiguous", "பல தரவுதளங்கள் இணைக்கப்பட்டுள்ளன; ஒன்றின் பெயரைக் குறிப்பிடுங்கள்", "several databases are connected; name one")
}

// sessionOf returns the fiber's session with d, or nil. create: it is made if
// there is none yet. It is called on the fiber's worker.
func (s *Service) sessionOf(f *vm.Fiber, d *database, create bool) *session {
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
		f.CloseAtEnd(x)
	}
	return x
}
