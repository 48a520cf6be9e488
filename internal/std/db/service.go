package db

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"etamil/internal/db"
	"etamil/internal/std/host"
	"etamil/vm"
)

// Service is the databases of one program. It is safe for concurrent use.
type Service struct {
	// Default is where query_async looks when the program has connected nothing; "": where
	// DATABASE_URL says. It is set before the program runs.
	Default string
	// Options are the settings of pools, where pool_create says nothing else. They are set
	// before the program runs.
	Options db.Options
	// Read sets both when one of them is first needed; nil: they stand. It may look at files.
	Read func(*Service) error
	read sync.Once
	err  error // of Read

	connecting sync.Mutex // opening and closing files, which may block, is done by one

	mu       sync.Mutex // never held while anything blocks
	inMemory bool       // every file is one in memory, empty at first
	open     []*named   // in the order of connecting
	pools    []*pool    // of pool_create
	made     int        // how many of them there have been
	sessions map[sessionKey]*session
	handle   handleOf
	closed   bool

	// The default database. All who ask for it at the same time wait for one attempt to connect. Where it could not be had it is
	// tried again by Check as well, as nobody asks a program that is said not to be ready.
	attempt *connecting // nil: nobody tries
	missing error
	source  string // of what is missing
}

// connecting is one attempt at connecting to the default database; err is what came of it when over is closed.
type connecting struct {
	over chan struct{}
	err  error
}

// named is a database under the name that the program gave it, or the word of its
// driver.
type named struct {
	driver string // canonical: SQLite
	name   string // "" unless the statement named it
	source string // as the program wrote it
	db.Database
}

type sessionKey struct {
	f *vm.Fiber
	d db.Database
}

// New returns a Service without databases.
func New() *Service { return &Service{Options: db.Defaults, sessions: map[sessionKey]*session{}} }

// SetPool sets the Options that configuration has.
func (s *Service) SetPool(most, least, waiting, lanes int, pooler bool, acquire, query, idle, lifetime time.Duration) {
	o := &s.Options
	o.Max, o.Min, o.Waiting, o.Lanes = most, least, waiting, lanes
	o.Pooler = pooler
	o.Acquire, o.Query, o.Idle, o.Lifetime = acquire, query, idle, lifetime
}

// settle sees that Default and Options are what they are to be.
func (s *Service) settle() error {
	s.read.Do(func() {
		if s.Read == nil {
			return
		}
		if err := s.Read(s); err != nil {
			s.err = &db.Error{Code: db.CodeOpen, Tamil: "அமைப்புகளில் பிழை", English: "the settings are wrong: " + err.Error()}
		}
	})
	return databaseError(s.err)
}

// Check reports why a database that the program has connected to can't be read from, or why the default one, which it has
// asked for, can't be had, or nil. It blocks, at most until ctx is done.
func (s *Service) Check(ctx context.Context) error {
	if err := s.miss(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	var list []db.Database
	for i := range s.open {
		list = append(list, s.open[i].Database)
	}
	for _, p := range s.pools {
		list = append(list, p.Database)
	}
	s.mu.Unlock()
	for _, d := range list {
		if err := d.Check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// miss tries again to connect to the default database, if it could not be had before, and reports why it can't be now.
func (s *Service) miss(ctx context.Context) error {
	s.mu.Lock()
	if s.missing == nil || s.closed || len(s.open) > 0 {
		s.mu.Unlock()
		return nil
	}
	source, err := s.source, s.missing
	s.mu.Unlock()
	if again := s.connectDefault(ctx, source); ctx.Err() == nil {
		err = again
	}
	return err
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
	var open []db.Database
	for _, n := range s.open {
		open = append(open, n.Database)
	}
	for _, p := range s.pools {
		open = append(open, p.Database)
	}
	s.open, s.pools, s.closed = nil, nil, true
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
			n.Close()
			n.Wait()
		}
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(closeTime):
	}
}

// connect opens a database under a driver's word and, perhaps, a name. The same
// string again does nothing; another one is an error. It may block.
func (s *Service) connect(word, source, name string) error {
	kind, err := driverOf(word)
	if err != nil {
		return err
	}
	s.connecting.Lock()
	defer s.connecting.Unlock()
	s.mu.Lock()
	var shared db.Database
	key := kind.key(source)
	for _, n := range s.open {
		if n.driver == kind.name && n.name == name {
			s.mu.Unlock()
			if n.source == source {
				return nil
			}
			where := place(kind.name, n.source)
			return host.Raise("db.connected",
				"தரவுதளம் ஏற்கெனவே '"+where+"' உடன் இணைக்கப்பட்டுள்ளது", "the database is already connected to '"+where+"'")
		}
		if key != "" && n.Key() == key {
			shared = n.Database
		}
	}
	s.mu.Unlock()
	if shared == nil {
		o := db.Options{}
		if kind != drivers[0] { // a file has no pool
			if err := s.settle(); err != nil {
				return err
			}
			o = s.Options
		}
		if shared, err = kind.open(s, source, o); err != nil {
			return databaseError(err)
		}
	}
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.open = append(s.open, &named{kind.name, name, source, shared})
	}
	s.mu.Unlock()
	if closed {
		shared.Close()
		return databaseError(db.ErrClosed)
	}
	return nil
}

// place is where a database is, without who asks and what nobody else is to know: a program may
// show its errors to anybody.
func place(kind, source string) string {
	if kind == drivers[0].name { // a file
		return source
	}
	u, err := url.Parse(source)
	if err != nil || u.Host == "" {
		return kind
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// disconnect closes the databases of a driver's word. It may block.
func (s *Service) disconnect(word string, f *vm.Fiber) error {
	kind, err := driverOf(word)
	if err != nil {
		return err
	}
	s.connecting.Lock()
	defer s.connecting.Unlock()
	s.mu.Lock()
	var kept, gone []*named
	var own []*session
	for _, n := range s.open {
		if n.driver != kind.name {
			kept = append(kept, n)
			continue
		}
		gone = append(gone, n)
		if x := s.sessions[sessionKey{f, n.Database}]; x != nil {
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
		n.Close()
	}
	return nil
}

func errNotConnected() error {
	return host.Raise("db.not_connected", "தரவுதளம் இணைக்கப்படவில்லை", "no database is connected")
}

// DefaultSource is where query_async looks when the program has connected nothing
// and DATABASE_URL isn't set: a file where the program runs.
const DefaultSource = "etamil.db"

// connectDefault opens the default database; source is what DATABASE_URL says. It
// may block, until ctx is done; the attempt goes on.
func (s *Service) connectDefault(ctx context.Context, source string) error {
	s.mu.Lock()
	a := s.attempt
	if a == nil {
		a = &connecting{over: make(chan struct{})}
		s.attempt = a
		go s.tryDefault(a, source)
	}
	s.mu.Unlock()
	select {
	case <-a.over:
	case <-ctx.Done():
		return databaseError(context.Cause(ctx))
	}
	if known, ok := a.err.(*vm.Error); ok { // each fiber raises one of its own
		own := *known
		return &own
	}
	return a.err
}

// tryDefault makes an attempt.
func (s *Service) tryDefault(a *connecting, source string) {
	defer close(a.over)
	if source == "" {
		source = DefaultSource
	}
	word, err := wordOf(source)
	if err == nil {
		if bug := db.Guarded(func() { err = s.connect(word, source, "") }); bug != nil {
			err = bug
		}
	}
	a.err = err
	s.mu.Lock()
	s.attempt, s.missing, s.source = nil, err, source
	s.mu.Unlock()
}

// connected reports whether any database is open.
func (s *Service) connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) > 0
}

// find returns the database of that name; of none, the only one, or else the one
// that was connected without a name.
func (s *Service) find(name string) (db.Database, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" && len(s.open) == 1 {
		return s.open[0].Database, nil
	}
	for _, n := range s.open {
		if n.name == name {
			return n.Database, nil
		}
	}
	switch {
	case name != "":
		return nil, host.Raise("db.not_connected", "'"+name+"' என்ற இணைப்பு இல்லை", "there is no connection named '"+name+"'")
	case len(s.open) == 0:
		return nil, errNotConnected()
	}
	return nil, host.Raise("db.ambiguous", "பல தரவுதளங்கள் இணைக்கப்பட்டுள்ளன; ஒன்றின் பெயரைக் குறிப்பிடுக", "several databases are connected; name one")
}

// starter is the fiber of the task that has started f, or nil.
func starter(f *vm.Fiber) *vm.Fiber {
	if t, ok := f.Sched.(interface{ Starter() *vm.Fiber }); ok {
		return t.Starter()
	}
	return nil
}

// sessionOf returns the fiber's session with d, or nil. create: it is made if
// there is none yet. It is called on the fiber's worker.
func (s *Service) sessionOf(f *vm.Fiber, d db.Database, create bool) *session {
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
		for t := starter(f); t != nil && x.above == nil; t = starter(t) {
			x.above = s.sessions[sessionKey{t, d}]
		}
		s.sessions[k] = x
		f.CloseAtEnd(x)
	}
	return x
}
