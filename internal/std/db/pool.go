package db

import (
	"context"
	"strings"
	"time"

	"etamil/internal/db"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// pool is what pool_create makes: a database that its handle names, and nothing else.
type pool struct {
	s       *Service
	kind    string // of its driver
	number  int    // of the program's pools
	retries int    // of its transactions, unless they say otherwise
	db.Database
}

// Close implements io.Closer: the handle's fiber has ended, or the program.
func (p *pool) Close() error {
	p.Database.Close()
	p.s.forget(p)
	return nil
}

// bindPools binds what only pools have.
func (b binder) bindPools(l *vm.Linker) {
	host.Bind(l, []host.Native{{ID: "pool_create", Min: 0, Max: 1, Run: b.poolCreate}})
	for _, name := range []string{"மூடு", "mUtu", "close"} {
		l.Method("database", name, 0, 0, b.poolClose)
	}
}

// poolOf is the pool that a handle names; nil: the default database.
func (b binder) poolOf(f *vm.Fiber, v value.Value) *pool {
	p, _ := f.HandleOf(v, b.typ).(*pool)
	return p
}

// poolCreate is pool_create({driver, url, max_connections, …}).
func (b binder) poolCreate(f *vm.Fiber, a []value.Value) (value.Value, error) {
	url, err := b.source(f)
	if err != nil {
		return value.Nil, err
	}
	o, own, word, again := b.s.Options, db.Options{}, "", 0 // own: what the program has said
	number := func(to *int, tamil, english string, low int) func(*value.Value) error {
		return func(v *value.Value) error {
			n, err := host.Whole(v, tamil, english)
			if err == nil && (n < low || n > 100_000) {
				err = host.Raise("argument", tamil+" பொருந்தாத எண்", english+" is out of range")
			}
			*to = n
			return err
		}
	}
	seconds := func(to, said *time.Duration) func(*value.Value) error {
		return func(v *value.Value) error {
			*to = time.Duration(v.ToNumber().Float64() * float64(time.Second))
			*said = *to
			if *to <= 0 {
				return host.Raise("argument", "நொடிகள் 0 ஐ விட அதிகம் வேண்டும்", "seconds must be more than 0")
			}
			return nil
		}
	}
	if len(a) > 0 {
		err := eachOption(f, &a[0], []option{
			{"driver", "வகை", func(v *value.Value) error { word = host.Copy(f, v); return nil }},
			{"url", "முகவரி", func(v *value.Value) error { url = optional(f, v); return nil }},
			{"max_connections", "அதிக_இணைப்புகள்", number(&o.Max, "அதிக_இணைப்புகள்", "max_connections", 1)},
			{"min_connections", "குறைந்த_இணைப்புகள்", number(&o.Min, "குறைந்த_இணைப்புகள்", "min_connections", 0)},
			{"max_waiting", "காத்திருப்போர்", number(&o.Waiting, "காத்திருப்போர்", "max_waiting", 0)},
			{"pooler", "இடை_குளம்", func(v *value.Value) error { o.Pooler = v.Truth(); return nil }},
			{"lanes", "தடங்கள்", number(&o.Lanes, "தடங்கள்", "lanes", 0)},
			{"timeout_seconds", "காத்திருப்பு_நொடிகள்", seconds(&o.Acquire, &own.Acquire)},
			{"query_seconds", "வினா_நொடிகள்", seconds(&o.Query, &own.Query)},
			{"idle_seconds", "ஓய்வு_நொடிகள்", seconds(&o.Idle, &own.Idle)},
			retriesOption(&again),
			{"lifetime_seconds", "ஆயுள்_நொடிகள்", seconds(&o.Lifetime, &own.Lifetime)},
		})
		if err != nil {
			return value.Nil, err
		}
	}
	if url == "" {
		url = DefaultSource
	}
	kind, err := kindOf(word, url)
	if err != nil {
		return value.Nil, err
	}
	if kind == drivers[0] {
		o = fileOptions(own)
	}
	return waitFor(f, func(context.Context) (*pool, error) {
		d, err := kind.open(b.s, url, o)
		if err != nil {
			return nil, err
		}
		p := &pool{s: b.s, kind: kind.name, retries: again, Database: d}
		b.s.remember(p)
		return p, nil
	}, func(p *pool) { go p.Close() }, func(f *vm.Fiber, p *pool, err error) (value.Value, error) {
		if err != nil {
			return value.Nil, databaseError(err)
		}
		return f.NewHandle(b.typ, p), nil
	})
}

// kindOf is the kind of database that a URL's scheme says, or else a driver's name or word: by
// changing the URL alone a program moves to another database, whatever it calls its driver.
func kindOf(word, url string) (*driver, error) {
	if word == "" || strings.Contains(url, "://") {
		w, err := wordOf(url)
		if err != nil {
			return nil, err
		}
		return driverOf(w)
	}
	for _, d := range drivers {
		if strings.EqualFold(d.name, word) {
			return d, nil
		}
		for _, s := range d.schemes {
			if strings.EqualFold(s, word) {
				return d, nil
			}
		}
	}
	return driverOf(word)
}

// poolClose is handle.close(): it waits until who uses the pool has given back what it has,
// within reason. The default database is closed with the program.
func (b binder) poolClose(f *vm.Fiber, a []value.Value) (value.Value, error) {
	p := b.poolOf(f, a[0])
	if p == nil {
		return value.Nil, host.Raise("argument", "இயல்பான தரவுதளத்தை மூட முடியாது; தளம்_பிரி பயன்படுத்துக",
			"the default database can't be closed so: use தளம்_பிரி")
	}
	x := b.s.sessionOf(f, p.Database, false)
	return wait(f, func(ctx context.Context) (struct{}, error) {
		if x != nil {
			x.end()
		}
		_ = p.Close()
		gone := make(chan struct{})
		go func() {
			p.Wait()
			close(gone)
		}()
		select {
		case <-gone:
		case <-ctx.Done():
		case <-time.After(closeTime):
		}
		return struct{}{}, nil
	}, nothing)
}

// remember and forget keep the list of pools that Check asks and Close closes.
func (s *Service) remember(p *pool) {
	s.mu.Lock()
	s.made++
	p.number = s.made
	s.pools = append(s.pools, p)
	s.mu.Unlock()
}

func (s *Service) forget(p *pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.pools {
		if x == p {
			s.pools = append(s.pools[:i:i], s.pools[i+1:]...)
			return
		}
	}
}
