package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/db"
)

// fake is a connection that a test can break.
type fake struct {
	world  *fakes
	broken atomic.Bool
	closed atomic.Bool
	inUse  atomic.Bool
	looked func() bool // Alive; nil: it is
	check  func(context.Context) error
}

func (f *fake) Fit() bool { return !f.broken.Load() }

func (f *fake) Alive() bool { return f.looked == nil || f.looked() }

func (f *fake) Check(ctx context.Context) error {
	if f.check != nil {
		return f.check(ctx)
	}
	if f.world.down.Load() {
		f.broken.Store(true)
		return errDown
	}
	return nil
}

func (f *fake) Close() {
	if f.closed.Swap(true) {
		panic("closed twice")
	}
	f.world.open.Add(-1)
}

// fakes are a server that can be away.
type fakes struct {
	down   atomic.Bool
	open   atomic.Int64
	dialed atomic.Int64
}

var errDown = &db.Error{Code: db.CodeUnavailable, Text: "down"}

func (w *fakes) dial(context.Context) (*fake, error) {
	w.dialed.Add(1)
	if w.down.Load() {
		return nil, errDown
	}
	w.open.Add(1)
	return &fake{world: w}, nil
}

func codeOf(err error) string {
	var e *db.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func newPool(t *testing.T, change func(*db.Options)) (*db.Pool[*fake], *fakes) {
	t.Helper()
	o := db.Defaults
	if change != nil {
		change(&o)
	}
	w := &fakes{}
	p := db.NewPool(o, w.dial)
	t.Cleanup(func() {
		p.Close()
		p.Wait()
		if n := w.open.Load(); n != 0 {
			t.Errorf("%d connections are left open", n)
		}
	})
	return p, w
}

func take(t *testing.T, p *db.Pool[*fake]) *fake {
	t.Helper()
	c, err := p.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPoolShares: never more than Max, each used by one at a time, and all get one.
func TestPoolShares(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max = 3 })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 50 {
				c, err := p.Take(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if c.inUse.Swap(true) {
					t.Error("two have the same connection")
				}
				if n := w.open.Load(); n > 3 {
					t.Errorf("%d connections", n)
				}
				c.inUse.Store(false)
				p.Give(c)
			}
		})
	}
	wg.Wait()
	if s := p.Stats(); s.Taken != 2500 || s.Open > 3 || s.Waiting != 0 || s.Free != s.Open {
		t.Errorf("%+v", s)
	}
}

// TestPoolExhausted: who waits too long is told, and who would make the queue too long at
// once.
func TestPoolExhausted(t *testing.T) {
	p, _ := newPool(t, func(o *db.Options) { o.Max, o.Waiting, o.Acquire = 1, 1, time.Hour })
	c := take(t, p)
	first := make(chan error, 1)
	go func() {
		c, err := p.Take(context.Background())
		if err == nil {
			p.Give(c)
		}
		first <- err
	}()
	for p.Stats().Waiting == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := p.Take(context.Background()); codeOf(err) != db.CodeBusy {
		t.Errorf("beyond the queue: %v", err)
	}
	p.Give(c)
	if err := <-first; err != nil {
		t.Errorf("in the queue: %v", err)
	}
	if s := p.Stats(); s.TimedOut != 0 || s.Refused != 1 {
		t.Errorf("%+v", s)
	}

	p, _ = newPool(t, func(o *db.Options) { o.Max, o.Waiting, o.Acquire = 1, 1, 30*time.Millisecond })
	c = take(t, p)
	if _, err := p.Take(context.Background()); codeOf(err) != db.CodeBusy {
		t.Errorf("after the time: %v", err)
	}
	p.Give(c)
	p.Give(take(t, p))
	if s := p.Stats(); s.TimedOut != 1 || s.Refused != 0 {
		t.Errorf("%+v", s)
	}
}

// TestPoolCancelled: who gives up takes nothing with it.
func TestPoolCancelled(t *testing.T) {
	p, _ := newPool(t, func(o *db.Options) { o.Max = 1 })
	c := take(t, p)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := p.Take(ctx)
		ended <- err
	}()
	for p.Stats().Waiting == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	p.Give(c)
	if again := take(t, p); again != c {
		t.Error("the connection is lost")
	}
	p.Give(c)
}

// TestPoolServerAway: connections that broke are replaced; while the server is away it is asked
// ever more seldom, and who waits gets a connection when it is back.
func TestPoolServerAway(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max, o.Acquire = 4, 20*time.Second })
	c := take(t, p)
	w.down.Store(true)
	c.broken.Store(true)
	p.Give(c)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			c, err := p.Take(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			p.Give(c)
		})
	}
	before := w.dialed.Load()
	time.Sleep(300 * time.Millisecond)
	if n := w.dialed.Load() - before; n > 30 {
		t.Errorf("%d attempts in 0.3 s", n)
	}
	w.down.Store(false)
	wg.Wait()

	// Who has waited is told why, if his time was enough for a look at the server.
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		q, w := newPool(t, func(o *db.Options) { o.Acquire = wait })
		w.down.Store(true)
		_, err := q.Take(context.Background())
		if codeOf(err) == db.CodeUnavailable {
			break
		}
		if codeOf(err) != db.CodeBusy || wait > time.Minute {
			t.Fatalf("after %v: %v", wait, err)
		}
	}
}

// TestPoolKeeps: as few as Min stay, what is old goes, and what lies idle is asked first.
func TestPoolKeeps(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max, o.Min, o.Idle = 5, 2, 40*time.Millisecond })
	var all []*fake
	for range 5 {
		all = append(all, take(t, p))
	}
	for _, c := range all {
		p.Give(c)
	}
	for end := time.Now().Add(time.Minute); w.open.Load() != 2 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := w.open.Load(); n != 2 {
		t.Errorf("%d connections are kept", n)
	}
	old, w2 := newPool(t, func(o *db.Options) { o.Lifetime = time.Nanosecond })
	old.Give(take(t, old))
	old.Give(take(t, old))
	if n := w2.dialed.Load(); n != 2 {
		t.Errorf("%d connections opened; each has lived too long", n)
	}
}

// TestPoolClosed: close waits for who has a connection, and nobody gets one any more.
func TestPoolClosed(t *testing.T) {
	p, w := newPool(t, nil)
	c := take(t, p)
	p.Close()
	if _, err := p.Take(context.Background()); !errors.Is(err, db.ErrClosed) {
		t.Errorf("got %v", err)
	}
	gone := make(chan struct{})
	go func() {
		p.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		t.Error("it did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	p.Give(c)
	<-gone
	if w.open.Load() != 0 {
		t.Error("the connection is open")
	}
}
