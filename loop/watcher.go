package loop

import "sync"

// watcher tells the loops which sockets can be written again. One goroutine
// waits for all of them, and only sockets with a backlog are known to it, so
// gnet's own interest in a socket is never touched.
type watcher struct {
	ready readiness
	mu    sync.Mutex
	conns map[int]*conn // by descriptor
	ended chan struct{}
}

func newWatcher() (*watcher, error) {
	w := &watcher{conns: make(map[int]*conn), ended: make(chan struct{})}
	if err := w.ready.open(); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

// watch asks for one wake-up of c, as a Task on its loop, when its socket
// takes bytes. It is called on c's loop.
func (w *watcher) watch(c *conn) error {
	if _, ok := c.sock.(localSocket); ok {
		return nil // its client tells by itself
	}
	fd := c.sock.Fd()
	known := c.watched
	if !known {
		c.watched = true
		w.mu.Lock()
		w.conns[fd] = c
		w.mu.Unlock()
	}
	return w.ready.arm(fd, known)
}

// forget must be called on c's loop before the descriptor is closed.
func (w *watcher) forget(c *conn) {
	if !c.watched {
		return
	}
	c.watched = false
	fd := c.sock.Fd()
	w.ready.disarm(fd)
	w.mu.Lock()
	delete(w.conns, fd)
	w.mu.Unlock()
}

func (w *watcher) run() {
	defer close(w.ended)
	for w.ready.wait(w.wake) {
	}
}

// wake is called for a descriptor that takes bytes. A report about one that
// was closed and opened again in the meantime reaches the new connection at
// worst, which then tries to write what it has.
func (w *watcher) wake(fd int) {
	w.mu.Lock()
	c := w.conns[fd]
	w.mu.Unlock()
	if c != nil {
		c.loop.Post(c)
	}
}

// close ends the watcher; no loop may use it any more.
func (w *watcher) close() {
	w.ready.wake()
	<-w.ended
	w.ready.close()
}
