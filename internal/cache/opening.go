package cache

import (
	"context"
	"errors"
	"sync"
)

// Opening is a server or database that is opened when somebody first asks for it, and again when that has failed. Everybody who
// asks meanwhile waits for the one attempt. It is safe for concurrent use.
type Opening[T any] struct {
	open  func() (T, error) // may block
	close func(T)

	mu      sync.Mutex
	opened  *T          // nil: not yet
	attempt *attempt[T] // nil: nobody tries
	shut    bool
}

// attempt is one at opening; what came of it is there when over is closed.
type attempt[T any] struct {
	over chan struct{}
	v    T
	err  error
}

// NewOpening returns an Opening of what open opens, and close closes.
func NewOpening[T any](open func() (T, error), close func(T)) *Opening[T] {
	return &Opening[T]{open: open, close: close}
}

// ErrShut is the error of who asks after Close.
var ErrShut = errors.New("closed")

// Get is what was opened. It waits until ctx is done; the attempt goes on.
func (o *Opening[T]) Get(ctx context.Context) (v T, err error) {
	o.mu.Lock()
	switch {
	case o.shut:
		o.mu.Unlock()
		return v, ErrShut
	case o.opened != nil:
		v = *o.opened
		o.mu.Unlock()
		return v, nil
	}
	a := o.attempt
	if a == nil {
		a = &attempt[T]{over: make(chan struct{})}
		o.attempt = a
		go o.try(a)
	}
	o.mu.Unlock()
	select {
	case <-a.over:
		return a.v, a.err
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// try makes an attempt. What is open when nobody wants it any more is closed.
func (o *Opening[T]) try(a *attempt[T]) {
	defer close(a.over)
	v, err := o.open()
	o.mu.Lock()
	o.attempt = nil
	late := err == nil && o.shut
	switch {
	case late:
		a.err = ErrShut
	case err != nil:
		a.err = err
	default:
		a.v, o.opened = v, &v
	}
	o.mu.Unlock()
	if late {
		o.close(v)
	}
}

// Now is what is open, if anything is.
func (o *Opening[T]) Now() (v T, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opened == nil {
		return v, false
	}
	return *o.opened, true
}

// Close closes what is open, and whatever an attempt may still bring.
func (o *Opening[T]) Close() {
	o.mu.Lock()
	v := o.opened
	o.opened, o.shut = nil, true
	o.mu.Unlock()
	if v != nil {
		o.close(*v)
	}
}
