package host_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
	"etamil/vm"
)

// counter counts the writes, and fails once it is told to.
type counter struct {
	bytes.Buffer
	writes int
	fail   bool
}

func (c *counter) Write(b []byte) (int, error) {
	c.writes++
	if c.fail {
		return 0, errors.New("nobody reads")
	}
	return c.Buffer.Write(b)
}

func TestOutputWritesInLargePieces(t *testing.T) {
	k := hosttest.New(t)
	var c counter
	o := host.NewOutput(&c, false)
	v := k.Keep(k.Value(strings.Repeat("a", 99)))
	for range 1000 {
		if err := o.Print(k.F, &v); err != nil {
			t.Fatal(err)
		}
	}
	if c.writes == 0 || c.writes > 10 {
		t.Errorf("100 kB took %d writes", c.writes)
	}
	if err := o.Flush(); err != nil || c.Len() != 100_000 {
		t.Errorf("%d bytes arrived, error %v", c.Len(), err)
	}
	n := c.writes
	if err := o.Flush(); err != nil || c.writes != n {
		t.Error("there was nothing to write, and it was written")
	}
	c.fail = true
	if err := o.Print(k.F, &v); err != nil {
		t.Errorf("printing failed: %v", err)
	}
	if err := o.Flush(); err == nil || o.Lost() != 100 {
		t.Errorf("a failed write: error %v, %d bytes lost", err, o.Lost())
	}
}

func TestOutputByLines(t *testing.T) {
	k := hosttest.New(t)
	var c counter
	o := host.NewOutput(&c, true)
	v := value.Int(5)
	if err := o.Print(k.F, &v); err != nil || c.String() != "5\n" {
		t.Errorf("%q, %v", c.String(), err)
	}
	if _, err := o.Write([]byte("no end")); err != nil || c.String() != "5\n" {
		t.Errorf("half a line was written: %q, %v", c.String(), err)
	}
}

// A small value can be endless in print.
func TestOutputIsBounded(t *testing.T) {
	k := hosttest.New(t)
	k.F.Heap().Writer().Limit = 1 << 20
	h := k.F.Heap()
	v := h.NewText("aaaaaaaaaaaaaaaa")
	for range 60 {
		value.Share(&v)
		v = h.NewListOf([]value.Value{v, v})
	}
	err := k.Out.Print(k.F, &v)
	var e *vm.Error
	if !errors.As(err, &e) {
		t.Errorf("printing it answered %v", err)
	}
	if k.Printed.Len() > 2<<20 {
		t.Errorf("%d bytes were printed", k.Printed.Len())
	}
}

func TestInput(t *testing.T) {
	in := host.NewInput(strings.NewReader("a\n\nb\r\nlast"))
	for _, want := range []string{"a", "", "b\r", "last"} {
		if got, err := in.ReadLine(t.Context()); err != nil || got != want {
			t.Errorf("ReadLine = %q, %v, want %q", got, err, want)
		}
	}
	if got, err := in.ReadLine(t.Context()); err != io.EOF {
		t.Errorf("ReadLine at the end = %q, %v", got, err)
	}
	if _, err := host.NewInput(endless{}).ReadLine(t.Context()); err != host.ErrLongLine {
		t.Errorf("an endless line: %v", err)
	}
}

// A reader that gives up leaves its line to the next one.
func TestInputGivenUp(t *testing.T) {
	r, w := io.Pipe()
	in := host.NewInput(r)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, err := in.ReadLine(ctx)
		gaveUp <- err
	}()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled ReadLine: %v", err)
	}
	go func() { _, _ = w.Write([]byte("one\ntwo\n")) }()
	for _, want := range []string{"one", "two"} {
		if got, err := in.ReadLine(t.Context()); err != nil || got != want {
			t.Errorf("ReadLine = %q, %v, want %q", got, err, want)
		}
	}
}

// Work that never ends does not hold a fiber that was cancelled.
func TestDoGivesUp(t *testing.T) {
	k := hosttest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan struct{})
	defer close(never)
	_, _ = host.Do(k.F,
		func(context.Context) (int, error) { <-never; return 1, nil },
		func(_ *vm.Fiber, n int, err error) (value.Value, error) { return value.Int(n), err })
	task := k.F.Task()
	cancel()
	task.Do(ctx)
	if v, err := task.Finish(k.F); err == nil {
		t.Errorf("Finish = %v", v)
	}
}

// TestDoPanics: what the work panics with is met where the fiber goes on.
func TestDoPanics(t *testing.T) {
	k := hosttest.New(t)
	_, _ = host.Do(k.F,
		func(context.Context) (int, error) { panic("burst") },
		func(_ *vm.Fiber, n int, err error) (value.Value, error) { return value.Int(n), err })
	task := k.F.Task()
	task.Do(t.Context())
	defer func() {
		if p, ok := recover().(*vm.Panic); !ok || p.Value != "burst" || len(p.Stack) == 0 {
			t.Errorf("recovered %v", p)
		}
	}()
	_, _ = task.Finish(k.F)
	t.Error("Finish has not panicked")
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

func TestDuration(t *testing.T) {
	k := hosttest.New(t)
	for _, c := range []struct {
		given any
		want  time.Duration
	}{
		{5, 5 * time.Second},
		{hosttest.Number("0.25"), 250 * time.Millisecond},
		{hosttest.Number("0.0000000001"), 0},
		{-1, -time.Second},
		{"5", 5 * time.Second},
		{" 5 s", 5 * time.Second},
		{"250ms", 250 * time.Millisecond},
		{"7us", 7 * time.Microsecond},
		{"7µs", 7 * time.Microsecond},
		{"7ns", 7},
		{"1.5m", 90 * time.Second},
		{"2h", 2 * time.Hour},
		{"1d", 24 * time.Hour},
		{"2w", 14 * 24 * time.Hour},
		{"292y", -1},
		{"s", -1},
		{"", -1},
		{"5 parsecs", -1},
		{nil, -1},
		{true, -1},
		{hosttest.Number("9223372037"), -1},
		{"200000d", -1},
		{hosttest.Number("79228162514264337593543950335"), -1},
	} {
		v := k.Value(c.given)
		got, err := host.Duration(k.F, &v)
		if c.want == -1 {
			if err == nil {
				t.Errorf("Duration(%v) = %v, want an error", c.given, got)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("Duration(%v) = %v, %v, want %v", c.given, got, err, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	k := hosttest.New(t)
	for _, c := range []struct {
		given any
		whole int
		ok    bool
		trunc int
	}{
		{5, 5, true, 5},
		{"-7", -7, true, -7},
		{hosttest.Number("2.0"), 2, true, 2},
		{hosttest.Number("-1.9"), 0, false, -1},
		{hosttest.Number("1e20"), 0, false, 1 << 53},
		{hosttest.Number("-1e20"), 0, false, -1 << 53},
		{nil, 0, true, 0},
	} {
		v := k.Value(c.given)
		got, err := host.Whole(&v, "எண்", "number")
		if (err == nil) != c.ok || got != c.whole {
			t.Errorf("Whole(%v) = %d, %v", c.given, got, err)
		}
		if got := host.Trunc(&v); got != c.trunc {
			t.Errorf("Trunc(%v) = %d, want %d", c.given, got, c.trunc)
		}
	}
}

// own is a fiber's data with a Host of its own.
type own struct{ h *host.Host }

func (o own) Host() *host.Host { return o.h }

func TestOf(t *testing.T) {
	k := hosttest.New(t)
	if host.Of(k.F) != k.Host {
		t.Error("a fiber does not see its machine's host")
	}
	mine := &host.Host{}
	k.F.Data = own{mine}
	if host.Of(k.F) != mine {
		t.Error("a fiber does not see its own host")
	}
	k.F.Data = own{nil}
	if host.Of(k.F) != k.Host {
		t.Error("a fiber without a host does not see its machine's")
	}
	k.F.Data, k.M.Data = nil, 5
	if h := host.Of(k.F); h == nil || h.Out == nil || h != host.Of(k.F) {
		t.Error("without any host there is not the process's one")
	}
}

// held is a context that counts who waits for it.
type held struct {
	context.Context
	mu   sync.Mutex
	live int
}

func (h *held) AfterFunc(func()) func() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.live++
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.live--
		return true
	}
}

func TestSleepLeavesNothingBehind(t *testing.T) {
	k := hosttest.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &held{Context: ctx}
	for range 100 {
		_, _ = host.Sleep(k.F, time.Hour, func(*vm.Fiber) (value.Value, error) { return value.One, nil })
		task := k.F.Task()
		woken := 0
		task.(vm.Starter).Start(h, func() { woken++ })
		if v, err := task.Finish(k.F); err != nil || v != value.One || woken != 1 {
			t.Fatalf("Finish = %v, %v, woken %d times", v, err, woken)
		}
	}
	if h.live != 0 {
		t.Errorf("%d sleeps still wait for the cancellation", h.live)
	}
}

func TestSleepEndsWhenCancelled(t *testing.T) {
	k := hosttest.New(t)
	k.Host.Clock = host.System{}
	ctx, cancel := context.WithCancel(context.Background())
	_, _ = host.Sleep(k.F, time.Hour, nil)
	woken := make(chan struct{})
	k.F.Task().(vm.Starter).Start(ctx, func() { close(woken) })
	cancel()
	select {
	case <-woken:
	case <-time.After(time.Minute):
		t.Error("a cancelled sleep goes on")
	}
}

// TestDiskTakesTurns: many who wait for files are at them no more than so many at a time, and
// all come to their turn; those who are cancelled before go on at once.
func TestDiskTakesTurns(t *testing.T) {
	k := hosttest.New(t)
	var running, most, done atomic.Int64
	release := make(chan struct{})
	var all sync.WaitGroup
	begin := func(ctx context.Context) {
		_, _ = host.Disk(k.F, func(context.Context) (int, error) {
			n := running.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			<-release
			running.Add(-1)
			done.Add(1)
			return 0, nil
		}, func(*vm.Fiber, int, error) (value.Value, error) { return value.Nil, nil })
		task := k.F.Task()
		all.Go(func() { task.Do(ctx) })
	}
	reached := func(what string, n *atomic.Int64, want int64) {
		t.Helper()
		for end := time.Now().Add(time.Minute); n.Load() < want; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d of %d %s", n.Load(), want, what)
			}
		}
	}
	for range host.MostDisk {
		begin(t.Context())
	}
	reached("run", &running, host.MostDisk)
	ctx, cancel := context.WithCancel(t.Context())
	for range 100 {
		begin(t.Context())
		begin(ctx)
	}
	cancel()
	close(release)
	all.Wait()
	reached("have come to their turn", &done, host.MostDisk+100)
	if most.Load() > host.MostDisk {
		t.Errorf("%d at the same time", most.Load())
	}
}
