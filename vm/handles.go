package vm

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"etamil/internal/value"
)

// globalHandles are the Go things that live as long as the program: the server, a
// pool of connections, the cache. Values that name them may be frozen and are good in
// every fiber. Readers take no lock.
type globalHandles struct {
	mu    sync.Mutex
	table atomic.Pointer[[]any]
}

func (g *globalHandles) list() []any {
	if t := g.table.Load(); t != nil {
		return *t
	}
	return nil
}

// NewGlobalHandle keeps a Go thing for as long as the image lives and returns the
// value that names it in all fibers. It may be called from any goroutine.
func (img *Image) NewGlobalHandle(typ uint32, x any) value.Value {
	g := &img.handles
	g.mu.Lock()
	defer g.mu.Unlock()
	// Readers look below the length they have loaded, so the room behind it is free.
	t := append(g.list(), x)
	g.table.Store(&t)
	return value.Handle(uint32(len(t)-1), typ, true)
}

// GlobalHandles is how many things are kept so.
func (img *Image) GlobalHandles() int { return len(img.handles.list()) }

// Close closes what global handles name and can be closed: the program is over.
func (img *Image) Close() error {
	g := &img.handles
	g.mu.Lock()
	defer g.mu.Unlock()
	var errs []error
	for _, x := range g.list() {
		if c, ok := x.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	g.table.Store(nil)
	return errors.Join(errs...)
}

// TypeName is the name of a type of handles, as given to Linker.Type.
func (img *Image) TypeName(typ uint32) string {
	if int(typ) < len(img.members.types) {
		return img.members.types[typ]
	}
	return ""
}

// A fiber's own handles stand in its table, and the places below f.shown are those of the
// globals that it sees. What a program makes by the thousand, tasks and channels, must not
// stay until the fiber ends: whatever is Portable leaves the table with the collection that
// finds no value naming it. What has to be closed stays, since closing can be noticed.

const firstSweep = 256 // handles; a table that is shorter is left alone

// handleBytes is about what a thing takes that a handle names: so much memory in values
// is worth looking through for each of them.
const handleBytes = 512

// NewHandle keeps a Go thing for the fiber and returns the value that names it. typ is
// what Linker.Type gave. A thing that is Portable is kept as long as a value names it, any
// other as long as the fiber lives; if it is an io.Closer, it is closed then. What the top
// level makes may stand in its globals, which outlive it: what is not Portable is kept as
// long as the image.
func (f *Fiber) NewHandle(typ uint32, x any) value.Value {
	if f.own != nil && !f.private {
		if _, ok := x.(Portable); !ok {
			return f.m.img.NewGlobalHandle(typ, x)
		}
	}
	return value.Handle(f.enter(x), typ, false)
}

// enter puts a thing into the table, and asks for a collection when many have come since
// the last one.
func (f *Fiber) enter(x any) uint32 {
	if n := len(f.spare); n > 0 {
		i := f.spare[n-1]
		f.spare = f.spare[:n-1]
		f.handles[i] = x
		return i + f.shown
	}
	f.handles = append(f.handles, x)
	if len(f.handles) > f.sweepAt && !f.pinned {
		f.heap.AskGC()
	}
	return uint32(len(f.handles)-1) + f.shown
}

// thing is what a handle of the fiber's names; nil: nothing.
func (f *Fiber) thing(v value.Value) any {
	i := v.HandleIndex()
	table := f.handles
	switch {
	case v.HandleGlobal():
		table = f.m.img.handles.list()
	case i < f.shown:
		table = f.see.things
	default:
		i -= f.shown
	}
	if int(i) >= len(table) {
		return nil
	}
	if b, ok := table[i].(borrowed); ok {
		return b.x
	}
	return table[i]
}

// CloseAtEnd closes c when the fiber ends, also the one that ran the top level: for what
// no value names and nothing may outlive, such as a transaction. Natives call it.
func (f *Fiber) CloseAtEnd(c io.Closer) { f.handles = append(f.handles, c) }

// HandleOf is the Go thing that a handle of the given type names; nil when v is no
// such handle.
func (f *Fiber) HandleOf(v value.Value, typ uint32) any {
	if v.Kind() != value.KindHandle || v.HandleType() != typ {
		return nil
	}
	return f.thing(v)
}

// sweep takes out of the table what no value names, after a collection that has marked
// what one does.
func (f *Fiber) sweep(named []bool) {
	f.spare = f.spare[:0]
	for i := len(f.handles) - 1; i >= 0; i-- { // so that the lowest places are used first
		if _, ok := f.handles[i].(Portable); ok && !named[i] {
			f.handles[i] = nil
		}
		switch {
		case f.handles[i] != nil:
		case i == len(f.handles)-1:
			f.handles = f.handles[:i]
		default:
			f.spare = append(f.spare, uint32(i))
		}
	}
	live := len(f.handles) - len(f.spare)
	f.sweepAt = max(firstSweep, 2*live, f.heap.Live()/handleBytes)
}

// closeHandles drops what the fiber's handles name, closing what can be closed.
func (f *Fiber) closeHandles() {
	for i, x := range f.handles {
		if c, ok := x.(io.Closer); ok {
			_ = c.Close() // the program is gone: nobody is left to be told
		}
		f.handles[i] = nil
	}
	f.handles, f.spare = f.handles[:0], f.spare[:0]
	f.sweepAt, f.pinned = firstSweep, false
}

// global is the handle that is good in every fiber, for one of the top level's that is
// Portable.
func (f *Fiber) global(v value.Value) value.Value {
	if v.HandleGlobal() {
		return v
	}
	x := f.thing(v)
	if _, ok := x.(Portable); !ok {
		return v
	}
	return f.m.img.NewGlobalHandle(v.HandleType(), x)
}

// Freeze copies a value of the fiber's, most often a function with what it has captured,
// for who will use it later: in this fiber, or, where it runs the top level, in any.
func (f *Fiber) Freeze(v value.Value) (value.Value, *value.Frozen) {
	var z value.Freezer
	if f.own != nil && !f.private {
		v = z.FreezeWith(v, f.global)
	} else {
		f.pinned = true // the copy names things too, and no collection sees it
		v = z.Freeze(v)
	}
	return v, z.Done()
}
