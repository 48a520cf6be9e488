package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// TestOpening: many who ask share an attempt, one that has failed is made again, and what is opened too late, or was open, is closed once.
func TestOpening(t *testing.T) {
	var closed atomic.Int32
	var result atomic.Pointer[error] // of the next attempt
	began, goOn := make(chan struct{}), make(chan struct{})
	o := NewOpening(func() (int32, error) {
		began <- struct{}{}
		<-goOn
		if err := *result.Load(); err != nil {
			return 0, err
		}
		return 1, nil
	}, func(int32) { closed.Add(1) })
	bad, none := errors.New("bad"), error(nil)
	for _, want := range []*error{&bad, &none} {
		result.Store(want)
		ask := func() {
			if n, err := o.Get(context.Background()); err != *want || err == nil && n != 1 {
				t.Errorf("%d %v, want %v", n, err, *want)
			}
		}
		var all sync.WaitGroup
		all.Go(ask)
		<-began
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for range 8 { // it is under way, and no other begins
			if _, err := o.Get(ctx); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			all.Go(func() {
				if *want == nil {
					ask() // during the attempt or afterwards
				}
			})
		}
		goOn <- struct{}{}
		all.Wait()
	}
	if v, ok := o.Now(); v != 1 || !ok || closed.Load() != 0 {
		t.Error(v, ok, closed.Load())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	late := NewOpening(func() (int32, error) { <-goOn; return 7, nil }, func(int32) { closed.Add(1) })
	if _, err := late.Get(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	o.Close()
	o.Close()
	late.Close()
	waits := late.attempt // nobody else looks
	goOn <- struct{}{}
	<-waits.over
	for _, x := range []*Opening[int32]{o, late} {
		if _, err := x.Get(context.Background()); err != ErrShut {
			t.Error(err)
		}
		if _, ok := x.Now(); ok {
			t.Error("open after Close")
		}
	}
	if closed.Load() != 2 {
		t.Errorf("closed %d times, want 2", closed.Load())
	}
}
