package cache

import (
	"context"
	"strings"
	"time"

	"etamil/internal/cache"
	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the cache's handle and its members to l. Their spellings stand in
// internal/builtin too: a test compares them.
func (s *Service) Bind(l *vm.Linker) {
	b := binder{s, l.Type("cache")}
	host.Bind(l, []host.Native{{ID: "cache", Run: b.handle}})
	for _, m := range []struct {
		names    string
		min, max int
		run      vm.Native
	}{
		{"பெறு peRu get", 1, 2, b.get},
		{"வை vY set", 2, 4, b.set},
		{"நீக்கு nIkku delete", 1, 1, b.delete},
		{"கூட்டு kUttu increment", 1, 3, b.increment},
		{"காலம் kAlam expire", 2, 2, b.expire},
		{"குறி_நீக்கு kuRi_nIkku delete_tag", 1, 1, b.deleteTag},
		{"நிலவரம் nilavaram stats", 0, 0, b.stats},
		{"_recall", 3, 3, b.recall},
		{"_claim", 1, 1, b.claim},
		{"_settle", 2, 2, b.settle},
		{"_fail", 2, 2, b.fail},
	} {
		for name := range strings.FieldsSeq(m.names) {
			l.Method("cache", name, m.min, m.max, m.run)
		}
	}
	for _, name := range []string{"நினைவில்", "niZYvil", "remember"} {
		l.MethodFunc("cache", name, "cacheRemember_5")
	}
	b.bindCommands(l)
}

type binder struct {
	s   *Service
	typ uint32
}

func (b binder) handle(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	return b.s.handleIn(f.Machine().Image(), b.typ), nil
}

// use is the store, or why there is none.
func (b binder) use() (cache.Store, error) {
	store, err := b.s.Store()
	return store, errorOf(err)
}

// maxKey bounds a key, in bytes.
const maxKey = 1 << 10

// key is a key as the program wrote it, as a view. Zero bytes are the server's own.
func key(f *vm.Fiber, v *value.Value) (string, error) {
	k := host.Text(f, v)
	if len(k) == 0 || len(k) > maxKey || k[0] == 0 {
		return "", host.Raise("argument", "சாவி 1 முதல் 1024 பைட்டுகள் வரை", "a key takes 1 to 1024 bytes")
	}
	return k, nil
}

// ttl is a length of time that an entry is kept; nil: until there is no room.
func ttl(f *vm.Fiber, v *value.Value) (time.Duration, error) {
	if v.IsNil() {
		return 0, nil
	}
	d, err := host.Duration(f, v)
	if err == nil && d <= 0 {
		err = host.Raise("argument", "காலம் 0 ஐ விட அதிகம் வேண்டும்", "the time must be more than 0")
	}
	return d, err
}

// orNil is the argument of that number, or nil.
func orNil(a []value.Value, i int) *value.Value {
	if i < len(a) {
		return &a[i]
	}
	v := value.Nil
	return &v
}

// wait makes the fiber wait for what another goroutine asks the store; in memory it doesn't.
// finish makes the answer. A server that is down is an error, or, if the settings say so, what
// out is without being asked.
func wait[T any](b binder, f *vm.Fiber, ask func(context.Context) (T, error), finish func(*vm.Fiber, T) (value.Value, error)) (value.Value, error) {
	end := func(f *vm.Fiber, out T, err error) (value.Value, error) {
		if err != nil && b.s.opts.MissIfDown && cache.Down(err) {
			var none T
			out, err = none, nil
		}
		if err != nil {
			return value.Nil, errorOf(err)
		}
		return finish(f, out)
	}
	if b.s.local != nil {
		out, err := ask(context.Background())
		return end(f, out, err)
	}
	return host.Do(f, ask, end)
}

// found is what Get answers.
type found struct {
	it cache.Item
	ok bool
}

func (b binder) now() time.Time {
	if b.s.opts.Now != nil {
		return b.s.opts.Now()
	}
	return time.Now()
}

// get is cache.get(key, default). What is only kept for those who take what is stale isn't
// there for it.
func (b binder) get(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	if m := b.s.local; m != nil {
		if it, ok := m.Peek(k); ok && (it.Fresh.IsZero() || b.now().Before(it.Fresh)) {
			return give(f, it)
		}
		return host.Keep(orNil(a, 2)), nil
	}
	k = strings.Clone(k)
	other, err := f.Pack(*orNil(a, 2), true)
	if err != nil {
		return value.Nil, err
	}
	return wait(b, f, func(ctx context.Context) (found, error) {
		it, ok, err := store.Get(ctx, string(cache.Programs)+k)
		return found{it, ok}, err
	}, func(f *vm.Fiber, x found) (value.Value, error) {
		if x.ok && (x.it.Fresh.IsZero() || b.now().Before(x.it.Fresh)) {
			return give(f, &x.it)
		}
		return f.Unpack(other), nil
	})
}

// options are those of set and remember.
type options struct {
	tags           []string
	stale, refresh time.Duration
}

// maxTags is how many tags one entry may carry.
const maxTags = 64

func readOptions(f *vm.Fiber, v *value.Value, remember bool) (o options, err error) {
	names := []string{"குறிகள்", "tags"}
	if remember {
		names = append(names, "பழையது", "stale", "புதுப்பி", "refresh")
	}
	err = host.Fields(f, v, func(name string, x *value.Value) error {
		switch {
		case name == "குறிகள்" || name == "tags":
			if !x.IsList() {
				return host.NeedList(f, x)
			}
			for i := range x.List().Len() {
				o.tags = append(o.tags, host.Copy(f, x.List().At(i)))
			}
			if len(o.tags) > maxTags {
				return host.Raise("argument", "குறிகள் 64 வரை", "an entry has at most 64 tags")
			}
			return nil
		case remember && (name == "பழையது" || name == "stale"):
			o.stale, err = ttl(f, x)
			return err
		case remember && (name == "புதுப்பி" || name == "refresh"):
			o.refresh, err = ttl(f, x)
			return err
		}
		return host.NoSuch("argument", "'%s' என்ற விருப்பம் இல்லை", "there is no option '%s'", name, names)
	})
	return o, err
}

// set is cache.set(key, value, time, options).
func (b binder) set(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	time, err := ttl(f, orNil(a, 3))
	if err != nil {
		return value.Nil, err
	}
	o, err := readOptions(f, orNil(a, 4), false)
	if err != nil {
		return value.Nil, err
	}
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	it, err := b.s.item(f, &a[2], false)
	if err != nil {
		return value.Nil, err
	}
	k = b.owned(k)
	return wait(b, f, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, store.Set(ctx, k, it, cache.Options{TTL: time, Tags: o.tags})
	}, func(*vm.Fiber, struct{}) (value.Value, error) { return value.Nil, nil })
}

// owned is a key that the store may keep, where it keeps those of programs. In memory they
// stand as they are written, which saves every get an allocation.
func (b binder) owned(k string) string {
	if b.s.local != nil {
		return strings.Clone(k)
	}
	return string(cache.Programs) + k
}

// delete is cache.delete(key): whether there was something.
func (b binder) delete(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	k = b.owned(k)
	return wait(b, f, func(ctx context.Context) (bool, error) { return store.Delete(ctx, k) },
		func(_ *vm.Fiber, ok bool) (value.Value, error) { return value.Bool(ok), nil })
}

// increment is cache.increment(key, by, time): the number that it is then. Nobody can count
// with a server that is down, whatever the settings say.
func (b binder) increment(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	by := 1
	if v := orNil(a, 2); !v.IsNil() {
		if by, err = host.Whole(v, "கூட்டுவது", "the increment"); err != nil {
			return value.Nil, err
		}
	}
	time, err := ttl(f, orNil(a, 3))
	if err != nil {
		return value.Nil, err
	}
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	k = b.owned(k)
	end := func(_ *vm.Fiber, n int64, err error) (value.Value, error) {
		return value.Number(decimal.FromInt(n)), errorOf(err)
	}
	if b.s.local != nil {
		n, err := store.Add(context.Background(), k, int64(by), time)
		return end(f, n, err)
	}
	return host.Do(f, func(ctx context.Context) (int64, error) { return store.Add(ctx, k, int64(by), time) }, end)
}

// expire is cache.expire(key, time): whether there is something.
func (b binder) expire(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	d, err := host.Duration(f, &a[2])
	if err != nil {
		return value.Nil, err
	}
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	k = b.owned(k)
	return wait(b, f, func(ctx context.Context) (bool, error) {
		if d <= 0 {
			return store.Delete(ctx, k)
		}
		return store.Expire(ctx, k, d)
	}, func(_ *vm.Fiber, ok bool) (value.Value, error) { return value.Bool(ok), nil })
}

// deleteTag is cache.delete_tag(tag): how many entries that was.
func (b binder) deleteTag(f *vm.Fiber, a []value.Value) (value.Value, error) {
	tag := host.Copy(f, &a[1])
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	return wait(b, f, func(ctx context.Context) (int, error) { return store.DeleteTag(ctx, tag) },
		func(_ *vm.Fiber, n int) (value.Value, error) { return value.Int(n), nil })
}

// statsClass is the record that stats gives.
var statsClass = value.ClassOf("hits", "misses", "evictions", "entries", "bytes")

// stats is cache.stats(): counts of this process. What only the server knows is nil.
func (b binder) stats(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	store, err := b.use()
	if err != nil {
		return value.Nil, err
	}
	x := store.Stats()
	known := func(n int) value.Value {
		if n < 0 {
			return value.Nil
		}
		return value.Int(n)
	}
	return f.Heap().NewRecord(statsClass, []value.Value{
		value.Int(int(x.Hits)), value.Int(int(x.Misses)), value.Int(int(x.Evictions)), known(x.Entries), known(int(x.Bytes)),
	}), nil
}
