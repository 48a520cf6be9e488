package db_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/db"
)

// TestPoolWaitersOfBothKinds: goroutines and others wait for few connections, some break, some who wait go: each is told once,
// a connection has one user at a time, and in the end all are back.
func TestPoolWaitersOfBothKinds(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max, o.Waiting, o.Acquire = 2, 1000, time.Minute })
	var all sync.WaitGroup
	var got, cancelled atomic.Int64
	const users, rounds = 100, 50
	use := func(c *fake, err error, again func()) {
		switch {
		case err == nil:
			if c.inUse.Swap(true) {
				t.Error("two have the same connection")
			}
			if n := w.open.Load(); n > 2 {
				t.Errorf("%d connections", n)
			}
			if rand.N(20) == 0 {
				c.broken.Store(true)
			}
			c.inUse.Store(false)
			got.Add(1)
			if rand.N(2) == 0 {
				p.Give(c)
			} else {
				p.GiveSoon(c)
			}
		case errors.Is(err, context.Canceled):
			cancelled.Add(1)
		default:
			t.Error(err)
		}
		again()
	}
	for i := range users {
		all.Add(1)
		var round func(n int)
		round = func(n int) {
			if n == 0 {
				all.Done()
				return
			}
			ctx, cancel := context.WithCancel(context.Background())
			if rand.N(4) == 0 {
				time.AfterFunc(rand.N(200*time.Microsecond), cancel)
			}
			var told atomic.Bool
			again := func() {
				if told.Swap(true) {
					t.Error("somebody was told twice")
				}
				go round(n - 1)
			}
			if i%2 == 0 {
				c, err := p.Take(ctx)
				use(c, err, again)
				cancel()
				return
			}
			p.Begin(ctx, func(c *fake, err error) {
				use(c, err, again)
				cancel()
			})
		}
		go round(rounds)
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("somebody waits for ever: %+v", p.Stats())
	}
	s := p.Stats()
	for end := time.Now().Add(time.Minute); s.Open != s.Free && time.Now().Before(end); s = p.Stats() {
		time.Sleep(time.Millisecond) // the last are being given back
	}
	if n := got.Load(); s.Taken != n || n+cancelled.Load() != users*rounds || s.Waiting != 0 || s.Open != s.Free {
		t.Errorf("%d got one, %d went: %+v", n, cancelled.Load(), s)
	}
}

// TestPoolWaitersExpire: who waits without a goroutine is told when he has waited long enough, and not sooner; and when the pool is closed.
func TestPoolWaitersExpire(t *testing.T) {
	p, _ := newPool(t, func(o *db.Options) { o.Max, o.Acquire = 1, 100*time.Millisecond })
	c := take(t, p)
	told := make(chan error, 3)
	began := time.Now()
	for range 3 {
		p.Begin(context.Background(), func(_ *fake, err error) { told <- err })
		time.Sleep(10 * time.Millisecond)
	}
	for range 3 {
		if err := <-told; codeOf(err) != db.CodeBusy {
			t.Errorf("told %v", err)
		}
	}
	if d := time.Since(began); d < 100*time.Millisecond {
		t.Errorf("told after %v", d)
	}
	if s := p.Stats(); s.TimedOut != 3 || s.Waiting != 0 || s.Waited < 300*time.Millisecond {
		t.Errorf("%+v", s)
	}
	p.Give(c)

	p, _ = newPool(t, func(o *db.Options) { o.Max, o.Acquire = 1, time.Hour })
	c = take(t, p)
	p.Begin(context.Background(), func(_ *fake, err error) { told <- err })
	p.Close()
	if err := <-told; !errors.Is(err, db.ErrClosed) {
		t.Errorf("told %v when the pool was closed", err)
	}
	p.Give(c)
}

// TestPoolClosedWhileLooking: a connection that is looked at when the pool is closed is closed as well.
func TestPoolClosedWhileLooking(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max = 1 })
	c := take(t, p)
	c.looked = func() bool {
		p.Close()
		return false
	}
	p.Give(c)
	told := make(chan error, 1)
	p.Begin(context.Background(), func(_ *fake, err error) { told <- err })
	if err := <-told; !errors.Is(err, db.ErrClosed) {
		t.Errorf("told %v", err)
	}
	ended := make(chan struct{})
	go func() {
		p.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatalf("%d connections stay open", w.open.Load())
	}
}

// TestPoolOpenerGoes: where who opens a connection is told to end meanwhile, the next opens one, at once.
func TestPoolOpenerGoes(t *testing.T) {
	for _, kind := range []string{"goroutine", "other"} {
		o := db.Defaults
		o.Max, o.Min, o.Acquire = 1, 0, time.Hour
		w := &fakes{}
		opening := make(chan struct{}, 1)
		var first atomic.Bool
		p := db.NewPool(o, func(ctx context.Context) (*fake, error) {
			if first.Swap(true) {
				return w.dial(ctx)
			}
			opening <- struct{}{}
			<-ctx.Done()
			return nil, &db.Error{Code: db.CodeUnavailable, Text: ctx.Err().Error()}
		})
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, err := p.Take(ctx)
			gone <- err
		}()
		<-opening
		got := make(chan error, 1)
		end := func(c *fake, err error) {
			if err == nil {
				p.Give(c)
			}
			got <- err
		}
		if kind == "other" {
			p.Begin(t.Context(), end)
		} else {
			go func() { end(p.Take(t.Context())) }()
		}
		for p.Stats().Waiting == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: who was told to end: %v", kind, err)
		}
		select {
		case err := <-got:
			if err != nil || p.Stats().Failed != 0 {
				t.Errorf("%s: %v, %+v", kind, err, p.Stats())
			}
		case <-time.After(time.Minute):
			t.Errorf("%s: who waits is not told", kind)
		}
		p.Close()
		p.Wait()
	}
}

// TestPoolTurnIsPassedOn: where those who were to try again have gone, who waits beside them tries.
func TestPoolTurnIsPassedOn(t *testing.T) {
	o := db.Defaults
	o.Max, o.Min, o.Acquire = 1, 0, time.Hour
	w := &fakes{}
	w.down.Store(true)
	dial := make(chan struct{})
	p := db.NewPool(o, func(ctx context.Context) (*fake, error) {
		select {
		case <-dial:
			return w.dial(ctx)
		case <-ctx.Done():
			return nil, errDown
		}
	})
	defer func() { p.Close(); p.Wait() }()
	waiting := func(n int64) {
		for int64(p.Stats().Waiting) != n {
			time.Sleep(time.Millisecond)
		}
	}
	take := func(ctx context.Context) <-chan error {
		got := make(chan error, 1)
		go func() {
			c, err := p.Take(ctx)
			if err == nil {
				p.Give(c)
			}
			got <- err
		}()
		return got
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := take(ctx)
	for p.Stats().Open == 0 {
		time.Sleep(time.Millisecond)
	}
	second := take(ctx)
	waiting(1)
	third := take(t.Context())
	waiting(2)
	// All of them wait until the pause is over. If it was before that is seen, who tries again fails again, and the next pause is longer.
	for p.Stats().Waiting != 3 {
		select {
		case dial <- struct{}{}:
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	<-first
	<-second
	w.down.Store(false)
	close(dial)
	select {
	case err := <-third:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("who waits without a time of his own is forgotten")
	}
}

// TestPoolIsRefused: where the server refuses whoever it is, all who wait are told so at once.
func TestPoolIsRefused(t *testing.T) {
	o := db.Defaults
	o.Max, o.Min, o.Acquire = 1, 0, time.Hour
	p := db.NewPool(o, func(context.Context) (*fake, error) {
		time.Sleep(10 * time.Millisecond)
		return nil, &db.Error{Code: db.CodeAuth, Text: "wrong password"}
	})
	defer func() { p.Close(); p.Wait() }()
	got := make(chan error, 5)
	for range cap(got) {
		go func() {
			_, err := p.Take(t.Context())
			got <- err
		}()
	}
	for range cap(got) {
		select {
		case err := <-got:
			if codeOf(err) != db.CodeAuth {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("somebody isn't told")
		}
	}
}

// TestPoolWokenKeepsItsTime: who is woken to try again, and has to open a connection, has the rest of its time for that, and not all of it anew.
func TestPoolWokenKeepsItsTime(t *testing.T) {
	o := db.Defaults
	o.Max, o.Min, o.Acquire = 1, 0, time.Hour
	w := &fakes{}
	by := make(chan time.Time, 10)
	p := db.NewPool(o, func(ctx context.Context) (*fake, error) {
		d, _ := ctx.Deadline()
		by <- d
		return w.dial(ctx)
	})
	defer func() { p.Close(); p.Wait() }()
	for name, wait := range map[string]func(end func(*fake, error)){
		"goroutine": func(end func(*fake, error)) {
			go func() { end(p.Take(t.Context())) }()
		},
		"other": func(end func(*fake, error)) { p.Begin(t.Context(), end) },
	} {
		c := take(t, p)
		for len(by) > 0 {
			<-by
		}
		over := make(chan error, 1)
		wait(func(c *fake, err error) {
			if err == nil {
				p.Give(c)
			}
			over <- err
		})
		for p.Stats().Waiting == 0 {
			time.Sleep(time.Millisecond)
		}
		latest := time.Now().Add(o.Acquire)
		time.Sleep(20 * time.Millisecond)
		c.broken.Store(true)
		p.Give(c)
		if err := <-over; err != nil {
			t.Fatal(name, err)
		}
		if d := <-by; d.After(latest) {
			t.Errorf("%s: has until %v, and asked before %v", name, d, latest.Add(-o.Acquire))
		}
	}
}

// TestPoolWokenKeepsItsPlace: those who are woken for nothing wait where they have waited, and none of them is one too many.
func TestPoolWokenKeepsItsPlace(t *testing.T) {
	const many = 100
	o := db.Defaults
	o.Max, o.Min, o.Waiting, o.Acquire = 1, 0, many, time.Hour
	w := &fakes{}
	dial := make(chan struct{})
	p := db.NewPool(o, func(ctx context.Context) (*fake, error) {
		<-dial
		return w.dial(ctx)
	})
	defer func() { p.Close(); p.Wait() }()
	first := make(chan *fake)
	go func() {
		c, err := p.Take(t.Context())
		if err != nil {
			t.Error(err)
		}
		first <- c
	}()
	for p.Stats().Open == 0 {
		time.Sleep(time.Millisecond)
	}
	order := make(chan int, many)
	for i := range many {
		p.Begin(t.Context(), func(c *fake, err error) {
			if err != nil {
				t.Error(i, err)
				order <- -1
				return
			}
			order <- i
			p.Give(c)
		})
	}
	if n := p.Stats().Waiting; n != many {
		t.Fatalf("%d wait", n)
	}
	close(dial) // all of them may try, and find that there is one connection, which is another's
	c := <-first
	for p.Stats().Waiting != many {
		time.Sleep(time.Millisecond)
	}
	if _, err := p.Take(t.Context()); codeOf(err) != db.CodeBusy {
		t.Errorf("one too many: %v", err)
	}
	p.Give(c)
	for i := range many {
		if got := <-order; got != i {
			t.Fatalf("%d was served as number %d", got, i)
		}
	}
}

// TestPoolCheckLeavesTime: a connection on which the server says nothing any more takes half of the time of who has got it, so that another one can be opened.
func TestPoolCheckLeavesTime(t *testing.T) {
	p, w := newPool(t, func(o *db.Options) { o.Max, o.Acquire = 2, 10*time.Second })
	c := take(t, p)
	c.check = func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	p.Give(c)
	time.Sleep(1100 * time.Millisecond) // it is not trusted any more
	if next := take(t, p); next == c {
		t.Error("it has got the silent one")
	} else {
		p.Give(next)
	}
	if n := w.open.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// TestPoolBusy: a pool is busy when all of its connections are in use, and one of them was well lately.
func TestPoolBusy(t *testing.T) {
	p, _ := newPool(t, func(o *db.Options) { o.Max = 2 })
	busy := func(want bool, within time.Duration, what string) {
		t.Helper()
		if all, well := p.Busy(within); (all && well) != want {
			t.Error(what)
		}
	}
	busy(false, time.Hour, "before anybody has asked")
	a := take(t, p)
	busy(false, time.Hour, "another one may be opened")
	b := take(t, p)
	busy(true, time.Hour, "both are in use")
	busy(false, 0, "nobody knows how they are")
	p.Give(a)
	busy(false, time.Hour, "one is free")
	p.Give(b)
}

// served is a connection of a Server.
type served struct {
	db.Conn
	*fake
}

func (s served) InTransaction() bool         { return false }
func (s served) Spoil()                      { s.broken.Store(true) }
func (s served) Check(context.Context) error { return nil }

// TestCheckWhileReplaced: a connection that is being replaced when a check has waited for it says as little as one that is in use; but a pool that is closed can't be read.
func TestCheckWhileReplaced(t *testing.T) {
	opened := make(chan struct{}, 1)
	opened <- struct{}{}
	d, err := db.OpenServer(t.Context(), "", db.Options{Max: 1, Waiting: 8, Acquire: time.Hour}, func(ctx context.Context) (served, error) {
		select {
		case <-opened:
			return served{fake: &fake{world: new(fakes)}}, nil
		case <-ctx.Done(): // the next one takes longer than a check waits
			return served{}, ctx.Err()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c, err := d.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checked := make(chan error, 1)
	go func() { checked <- d.Check(t.Context()) }()
	for d.Stats().Waiting == 0 && len(checked) == 0 {
		time.Sleep(time.Millisecond)
	}
	c.(served).Spoil()
	d.Give(c)
	if err := <-checked; err != nil {
		t.Error(err)
	}
	opened <- struct{}{}
	if c, err = d.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if err := d.Check(t.Context()); err == nil {
		t.Error("it is closed")
	}
	d.Give(c)
}
