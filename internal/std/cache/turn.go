package cache

import (
	"context"
	"crypto/rand"
	"time"

	"etamil/internal/cache"
	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// One computation for all instances that share a store. A flight is an instance's own; before its
// leader computes, the instance takes a lock in the store, the key's turn, and keeps it until the
// value is there. Whoever finds it taken looks for the value again and again, not too often, and
// takes the turn himself when it is free: because the computation has failed, or because the
// instance is gone, whose lock has a time. A turn belongs to its flight, and goes with it from one
// leader to the next. Where the store can't say whose turn it is, each instance computes for itself.

const (
	turnTime  = 5 * time.Second // until another takes over from an instance that is gone
	firstLook = 5 * time.Millisecond
	lastLook  = 50 * time.Millisecond // between two looks, at most
)

// awaiting is the leader of a flight, who waits for its turn or for the value of another.
type awaiting struct {
	b    binder
	f    *vm.Fiber
	fl   *flight
	once bool // to refresh: where it is another's turn there is nothing to wait for

	turn  *hold // nil: it didn't come, or the store doesn't know
	taken bool  // it is another's
	have  bool  // it is there already
	it    cache.Item
	err   error // the fiber was told to end
	bug   *vm.Panic
}

// good reports whether an item is what the flight is for.
func (fl *flight) good(it *cache.Item, now time.Time) bool {
	switch {
	case it.Fresh.IsZero():
		return true
	case fl.refresh:
		return !now.After(it.Fresh.Add(-fl.ahead))
	}
	return now.Before(it.Fresh.Add(fl.stale))
}

// Do implements vm.Task.
func (a *awaiting) Do(ctx context.Context) {
	a.bug = vm.Guard(func() { a.take(ctx) })
	s := a.b.s
	s.mu.Lock()
	a.fl.turn = a.turn
	next := func() {}
	if a.err != nil { // of a fiber that was told to end nobody calls Finish
		next = s.abandon(a.fl)
	}
	s.mu.Unlock()
	next()
}

// Start implements vm.Starter.
func (a *awaiting) Start(ctx context.Context, wake func()) {
	go func() {
		a.Do(ctx)
		wake()
	}()
}

// take takes the turn, or what has come of another's.
func (a *awaiting) take(ctx context.Context) {
	store := a.b.s.store
	h := &hold{store: store, name: string(cache.Computing) + a.fl.key, token: rand.Text(), life: turnTime, done: make(chan struct{})}
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		ok, err := store.Lock(ctx, h.name, h.token, h.life)
		switch {
		case ctx.Err() != nil:
			a.err = ctx.Err()
			h.Release()
			return
		case err != nil:
			h.Release() // the answer may have been lost, not the question
			return
		case !ok && a.once:
			a.taken = true
			return
		}
		it, found, err := store.Get(ctx, a.fl.key)
		switch {
		case err == nil && found && a.fl.good(&it, a.b.now()):
			a.it, a.have = it, true
			h.Release()
			return
		case ok:
			h.Keep()
			a.turn = h
			return
		}
		select {
		case <-ctx.Done():
			a.err = ctx.Err()
			return
		case <-time.After(pause):
		}
	}
}

// Drop implements vm.Dropper: the fiber was told to end, perhaps by a deadline behind which it goes on.
func (a *awaiting) Drop() { a.b.s.leave(a.fl, a.f) }

// Finish implements vm.Task.
func (a *awaiting) Finish(f *vm.Fiber) (value.Value, error) {
	if a.bug != nil {
		panic(a.bug)
	}
	s, fl := a.b.s, a.fl
	if a.err != nil {
		return value.Nil, vm.Fail(diag.RunCancelled)
	}
	s.mu.Lock()
	switch {
	case a.taken:
		s.rest(f, fl)
		s.mu.Unlock()
		return value.False, nil
	case !a.have:
		s.mu.Unlock()
		if a.once {
			return value.True, nil
		}
		return answer(f, recallCompute, value.Nil, fl.id)
	}
	waiting := s.over(fl, a.it, nil)
	s.mu.Unlock()
	wakeAll(waiting)
	if a.once {
		return value.False, nil
	}
	v, err := give(f, &a.it)
	if err != nil {
		return value.Nil, err
	}
	return answer(f, recallHave, v, 0)
}

// compute has the leader of a flight compute, when it is the instance's turn.
func (b binder) compute(f *vm.Fiber, fl *flight) (value.Value, error) {
	if b.s.local != nil || b.s.hasTurn(fl) {
		return answer(f, recallCompute, value.Nil, fl.id)
	}
	return f.Wait(&awaiting{b: b, f: f, fl: fl})
}

func (s *Service) hasTurn(fl *flight) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fl.turn != nil
}
