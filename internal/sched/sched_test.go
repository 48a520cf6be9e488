package sched_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/code/codetest"
	"etamil/internal/sched"
	"etamil/internal/value"
	"etamil/vm"
)

// gate is a task that ends when the test opens it, or its context is done.
type gate struct {
	open   chan struct{}
	began  chan struct{}
	gaveUp atomic.Bool
}

func newGate() *gate { return &gate{open: make(chan struct{}), began: make(chan struct{}, 1)} }

func (g *gate) Do(ctx context.Context) {
	g.began <- struct{}{}
	select {
	case <-g.open:
	case <-ctx.Done():
		g.gaveUp.Store(true)
	}
}

func (g *gate) Finish(f *vm.Fiber) (value.Value, error) {
	return f.Heap().NewText("திறந்தது"), nil
}

// timer is a task without a goroutine of its own.
type timer struct{ after time.Duration }

func (t *timer) Do(context.Context) { panic("a Starter was run as an ordinary task") }
func (t *timer) Start(ctx context.Context, wake func()) {
	time.AfterFunc(t.after, wake)
}
func (t *timer) Finish(f *vm.Fiber) (value.Value, error) { return value.One, nil }

func machine(t *testing.T, text string, natives map[string]vm.Native) (*vm.Machine, func(string, ...value.Value) *vm.Fiber) {
	t.Helper()
	l := vm.NewLinker()
	for name, n := range natives {
		l.Bind(name, 0, -1, n)
	}
	p := codetest.Must(text + "\nfunc \"main\" regs=1 top\n  halt\n")
	p.Main = p.ByName["main"]
	img, err := l.Link(p)
	if err != nil {
		t.Fatal(err)
	}
	m := vm.NewMachine(img, vm.Limits{})
	return m, func(name string, args ...value.Value) *vm.Fiber {
		f := m.NewFiber()
		f.Start(value.Func(p.ByName[name]), args...)
		return f
	}
}

func text(f *vm.Fiber) string {
	if err := f.Err(); err != nil {
		return "! " + err.Code
	}
	v := f.Result()
	return string(f.Heap().Writer().AppendText(nil, &v))
}

const program = `
builtins gate timer
func "wait" regs=1
  callb R0, $gate, 0
  ret R0
func "nap" regs=1
  callb R0, $timer, 0
  ret R0
func "count" params=1 regs=2
  loadi R1, 0
L:
  forlt R1, R0, L, 1
  ret R1
func "endless" regs=1
L:
  loop L
`

func natives(g *gate) map[string]vm.Native {
	return map[string]vm.Native{
		"gate":  func(f *vm.Fiber, _ []value.Value) (value.Value, error) { return f.Wait(g) },
		"timer": func(f *vm.Fiber, _ []value.Value) (value.Value, error) { return f.Wait(&timer{time.Millisecond}) },
	}
}

func TestRun(t *testing.T) {
	g := newGate()
	_, start := machine(t, program, natives(g))
	close(g.open)
	for _, c := range []struct {
		f    *vm.Fiber
		want string
	}{
		{start("wait"), "திறந்தது"}, {start("nap"), "1"}, {start("count", value.Int(200_000)), "200000"},
	} {
		if status := sched.Run(context.Background(), c.f); status != vm.Done || text(c.f) != c.want {
			t.Errorf("status %d, %s, want %s", status, text(c.f), c.want)
		}
	}
}

// TestOthersGoOn lets a fiber compute and end while another waits.
func TestOthersGoOn(t *testing.T) {
	g := newGate()
	_, start := machine(t, program, natives(g))
	s := sched.New()
	var order []string
	s.Add(start("wait"), func(f *vm.Fiber) { order = append(order, text(f)) })
	s.Add(start("count", value.Int(300_000)), func(f *vm.Fiber) {
		order = append(order, text(f))
		s.Add(start("count", value.Int(1)), func(f *vm.Fiber) {
			order = append(order, text(f))
			close(g.open)
		})
	})
	s.Run(context.Background())
	if len(order) != 3 || order[0] != "300000" || order[1] != "1" || order[2] != "திறந்தது" {
		t.Errorf("they ended as %q", order)
	}
	if s.Len() != 0 {
		t.Errorf("%d fibers are left", s.Len())
	}
}

func TestTurns(t *testing.T) {
	_, start := machine(t, program, natives(newGate()))
	s := sched.New()
	var order []string
	s.Add(start("count", value.Int(10*sched.Slice)), func(f *vm.Fiber) { order = append(order, "long") })
	s.Add(start("count", value.Int(10)), func(f *vm.Fiber) { order = append(order, "short") })
	s.Run(context.Background())
	if len(order) != 2 || order[0] != "short" {
		t.Errorf("they ended as %q", order)
	}
}

func TestCancel(t *testing.T) {
	g := newGate()
	_, start := machine(t, program, natives(g))
	ctx, cancel := context.WithCancel(context.Background())
	s := sched.New()
	waiting, endless := start("wait"), start("endless")
	s.Add(waiting, nil)
	s.Add(endless, nil)
	go func() {
		<-g.began
		cancel()
	}()
	s.Run(ctx)
	if text(waiting) != "! cancelled" || text(endless) != "! cancelled" || !g.gaveUp.Load() {
		t.Errorf("%s, %s, gave up %v", text(waiting), text(endless), g.gaveUp.Load())
	}
}

func TestDeadline(t *testing.T) {
	_, start := machine(t, program, natives(newGate()))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	f := start("endless")
	if sched.Run(ctx, f); text(f) != "! timeout" {
		t.Errorf("got %s", text(f))
	}
	f = start("wait")
	if sched.Run(ctx, f); text(f) != "! timeout" {
		t.Errorf("started after the deadline: %s", text(f))
	}
}

// TestStop ends a run while one fiber waits and another computes, from another goroutine
// and from within a turn.
func TestStop(t *testing.T) {
	g := newGate()
	_, start := machine(t, program, natives(g))
	s := sched.New()
	s.Add(start("wait"), nil)
	s.Add(start("endless"), nil)
	go func() {
		<-g.began
		s.Stop()
	}()
	s.Run(context.Background())
	if s.Len() != 2 {
		t.Errorf("%d fibers are left, want 2 that were stopped", s.Len())
	}
	close(g.open)

	n := natives(nil)
	s = sched.New()
	n["gate"] = func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
		s.Stop()
		return f.Wait(newGate())
	}
	_, start = machine(t, program, n)
	f := start("wait")
	s.Add(f, func(*vm.Fiber) { t.Error("the fiber went on") })
	s.Run(context.Background())
	if f.Status() != vm.Waiting {
		t.Errorf("status %d", f.Status())
	}
}

// burst is a task that panics.
type burst struct{}

func (burst) Do(context.Context)                    { panic("a pipe has burst") }
func (burst) Finish(*vm.Fiber) (value.Value, error) { return value.Nil, nil }

// TestPanics: a bug in a task is met where the scheduler runs, with the stack of where
// it happened, and does not end the process from a goroutine that nobody guards.
func TestPanics(t *testing.T) {
	_, start := machine(t, "builtins burst\nfunc \"f\" regs=1\n  callb R0, $burst, 0\n  ret R0\n", map[string]vm.Native{
		"burst": func(f *vm.Fiber, _ []value.Value) (value.Value, error) { return f.Wait(burst{}) },
	})
	defer func() {
		p, ok := recover().(*vm.Panic)
		if !ok || p.Value != "a pipe has burst" || !strings.Contains(p.String(), "burst.Do") {
			t.Errorf("recovered %v", p)
		}
	}()
	sched.Run(context.Background(), start("f"))
	t.Error("nothing panicked")
}
