package cache

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"etamil/internal/value"
)

// Memory is a Store in this process. It never blocks and needs no context.
type Memory struct {
	entries *otter.Cache[string, *entry]
	counts  counts
	evicted atomic.Uint64
	now     func() time.Time
	tags    tags
	locks   locks
	rates   rates
}

// entry is what stands under a key. It never changes; another one takes its place.
type entry struct {
	Item
	ends int64 // by the clock, in nanoseconds; 0: never
	tags []*tag
	more int // bytes that its tags take
}

// What an entry takes beside its value, about: the library's node, the entry, its places in
// tables. Measured with a million entries.
const entryBytes = 256

// NewMemory returns a Store that keeps at most about so many bytes; what is used least leaves
// first. now is the clock; nil: the system's.
func NewMemory(bytes int, now func() time.Time) *Memory {
	m := &Memory{now: now}
	o := &otter.Options[string, *entry]{
		MaximumWeight:    uint64(bytes),
		Weigher:          weigh,
		ExpiryCalculator: otter.ExpiryWritingFunc(left),
		OnAtomicDeletion: func(e otter.DeletionEvent[string, *entry]) {
			if e.Cause == otter.CauseOverflow {
				m.evicted.Add(1)
			}
			m.tags.forget(e.Value)
		},
	}
	if now == nil {
		m.now = time.Now
	} else {
		o.Clock = clock{now}
	}
	c, err := otter.New(o)
	if err != nil {
		panic("cache: " + err.Error()) // the options are ours
	}
	m.entries = c
	m.tags.init()
	return m
}

func weigh(key string, e *entry) uint32 {
	n := entryBytes + len(key) + len(e.Data) + e.more
	if e.Memory != nil {
		n += e.Memory.Bytes()
	}
	return uint32(min(n, math.MaxUint32))
}

// clock is another clock than the system's, as the library wants it. Nothing is cleaned up by
// such a clock until somebody asks.
type clock struct{ now func() time.Time }

func (c clock) NowNano() int64                    { return c.now().UnixNano() }
func (clock) Tick(time.Duration) <-chan time.Time { return nil }

const forever = time.Duration(math.MaxInt64)

// left is how long an entry is kept that is being written.
func left(e otter.Entry[string, *entry]) time.Duration {
	if e.Value.ends == 0 {
		return forever
	}
	return max(1, time.Duration(e.Value.ends-e.SnapshotAtNano))
}

// counts are how often entries were found and not, in several places so that loops do not wait
// for each other: the library's own cost more than finding the entry.
type counts [8]struct {
	hits, misses atomic.Uint64
	_            [48]byte // a cache line each
}

// of is where a key is counted.
func (c *counts) of(key string) int { return (len(key) + int(key[len(key)-1])) % len(c) }

func (m *Memory) ends(ttl time.Duration) int64 {
	if ttl == 0 {
		return 0
	}
	return m.now().Add(ttl).UnixNano()
}

// Peek is Get without all that Memory has no use for. The key is not empty, and not kept.
func (m *Memory) Peek(key string) (it *Item, ok bool) {
	n := &m.counts[m.counts.of(key)]
	e, ok := m.entries.GetIfPresent(key)
	if !ok || e.dead() {
		n.misses.Add(1)
		return nil, false
	}
	n.hits.Add(1)
	return &e.Item, true
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, key string) (Item, bool, error) {
	it, ok := m.Peek(key)
	if !ok {
		return Item{}, false, nil
	}
	return *it, true, nil
}

// Set implements Store.
func (m *Memory) Set(_ context.Context, key string, it Item, o Options) error {
	e := &entry{Item: it, ends: m.ends(o.TTL)}
	m.tags.mark(e, key, o.Tags)
	m.entries.Set(key, e)
	return nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, key string) (bool, error) {
	e, ok := m.entries.Invalidate(key)
	return ok && !e.dead(), nil
}

// Add implements Store.
func (m *Memory) Add(_ context.Context, key string, by int64, ttl time.Duration) (n int64, err error) {
	m.entries.Compute(key, func(old *entry, found bool) (*entry, otter.ComputeOp) {
		next := &entry{}
		n, err = by, nil
		if found && !old.dead() {
			had, whole := old.whole()
			if !whole || overflows(had, by) {
				err = NotNumber()
				return nil, otter.CancelOp
			}
			n = had + by
			next.ends, next.tags, next.more = old.ends, old.tags, old.more
			m.tags.keep(next, key)
		} else {
			next.ends = m.ends(ttl)
		}
		next.Value = value.Int(int(n))
		return next, otter.WriteOp
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// whole is the number that an entry is.
func (e *entry) whole() (int64, bool) {
	if e.Data != nil || !e.Value.IsNumber() {
		return 0, false
	}
	return e.Value.Decimal().Int64()
}

func overflows(a, b int64) bool {
	return b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b
}

// Expire implements Store.
func (m *Memory) Expire(_ context.Context, key string, ttl time.Duration) (found bool, err error) {
	m.entries.ComputeIfPresent(key, func(old *entry) (*entry, otter.ComputeOp) {
		if found = !old.dead(); !found {
			return nil, otter.CancelOp
		}
		next := *old
		next.ends, next.Fresh = m.ends(ttl), time.Time{}
		m.tags.keep(&next, key)
		return &next, otter.WriteOp
	})
	return found, nil
}

// DeleteTag implements Store.
func (m *Memory) DeleteTag(_ context.Context, name string) (int, error) {
	keys := m.tags.kill(name)
	n := 0
	for _, key := range keys {
		m.entries.ComputeIfPresent(key, func(old *entry) (*entry, otter.ComputeOp) {
			if !old.dead() {
				return nil, otter.CancelOp // somebody has set it again meanwhile
			}
			n++
			return nil, otter.InvalidateOp
		})
	}
	return n, nil
}

// Lock implements Store.
func (m *Memory) Lock(_ context.Context, name, token string, ttl time.Duration) (bool, error) {
	return m.locks.take(name, token, m.now(), ttl), nil
}

// Unlock implements Store.
func (m *Memory) Unlock(_ context.Context, name, token string) error {
	m.locks.give(name, token)
	return nil
}

// Take implements Store.
func (m *Memory) Take(_ context.Context, key string, r Rate) (Turn, error) {
	return m.rates.take(key, m.now(), r), nil
}

// Stats implements Store.
func (m *Memory) Stats() Stats {
	s := Stats{Evictions: m.evicted.Load(), Entries: m.entries.EstimatedSize(), Bytes: int64(m.entries.WeightedSize())}
	for i := range m.counts {
		s.Hits += m.counts[i].hits.Load()
		s.Misses += m.counts[i].misses.Load()
	}
	return s
}

// Settle waits until what the last changes have led to is done: for tests that count.
func (m *Memory) Settle() { m.entries.CleanUp() }

// Check implements Store.
func (*Memory) Check(context.Context) error { return nil }

// Close implements Store.
func (m *Memory) Close() error {
	m.entries.InvalidateAll()
	m.entries.StopAllGoroutines()
	return nil
}

// locks are the locks of Memory. Those that were never given up are looked through when
// there have become many.
type locks struct {
	mu   sync.Mutex
	held map[string]held
	next int // when to look for what has ended
}

type held struct {
	token string
	until time.Time
}

// firstSweep is how many locks or rates there are before the first look for old ones.
const firstSweep = 1024

func (l *locks) take(name, token string, now time.Time, ttl time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.held[name]; ok && h.token != token && h.until.After(now) {
		return false
	}
	if l.held == nil {
		l.held, l.next = map[string]held{}, firstSweep
	}
	if len(l.held) >= l.next {
		for k, h := range l.held {
			if !h.until.After(now) {
				delete(l.held, k)
			}
		}
		l.next = max(firstSweep, 2*len(l.held))
	}
	l.held[name] = held{token, now.Add(ttl)}
	return true
}

func (l *locks) give(name, token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[name].token == token {
		delete(l.held, name)
	}
}

// rates are when each key will have all that it may have again: the whole state of a rate, as
// the generic cell rate algorithm keeps it.
type rates struct {
	mu   sync.Mutex
	full map[string]time.Time
	next int
}

func (x *rates) take(key string, now time.Time, r Rate) Turn {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.full == nil {
		x.full, x.next = map[string]time.Time{}, firstSweep
	}
	if len(x.full) >= x.next {
		for k, t := range x.full {
			if t.Before(now) {
				delete(x.full, k)
			}
		}
		x.next = max(firstSweep, 2*len(x.full))
	}
	each := r.Each()
	full := x.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(each)
	if wait := full.Sub(now) - each*time.Duration(r.Burst); wait > 0 {
		return Turn{Wait: wait, Full: full.Sub(now) - each}
	}
	x.full[key] = full
	return Turn{Full: full.Sub(now)}
}
