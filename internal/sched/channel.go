package sched

import (
	"sync"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Channel carries values from task to task, also between workers: in the order in which
// they were sent, each to one receiver. It is safe for concurrent use.
type Channel struct {
	mu     sync.Mutex
	room   int
	buf    []vm.Parcel // from head on
	head   int
	recv   queue
	send   queue
	closed bool
}

// party is a task that stands in a queue.
type party struct {
	block
	t          *Task
	seq        uint32
	next, prev *party
	in         *queue // nil: it isn't in one
	c          *Channel
	lock       *lock
	then       func(*vm.Fiber) (value.Value, error) // see Lock
	msg        vm.Parcel
	sends      bool
	walks      bool // a receiver that is to know the end from nil
	given      bool // its wait is over: msg is what it got, or was taken from it
	closed     bool
}

// queue is the tasks that wait for something, in the order in which they came.
type queue struct{ first, last *party }

func (q *queue) push(p *party) {
	p.in, p.prev, p.next = q, q.last, nil
	if q.last != nil {
		q.last.next = p
	} else {
		q.first = p
	}
	q.last = p
}

func (q *queue) pop() *party {
	p := q.first
	if p != nil {
		q.remove(p)
	}
	return p
}

func (q *queue) remove(p *party) {
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		q.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		q.last = p.prev
	}
	p.in, p.prev, p.next = nil, nil, nil
}

// NewChannel makes a channel that holds so many values which nobody has received yet.
func NewChannel(room int) *Channel { return &Channel{room: room} }

// Portable says that a handle of a channel may go to any fiber.
func (c *Channel) Portable() {}

// Send makes f wait until there is room for v, or a receiver.
func (c *Channel) Send(f *vm.Fiber, v value.Value) (value.Value, error) {
	t := Of(f)
	if t == nil {
		return value.Nil, vm.Fail(diag.RunElsewhere)
	}
	m, err := f.Pack(v, true)
	if err != nil {
		return value.Nil, err
	}
	if f.Stopping() { // it is raised here, and nothing is sent
		return f.Wait(t.party.of(c, m, true))
	}
	c.mu.Lock()
	switch {
	case c.closed:
		c.mu.Unlock()
		return value.Nil, vm.Fail(diag.RunClosed)
	case c.put(m, t.driver):
		c.mu.Unlock()
		return value.Nil, nil
	}
	c.mu.Unlock()
	return f.Wait(t.party.of(c, m, true))
}

// Offer sends without waiting: false says that there is neither room nor a receiver, or
// that the channel is closed. me is the driver of the goroutine that calls it, or nil.
func (c *Channel) Offer(p vm.Parcel, me Driver) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.closed && c.put(p, me)
}

// put gives a value to who waits for one, or keeps it if there is room.
func (c *Channel) put(m vm.Parcel, me Driver) bool {
	if p := c.recv.pop(); p != nil {
		p.msg, p.given = m, true
		p.t.wake(p.seq, me)
		return true
	}
	if len(c.buf)-c.head < c.room {
		c.keep(m)
		return true
	}
	return false
}

func (c *Channel) keep(m vm.Parcel) {
	if c.head > 0 && len(c.buf) == cap(c.buf) {
		n := copy(c.buf, c.buf[c.head:])
		clear(c.buf[n:])
		c.buf, c.head = c.buf[:n], 0
	}
	c.buf = append(c.buf, m)
}

// take is the next value, if there is one.
func (c *Channel) take(me Driver) (m vm.Parcel, ok bool) {
	if c.head < len(c.buf) {
		m = c.buf[c.head]
		c.buf[c.head] = vm.Parcel{}
		if c.head++; c.head == len(c.buf) {
			c.buf, c.head = c.buf[:0], 0
		}
		if p := c.send.pop(); p != nil { // there is room for one more
			c.keep(p.msg)
			p.sent(me)
		}
		return m, true
	}
	if p := c.send.pop(); p != nil {
		m = p.msg
		p.sent(me)
		return m, true
	}
	return vm.Parcel{}, false
}

func (p *party) sent(me Driver) {
	p.msg, p.given = vm.Parcel{}, true
	p.t.wake(p.seq, me)
}

// Receive makes f wait for the next value. It gives nil when the channel is closed and
// everything has been received.
func (c *Channel) Receive(f *vm.Fiber) (value.Value, error) { return c.receive(f, false) }

// Next is Receive that gives value.Undef at the end: for a walk over all that comes.
func (c *Channel) Next(f *vm.Fiber) (value.Value, error) { return c.receive(f, true) }

func (c *Channel) receive(f *vm.Fiber, walks bool) (value.Value, error) {
	t := Of(f)
	if t == nil {
		return value.Nil, vm.Fail(diag.RunElsewhere)
	}
	wait := func() (value.Value, error) {
		p := t.party.of(c, vm.Parcel{}, false)
		p.walks = walks
		return f.Wait(p)
	}
	if f.Stopping() { // it is raised here, and nothing is taken
		return wait()
	}
	c.mu.Lock()
	m, ok := c.take(t.driver)
	closed := c.closed
	c.mu.Unlock()
	switch {
	case ok:
		return f.Unpack(m), nil
	case closed && walks:
		return value.Undef, nil
	case closed:
		return value.Nil, nil
	}
	return wait()
}

// Close says that nothing more will be sent: who waits to send fails, and who waits to
// receive gets nil.
func (c *Channel) Close(me Driver) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for p := c.send.pop(); p != nil; p = c.send.pop() {
		p.closed = true
		p.t.wake(p.seq, me)
	}
	for p := c.recv.pop(); p != nil; p = c.recv.pop() {
		p.t.wake(p.seq, me)
	}
}

// Len is how many values wait to be received.
func (c *Channel) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.buf) - c.head
}

// Waiting is how many tasks wait in it.
func (c *Channel) Waiting() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range []*queue{&c.recv, &c.send} {
		for p := q.first; p != nil; p = p.next {
			n++
		}
	}
	return n
}

// of makes p, which is its task's own, ready for a wait in a channel.
func (p *party) of(c *Channel, m vm.Parcel, sends bool) *party {
	*p = party{c: c, msg: m, sends: sends}
	return p
}

func (p *party) Begin(t *Task) bool {
	p.t, p.seq = t, t.seq
	if p.lock != nil {
		return p.lock.begin(p)
	}
	c := p.c
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case p.sends && c.closed:
		p.closed = true
		return false
	case p.sends && c.put(p.msg, t.driver):
		p.msg, p.given = vm.Parcel{}, true
		return false
	case p.sends:
		c.send.push(p)
		return true
	}
	if m, ok := c.take(t.driver); ok {
		p.msg, p.given = m, true
		return false
	}
	if c.closed {
		return false
	}
	c.recv.push(p)
	return true
}

// Abandon leaves the queue. What a receiver was given and has not seen goes to the next
// one, or back to where it was.
func (p *party) Abandon(t *Task) {
	if p.lock != nil {
		p.lock.abandon(p)
		return
	}
	c := p.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.in != nil {
		p.in.remove(p)
		return
	}
	if !p.given || p.sends {
		return
	}
	m := p.msg
	p.msg, p.given = vm.Parcel{}, false
	if next := c.recv.pop(); next != nil {
		next.msg, next.given = m, true
		next.t.wake(next.seq, t.driver)
		return
	}
	c.buf = append([]vm.Parcel{m}, c.buf[c.head:]...)
	c.head = 0
}

func (p *party) Finish(f *vm.Fiber) (value.Value, error) {
	if err := takeBroken(f); err != nil {
		return value.Nil, err
	}
	m := p.msg
	p.msg = vm.Parcel{}
	switch {
	case p.closed:
		return value.Nil, vm.Fail(diag.RunClosed)
	case p.lock != nil:
		p.t.locks = append(p.t.locks, p.lock)
		then := p.then
		p.then = nil
		return p.t.locked(f, then)
	case p.walks && !p.given:
		return value.Undef, nil
	case p.sends || !p.given:
		return value.Nil, nil
	}
	return f.Unpack(m), nil
}
