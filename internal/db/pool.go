package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Pooled is a connection to a server, as the pool sees it. One goroutine uses it at a time.
type Pooled interface {
	// Fit reports that the connection can be used again, as far as is known without asking. It is called under a
	// lock, and costs nothing.
	Fit() bool
	// Alive asks the kernel whether the server has ended the connection while it lay idle.
	Alive() bool
	// Check asks the server, when the connection has lain idle.
	Check(ctx context.Context) error
	// Close ends it; it may block for a short while.
	Close()
}

// Pool keeps connections to one server for all who ask. Who asks takes one that is free,
// or opens one, or waits, in order, for as long as the settings say. It is safe for concurrent use.
type Pool[C Pooled] struct {
	o    Options
	open func(context.Context) (C, error)

	mu      sync.Mutex
	free    []*slot[C] // the last one given back is taken first, so that the others can be closed
	used    map[any]*slot[C]
	total   int // open, or being opened
	waiters []*waiter[C]
	well    time.Time // when a connection was last opened, or given back fit
	closed  bool
	empty   chan struct{} // closed when the pool is closed and nothing is open
	stats   PoolStats

	retryAt time.Time     // no connection is opened before: the server was away
	pause   time.Duration // the next one
	lastErr error

	timer  *time.Timer // of waiters that are no goroutines
	timing bool        // it is running

	stop chan struct{} // ends the keeper
}

// slot is a connection with what the pool has noted of it.
type slot[C Pooled] struct {
	c     C
	until time.Time // its lifetime
	since time.Time // free
}

// waiter is somebody who waits, as a goroutine or not.
type waiter[C Pooled] struct {
	ready chan *slot[C] // gets a connection, or nothing: try again

	call  func(*slot[C], error) // of who is no goroutine: the same
	since time.Time             // when it asked first: those who were woken for nothing keep their place, and their time
}

// tell gives a waiter, who is no longer among the others, a connection or nothing. It reports false when he has gone. The
// lock is held.
func (w *waiter[C]) tell(s *slot[C]) bool {
	if w.call != nil {
		go w.call(s, nil)
		return true
	}
	select {
	case w.ready <- s:
		return true
	default:
		return false
	}
}

// PoolStats is how a pool is doing.
type PoolStats struct {
	Open, Free, Waiting int           // now
	Taken, Opened       int64         // since the start
	Failed              int64         // attempts to open one
	TimedOut, Refused   int64         // who asked, and got none
	Waited              time.Duration // of all who had to
}

// NewPool makes a pool whose connections open opens.
func NewPool[C Pooled](o Options, open func(context.Context) (C, error)) *Pool[C] {
	o.Max = max(o.Max, 1)
	p := &Pool[C]{o: o, open: open, used: map[any]*slot[C]{}, empty: make(chan struct{}), stop: make(chan struct{})}
	go p.keep()
	return p
}

// Stats tells how the pool is doing.
func (p *Pool[C]) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Open, s.Free, s.Waiting = p.total, len(p.free), len(p.waiters)
	return s
}

// Options are the pool's settings.
func (p *Pool[C]) Options() Options { return p.o }

// errBusy is what who asks gets when all connections stay in use.
var errBusy error = &Error{Code: CodeBusy, Tamil: "தரவுதள இணைப்புகள் எல்லாம் பயன்பாட்டில் உள்ளன",
	English: "all connections to the database are in use"}

// checkAfter is how long a connection may lie idle and be trusted.
const checkAfter = time.Second

// Take waits for a connection.
func (p *Pool[C]) Take(ctx context.Context) (c C, err error) {
	s := p.pop()
	if s != nil && s.good() {
		return p.taken(s), nil // as nearly always: nothing to wait for
	}
	return p.look(ctx, s, time.Now(), false)
}

// good reports that a free connection can be used, as far as is known without waiting.
func (s *slot[C]) good() bool {
	return time.Since(s.since) <= checkAfter && s.c.Fit() && s.c.Alive()
}

// look is the rest of Take, for who has found s, or nothing, and asks since then; again: it has waited before.
func (p *Pool[C]) look(ctx context.Context, s *slot[C], since time.Time, again bool) (c C, err error) {
	wait, cancel := context.WithDeadline(ctx, since.Add(p.o.Acquire))
	defer cancel()
	for ; ; s, again = nil, true {
		mine := false
		if s == nil {
			s, mine, err = p.next(wait, since, again)
		}
		switch {
		case err != nil:
			return c, p.told(ctx, err)
		case mine: // a place for a new one
			if s, err = p.dial(wait); err != nil {
				if worthWaiting(err) && wait.Err() == nil {
					continue
				} else if worthWaiting(err) {
					err = wait.Err()
				}
				return c, p.told(ctx, err)
			}
		case !s.c.Fit() || !s.c.Alive() || time.Since(s.since) > checkAfter && p.check(wait, s.c) != nil:
			p.drop(s)
			continue
		}
		return p.taken(s), nil
	}
}

// check asks the server on a connection, and leaves time to open another one.
func (p *Pool[C]) check(ctx context.Context, c C) error {
	ctx, cancel := context.WithTimeout(ctx, p.o.Acquire/2)
	defer cancel()
	return c.Check(ctx)
}

// pop is a free connection, or nil.
func (p *Pool[C]) pop() (s *slot[C]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		s = p.free[n-1]
		p.free = p.free[:n-1]
	}
	return s
}

// taken notes that somebody has the connection.
func (p *Pool[C]) taken(s *slot[C]) C {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note(s)
	return s.c
}

// told is what is told to who got no connection.
func (p *Pool[C]) told(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.TimedOut++
	if p.lastErr != nil && p.total == 0 {
		return p.lastErr
	}
	return errBusy
}

// worthWaiting reports that the server may take us in a moment: it is away, or has no
// place left. A wrong password stays wrong.
func worthWaiting(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == CodeUnavailable
}

// next is a free connection, or the right to open one (mine), which dial uses up. again: it has a place among those who wait.
func (p *Pool[C]) next(ctx context.Context, since time.Time, again bool) (s *slot[C], mine bool, err error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, false, ErrClosed
	}
	if n := len(p.free); n > 0 {
		s = p.free[n-1]
		p.free = p.free[:n-1]
		p.mu.Unlock()
		return s, false, nil
	}
	pause := time.Until(p.retryAt)
	if p.total < p.o.Max && pause <= 0 {
		p.total++
		if p.pause > 0 { // the server was away: one looks whether it is back, the others wait
			p.retryAt = time.Now().Add(p.pause)
		}
		p.mu.Unlock()
		return nil, true, nil
	}
	if len(p.waiters) >= p.o.Waiting && !again {
		p.stats.Refused++
		p.mu.Unlock()
		return nil, false, errBusy
	}
	w := &waiter[C]{ready: make(chan *slot[C], 1), since: since}
	p.enter(w)
	room := p.total < p.o.Max
	p.mu.Unlock()
	began := time.Now()
	var over <-chan time.Time
	if room {
		t := time.NewTimer(pause)
		defer t.Stop()
		over = t.C
	}
	select {
	case s = <-w.ready:
	case <-ctx.Done():
		err = ctx.Err()
	case <-over:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Waited += time.Since(began)
	if s == nil && !p.forget(w) {
		select {
		case s = <-w.ready: // at the same moment
		default:
		}
	}
	if s == nil && err != nil && p.total < p.o.Max { // another one can try, who waits without a time
		p.wakeOne()
	}
	switch {
	case s != nil && err != nil:
		p.hand(s)
		return nil, false, err
	case s != nil || err != nil:
		return s, false, err
	}
	if p.closed {
		return nil, false, ErrClosed
	}
	if p.total < p.o.Max && time.Until(p.retryAt) <= 0 {
		p.total++
		if p.pause > 0 {
			p.retryAt = time.Now().Add(p.pause)
		}
		return nil, true, nil
	}
	return p.again(ctx, since)
}

// again is next for who was woken for nothing. The lock is held, and is held afterwards.
func (p *Pool[C]) again(ctx context.Context, since time.Time) (*slot[C], bool, error) {
	if err := ctx.Err(); err != nil {
		if p.total < p.o.Max {
			p.wakeOne()
		}
		return nil, false, err
	}
	p.mu.Unlock()
	defer p.mu.Lock()
	return p.next(ctx, since, true)
}

// enter puts a waiter behind those who have asked before it. The lock is held.
func (p *Pool[C]) enter(w *waiter[C]) {
	i := len(p.waiters)
	for i > 0 && p.waiters[i-1].since.After(w.since) {
		i--
	}
	p.waiters = slices.Insert(p.waiters, i, w)
}

// forget takes a waiter out, and reports whether he was still there. The lock is held.
func (p *Pool[C]) forget(w *waiter[C]) bool {
	for i, x := range p.waiters {
		if x == w {
			p.waiters = append(p.waiters[:i], p.waiters[i+1:]...)
			return true
		}
	}
	return false
}

// The pauses between attempts to reach a server that is away.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// dial opens a connection in a place that next has given.
func (p *Pool[C]) dial(ctx context.Context) (*slot[C], error) {
	began := time.Now()
	c, err := p.open(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.total--
		p.wakeOne()
		p.settleClosed()
		// Who has asked is gone, or had hardly any time left: that says nothing about the server.
		if ctx.Err() == context.Canceled || ctx.Err() != nil && time.Since(began) < p.o.Acquire/2 {
			return nil, err
		}
		p.stats.Failed++
		if worthWaiting(err) {
			p.pause = min(max(2*p.pause, firstPause), lastPause)
			p.retryAt = time.Now().Add(p.pause/2 + rand.N(p.pause/2+1))
		}
		p.lastErr = err
		return nil, err
	}
	p.stats.Opened++
	p.well = time.Now()
	p.pause, p.retryAt, p.lastErr = 0, time.Time{}, nil
	for _, w := range p.waiters { // they may open connections too
		w.tell(nil)
	}
	p.waiters = nil
	s := &slot[C]{c: c}
	if p.o.Lifetime > 0 {
		s.until = time.Now().Add(p.o.Lifetime - rand.N(p.o.Lifetime/10+1))
	}
	return s, nil
}

// Give brings a connection back; it is closed if it isn't fit, or has lived long enough.
func (p *Pool[C]) Give(c C) {
	if s := p.give(c); s != nil {
		p.drop(s)
	}
}

// GiveSoon is Give for who must not wait until one is closed.
func (p *Pool[C]) GiveSoon(c C) {
	if s := p.give(c); s != nil {
		go p.drop(s)
	}
}

// give is Give that leaves the closing to others: it answers what is to be closed.
func (p *Pool[C]) give(c C) *slot[C] {
	p.mu.Lock()
	s := p.used[any(c)]
	delete(p.used, any(c))
	if s == nil {
		p.mu.Unlock()
		panic("db: a connection was given back that nobody has taken")
	}
	if p.closed || !c.Fit() || !s.until.IsZero() && time.Now().After(s.until) {
		p.mu.Unlock()
		return s
	}
	if len(p.waiters) > 0 && p.waiters[0].call != nil {
		w := p.waiters[0]
		p.waiters = p.waiters[1:]
		p.well = time.Now()
		p.stats.Waited += p.well.Sub(w.since)
		p.note(s)
		p.mu.Unlock()
		w.call(s, nil) // here and now
		return nil
	}
	p.hand(s)
	p.mu.Unlock()
	return nil
}

// Busy reports whether all connections there may be are in use, and whether all was well with one of them not longer ago than that.
func (p *Pool[C]) Busy(within time.Duration) (busy, well bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total >= p.o.Max && len(p.free) == 0, !p.closed && p.lastErr == nil && time.Since(p.well) < within
}

// note notes that somebody has the connection. The lock is held.
func (p *Pool[C]) note(s *slot[C]) {
	p.used[any(s.c)] = s
	p.stats.Taken++
}

// Begin is Take for who doesn't wait: end is called once, from anywhere, also before it returns.
func (p *Pool[C]) Begin(ctx context.Context, end func(C, error)) {
	s := p.pop()
	switch {
	case s == nil && p.queue(ctx, end):
	case s != nil && s.good():
		end(p.taken(s), nil)
	default:
		go func() { end(p.look(ctx, s, time.Now(), false)) }()
	}
}

// queue has end called when it is its turn, and reports false when there is something better to do than to wait.
func (p *Pool[C]) queue(ctx context.Context, end func(C, error)) bool {
	w := &waiter[C]{since: time.Now()}
	var leave func() bool
	w.call = func(s *slot[C], err error) {
		leave()
		var none C
		switch {
		case err != nil:
			end(none, p.told(ctx, err))
		case s == nil:
			end(p.look(ctx, nil, w.since, true))
		default:
			end(s.c, nil)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.total < p.o.Max || len(p.free) > 0 || len(p.waiters) >= p.o.Waiting {
		return false
	}
	leave = context.AfterFunc(ctx, func() {
		p.mu.Lock()
		mine := p.forget(w)
		if mine {
			p.stats.Waited += time.Since(w.since)
		}
		p.mu.Unlock()
		if mine {
			w.call(nil, ctx.Err())
		}
	})
	p.enter(w)
	if !p.timing {
		p.timing = true
		if p.timer == nil {
			p.timer = time.AfterFunc(p.o.Acquire, p.expire)
		} else {
			p.timer.Reset(p.o.Acquire)
		}
	}
	return true
}

// expire ends the waiting of those who are no goroutines, and have waited long enough.
func (p *Pool[C]) expire() {
	p.mu.Lock()
	var late []*waiter[C]
	kept := p.waiters[:0:0]
	next := time.Duration(0)
	for _, w := range p.waiters {
		rest := p.o.Acquire - time.Since(w.since)
		switch {
		case w.call == nil:
			kept = append(kept, w)
		case rest <= 0:
			p.stats.Waited += time.Since(w.since)
			late = append(late, w)
		default:
			if kept = append(kept, w); next == 0 {
				next = rest
			}
		}
	}
	p.waiters = kept
	if p.timing = next > 0; p.timing {
		p.timer.Reset(next)
	}
	p.mu.Unlock()
	for _, w := range late {
		w.call(nil, context.DeadlineExceeded)
	}
}

// hand gives a connection to who has waited longest. The lock is held.
func (p *Pool[C]) hand(s *slot[C]) {
	s.since = time.Now()
	p.well = s.since
	for len(p.waiters) > 0 {
		w := p.waiters[0]
		p.waiters = p.waiters[1:]
		if w.call != nil {
			p.stats.Waited += time.Since(w.since)
			p.note(s)
		}
		if w.tell(s) {
			return
		}
	}
	p.free = append(p.free, s)
}

// drop closes a connection and lets somebody else open one.
func (p *Pool[C]) drop(s *slot[C]) {
	s.c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total--
	p.wakeOne()
	p.settleClosed()
}

// wakeOne has who has waited longest try again: there is room for a connection. The lock is held.
func (p *Pool[C]) wakeOne() {
	if len(p.waiters) > 0 {
		w := p.waiters[0]
		p.waiters = p.waiters[1:]
		w.tell(nil)
	}
}

func (p *Pool[C]) settleClosed() {
	if p.closed && p.total == 0 {
		select {
		case <-p.empty:
		default:
			close(p.empty)
		}
	}
}

// Close closes what is free now, and the rest when it is given back.
func (p *Pool[C]) Close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	close(p.stop)
	free := p.free
	p.free = nil
	for _, w := range p.waiters {
		w.tell(nil)
	}
	p.waiters = nil
	if p.timer != nil {
		p.timer.Stop()
	}
	p.settleClosed()
	p.mu.Unlock()
	for _, s := range free {
		p.drop(s)
	}
}

// Closed reports that Close was called.
func (p *Pool[C]) Closed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// Wait waits until the pool is closed and every connection was given back.
func (p *Pool[C]) Wait() { <-p.empty }

// keepEvery is how often the keeper looks.
const keepEvery = 5 * time.Second

// keep closes connections that nobody needs and keeps as many open as the settings say.
func (p *Pool[C]) keep() {
	every := keepEvery
	if p.o.Idle > 0 {
		every = min(every, max(p.o.Idle/4, 10*time.Millisecond))
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		p.trim()
		p.fill()
		select {
		case <-t.C:
		case <-p.stop:
			return
		}
	}
}

// trim closes what has lain idle or lived for too long.
func (p *Pool[C]) trim() {
	now := time.Now()
	var gone []*slot[C]
	p.mu.Lock()
	kept := p.free[:0:0]
	for _, s := range p.free {
		old := !s.until.IsZero() && now.After(s.until)
		idle := p.o.Idle > 0 && now.Sub(s.since) > p.o.Idle && p.total-len(gone) > p.o.Min
		if old || idle || !s.c.Fit() {
			gone = append(gone, s)
		} else {
			kept = append(kept, s)
		}
	}
	p.free = kept
	p.mu.Unlock()
	for _, s := range gone {
		p.drop(s)
	}
}

// fill opens what is missing to the least number.
func (p *Pool[C]) fill() {
	for {
		p.mu.Lock()
		if p.closed || p.total >= min(p.o.Min, p.o.Max) || time.Until(p.retryAt) > 0 {
			p.mu.Unlock()
			return
		}
		p.total++
		p.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), p.o.Acquire)
		s, err := p.dial(ctx)
		cancel()
		if err != nil {
			return
		}
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			p.drop(s)
			return
		}
		p.hand(s)
		p.mu.Unlock()
	}
}
