package db

import (
	"context"
	"sync"
)

// Notifier is a Database that passes messages on from whoever sends them to all who listen.
type Notifier interface {
	Database
	// Listen answers when messages for that channel come from now on. The Listener is to be closed.
	Listen(ctx context.Context, channel string) (*Listener, error)
}

// Message is one message.
type Message struct {
	Payload string
	// Lost says instead that messages may have been lost before this: the connection had broken, or nobody
	// has received for too long.
	Lost bool
}

// maxMessages is how many messages wait for their receiver; with one more they are lost.
const maxMessages = 100_000

// Listener is the messages of one channel that have come for who listens. It is safe for concurrent use.
type Listener struct {
	leave func() // what Close does besides

	mu     sync.Mutex
	queue  []Message
	came   chan struct{} // closed at the next change
	closed bool
}

// NewListener makes one; leave is called once, when it is closed.
func NewListener(leave func(*Listener)) *Listener {
	l := &Listener{came: make(chan struct{})}
	l.leave = sync.OnceFunc(func() { leave(l) })
	return l
}

// Put adds a message. Drivers call it.
func (l *Listener) Put(m Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.queue); n >= maxMessages {
		l.queue, m = nil, Message{Lost: true}
	} else if m.Lost && n > 0 && l.queue[n-1].Lost {
		return
	}
	l.queue = append(l.queue, m)
	l.changed()
}

func (l *Listener) changed() {
	close(l.came)
	l.came = make(chan struct{})
}

// Take is the next message if one is there; closed: there will be none.
func (l *Listener) Take() (m Message, ok, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return m, false, l.closed
	}
	m = l.queue[0]
	if l.queue = l.queue[1:]; len(l.queue) == 0 {
		l.queue = nil
	}
	return m, true, false
}

// Wait waits until there is something to take, or nothing to wait for.
func (l *Listener) Wait(ctx context.Context) error {
	l.mu.Lock()
	came, ready := l.came, len(l.queue) > 0 || l.closed
	l.mu.Unlock()
	if ready {
		return nil
	}
	select {
	case <-came:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// End says that nothing more will come; what has come can still be taken.
func (l *Listener) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.changed()
	}
}

// Close implements io.Closer: nobody listens any more.
func (l *Listener) Close() error {
	l.End()
	l.leave()
	return nil
}
