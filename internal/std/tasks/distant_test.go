package tasks_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// elsewhere is locks among instances each of which is had as soon as open is closed.
type elsewhere struct {
	open chan struct{}
	mu   sync.Mutex
	held int // now
}

func (e *elsewhere) Lock(ctx context.Context, name string) (host.Hold, error) {
	select {
	case <-e.open:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.held++
	return &held{e: e}, nil
}

type held struct {
	e    *elsewhere
	once sync.Once
}

func (*held) Keep() {}

func (h *held) Release() {
	h.once.Do(func() {
		h.e.mu.Lock()
		defer h.e.mu.Unlock()
		h.e.held--
	})
}

// TestLockLateAmongInstances: a lock that comes from another instance in the moment in which a deadline goes by is given
// up there and here, and the task can take it again.
func TestLockLateAmongInstances(t *testing.T) {
	among := &elsewhere{open: make(chan struct{})}
	img := scripttest.Image(t, `
பணி f() {
	முயல் { காலக்கெடு(0.1) { பூட்டு("k") { அச்சு "never"; } } } பிழை(e) { அச்சு e.code; }
	பூட்டு("k") { அச்சு "in"; }
}
த = தொடங்கு f();
உறங்கு(0);
_fileInfo("");
காத்திரு த;
பூட்டு("k") { அச்சு "out"; }
`, compile.Options{Lenient: true}, func(l *vm.Linker) {
		l.Bind("fileInfo", 1, 1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			close(among.open)
			time.Sleep(300 * time.Millisecond) // nobody has a turn: the lock comes, and the deadline goes by
			return value.Nil, nil
		})
	})
	var out bytes.Buffer
	h := host.New(nil, false)
	h.Out = host.NewOutput(&out, false)
	h.Locks = among
	m := vm.NewMachine(img, vm.Limits{})
	m.Data = h
	f := m.NewFiber()
	f.StartMain()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sched.Run(ctx, f)
	_ = h.Out.Flush()
	if err := f.Err(); err != nil || out.String() != "timeout\nin\nout\n" || among.held != 0 {
		t.Errorf("%s%v; %d are held", out.String(), err, among.held)
	}
	f.Release()
}
