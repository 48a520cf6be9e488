package sched

import (
	"sync"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Shared is what the tasks of all drivers of a program have in common. Its zero value is
// ready, and safe for concurrent use.
type Shared struct {
	mu    sync.Mutex
	locks map[string]*lock
}

// lock is held by one task at a time. Guarded by Shared.mu. It exists while somebody
// holds it.
type lock struct {
	s      *Shared
	name   string
	holder *Task
	queue  queue
	away   func() // gives up what the holder holds beside it; see AtUnlock
}

// Lock makes f wait until nobody holds the lock of that name, and hold it until Unlock,
// or the end of its task. If then is not nil, it is what f does next, on its worker: its answer,
// which may be to wait for more, is Lock's.
func Lock(f *vm.Fiber, name string, then func(*vm.Fiber) (value.Value, error)) (value.Value, error) {
	t := Of(f)
	if t == nil {
		return value.Nil, vm.Fail(diag.RunElsewhere)
	}
	s := t.driver.Shared()
	s.mu.Lock()
	l := s.locks[name]
	if l == nil && !f.Stopping() {
		if s.locks == nil {
			s.locks = map[string]*lock{}
		}
		l = &lock{s: s, name: name, holder: t}
		s.locks[name] = l
		t.locks = append(t.locks, l)
		s.mu.Unlock()
		return t.locked(f, then)
	}
	s.mu.Unlock()
	t.party = party{lock: &lock{s: s, name: name}, then: then}
	return f.Wait(&t.party)
}

// locked is what a task does that has got a lock.
func (t *Task) locked(f *vm.Fiber, then func(*vm.Fiber) (value.Value, error)) (value.Value, error) {
	if then == nil {
		return value.Nil, nil
	}
	return then(f)
}

// AtUnlock has away called when the lock that t has taken last is given up, before anybody else
// gets it. away must not block.
func (t *Task) AtUnlock(away func()) { t.locks[len(t.locks)-1].away = away }

// begin stands in the queue of the lock, or takes it.
func (l *lock) begin(p *party) bool {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.locks[l.name]
	if now == nil {
		if s.locks == nil {
			s.locks = map[string]*lock{}
		}
		l.holder = p.t
		s.locks[l.name] = l
		p.given = true
		return false
	}
	p.lock = now
	p.t.on.Store(now.holder)
	if tasks := circle(p.t, now.holder); tasks != nil {
		p.t.on.Store(nil)
		p.t.broken = deadlock(tasks, p.t.driver)
		return false
	}
	now.queue.push(p)
	return true
}

// abandon leaves the queue, or gives the lock on that p has got and not seen.
func (l *lock) abandon(p *party) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case p.in != nil:
		p.in.remove(p)
	case p.given:
		p.given = false
		l.pass(p.t)
	}
}

// Unlock gives up the lock that t has taken last.
func (t *Task) Unlock() {
	if n := len(t.locks); n > 0 {
		t.locks[n-1].release(t)
	}
}

func (l *lock) release(t *Task) {
	if away := l.away; away != nil { // the holder's: nobody else looks at it
		l.away = nil
		away()
	}
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.pass(t)
}

// pass gives the lock to the next in the queue.
func (l *lock) pass(t *Task) {
	for i := len(t.locks) - 1; i >= 0; i-- {
		if t.locks[i] == l {
			t.locks = append(t.locks[:i], t.locks[i+1:]...)
			break
		}
	}
	p := l.queue.pop()
	if p == nil {
		delete(l.s.locks, l.name)
		return
	}
	l.holder = p.t
	p.given = true
	p.t.on.Store(nil)
	for q := l.queue.first; q != nil; q = q.next {
		q.t.on.Store(p.t)
	}
	p.t.wake(p.seq, t.driver)
}

// Locks is how many locks are held.
func (s *Shared) Locks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.locks)
}
