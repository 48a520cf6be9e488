package loop

import (
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// guard keeps accepting away from the end of descriptors, where accept(2)
// fails: that error ends gnet's engine, and every connection with it.
//
// It pauses when as many connections are open as are allowed, and also when
// a new one has got a descriptor near the limit: the kernel gives the lowest
// free number, so that is true when the rest of the process has used more
// than was set aside for it. New clients then wait in the kernel's queue.
type guard struct {
	limit int64 // connections
	low   int64 // at this many, accepting goes on
	last  int   // descriptors: a new one at or above means that they run out

	open   atomic.Int64 // connections
	coming atomic.Int64 // connections accepted by ourselves, on their way to a loop
	paused atomic.Bool

	mu     sync.Mutex
	accept func(on bool) // pauses and resumes; nil while no poller runs
}

// resumeGap is how many connections must have gone before accepting goes on,
// so that at the limit not every close costs a pause.
const resumeGap = 8

// full reports whether our own acceptors should wait.
func (g *guard) full() bool {
	return g.paused.Load() || g.open.Load()+g.coming.Load() >= g.limit
}

// empty reports whether no connection is left.
func (g *guard) empty() bool { return g.open.Load()+g.coming.Load() == 0 }

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
	g.low = g.limit - max(min(resumeGap, g.limit/8), 1)
	return g, nil
}

// use tells how to pause, and that accepting is on; nil when it has ended.
func (g *guard) use(accept func(on bool)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accept = accept
	g.paused.Store(false)
}

// opened counts a new connection with descriptor fd.
func (g *guard) opened(fd int) {
	if g.open.Add(1) >= g.limit || fd >= g.last {
		g.pause()
	}
}

// closed counts one gone. Its descriptor may still be in use for a moment.
func (g *guard) closed() {
	if n := g.open.Add(-1); g.paused.Load() && n <= g.low {
		g.resume()
	}
}

// tick looks whether a pause can end that was not due to connections.
func (g *guard) tick() {
	if g.paused.Load() && g.open.Load() <= g.low {
		g.resume()
	}
}

func (g *guard) pause() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.accept == nil || g.paused.Load() {
		return
	}
	g.paused.Store(true)
	g.accept(false)
	// A close between the count and the pause saw no pause to end.
	if g.open.Load() <= g.low && g.room() {
		g.on()
	}
}

func (g *guard) resume() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.accept != nil && g.paused.Load() && g.room() {
		g.on()
	}
}

func (g *guard) on() {
	g.paused.Store(false)
	g.accept(true)
}

// room reports whether the lowest free descriptor is clear of the limit.
func (g *guard) room() bool {
	fd, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		// Standard error may be closed: then nothing speaks against it.
		return err == unix.EBADF
	}
	unix.Close(fd)
	return fd < g.last
}
