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
