package loop

import "sync"

// guests are descriptors of others, such as sockets of a database, that a loop waits for beside its own:
// what comes on them is acted on where it is waited for, and no goroutine has to be woken for it, nor to wake the loop.
type guests struct {
	mu   sync.Mutex
	list map[int]guest // by descriptor; nil: the loop takes none
}

// guest is what is called for a descriptor.
type guest struct{ ready, gone func() }

// open has guests taken.
func (g *guests) open() {
	g.mu.Lock()
	g.list = map[int]guest{}
	g.mu.Unlock()
}

// add notes a guest, for which watch has the loop woken.
func (g *guests) add(fd int, one guest, watch func(fd int) error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.list == nil || watch(fd) != nil {
		return false
	}
	g.list[fd] = one
	return true
}

// drop forgets a guest; unwatch undoes add's watch.
func (g *guests) drop(fd int, unwatch func(fd int)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.list[fd]; ok {
		delete(g.list, fd)
		unwatch(fd)
	}
}

// of is what is to be called for a descriptor, nil if it is no guest's.
func (g *guests) of(fd int) func() {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.list[fd].ready
}

// each does something with all descriptors.
func (g *guests) each(do func(fd int)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for fd := range g.list {
		do(fd)
	}
}

// some does something if there are any, none of which is sent away meanwhile.
func (g *guests) some(do func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.list) > 0 {
		do()
	}
}

// close sends all guests away.
func (g *guests) close(unwatch func(fd int)) {
	g.mu.Lock()
	list := g.list
	g.list = nil
	for fd := range list {
		unwatch(fd)
	}
	g.mu.Unlock()
	for _, one := range list {
		one.gone()
	}
}

// Watch has ready called on the loop when fd, which never blocks, has become readable, or broken: once for all that has
// come until then, so ready reads until there is no more. It may also be called for nothing. gone is called, on
// any goroutine, if the loop ends before Unwatch. Watch reports false where a loop can't do that, or doesn't any more. Any goroutine may
// call it.
func (l *Loop) Watch(fd int, ready, gone func()) bool {
	p := l.waits.Load()
	return p != nil && (*p).Watch(l.Index, fd, func() {
		defer l.recovered("guest")
		ready()
	}, gone)
}

// Unwatch ends Watch; it is called before fd is closed. ready may be running meanwhile. Any goroutine may call it.
func (l *Loop) Unwatch(fd int) {
	if p := l.waits.Load(); p != nil {
		(*p).Unwatch(l.Index, fd)
	}
}

// Later has f run on the loop, after what was posted before, and reports whether it will be, as Post does. Any goroutine may call it. It does not
// allocate, if f was made before.
func (l *Loop) Later(f func()) bool { return l.Post(call(f)) }

// call is a function as a Task.
type call func()

// RunOnLoop implements Task.
func (c call) RunOnLoop(*Loop) { c() }
