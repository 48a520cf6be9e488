package tasks_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// served is a server in small: a task for each connection, which reads requests and answers
// each, after it has waited in one of the ways that there are. Reading and writing a socket
// stand in the place of two builtins about files; a request is a number.
const served = `
செயல் வாங்கு(k) { திரும்பு _fileInfo(k); }
செயல் பதிலளி(k, n) { _fileSave(k, n); }
பணி தோல்வி(n) { உறங்கு(_mod(n, 4)); எறி பிழை_ஆக்கு("x"); }
பணி பின்(n) { உறங்கு(_mod(n, 5)); திரும்பு n; }
பணி கூறு(c, n) { உறங்கு(_mod(n, 3)); c.send([n]); }
செயல் வேலை(n) {
	வகை = _mod(n, 8);
	(வகை == 0) எனில் { திரும்பு n; }
	(வகை == 1) எனில் { பூட்டு("p") { உறங்கு(1); } திரும்பு n; }
	(வகை == 2) எனில் { முயல் { காலக்கெடு(2) { பூட்டு("p") { உறங்கு(_mod(n, 5)); } } } பிழை(e) { (e.code != "timeout") எனில் { எறி e; } } திரும்பு n; }
	(வகை == 3) எனில் { முயல் { x = இணையாக [பின்(n), தோல்வி(n), பின்(n + 1)]; } பிழை(e) { (e.code != "x") எனில் { எறி e; } } திரும்பு n; }
	(வகை == 4) எனில் { [அ, ஆ] = இணையாக [பின்(n), பின்(n + 1)]; திரும்பு ஆ - 1; }
	(வகை == 5) எனில் { c = வாய்க்கால்(); தொடங்கு கூறு(c, n); தேர்ந்தெடு { x = c.receive() => { திரும்பு x[0]; } _ = உறங்கு(2) => { திரும்பு n; } } }
	(வகை == 6) எனில் { c = வாய்க்கால்(1); த = தொடங்கு கூறு(c, n); உறங்கு(1); c.close(); முயல் { காத்திரு த; } பிழை(e) { (e.code != "closed") எனில் { எறி e; } } திரும்பு n; }
	த = தொடங்கு பின்(n); உறங்கு(_mod(n, 2)); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { (e.code != "cancelled") எனில் { எறி e; } } திரும்பு n;
}
பணி இணைப்பு(k) { n = வாங்கு(k); (n != nil) சுற்று { பதிலளி(k, வேலை(n)); n = வாங்கு(k); } }
ts = [];
ஒவ்வொரு k இல் வீச்சு(0, 4) { ts = _append(ts, தொடங்கு இணைப்பு(k)); }
ஒவ்வொரு t இல் ts { முயல் { காத்திரு t; } பிழை(e) { (e.code != "cancelled") எனில் { எறி e; } } }
பூட்டு("p") { அச்சு "முடிவு"; }
`

// world is the clock and the sockets of one schedule. All of it happens on the scheduler's
// goroutine, in an order that dice decide.
type world struct {
	dice    *rand.Rand
	now     time.Duration
	waiting []*happening
	conns   [5]conn
	next    int // request
	closing bool
	owed    map[int]int // by request: the answers that are still owed
	failed  string
	upset   func() // may let something happen to tasks; called before each thing that happens
}

// conn is a client that sends some requests and may go at any time.
type conn struct {
	left int // requests to come
	gone bool
	task *sched.Task
	open int // the request that is being answered; 0: none
}

// happening is something that will be: a time, or that a socket can be read or written.
type happening struct {
	w    *world
	at   time.Duration
	ctx  context.Context // nil for the clock's
	wake func()
	end  func(*vm.Fiber) (value.Value, error)
}

func (h *happening) Do(context.Context)                      {}
func (h *happening) Finish(f *vm.Fiber) (value.Value, error) { return h.end(f) }
func (h *happening) Start(ctx context.Context, wake func())  { h.ctx, h.wake = ctx, wake; h.w.add(h) }
func (w *world) add(h *happening)                            { w.waiting = append(w.waiting, h) }
func (w *world) Now() time.Time                              { return time.Unix(0, 0).Add(w.now) }
func (w *world) wait(f *vm.Fiber, d time.Duration, end func(*vm.Fiber) (value.Value, error)) (value.Value, error) {
	return f.Wait(&happening{w: w, at: w.now + d, end: end})
}

// After implements host.Clock and sched.Clock.
func (w *world) After(d time.Duration, wake func()) func() bool {
	h := &happening{w: w, at: w.now + d, wake: wake}
	w.add(h)
	return func() bool {
		i := slices.Index(w.waiting, h)
		if i >= 0 {
			w.waiting = slices.Delete(w.waiting, i, i+1)
		}
		return i >= 0
	}
}

// leave has a client go at times, or the drain begin.
func (w *world) leave() {
	switch w.dice.IntN(40) {
	case 0:
		w.closing = true
	case 1, 2:
		c := &w.conns[w.dice.IntN(len(w.conns))]
		if c.gone = true; c.task != nil && !c.task.Over() {
			c.task.Cancel(diag.RunCancelled)
		}
	}
}

// happen lets one thing happen: what upset does, what was given up is seen, or the next time
// comes. It reports false when there is none.
func (w *world) happen() bool {
	w.upset()
	if len(w.waiting) == 0 {
		return false
	}
	best := -1
	at := w.dice.IntN(len(w.waiting)) // among equals the first from here on
	for k := range w.waiting {
		i := (at + k) % len(w.waiting)
		h := w.waiting[i]
		if h.ctx != nil && h.ctx.Err() != nil {
			best = i
			break
		}
		if best < 0 || h.at < w.waiting[best].at {
			best = i
		}
	}
	h := w.waiting[best]
	w.waiting = slices.Delete(w.waiting, best, best+1)
	if h.ctx == nil || h.ctx.Err() == nil {
		w.now = max(w.now, h.at)
	}
	h.wake()
	return true
}

// read is வாங்கு(k): the next request, some time after; nil once there will be none.
func (w *world) read(f *vm.Fiber, args []value.Value) (value.Value, error) {
	c := &w.conns[host.Trunc(&args[0])]
	c.task = sched.Of(f)
	if c.gone {
		c.task.Cancel(diag.RunCancelled)
	}
	return w.wait(f, time.Duration(w.dice.IntN(4))*time.Second, func(*vm.Fiber) (value.Value, error) {
		if c.left == 0 || w.closing {
			return value.Nil, nil
		}
		c.left--
		w.next++
		c.open = w.next
		w.owed[w.next] = 1
		return value.Int(w.next), nil
	})
}

// write is பதிலளி(k, n): it waits for room at times.
func (w *world) write(f *vm.Fiber, args []value.Value) (value.Value, error) {
	c, n := &w.conns[host.Trunc(&args[0])], host.Trunc(&args[1])
	if c.open != n {
		w.failed = fmt.Sprintf("an answer to %d, where %d was asked", n, c.open)
	}
	end := func(*vm.Fiber) (value.Value, error) {
		w.owed[n]--
		c.open = 0
		return value.Nil, nil
	}
	if w.dice.IntN(3) > 0 {
		return end(f)
	}
	return w.wait(f, time.Second, end)
}

func (w *world) sleep(f *vm.Fiber, args []value.Value) (value.Value, error) {
	return w.wait(f, time.Duration(host.Trunc(&args[0]))*time.Second, func(*vm.Fiber) (value.Value, error) { return value.Nil, nil })
}

// TestServedSchedules runs random schedules of the server: clients go, deadlines pass, siblings
// fail, a drain begins, at any moment. No answer may be lost or doubled, and nothing be left.
// ETAMIL_LONG runs 100,000.
func TestServedSchedules(t *testing.T) {
	count := uint64(2000)
	if os.Getenv("ETAMIL_LONG") != "" {
		count = 100_000
	}
	var now *world // whose turn it is
	img := scripttest.Image(t, served, compile.Options{}, func(l *vm.Linker) {
		l.Bind("fileInfo", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.read(f, a) })
		l.Bind("fileSave", 2, 2, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.write(f, a) })
		l.Bind("sleep", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.sleep(f, a) })
	})
	answered, lostClients := 0, 0
	for seed := range count {
		now = newWorld(seed)
		now.run(t, img, seed)
		for _, c := range now.conns {
			if c.gone {
				lostClients++
			}
		}
		answered += now.next
	}
	if uint64(answered) < 3*count || uint64(lostClients) < count/10 {
		t.Errorf("%d requests and %d clients that went, in %d schedules", answered, lostClients, count)
	}
	again := func() string {
		now = newWorld(11)
		now.run(t, img, 11)
		return fmt.Sprint(now.now, now.next, now.owed)
	}
	if a, b := again(), again(); a != b {
		t.Errorf("a seed does not make the same again:\n%s\n%s", a, b)
	}
}

func newWorld(seed uint64) *world {
	w := &world{dice: rand.New(rand.NewPCG(seed, 2)), owed: map[int]int{}}
	for i := range w.conns {
		w.conns[i].left = w.dice.IntN(4)
	}
	w.next = w.dice.IntN(8)
	w.upset = w.leave
	return w
}

// schedule runs the program, and reports how it has ended.
func (w *world) schedule(t *testing.T, img *vm.Image, seed uint64) {
	t.Helper()
	var out bytes.Buffer
	m := vm.NewMachine(img, vm.Limits{Steps: 1_000_000})
	m.Data = &host.Host{Out: host.NewOutput(&out, false), Clock: w}
	f := m.NewFiber()
	f.StartMain()
	var shared sched.Shared
	s := sched.New()
	s.Time, s.Alone, s.Common, s.Idle = w, true, &shared, w.happen
	s.Pick = func(n int) int {
		if w.dice.IntN(4) == 0 {
			w.happen()
		}
		return w.dice.IntN(n)
	}
	s.Add(f, nil)
	s.Run(context.Background())
	_ = host.Of(f).Out.Flush()
	switch {
	case w.failed != "":
		t.Fatalf("seed %d: %s", seed, w.failed)
	case f.Status() != vm.Done || strings.TrimSpace(out.String()) != "முடிவு":
		t.Fatalf("seed %d: %v, %q", seed, f.Err(), out.String())
	case s.Len() != 0 || shared.Locks() != 0 || len(w.waiting) != 0:
		t.Fatalf("seed %d: %d tasks, %d locks and %d waits are left", seed, s.Len(), shared.Locks(), len(w.waiting))
	}
}

func (w *world) run(t *testing.T, img *vm.Image, seed uint64) {
	t.Helper()
	first := w.next
	w.schedule(t, img, seed)
	gone := map[int]bool{}
	for _, c := range w.conns {
		if c.gone {
			gone[c.open] = true
		}
	}
	for n, owed := range w.owed {
		if owed != 0 && !(owed == 1 && gone[n]) {
			t.Fatalf("seed %d: of the answers to %d, after %d, %d are owed", seed, n, first, owed)
		}
	}
}
