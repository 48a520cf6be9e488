package loop

import (
	"slices"
	"time"
)

// batch reads from all sockets that are ready, and then sends all answers, in one system
// call each instead of one for each socket. A system call costs 0.1 to 1 µs more than
// what it does, the higher on virtual machines; at saturation that was a quarter of a
// request (RATIONALE.md).
//
// Between begin and end what small writes are given is kept, and counts as written. What
// the kernel doesn't take in the end, it hands back by events.unsent. A connection that will
// be closed after a write (not one that speaks another protocol: that goes on) writes at once; any other call on a socket that is owed
// bytes sends first. Small writes are copied; what is shared by many stays where it is, however
// long, so what a topic's followers are sent costs neither copies nor a system call for each.
type batch struct {
	l    *gnetLoop
	ring *ring
	open bool
	from []*gnetSocket    // whom receive reads from
	in   [ringSize][]byte // what it reads into

	owed  [ringSize]owing
	n     int       // of them
	bytes []byte    // what they are owed; it never grows, so they stay where they are
	since time.Time // when the first of them was
	late  bool      // some was handed back, which its loop must act on
}

// owing is a socket and what counts as written to it.
type owing struct {
	to *gnetSocket
	p  []byte
	o  ownership // borrowed: p is of batch.bytes
}

const (
	batchRead  = 8 << 10  // bytes of one read; who sends more is read again
	batchWrite = 4 << 10  // a longer answer is written at once
	batchBytes = 64 << 10 // of all
)

func newBatch(l *gnetLoop) (*batch, error) {
	r, err := newRing()
	if err != nil {
		return nil, err
	}
	b := &batch{l: l, ring: r, from: make([]*gnetSocket, 0, ringSize), bytes: make([]byte, 0, batchBytes)}
	all := make([]byte, ringSize*batchRead)
	for i := range b.in {
		b.in[i] = all[i*batchRead : (i+1)*batchRead : (i+1)*batchRead]
	}
	return b, nil
}

func (b *batch) close() {
	if b != nil {
		b.ring.close()
	}
}

// begin has writes kept from now on. A nil batch keeps none.
func (b *batch) begin() {
	if b != nil {
		b.open = true
	}
}

// end sends what was kept.
func (b *batch) end() {
	if b == nil {
		return
	}
	b.open = false
	b.send()
	if b.late {
		b.late = false
		b.l.p.ev.posted(b.l.index)
	}
}

// keep takes p in place of a write, if it can.
func (b *batch) keep(s *gnetSocket, p []byte, o ownership) bool {
	if b == nil || !b.open || s.owed || s.of == nil || s.of.closing && s.of.peer == nil || o != shared && len(p) > batchWrite {
		return false
	}
	if b.n == ringSize || o != shared && cap(b.bytes)-len(b.bytes) < len(p) {
		b.send()
	}
	if b.n == 0 {
		b.since = time.Now()
	}
	if o != shared {
		at := len(b.bytes)
		b.bytes = append(b.bytes, p...)
		p = b.bytes[at:]
	}
	b.owed[b.n] = owing{s, p, o}
	b.n++
	s.owed = true
	return true
}

// send sends what was kept until now.
func (b *batch) send() {
	n := b.n
	b.n = 0
	if n == 1 {
		o := b.owed[0]
		k, err := writeNow(o.to.fd, o.p)
		b.sent(0, k, err)
	} else if n > 0 {
		for _, o := range b.owed[:n] {
			b.ring.add(opSend, o.to.fd, o.p)
		}
		b.ring.do()
		for i, res := range b.ring.results[:n] {
			k, err := resultOf(res)
			b.sent(i, k, err)
		}
	}
	b.bytes = b.bytes[:0]
}

// sent follows the sending of what one socket was owed.
func (b *batch) sent(i, n int, err error) {
	o := b.owed[i]
	b.owed[i] = owing{}
	o.to.owed = false
	if n, err = took(n, err); n < len(o.p) {
		b.l.p.ev.unsent(o.to.of, o.p[n:], o.o, err)
		b.late = true
	}
}

// found has receive read from s, soon.
func (b *batch) found(s *gnetSocket) {
	if len(b.from) == ringSize {
		b.receive()
	}
	b.from = append(b.from, s)
}

// receive reads from the sockets that were found, and has their requests answered.
func (b *batch) receive() {
	from := slices.DeleteFunc(b.from, func(s *gnetSocket) bool { return s.of.dead }) // since it was found
	b.from = b.from[:0]
	if len(from) == 1 {
		from[0].read()
		return
	}
	if len(from) == 0 {
		return
	}
	for i, s := range from {
		b.ring.add(opRecv, s.fd, b.in[i])
	}
	b.ring.do()
	results := b.ring.results // sending has others
	for i, s := range from {
		if s.of.dead {
			continue // closed by one before it
		}
		n, err := resultOf(results[i])
		s.arrived(b.in[i][:n], err)
		if n == batchRead && s.readsOn() {
			s.read()
		}
		if b.n > 0 && time.Since(b.since) > answerWait {
			b.send()
		}
	}
	clear(from)
}
