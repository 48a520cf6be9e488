package cache

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"etamil/internal/cache"
	"etamil/internal/std/host"
)

// Locks across instances. The store's lock has a time, so that an instance that is gone holds
// nothing for ever; whoever holds it takes it again before that is over.

const (
	lockTime   = 30 * time.Second     // until a lock is free whose instance is gone
	keepShare  = 3                    // how often a lock is taken again in its time
	firstPause = 2 * time.Millisecond // between two tries
	lastPause  = 100 * time.Millisecond
)

// Lock implements host.Locker.
func (s *Service) Lock(ctx context.Context, name string) (host.Hold, error) {
	store, err := s.Common()
	if err != nil {
		return nil, errorOf(err)
	}
	h := &hold{store: store, name: string(cache.Locks) + name, token: rand.Text(), life: lockTime, done: make(chan struct{})}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		ok, err := store.Lock(ctx, h.name, h.token, lockTime)
		if err != nil {
			h.Release() // the answer may have been lost, not the question
			return nil, errorOf(err)
		}
		if ok {
			return h, nil
		}
		select {
		case <-ctx.Done():
			return nil, errorOf(ctx.Err())
		case <-time.After(pause):
		}
	}
}

type hold struct {
	store       cache.Store
	name, token string
	life        time.Duration
	done        chan struct{}
	once        sync.Once
}

// Keep implements host.Hold.
func (h *hold) Keep() {
	go func() {
		again := time.NewTicker(h.life / keepShare)
		defer again.Stop()
		for {
			select {
			case <-h.done:
				return
			case <-again.C:
				_, _ = h.store.Lock(context.Background(), h.name, h.token, h.life) // it is tried again
			}
		}
	}()
}

// Release implements host.Hold.
func (h *hold) Release() {
	h.once.Do(func() {
		close(h.done)
		go func() { _ = h.store.Unlock(context.Background(), h.name, h.token) }() // its time will end
	})
}
