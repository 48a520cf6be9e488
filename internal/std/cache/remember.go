package cache

import (
	"context"
	"io"
	"time"

	"etamil/internal/cache"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// One computation for many waiters, of all workers of a process; of all instances: turn.go.
//
// A key that somebody computes has a flight, whose leader is the fiber that computes. Others
// wait for the flight. When its leader has a value, they get it; when the computation fails,
// they get its error, instead of each trying after the other; when the leader is told to end,
// which says nothing about the computation, the next of them leads. A fiber that ends in any
// other way gives up what it leads: see seat.
//
// A flight that refreshes an entry which is still good has no leader until a task has come that
// was started for it, and nobody waits for it. Where it fails, it stays for a while, so that the
// next try isn't made at once.

// flight is one computation. Guarded by Service.mu.
type flight struct {
	id      uint64
	key     string        // the store's
	options cache.Options // the time that stale adds included
	stale   time.Duration
	ahead   time.Duration // see options.refresh
	refresh bool          // what the store has is still good

	leader  *vm.Fiber // nil: nobody yet, or it is over
	turn    *hold     // of the instance; nil: it has none, or needs none
	waiting []*waiter
}

// waiter is one fiber that waits for a flight. Guarded by Service.mu.
type waiter struct {
	b    binder
	f    *vm.Fiber
	of   *flight
	mine *flight // what it would do itself
	wake func()
	drop func() bool // forgets the wait for the cancellation

	over   bool // what follows is set
	gone   bool // it was told to end
	again  bool // the flight was over when the wait began: there may be something now
	leads  bool // it leads the flight now
	it     cache.Item
	failed *failed
}

// failed is the error of a computation, or the failure that it has answered, on its way to others.
type failed struct {
	v      vm.Parcel
	err    error // instead: the value can't go
	result bool  // it is a failure, which isn't raised
}

const (
	claimTime = 5 * time.Second // for the task that refreshes to come
	restTime  = time.Second     // after a refresh that has failed
)

// What _recall answers with: [what, value, flight].
const (
	recallHave    = iota // the value
	recallCompute        // compute it
	recallRefresh        // the value, which a task is to compute anew
)

func answer(f *vm.Fiber, what int, v value.Value, id uint64) (value.Value, error) {
	return f.Heap().NewListOf([]value.Value{value.Int(what), v, value.Int(int(id))}), nil
}

// recall is _recall(key, time, options).
func (b binder) recall(f *vm.Fiber, a []value.Value) (value.Value, error) {
	k, err := key(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	life, err := ttl(f, &a[2])
	if err != nil {
		return value.Nil, err
	}
	o, err := readOptions(f, &a[3], true)
	if err != nil {
		return value.Nil, err
	}
	if life == 0 && (o.stale > 0 || o.refresh > 0) {
		return value.Nil, host.Raise("argument", "stale, refresh க்குக் காலம் வேண்டும்", "stale and refresh need a time")
	}
	if _, err := b.use(); err != nil {
		return value.Nil, err
	}
	if m := b.s.local; m != nil && o.stale == 0 && o.refresh == 0 { // most
		if it, ok := m.Peek(k); ok && it.Fresh.IsZero() {
			v, err := give(f, it)
			if err != nil {
				return value.Nil, err
			}
			return answer(f, recallHave, v, 0)
		}
	}
	fl := &flight{key: b.owned(k), stale: o.stale, ahead: o.refresh, options: cache.Options{Tags: o.tags}}
	if life > 0 {
		fl.options.TTL = life + o.stale
	}
	return b.look(f, fl)
}

// look looks for what fl is to compute.
func (b binder) look(f *vm.Fiber, fl *flight) (value.Value, error) {
	return wait(b, f, func(ctx context.Context) (found, error) {
		it, ok, err := b.s.store.Get(ctx, fl.key)
		return found{it, ok}, err
	}, func(f *vm.Fiber, x found) (value.Value, error) {
		now := b.now()
		if !x.ok || !x.it.Fresh.IsZero() && !now.Before(x.it.Fresh.Add(fl.stale)) {
			return b.lead(f, fl)
		}
		v, err := give(f, &x.it)
		if err != nil {
			return value.Nil, err
		}
		if !x.it.Fresh.IsZero() && now.After(x.it.Fresh.Add(-fl.ahead)) {
			if id := b.s.refreshes(fl); id != 0 {
				return answer(f, recallRefresh, v, id)
			}
		}
		return answer(f, recallHave, v, 0)
	})
}

// dated reports whether what is computed says until when it is fresh, since the store keeps it
// for longer or others must know.
func (fl *flight) dated() bool { return fl.stale > 0 || fl.ahead > 0 }

// lead makes f the leader of fl, or has it wait for who computes the key already.
func (b binder) lead(f *vm.Fiber, fl *flight) (value.Value, error) {
	s := b.s
	s.mu.Lock()
	now := s.flights[fl.key]
	switch {
	case now == nil || now.refresh: // what was good has ended meanwhile: nobody can wait for a refresh
		s.begin(fl)
		s.leads(f, fl)
		s.mu.Unlock()
		return b.compute(f, fl)
	case now.leader == f:
		s.mu.Unlock()
		return value.Nil, host.Raise("cache.circle", "நினைவில் வைக்கும் செயல் தன் சாவியையே கேட்கிறது", "the function that computes the value asks for the same key")
	}
	s.seat(f)
	s.mu.Unlock()
	return f.Wait(&waiter{b: b, f: f, of: now, mine: fl})
}

// begin enters a flight. The caller holds s.mu.
func (s *Service) begin(fl *flight) {
	s.last++
	fl.id = s.last
	s.flights[fl.key], s.turns[fl.id] = fl, fl
}

// end takes a flight away. The caller holds s.mu.
func (s *Service) end(fl *flight) {
	if s.flights[fl.key] == fl {
		delete(s.flights, fl.key)
	}
	delete(s.turns, fl.id)
	if x := s.seats[fl.leader]; x != nil {
		delete(x.leads, fl)
	}
	fl.leader = nil
	if fl.turn != nil {
		fl.turn.Release()
		fl.turn = nil
	}
}

// rest ends a flight that refreshes, and has nobody begin another one for a while. The caller holds
// s.mu.
func (s *Service) rest(f *vm.Fiber, fl *flight) {
	delete(s.seats[f].leads, fl)
	fl.leader = nil
	time.AfterFunc(restTime, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.end(fl)
	})
}

// refreshes enters a flight that refreshes, and answers its number; 0 if somebody computes the
// key already, or has failed to just now.
func (s *Service) refreshes(fl *flight) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights[fl.key] != nil {
		return 0
	}
	fl.refresh = true
	s.begin(fl)
	time.AfterFunc(claimTime, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if fl.leader == nil && s.turns[fl.id] == fl {
			s.end(fl)
		}
	})
	return fl.id
}

// claim is _claim(flight): whether the fiber, which was started for it, is to refresh.
func (b binder) claim(f *vm.Fiber, a []value.Value) (value.Value, error) {
	s := b.s
	s.mu.Lock()
	fl := s.turn(&a[1])
	mine := fl != nil && fl.leader == nil
	if mine {
		s.leads(f, fl)
	}
	s.mu.Unlock()
	if mine && s.local == nil {
		return f.Wait(&awaiting{b: b, f: f, fl: fl, once: true})
	}
	return value.Bool(mine), nil
}

// turn is the flight of that number, or nil. The caller holds s.mu.
func (s *Service) turn(v *value.Value) *flight {
	n, _ := v.ToNumber().Int64()
	return s.turns[uint64(n)]
}

// settle is _settle(flight, value): the computation has come to an end. Those who wait get the
// value before the store has it.
func (b binder) settle(f *vm.Fiber, a []value.Value) (value.Value, error) {
	s := b.s
	s.mu.Lock()
	fl := s.turn(&a[1])
	s.mu.Unlock()
	if fl == nil || fl.leader != f { // its leader is f, which is here, or somebody else for good
		return value.Nil, nil
	}
	if a[2].IsFail() { // as a ? in it answers: the next who asks tries again
		why := &failed{result: true}
		why.v, why.err = f.Pack(a[2], true)
		b.failing(f, fl, why)
		return value.Nil, nil
	}
	it, err := s.item(f, &a[2], fl.dated())
	if err != nil {
		return value.Nil, err // which _fail is told
	}
	if fl.dated() {
		it.Fresh = b.now().Add(fl.options.TTL - fl.stale)
	}
	s.mu.Lock()
	turn := fl.turn
	fl.turn = nil // others have theirs when the value is there
	waiting := s.over(fl, it, nil)
	s.mu.Unlock()
	wakeAll(waiting)
	if turn != nil && f.Stopping() { // what follows does not begin
		turn.Release()
	}
	return wait(b, f, func(ctx context.Context) (struct{}, error) {
		if turn != nil {
			defer turn.Release()
		}
		err := s.store.Set(ctx, fl.key, it, fl.options)
		if cache.Down(err) { // the program has its value
			err = nil
		}
		return struct{}{}, err
	}, func(*vm.Fiber, struct{}) (value.Value, error) { return value.Nil, nil })
}

// over ends a flight for all that wait for it, and answers them. The caller holds s.mu.
func (s *Service) over(fl *flight, it cache.Item, failed *failed) []*waiter {
	for _, w := range fl.waiting {
		w.over, w.it, w.failed = true, it, failed
	}
	waiting := fl.waiting
	fl.waiting = nil
	s.end(fl)
	return waiting
}

func wakeAll(waiting []*waiter) {
	for _, w := range waiting {
		w.wake()
	}
}

// fail is _fail(flight, error). A leader that was told to end leaves the flight to the next.
func (b binder) fail(f *vm.Fiber, a []value.Value) (value.Value, error) {
	s := b.s
	var why *failed
	if !f.Stopping() {
		why = &failed{}
		why.v, why.err = f.Pack(a[2], true)
	}
	s.mu.Lock()
	fl := s.turn(&a[1])
	if fl == nil || fl.leader != f {
		s.mu.Unlock()
		return value.Nil, nil
	}
	if why == nil {
		wake := s.abandon(fl)
		s.mu.Unlock()
		wake()
		return value.Nil, nil
	}
	s.mu.Unlock()
	b.failing(f, fl, why)
	return value.Nil, nil
}

// failing ends the flight that f leads, whose computation has failed.
func (b binder) failing(f *vm.Fiber, fl *flight, why *failed) {
	s := b.s
	s.mu.Lock()
	if fl.refresh {
		s.rest(f, fl)
		s.mu.Unlock()
		return
	}
	waiting := s.over(fl, cache.Item{}, why)
	s.mu.Unlock()
	wakeAll(waiting)
}

// abandon gives a flight to the next who waits for it, if there is one, and answers what wakes
// that one. The caller holds s.mu, and calls it without.
func (s *Service) abandon(fl *flight) (wake func()) {
	if x := s.seats[fl.leader]; x != nil {
		delete(x.leads, fl)
	}
	fl.leader = nil
	if len(fl.waiting) == 0 {
		s.end(fl)
		return func() {}
	}
	w := fl.waiting[0]
	fl.waiting = fl.waiting[1:]
	w.over, w.leads = true, true
	s.leads(w.f, fl)
	return w.wake
}

// leave is abandon for a flight that f may lead.
func (s *Service) leave(fl *flight, f *vm.Fiber) {
	wake := func() {}
	s.mu.Lock()
	if fl.leader == f {
		wake = s.abandon(fl)
	}
	s.mu.Unlock()
	wake()
}

// seat is what a fiber has to give up when it ends: the flights it leads.
type seat struct {
	s     *Service
	f     *vm.Fiber
	leads map[*flight]struct{}
}

var _ io.Closer = (*seat)(nil)

// seat makes a fiber's seat, on its own worker, if it has none. The caller holds s.mu.
func (s *Service) seat(f *vm.Fiber) {
	if s.seats[f] == nil {
		x := &seat{s, f, map[*flight]struct{}{}}
		s.seats[f] = x
		f.CloseAtEnd(x)
	}
}

// leads makes f the leader. The caller holds s.mu, and is on f's worker, or f waits and has a
// seat.
func (s *Service) leads(f *vm.Fiber, fl *flight) {
	s.seat(f)
	fl.leader = f
	s.seats[f].leads[fl] = struct{}{}
}

// Close implements io.Closer: the fiber has ended.
func (x *seat) Close() error {
	s := x.s
	s.mu.Lock()
	delete(s.seats, x.f)
	var wakes []func()
	for fl := range x.leads {
		wakes = append(wakes, s.abandon(fl))
	}
	s.mu.Unlock()
	for _, wake := range wakes {
		wake()
	}
	return nil
}

// Do implements vm.Task.
func (w *waiter) Do(ctx context.Context) {
	done := make(chan struct{})
	w.Start(ctx, func() { close(done) })
	<-done
}

// Start implements vm.Starter.
func (w *waiter) Start(ctx context.Context, wake func()) {
	s := w.b.s
	s.mu.Lock()
	w.wake = wake
	over := true
	switch fl := w.of; {
	case s.flights[fl.key] != fl:
		w.over, w.again = true, true
	case fl.leader == nil:
		w.over, w.leads = true, true
		s.leads(w.f, fl)
	default:
		over = false
		fl.waiting = append(fl.waiting, w)
		w.drop = context.AfterFunc(ctx, w.leave)
	}
	s.mu.Unlock()
	if over {
		wake()
	}
}

// leave is called when the fiber is told to end.
func (w *waiter) leave() {
	s := w.b.s
	s.mu.Lock()
	if w.over {
		s.mu.Unlock()
		return
	}
	w.over, w.gone = true, true
	for i, x := range w.of.waiting {
		if x == w {
			w.of.waiting = append(w.of.waiting[:i:i], w.of.waiting[i+1:]...)
			break
		}
	}
	s.mu.Unlock()
	w.wake()
}

// Drop implements vm.Dropper: a fiber that was told to end, perhaps by a deadline behind which it goes on, will not compute.
func (w *waiter) Drop() { w.b.s.leave(w.of, w.f) }

// Finish implements vm.Task.
func (w *waiter) Finish(f *vm.Fiber) (value.Value, error) {
	s := w.b.s
	s.mu.Lock()
	drop := w.drop
	s.mu.Unlock()
	if drop != nil {
		drop()
	}
	switch {
	case w.gone:
		return value.Nil, vm.Fail(diag.RunCancelled)
	case w.leads && f.Stopping(): // it will not see the answer
		s.leave(w.of, f)
		return value.Nil, vm.Fail(diag.RunCancelled)
	case w.again:
		return w.b.look(f, w.mine)
	case w.leads:
		return w.b.compute(f, w.of)
	case w.failed != nil && w.failed.err != nil:
		return value.Nil, w.failed.err
	case w.failed != nil && w.failed.result:
		return answer(f, recallHave, f.Unpack(w.failed.v), 0)
	case w.failed != nil:
		return value.Nil, f.Rethrow(f.Unpack(w.failed.v))
	}
	v, err := give(f, &w.it)
	if err != nil {
		return value.Nil, err
	}
	return answer(f, recallHave, v, 0)
}
