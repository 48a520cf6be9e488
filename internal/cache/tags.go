package cache

import (
	"sync"
	"sync/atomic"
)

// tags are the tags of Memory. A tag that is deleted dies, and everything that carries it is
// dead from then on, whether it can already be found or is only being set: nothing that was
// computed before a deletion outlives it, and no lock is held over two tables.
type tags struct {
	mu     sync.Mutex
	byName map[string]*tag
}

// tag is one life of a tag, from the first entry that carries it to its deletion, or to the
// end of the last such entry.
type tag struct {
	name    string
	killed  atomic.Bool
	entries map[*entry]string // their keys; guarded by tags.mu
}

func (t *tags) init() { t.byName = map[string]*tag{} }

// dead reports whether a tag of the entry was deleted since it was set.
func (e *entry) dead() bool {
	for _, t := range e.tags {
		if t.killed.Load() {
			return true
		}
	}
	return false
}

// What a tag takes, about, and what each entry that carries it: places in tables. Measured.
const (
	tagBytes   = 300
	placeBytes = 64
)

// mark gives an entry that nobody sees yet its tags. The first entry that carries a tag is what it is counted with.
func (t *tags) mark(e *entry, key string, names []string) {
	if len(names) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		x := t.byName[name]
		if x == nil {
			x = &tag{name: name, entries: map[*entry]string{}}
			t.byName[name] = x
			e.more += tagBytes + len(name)
		}
		if _, ok := x.entries[e]; !ok {
			x.entries[e] = key
			e.tags = append(e.tags, x)
			e.more += placeBytes
		}
	}
}

// keep gives an entry that takes another one's place, and has got its tags, a place among
// theirs.
func (t *tags) keep(e *entry, key string) {
	if len(e.tags) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range e.tags {
		x.entries[e] = key
		if !x.killed.Load() {
			t.byName[x.name] = x // its last entry may just have gone
		}
	}
}

// forget takes away an entry that is no more.
func (t *tags) forget(e *entry) {
	if len(e.tags) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range e.tags {
		delete(x.entries, e)
		if len(x.entries) == 0 && t.byName[x.name] == x {
			delete(t.byName, x.name)
		}
	}
}

// kill ends the life of a tag and answers the keys of what carried it.
func (t *tags) kill(name string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.byName[name]
	if x == nil {
		return nil
	}
	x.killed.Store(true)
	delete(t.byName, name)
	keys := make([]string, 0, len(x.entries))
	for _, key := range x.entries {
		keys = append(keys, key)
	}
	return keys
}
