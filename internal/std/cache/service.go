package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/cache/sql"
	"etamil/internal/db"
	"etamil/internal/value"
	"etamil/vm"
)

// Options are the settings of a Service.
type Options struct {
	URL    string // of a Redis server; "": the cache is in memory, or in a database
	Prefix string // before all keys on a server

	// Database opens the database that keeps the cache, in place of a Redis server, and says its
	// kind; nil: none does. With OnlyCommon it keeps what all instances must agree on (locks,
	// turns of timers, sessions), and the rest is where it would be without it.
	Database   func() (db.Database, string, error)
	OnlyCommon bool

	Err error // why nobody knows where the cache is: it can't be used; nil: it is known

	Memory     int           // bytes of a cache in memory
	ValueLimit int           // bytes of one value
	Timeout    time.Duration // of a command to a server
	MissIfDown bool          // a server that can't be reached is as if nothing were kept
	Now        func() time.Time
}

// Defaults are the settings that nobody has changed.
var Defaults = Options{Prefix: "etamil:", Memory: 64 << 20, ValueLimit: 8 << 20, Timeout: time.Second}

// Service is the cache of a process. It is safe for concurrent use, and outlives the programs
// that use it: a program that is read again finds what the one before it has kept. The store is
// made when it is first asked for.
type Service struct {
	o func() Options

	open   sync.Once
	store  cache.Store
	common cache.Store   // the store, or what instances share though the store is in memory
	local  *cache.Memory // the store, if it is in memory
	own    *cache.Memory // of sessions, if the common store is in memory
	opts   Options
	err    error // why there is no store: a wrong address
	made   atomic.Bool

	mu      sync.Mutex // never held while anything blocks
	flights map[string]*flight
	turns   map[uint64]*flight
	seats   map[*vm.Fiber]*seat
	last    uint64 // number of the newest flight
	handle  handleOf

	connection *redis.Connection // of ரெடிஸ்_இணை; nil: none
}

// New returns a Service; settings says how it is to be when it is first used.
func New(settings func() Options) *Service {
	return &Service{o: settings, flights: map[string]*flight{}, turns: map[uint64]*flight{}, seats: map[*vm.Fiber]*seat{}}
}

// Fit reports what is wrong with the URL of a Redis server, in Tamil and English, without asking any; ok: nothing.
func Fit(url string) (tamil, english string, ok bool) {
	var e *cache.Error
	if errors.As(redis.Fit(url), &e) {
		return e.Tamil, e.Error(), false
	}
	return "", "", true
}

// Store is the service's store, for whoever else keeps something in it.
func (s *Service) Store() (cache.Store, error) {
	s.open.Do(s.make)
	return s.store, s.err
}

// Common is the store of what all instances must agree on, as far as they share any.
func (s *Service) Common() (cache.Store, error) {
	s.open.Do(s.make)
	return s.common, s.err
}

// Sessions is where sessions are kept: in the common store, or in memory of their own, as large as the cache's.
// What a program keeps can't push out who is logged in then.
func (s *Service) Sessions() (cache.Store, error) {
	s.open.Do(s.make)
	if s.own != nil {
		return s.own, nil
	}
	return s.common, s.err
}

func (s *Service) make() {
	defer s.made.Store(true)
	s.opts = s.o()
	o := &s.opts
	switch {
	case o.Err != nil:
		s.err = &cache.Error{Code: cache.CodeError, Tamil: "அமைப்புகளில் பிழை", English: "the settings are wrong", Text: o.Err.Error()}
		return
	case o.Database != nil && !o.OnlyCommon:
		s.store = sql.New(sql.Options{Open: o.Database, Prefix: o.Prefix, Timeout: o.Timeout})
	case o.URL == "":
		s.local = cache.NewMemory(o.Memory, o.Now)
		s.store = s.local
	default:
		r, err := redis.New(redis.Options{URL: o.URL, Prefix: o.Prefix, Timeout: o.Timeout})
		if err != nil {
			s.err = err
			return
		}
		s.store = r
	}
	s.common = s.store
	if o.Database != nil && o.OnlyCommon {
		s.common = sql.New(sql.Options{Open: o.Database, Prefix: o.Prefix, Timeout: o.Timeout})
	} else if s.local != nil {
		s.own = cache.NewMemory(o.Memory, o.Now)
	}
}

// Check reports why the cache can't be used, or nil: a cache that nobody has used yet, or
// whose absence is borne, is fine.
func (s *Service) Check(ctx context.Context) error {
	o := s.o()
	if o.URL == "" && (o.Database == nil || o.OnlyCommon) || o.MissIfDown {
		return nil
	}
	store, err := s.Store()
	if err != nil {
		return err
	}
	return store.Check(ctx)
}

// State is how a Service is doing.
type State struct {
	Kind               string // memory, sql or redis
	Computing, Waiting int    // of remember: computations, and fibers that wait for them
	cache.Stats
}

// State tells how the cache is doing; ok is false while nobody has used it.
func (s *Service) State() (x State, ok bool) {
	if !s.made.Load() || s.store == nil {
		return x, false
	}
	x.Stats = s.store.Stats()
	switch x.Kind = "redis"; s.store.(type) {
	case *cache.Memory:
		x.Kind = "memory"
	case *sql.Store:
		x.Kind = "sql"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fl := range s.turns {
		if fl.leader != nil {
			x.Computing++
		}
		x.Waiting += len(fl.waiting)
	}
	return x, true
}

// Database is the database that keeps the cache, or what instances agree on, and its kind, if one does and it is open.
func (s *Service) Database() (d db.Database, kind string, ok bool) {
	if !s.made.Load() {
		return nil, "", false
	}
	if x, ok := s.common.(*sql.Store); ok {
		return x.Database()
	}
	return nil, "", false
}

// Close gives up the store. Nobody may use the Service any more.
func (s *Service) Close() {
	s.connect(nil)
	s.open.Do(func() { s.err = errClosed })
	if s.store != nil {
		_ = s.store.Close() // nobody is left to be told
	}
	if s.common != nil && s.common != s.store {
		_ = s.common.Close()
	}
	if s.own != nil {
		_ = s.own.Close()
	}
}

var errClosed = errors.New("the cache is closed")

// handleOf is the value that names the cache, one for each image that asks.
type handleOf struct {
	last    atomic.Pointer[named] // of who asked last, which is nearly always who asks now
	mu      sync.Mutex
	byImage map[*vm.Image]*named
}

type named struct {
	img *vm.Image
	v   value.Value
}

func (s *Service) handleIn(img *vm.Image, typ uint32) value.Value {
	o := &s.handle
	if n := o.last.Load(); n != nil && n.img == img {
		return n.v
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.byImage[img]
	if n == nil {
		if o.byImage == nil {
			o.byImage = map[*vm.Image]*named{}
		}
		n = &named{img, img.NewGlobalHandle(typ, imageHandle{o, img})}
		o.byImage[img] = n
	}
	o.last.Store(n)
	return n.v
}

// imageHandle is what a handle names. It goes when its image does.
type imageHandle struct {
	o   *handleOf
	img *vm.Image
}

// Close implements io.Closer: the program is over.
func (h imageHandle) Close() error {
	h.o.mu.Lock()
	delete(h.o.byImage, h.img)
	h.o.last.Store(nil)
	h.o.mu.Unlock()
	return nil
}
