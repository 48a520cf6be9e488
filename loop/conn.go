package loop

import (
	"net/netip"

	"etamil/http1"
)

// conn is one connection, on the goroutine of its loop.
//
//	[PROXY header]
//	idle --bytes--> head --complete--> body --complete--> handler
//	  ^                                                      |
//	  |  answered at once: its bytes wait in Loop.out <------+
//	  |  the event ends: one write, more bytes? head         |
//	  +------------------------------------------------      | kept by the handler
//	                                                         v
//	suspended: reading is off; requests that have already been read may fill
//	           the ring. Answered ones leave in order; when the ring is empty,
//	           what was read is parsed, and reading goes on.
//	blocked:   the client does not take its answers: the queue is not empty.
//	           Nothing is parsed, reading is off, the watcher will tell.
//	closing:   nothing more is parsed. Ring and queue empty: lingering.
//	lingering: our side is ended, what comes is thrown away, until the client
//	           ends its side: closing with unread bytes resets the connection,
//	           and the last answer with it.
//	dead:      the descriptor is closed, or will be when closed returns. Its
//	           number may belong to another client soon, so nothing may be
//	           written any more.
type conn struct {
	sock   socket
	loop   *Loop
	remote netip.AddrPort
	timer  timer

	in   []byte    // read but not parsed
	seen int       // how much of it Parse has looked at
	x    *Exchange // the request whose body is coming; in the ring as well if it is taken as it comes

	head, tail *Exchange // the ring: requests in work or answered, in order
	ring       int       // its length
	held       int       // bytes of answers in it that wait for those before
	queue      queue     // what the kernel did not take

	secure *secureSocket // sock, if it is one; nil without TLS

	peer       Peer      // takes what the client sends, after Upgrade
	peerOf     *Exchange // whose it is
	peerPaused bool

	phase   phase
	phaseAt int64 // ticks: when the phase has taken too long
	since   int64 // when the phase, or lingering, began
	movedAt int64 // when a byte of the queue has last left
	goneAt  int64 // when a half-closed client is given up; 0: it is not half-closed

	inHeld    int // bytes of in taken from the body budget
	nextDirty *conn

	preface   bool // a PROXY header comes first
	more      bool // bytes wait that were not parsed
	closing   bool
	clean     bool // the client asked for the close, and can't have sent more
	lingering bool
	doomed    bool // will be closed at the end of the event
	dead      bool
	isDirty   bool // in Loop.dirty
	waits     bool // a file's bytes wait for the socket to take more
	warming   bool // a file's bytes are being read, see fileStream
	watched   bool // known to the watcher
}

func newConn(l *Loop, s socket, remote netip.AddrPort) *conn {
	c := &conn{sock: s, loop: l, remote: remote}
	c.timer = timer{owner: c, bucket: unarmed}
	c.queue.budget = &l.srv.output
	if f := l.srv.cfg.Proxied; f != nil {
		c.preface = f(remote)
	}
	c.phase, c.since, c.phaseAt = phaseIdle, l.wheel.now, l.wheel.now+l.srv.ticks.header
	if l.srv.draining.Load() {
		c.phaseAt = l.wheel.now + drainIdle
	}
	l.wheel.arm(&c.timer, c.phaseAt)
	return c
}

// ready reports whether another request may be started.
func (c *conn) ready() bool {
	return !c.closing && !c.doomed && c.queue.size == 0 && c.peer == nil &&
		c.ring < c.loop.srv.cfg.MaxPipeline && c.held < c.loop.srv.cfg.OutputCap
}

// feed takes the bytes of one read. p is valid during the call.
func (c *conn) feed(p []byte) {
	if c.peer != nil && !c.doomed {
		c.feedPeer(p)
		return
	}
	if c.closing && !c.taking() || c.doomed {
		if c.lingering {
			// It is still sending what was refused; let it see why.
			l := c.loop
			c.phaseAt = min(l.wheel.now+l.srv.ticks.linger, c.since+lingerMost*l.srv.ticks.linger)
		}
		return // thrown away
	}
	c.loop.cur = c
	if len(c.in) == 0 && (c.ready() || c.wanted()) {
		if rest := c.parse(p); len(rest) > 0 {
			c.in = append(c.grown(len(rest)), rest...)
		}
	} else {
		c.in = append(c.grown(len(p)), p...)
		c.parseIn()
	}
	c.settle()
	c.loop.cur = nil
}

// resume goes on after something that c waited for: an answer, or room for
// more of them.
func (c *conn) resume() {
	c.loop.cur = c
	c.settle()
	c.loop.cur = nil
}

// RunOnLoop implements Task: the watcher says that the socket takes bytes.
func (c *conn) RunOnLoop(*Loop) {
	if c.dead || c.doomed || c.queue.size == 0 && !c.waits {
		return
	}
	c.drain()
	c.resume()
}

// touch has the answers of c sent at the end of the event.
func (c *conn) touch() {
	if !c.isDirty && c.loop.cur != c {
		c.isDirty = true
		c.nextDirty, c.loop.dirty = c.loop.dirty, c
	}
}

// settle ends an event: it sends what is answered, and sets what c waits for.
func (c *conn) settle() {
	for {
		c.flush()
		c.advance()
		if c.doomed || len(c.in) == 0 || !c.wanted() && (!c.ready() || c.taking() || c.seen == len(c.in)) {
			break
		}
		c.parseIn()
	}
	if !c.doomed && (!c.closing || c.peer != nil || c.taking()) {
		c.account()
	}
	c.more = len(c.in) > 0 || c.x != nil
	if len(c.in) == 0 {
		c.in = nil
	}
	if c.doomed {
		return
	}
	idle := c.ring == 0 && c.queue.size == 0
	if idle && c.closing && !c.lingering {
		c.sock.Flush() // what it said last in another protocol
		if idle = c.queue.size == 0; idle && !c.doomed {
			c.linger()
		}
	}
	if c.doomed {
		return
	}
	if c.awaited(idle) {
		c.x.await100 = false
		c.loop.out = http1.AppendContinue(c.loop.out)
		c.flush()
	}
	c.sock.Read(c.lingering || c.wanted() || c.ring == 0 && c.queue.size == 0 || c.peer != nil && !c.peerPaused)
	c.arm()
}

// lingerMost is how many times Config.Linger a client may go on sending.
const lingerMost = 10

// linger ends our side. A client that asked for the end, was answered at once
// and has sent nothing else needs no more.
func (c *conn) linger() {
	if c.clean && c.secure == nil { // an end of TLS has to be said
		c.doom()
		return
	}
	c.lingering = true
	c.since = c.loop.wheel.now
	c.phaseAt = c.since + c.loop.srv.ticks.linger
	c.sock.CloseWrite()
}

// doom has c closed at the end of the event: closing it at once would call
// closed from within whatever is being done with c.
func (c *conn) doom() {
	if !c.doomed {
		c.doomed = true
		c.loop.doomed = append(c.loop.doomed, c)
	}
}

// abort has c reset, dropping what the kernel still holds for it.
func (c *conn) abort() {
	if !c.doomed && !c.dead {
		c.sock.Abort()
		c.doom()
	}
}

// closed follows the poller's last event about c.
func (c *conn) closed() {
	if c.dead {
		return
	}
	c.dead = true
	l := c.loop
	l.wheel.disarm(&c.timer)
	l.srv.watcher.forget(c)
	c.queue.drop()
	c.dropInput()
	why := ClientGone
	if l.srv.stopped.Load() {
		why = ServerStops
	}
	c.abandon(why)
}
