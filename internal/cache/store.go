package cache

import (
	"context"
	"time"

	"etamil/internal/value"
)

// Store is a cache. It is safe for concurrent use. Its errors are *Error, or the context's.
type Store interface {
	// Get is what stands under a key.
	Get(ctx context.Context, key string) (it Item, ok bool, err error)
	// Set puts an item under a key in the place of what stands there.
	Set(ctx context.Context, key string, it Item, o Options) error
	// Delete reports whether there was something.
	Delete(ctx context.Context, key string) (bool, error)
	// Add adds to the whole number under a key, which begins at 0, and answers what it is then.
	// The time begins when the number does; 0: it has no end.
	Add(ctx context.Context, key string, by int64, ttl time.Duration) (int64, error)
	// Expire gives what stands under a key that much time from now, and reports whether there
	// is something.
	Expire(ctx context.Context, key string, ttl time.Duration) (bool, error)
	// DeleteTag deletes everything that was set with a tag, and answers how much that was.
	DeleteTag(ctx context.Context, tag string) (int, error)

	// Lock takes the lock of that name for a while for whoever knows token, and reports whether
	// it could; holding it already it begins anew. It does not wait.
	Lock(ctx context.Context, name, token string, ttl time.Duration) (bool, error)
	// Unlock gives it up, if token holds it.
	Unlock(ctx context.Context, name, token string) error
	// Take takes one of what a key may have by r, or says how long to wait until there is one.
	Take(ctx context.Context, key string, r Rate) (Turn, error)

	// Stats are counted since the store was made, by this process.
	Stats() Stats
	// Check reports why the store can't be used, or nil.
	Check(ctx context.Context) error
	// Close gives up what the store holds. It is called once, when nobody asks any more.
	Close() error
}

// Item is what stands under a key: a whole number, a value in this process, or bytes.
type Item struct {
	// Value is a program's value if Data is nil. It refers into Memory or to nothing.
	Value  value.Value
	Memory *value.Frozen
	// Data are bytes, which nobody changes any more.
	Data []byte
	// Fresh is when its time ends for all but those who take what is stale too; zero: when
	// the store's own time for it ends.
	Fresh time.Time
}

// Options are how long an item is kept and what goes with it.
type Options struct {
	TTL  time.Duration // 0: until there is no room any more
	Tags []string
}

// Rate is so many in each period, at most Burst at once; all more than 0.
type Rate struct {
	Count  int
	Period time.Duration
	Burst  int
}

// Turn is what Take has come to.
type Turn struct {
	Wait time.Duration // until there is one; 0: it was taken
	Full time.Duration // until there are all
}

// Each is how long one of a rate takes to come back.
func (r Rate) Each() time.Duration { return max(1, r.Period/time.Duration(r.Count)) }

// Stats are counts since a store was made, and what it holds now.
type Stats struct {
	Hits, Misses, Evictions uint64
	Entries                 int   // -1: only the server knows
	Bytes                   int64 // about; -1: only the server knows
}

// Space is the first letters of keys: what keeps the owners of one store apart.
type Space string

// The spaces there are.
const (
	Programs Space = "v:" // what programs set
	Sessions Space = "s:"
	Answers  Space = "a:" // whole answers to requests
	Limits   Space = "r:" // clients' rates
	Once     Space = "o:" // turns of timers that only one instance runs
	Locks    Space = "l:" // of programs

	Computing Space = "c:" // locks: whose turn it is to compute what is to be remembered
)
