package sql

import (
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/cache"
	"etamil/internal/db"
	"etamil/internal/decimal"
	"etamil/internal/value"
)

// Options are the settings of a Store.
type Options struct {
	// Open opens the database, and says which kind it is: SQLite, PostgreSQL or MySQL. It may
	// block, and is called again when it has failed. The Store closes what it answers.
	Open    func() (d db.Database, kind string, err error)
	Prefix  string        // before all keys, so that programs can share a database
	Timeout time.Duration // of one call
	Clean   time.Duration // between two looks for what has ended; 0: a minute
}

// Store is a cache in a database.
type Store struct {
	o    Options
	gate cache.Gate

	database *cache.Opening[*opened]
	stop     chan struct{} // closed by Close
	once     sync.Once     // of Close

	hits, misses atomic.Uint64
}

// opened is a database that has its tables.
type opened struct {
	db.Database
	kind string
	*dialect
}

const (
	cleanEvery  = time.Minute
	createTime  = 10 * time.Second
	createTries = 3
	createPause = 20 * time.Millisecond // at most, where others are at it as well
	maxAnswer   = 1 << 30               // bytes: what is larger was never kept
)

// New returns a Store in a database that need not be there yet.
func New(o Options) *Store {
	if o.Clean == 0 {
		o.Clean = cleanEvery
	}
	s := &Store{o: o, stop: make(chan struct{})}
	s.database = cache.NewOpening(s.open, func(d *opened) { d.Close() })
	return s
}

// open opens the database, and has it cleaned until the store is closed.
func (s *Store) open() (*opened, error) {
	base, kind, err := s.o.Open()
	if err != nil {
		return nil, err
	}
	d := &opened{base, kind, dialects()[kind]}
	if d.dialect == nil {
		base.Close()
		return nil, keeper.Failure(cache.CodeError, "a store in "+kind)
	}
	ctx, cancel := context.WithTimeout(context.Background(), createTime)
	defer cancel()
	if err := d.ensure(ctx); err != nil {
		base.Close()
		return nil, err
	}
	go s.cleaner(d)
	return d, nil
}

// Database is the store's database and its kind, if it is open.
func (s *Store) Database() (d db.Database, kind string, ok bool) {
	x, ok := s.database.Now()
	if !ok {
		return nil, "", false
	}
	return x.Database, x.kind, true
}

// ensure makes the tables that are not there. Where they are, nothing is asked that needs more
// rights than using them; where another instance makes them at the same moment, which PostgreSQL has end for one of
// the two with a row of its own tables that is there already, another look finds them.
func (d *opened) ensure(ctx context.Context) (err error) {
	for try := 0; ; try++ {
		var e *db.Error
		_, err = d.run(ctx, d.get, keyed("\x00"), new(db.Table))
		if err == nil {
			_, err = d.run(ctx, d.tagged0(), new(params), new(db.Table))
		}
		if err == nil || !errors.As(err, &e) || db.IsLost(err) || try == createTries {
			return err
		}
		for _, sql := range d.create {
			if _, err = d.write(ctx, sql, new(params), nil); err != nil {
				break
			}
		}
		switch {
		case errors.As(err, &e) && e.Code == db.CodeConflict: // as often as there is time
			try--
			time.Sleep(rand.N(createPause))
		case err != nil && try == createTries-1:
			return err
		}
	}
}

// tagged0 asks the table of tags for nothing.
func (*opened) tagged0() string { return `SELECT k FROM etamil_store_tags LIMIT 0` }

// run runs one statement, on whatever connection is best for it.
func (d *opened) run(ctx context.Context, sql string, p *params, t *db.Table) (db.Outcome, error) {
	q := &db.Statement{SQL: sql, Params: p.Params, MaxBytes: maxAnswer}
	if db.SeemsToRead(sql) {
		if done, err := d.Read(ctx, q, t); done {
			return db.Outcome{}, err
		}
	}
	return d.write(ctx, sql, p, t)
}

func (d *opened) write(ctx context.Context, sql string, p *params, t *db.Table) (db.Outcome, error) {
	q := &db.Statement{SQL: sql, Params: p.Params, MaxBytes: maxAnswer}
	if g, ok := d.Database.(db.Grouped); ok {
		if out, done, err := g.Write(ctx, q, t); done {
			return out, err
		}
	}
	c, err := d.Take(ctx)
	if err != nil {
		return db.Outcome{}, err
	}
	defer d.Give(c)
	return c.Run(ctx, q, t)
}

// tries is how often a statement is run that the database gives up for another, or that can't have
// reached it.
const tries = 8

// ask does something with the database within the store's time.
func ask[T any](ctx context.Context, s *Store, do func(context.Context, *opened) (T, error)) (out T, err error) {
	if !s.gate.Enter() {
		return out, keeper.Failure(cache.CodeUnavailable, "")
	}
	mine, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	for range tries {
		var d *opened
		if d, err = s.database.Get(mine); err != nil {
			break
		}
		var e *db.Error
		if out, err = do(mine, d); !errors.As(err, &e) || !e.Retry && !e.Unsent || mine.Err() != nil {
			break
		}
	}
	err = errorOf(ctx, err)
	if ctx.Err() == nil { // else nobody knows what the database would have said
		s.gate.Leave(cache.Down(err))
	}
	return out, err
}

// maxKey is the longest key, in bytes, that stands in the table as it is.
const maxKey = 200

// key is a key as it stands in the table. Of a long one it is the beginning and a sum of the whole,
// which is longer than any that stands as it is.
func (s *Store) key(key string) string {
	key = s.o.Prefix + key
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return key[:maxKey] + string(sum[:])
}

// Letters of the store's own keys: a program's begin with a Space.
const (
	lockKeys = "k:"
	rateKeys = "g:"
)

// micros is a time as the table has it, at least 1; 0 is without end.
func micros(d time.Duration) int64 {
	if d == 0 {
		return never
	}
	return max(1, int64((d+time.Microsecond-1)/time.Microsecond))
}

// Get implements cache.Store.
func (s *Store) Get(ctx context.Context, key string) (cache.Item, bool, error) {
	var t db.Table
	_, err := ask(ctx, s, func(ctx context.Context, d *opened) (db.Outcome, error) {
		t = db.Table{}
		return d.run(ctx, d.get, keyed(s.key(key)), &t)
	})
	switch {
	case err != nil:
		return cache.Item{}, false, err
	case t.Len() == 0:
		s.misses.Add(1)
		return cache.Item{}, false, nil
	}
	s.hits.Add(1)
	n, data, fresh := &t.Cells[0], &t.Cells[1], &t.Cells[2]
	if n.Kind != db.Null {
		return cache.Item{Value: value.Number(decimal.FromInt(n.N))}, true, nil
	}
	it := cache.Item{Data: []byte{}}
	if data.Size > 0 {
		it.Data = t.TextOf(data)
	}
	if fresh.N > 0 {
		it.Fresh = time.UnixMilli(fresh.N)
	}
	return it, true, nil
}

// Set implements cache.Store.
func (s *Store) Set(ctx context.Context, key string, it cache.Item, o cache.Options) error {
	k, ttl := s.key(key), micros(o.TTL)
	p := keyed(k)
	if n, ok := whole(&it); ok {
		p.int(n).null()
	} else {
		p.null().bytes(string(it.Data))
	}
	fresh := int64(0)
	if !it.Fresh.IsZero() {
		fresh = it.Fresh.UnixMilli()
	}
	p.int(fresh).int(ttl)
	_, err := ask(ctx, s, func(ctx context.Context, d *opened) (db.Outcome, error) {
		if len(o.Tags) == 0 {
			return d.run(ctx, d.set, p, nil)
		}
		return db.Outcome{}, s.setTagged(ctx, d, k, p, ttl, o.Tags)
	})
	return err
}

// whole is the number that an item is.
func whole(it *cache.Item) (int64, bool) {
	if it.Data != nil {
		return 0, false
	}
	return it.Value.Decimal().Int64()
}

// Delete implements cache.Store.
func (s *Store) Delete(ctx context.Context, key string) (bool, error) {
	out, err := ask(ctx, s, func(ctx context.Context, d *opened) (db.Outcome, error) {
		return d.run(ctx, d.delete, keyed(s.key(key)), nil)
	})
	return out.Changed > 0, err
}

// Expire implements cache.Store.
func (s *Store) Expire(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	out, err := ask(ctx, s, func(ctx context.Context, d *opened) (db.Outcome, error) {
		return d.run(ctx, d.expire, keyed(s.key(key)).int(micros(ttl)), nil)
	})
	return out.Changed > 0, err
}

// Add implements cache.Store.
func (s *Store) Add(ctx context.Context, key string, by int64, ttl time.Duration) (int64, error) {
	if by == refused {
		return 0, cache.NotNumber()
	}
	low, high := int64(refused+1), int64(math.MaxInt64) // of what by can be added to
	if by < 0 {
		low -= by
	} else {
		high -= by
	}
	p := keyed(s.key(key)).int(by).int(micros(ttl)).int(low).int(high)
	var t db.Table
	out, err := ask(ctx, s, func(ctx context.Context, d *opened) (sum answer, err error) {
		if !d.lastID {
			t = db.Table{}
			_, err = d.run(ctx, d.add, p, &t)
			return rowOf(&t), err
		}
		q := *p
		out, err := d.run(ctx, d.add, q.int(refused), nil)
		return answer{out.LastRow, out.LastRow != refused}, err
	})
	if err == nil && !out.ok {
		err = cache.NotNumber()
	}
	return out.n, err
}

// answer is a number, if there is one.
type answer struct {
	n  int64
	ok bool
}

// rowOf is the number in the only row of a table.
func rowOf(t *db.Table) answer {
	if t.Len() == 0 {
		return answer{}
	}
	return answer{t.Cells[0].N, true}
}

// Lock implements cache.Store.
func (s *Store) Lock(ctx context.Context, name, token string, ttl time.Duration) (bool, error) {
	return ask(ctx, s, func(ctx context.Context, d *opened) (bool, error) {
		out, err := d.run(ctx, d.lock, keyed(s.key(lockKeys+name)).bytes(token).int(micros(ttl)), nil)
		if d.lastID {
			return out.LastRow == 1, err
		}
		return out.Changed > 0, err
	})
}

// Unlock implements cache.Store.
func (s *Store) Unlock(ctx context.Context, name, token string) error {
	_, err := ask(ctx, s, func(ctx context.Context, d *opened) (db.Outcome, error) {
		return d.run(ctx, d.unlock, keyed(s.key(lockKeys+name)).bytes(token), nil)
	})
	return err
}

// Take implements cache.Store.
func (s *Store) Take(ctx context.Context, key string, r cache.Rate) (cache.Turn, error) {
	k := s.key(rateKeys + key)
	each := max(1, r.Each().Microseconds())
	all := each * int64(r.Burst)
	return ask(ctx, s, func(ctx context.Context, d *opened) (cache.Turn, error) {
		p := keyed(k).int(each).int(all)
		if d.lastID {
			out, err := d.run(ctx, d.take, p, nil)
			return turn(answer{out.LastRow / 2, out.LastRow%2 == 1}, each, all), err
		}
		var t db.Table
		if _, err := d.run(ctx, d.take, p, &t); err != nil || t.Len() > 0 {
			return turn(rowOf(&t), each, all), err
		}
		_, err := d.run(ctx, d.left, keyed(k), &t)
		return turn(answer{n: max(0, rowOf(&t).n)}, each, all), err
	})
}

// turn is what a rate has come to: a is how long until there are all, and whether one was taken.
func turn(a answer, each, all int64) cache.Turn {
	x := cache.Turn{Full: time.Duration(a.n) * time.Microsecond}
	if !a.ok {
		x.Wait = time.Duration(max(1, a.n+each-all)) * time.Microsecond
	}
	return x
}

// Stats implements cache.Store.
func (s *Store) Stats() cache.Stats {
	return cache.Stats{Hits: s.hits.Load(), Misses: s.misses.Load(), Entries: -1, Bytes: -1}
}

// Check implements cache.Store.
func (s *Store) Check(ctx context.Context) error {
	_, err := ask(ctx, s, func(ctx context.Context, d *opened) (struct{}, error) { return struct{}{}, d.Check(ctx) })
	return err
}

// Close implements cache.Store.
func (s *Store) Close() error {
	s.once.Do(func() { close(s.stop) })
	s.database.Close()
	return nil
}
