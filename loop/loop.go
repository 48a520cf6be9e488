package loop

import (
	"sync/atomic"
	"time"

	"etamil/http1"
)

// Loop is one event loop: a goroutine that owns a part of the connections,
// with everything that belongs to them. Unless a method says otherwise, only
// that goroutine may use it.
type Loop struct {
	Index int // 0 to Config.Workers-1
	Data  any // the handler's own, as set by OnLoopStart

	srv   *Server
	inbox inbox
	// waking counts wake-ups between the inbox and the poller. The poller
	// must not end before they are through (inbox.shut, Server.stopping).
	waking atomic.Int32
	poller poller
	waits  atomic.Pointer[poller] // the same, for Watch: another may take its place meanwhile

	wheel   wheel
	started bool
	date    []byte // for this second
	second  int64

	iov      [iovMax][]byte // of one write
	out      []byte         // answers made in this event, of cur
	cur      *conn          // the connection whose event it is
	ends     []Task         // to be run at the end of this event
	dirty    *conn          // list of connections with answers to send
	doomed   []*conn        // connections to close at the end of the event
	sent     []*conn        // of hasten
	patience time.Duration  // answerWait; tests that count writes have more
	free     *Exchange      // list of exchanges
	frees    int
	pieces   [][]byte // of bodies, empty, of size pieceMax
	heads    http1.Repeats
	chunk    []byte // one piece of a streamed answer, framed

	tick      tick
	requests  int64 // published by each tick
	late      int64 // writes of a batch that were short
	suspended int64
	locals    int // clients of DialFrom, whose goroutines wait for a processor too

	stat loopStat
}

// loopStat is what other goroutines may read.
type loopStat struct {
	accepted, requests, expelled, lag, worst atomic.Int64
}

// What a loop keeps between events, in bytes and pieces. A request or answer
// beyond costs allocations; below there are none.
const (
	keepBuffer = 64 << 10 // of Loop.out
	keepPiece  = 16 << 10 // of each buffer of an exchange
	keepFree   = 512      // exchanges
)

func newLoop(s *Server, index int) *Loop {
	l := &Loop{srv: s, Index: index, patience: answerWait}
	l.wheel.now = s.clock()
	l.tick.loop = l
	l.setDate(time.Now())
	return l
}

// Post has t run on the loop, after what was posted before, and reports
// whether it will be: not when the server has stopped. Any goroutine may call
// it. Posting does not allocate, except when the loop has to be woken.
func (l *Loop) Post(t Task) bool {
	wake, ok := l.inbox.put(t, &l.waking)
	if wake {
		if !l.poller.Post(l.Index) {
			l.srv.cfg.Log.Error("loop: waking a loop", "loop", l.Index)
		}
		l.waking.Add(-1)
	}
	return ok
}

// AtEnd has t run at the end of the event that l is in, before what was answered is sent.
func (l *Loop) AtEnd(t Task) { l.ends = append(l.ends, t) }

// Server is the server that l belongs to. Any goroutine may call it.
func (l *Loop) Server() *Server { return l.srv }

// Date is the value of the Date field for now, valid until the next tick.
func (l *Loop) Date() []byte { return l.date }

func (l *Loop) setDate(t time.Time) {
	if s := t.Unix(); s != l.second {
		l.second = s
		l.date = http1.AppendDate(l.date[:0], s)
	}
}

// answerWait is how long an answer waits for others to leave with, and for one handler more.
const answerWait = 250 * time.Microsecond

// run does what was posted, as one batch: several answers to one connection
// leave in one write. None waits for all tasks of a batch that takes long.
func (l *Loop) run() {
	tasks := l.inbox.take()
	var since time.Time // of the first answer that waits
	for i, t := range tasks {
		tasks[i] = nil
		l.do(t)
		if l.dirty == nil || i == len(tasks)-1 {
			continue
		}
		switch now := time.Now(); {
		case since.IsZero():
			since = now
		case now.Sub(since) > l.patience:
			l.hasten()
			since = time.Time{}
		}
	}
	l.finish()
}

// hasten sends what was answered until now.
func (l *Loop) hasten() {
	for c := l.dirty; c != nil; c = c.nextDirty {
		l.sent = append(l.sent, c)
	}
	l.send()
	for i, c := range l.sent {
		if l.sent[i] = nil; !c.dead {
			c.sock.Flush() // with one leaves what all sockets owe
		}
	}
	l.sent = l.sent[:0]
}

// send sends what was answered to connections of which this is not the event.
func (l *Loop) send() {
	for c := l.dirty; c != nil; c = l.dirty {
		l.dirty, c.nextDirty, c.isDirty = c.nextDirty, nil, false
		if !c.dead {
			c.resume()
		}
	}
}

// do runs one task. A panic in it is a bug in the handler: it must not take
// the other connections with it.
func (l *Loop) do(t Task) {
	defer l.recovered("task")
	t.RunOnLoop(l)
}

func (l *Loop) tellCancel(x *Exchange, why Reason) {
	defer l.recovered("cancel")
	x.OnCancel.CancelExchange(x, why)
}

// serve has the handler answer x. One that panics has answered 500.
func (l *Loop) serve(x *Exchange) {
	defer l.served(x)
	x.serving = true
	l.srv.handler.Serve(l, x)
	x.serving = false
}

func (l *Loop) served(x *Exchange) {
	if !x.serving {
		return
	}
	r := recover()
	l.srv.cfg.Log.Error("loop: panic", "in", "handler", "panic", r, "stack", stack())
	if !x.finished {
		x.CloseAfter()
		x.Refuse(500, "internal error")
	}
	x.serving = false
}

func (l *Loop) recovered(where string) {
	if r := recover(); r != nil {
		l.srv.cfg.Log.Error("loop: panic", "in", where, "panic", r, "stack", stack())
	}
}

// finish ends an event: it sends what was answered and closes what must be.
func (l *Loop) finish() {
	for i := 0; i < len(l.ends); i++ { // one may bring another
		t := l.ends[i]
		l.ends[i] = nil
		l.do(t)
	}
	l.ends = l.ends[:0]
	l.send()
	for len(l.doomed) > 0 {
		// Closing cancels exchanges, and that may doom others.
		last := len(l.doomed) - 1
		c := l.doomed[last]
		l.doomed[last] = nil
		l.doomed = l.doomed[:last]
		if !c.dead {
			c.sock.Close()
		}
	}
	if l.dirty != nil || len(l.ends) > 0 { // requests that were waiting behind others may have begun something
		l.finish()
	}
}

// exchange takes an exchange from the free list, or makes one.
func (l *Loop) exchange() *Exchange {
	x := l.free
	if x == nil {
		return &Exchange{loop: l}
	}
	l.free, x.next = x.next, nil
	l.frees--
	return x
}

// release puts x back. Nobody may hold it any more.
func (l *Loop) release(x *Exchange) {
	if x.held > 0 {
		l.srv.bodies.give(x.held)
	}
	x.dropPieces(false)
	if x.kept || l.frees >= keepFree {
		return
	}
	x.clear()
	x.next = l.free
	l.free = x
	l.frees++
}

// tick is posted to each loop by the server's clock.
type tick struct {
	loop   *Loop
	posted atomic.Int64 // when, in nanoseconds since the server started; 0 when it is not under way
}

// RunOnLoop implements Task.
func (t *tick) RunOnLoop(l *Loop) {
	now := time.Now()
	lag := int64(now.Sub(l.srv.start)) - t.posted.Swap(0)
	l.stat.lag.Store(lag)
	// The worst lag of about the last minute: half of it is forgotten in 35 s.
	l.stat.worst.Store(max(lag, l.stat.worst.Load()*998/1000))
	l.stat.requests.Store(l.requests)
	l.setDate(now)
	l.wheel.advance(l.srv.clock(), (*conn).expire)
	l.press()
	if f := l.srv.cfg.OnTick; f != nil {
		f(l)
	}
	if l.Index == 0 {
		l.srv.guard.tick()
		l.srv.seekRoom()
	}
	if n := l.srv.wanted.Load(); n > 0 {
		l.makeRoom(int(n))
	}
}
