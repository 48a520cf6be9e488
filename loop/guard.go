package loop

import (
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// guard keeps accepting away from the end of descriptors, where accept(2)
// fails: that error ends gnet's engine, and every connection with it.
//
// It pauses when as many connections are open as there is room for, which is
// counted again and again, since the rest of the process uses descriptors as
// well. New clients then wait in the kernel's queue. The number of a new
// descriptor, the lowest that is free, says when to count at once; it does not
// say how many are left: connections that have gone leave holes below those
// that stay, and a storm of short connections would creep up to the limit.
type guard struct {
	limit int64 // connections, at most
	last  int   // descriptors that may be in use; those above are for what happens before a pause is seen

	most   atomic.Int64 // connections that there is room for now
	room   atomic.Int64 // and those that there are descriptors for, whatever limit says
	open   atomic.Int64 // connections
	coming atomic.Int64 // connections accepted by ourselves, on their way to a loop
	paused atomic.Bool

	mu     sync.Mutex
	accept func(on bool) // pauses and resumes; nil while no poller runs
	log    *slog.Logger  // nil: nobody is told
	told   time.Time     // of the last pause
}

// tellGap is how often an operator is told that connections wait.
const tellGap = time.Minute

// resumeGap is how many connections must have gone before accepting goes on,
// so that at the limit not every close costs a pause.
const resumeGap = 8

// full reports whether our own acceptors should wait.
func (g *guard) full() bool {
	if 2*g.needs() > g.room.Load() {
		g.count()
	}
	return g.paused.Load() || g.here() >= g.most.Load() || g.needs()+2 > g.room.Load()
}

// needs is how many descriptors the connections need: on its way to a loop one has two.
func (g *guard) needs() int64 { return g.open.Load() + 2*g.coming.Load() }

// here is how many connections there are.
func (g *guard) here() int64 { return g.open.Load() + g.coming.Load() }

// empty reports whether no connection is left.
func (g *guard) empty() bool { return g.here() == 0 }

// newGuard derives the limits from what the system allows the process. The
// Go runtime has already raised the soft limit as far as it may.
//
// Each loop may accept one more connection before it sees the pause, so that
// many descriptors, and some for what the process does meanwhile, are always
// set aside.
func newGuard(maxConns, spare, loops int) (*guard, error) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return nil, os.NewSyscallError("getrlimit", err)
	}
	files := int(min(r.Cur, 1<<30))
	if spare == 0 {
		spare = min(64, files/4)
	}
	g := &guard{
		limit: int64(max(files-spare, 1)),
		last:  files - max(spare/2, loops+8),
	}
	if maxConns > 0 {
		g.limit = min(g.limit, int64(maxConns))
	}
	g.count()
	return g, nil
}

// count sets how many connections there is room for.
func (g *guard) count() {
	used, err := openFiles()
	if err != nil {
		used = g.last // none is free to ask with
	}
	others := int64(used) - g.here()
	room := max(2, int64(g.last)-others) // one on its way to a loop has two, in the worst case of those that are set aside
	g.room.Store(room)
	g.most.Store(min(g.limit, room))
}

// low is at how many connections accepting goes on.
func (g *guard) low() int64 {
	most := g.most.Load()
	return most - max(min(resumeGap, most/8), 1)
}

// use tells how to pause, and that accepting is on; nil when it has ended.
func (g *guard) use(accept func(on bool)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accept = accept
	g.paused.Store(false)
	g.count()
}

// opened counts a new connection with descriptor fd.
func (g *guard) opened(fd int) {
	n := g.open.Add(1)
	if fd >= g.last {
		g.count()
	}
	if n >= g.limit || g.needs() >= g.room.Load() {
		g.pause()
	}
}

// closed counts one gone. Its descriptor may still be in use for a moment.
func (g *guard) closed() {
	if g.open.Add(-1); g.paused.Load() && g.here() <= g.low() {
		g.resume()
	}
}

// tick counts again when that may make a difference, and looks whether a
// pause can end.
func (g *guard) tick() {
	most := g.most.Load()
	if most < g.limit || g.here() > most/2 {
		g.count()
	}
	if g.paused.Load() && g.here() <= g.low() {
		g.resume()
	}
}

// excess is how many connections have to go before accepting goes on; where there is room for many, more, as
// many may wait.
func (g *guard) excess() int64 { return max(g.here()-g.low(), g.most.Load()/128) }

func (g *guard) pause() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.accept == nil || g.paused.Load() {
		return
	}
	g.paused.Store(true)
	g.accept(false)
	g.tell()
	// A close between the count and the pause saw no pause to end.
	g.resumeIfRoom()
}

// tell tells an operator, who has not just heard of it, that connections wait. g is locked.
func (g *guard) tell() {
	if now := time.Now(); g.log != nil && now.Sub(g.told) >= tellGap {
		g.told = now
		g.log.Warn("connections_full", "open", g.here(), "most", g.most.Load())
	}
}

// waits is told that our own acceptors wait until there is room.
func (g *guard) waits() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell()
}

func (g *guard) resume() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.accept != nil && g.paused.Load() {
		g.resumeIfRoom()
	}
}

func (g *guard) resumeIfRoom() {
	if g.count(); g.here() <= g.low() && g.needs() <= g.room.Load() {
		g.paused.Store(false)
		g.accept(true)
	}
}
