package serve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"runtime"
	"slices"
	"time"

	"etamil/internal/cache"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/loop"
	"etamil/vm"
)

// What a session is to the store, and when it goes there.

const (
	sessionSaveTime = 5 * time.Second      // for saving, at most
	sessionLockTime = 2 * time.Second      // until a lock is free whose instance is gone
	sessionPause    = 2 * time.Millisecond // between two tries to take it
	sessionRenewals = 10                   // how often a session is renewed in its time, at most
	sessionMark     = 1                    // the first byte of one that is kept
)

// sessions is where sessions are kept; nil: nowhere.
func (a *App) sessions() cache.Store {
	switch {
	case a.o.Sessions != nil:
		return storeOf(a.o.Sessions)
	case a.o.Common != nil:
		return a.common()
	}
	return a.store()
}

// sessionKey is the key of the session that a token is for.
func sessionKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return string(cache.Sessions) + hex.EncodeToString(sum[:])
}

// take takes over what the store has.
func (s *session) take(it *cache.Item) {
	if renewed, fields, ok := readSession(it.Data); ok {
		s.known, s.renewed, s.fields = true, renewed, fields
	}
}

// A session that is kept: a mark, when it was renewed in Unix seconds, then names and values by
// turns, each with its length before it.

func appendSession(b []byte, renewed time.Time, fields []sessionField) []byte {
	b = append(b, sessionMark)
	b = binary.AppendUvarint(b, uint64(renewed.Unix()))
	for i := range fields {
		f := &fields[i]
		b = append(binary.AppendUvarint(b, uint64(len(f.name))), f.name...)
		b = append(binary.AppendUvarint(b, uint64(len(f.data))), f.data...)
	}
	return b
}

func readSession(b []byte) (renewed time.Time, fields []sessionField, ok bool) {
	if len(b) == 0 || b[0] != sessionMark {
		return renewed, nil, false
	}
	at, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return renewed, nil, false
	}
	b = b[1+n:]
	piece := func() (p []byte) {
		size, n := binary.Uvarint(b)
		if ok = n > 0 && size <= uint64(len(b)-n); ok {
			p, b = b[n:n+int(size):n+int(size)], b[n+int(size):]
		}
		return p
	}
	for ok = true; len(b) > 0; {
		name := piece()
		if !ok {
			return renewed, nil, false
		}
		data := piece()
		if !ok {
			return renewed, nil, false
		}
		fields = append(fields, sessionField{string(name), data})
	}
	return time.Unix(int64(at), 0), fields, true
}

// sessionError is a store's error as programs see it.
func sessionError(err error) error {
	var e *cache.Error
	switch {
	case errors.As(err, &e):
		return host.Raise(e.Code, e.Tamil, e.English)
	case errors.Is(err, context.DeadlineExceeded):
		return host.Raise(cache.CodeTimeout, "அமர்வுகளின் சேமிப்பு உரிய நேரத்தில் விடை தரவில்லை", "the store of sessions took too long")
	}
	return vm.Fail(diag.RunCancelled)
}

// pending reports whether the session has something to tell the store before the answer leaves.
func (s *session) pending(ttl time.Duration, now time.Time) bool {
	switch {
	case s == nil || s.saved || !s.loaded:
		return false
	case len(s.changed) > 0:
		return true
	case !s.known: // nothing was written: there is none
		return false
	}
	return s.cleared || s.regenerated || now.Sub(s.renewed) >= ttl/sessionRenewals
}

// outcome is what has become of a session that was saved.
type outcome struct {
	token string // "": there is none any more
	err   error
}

// save tells the store. It runs on another goroutine, unless the store is in memory, and touches
// nothing but what is in s, which nobody changes meanwhile.
func (s *session) save(ctx context.Context, store cache.Store, ttl time.Duration, now time.Time) (o outcome) {
	var old string
	if s.known {
		old = sessionKey(s.token)
	}
	if old != "" && len(s.changed) == 0 && s.cleared {
		_, o.err = store.Delete(ctx, old)
		return o
	}
	fields := s.fields
	o.token = s.token
	if old == "" || s.cleared || s.regenerated {
		o.token = rand.Text()
	}
	if old != "" && !s.cleared {
		there, err := s.current(ctx, store, old)
		if err != nil || there == nil { // destroyed meanwhile: it stays so
			return outcome{err: err}
		}
		defer there.unlock()
		if fields = there.fields; o.token != s.token {
			defer func() {
				if o.err == nil {
					_, o.err = store.Delete(ctx, old)
				}
			}()
		}
		for _, f := range s.changed {
			fields = changedFields(fields, f.name, f.data)
		}
	} else if old != "" {
		if _, err := store.Delete(ctx, old); err != nil {
			return outcome{err: err}
		}
	}
	o.err = store.Set(ctx, sessionKey(o.token), cache.Item{Data: appendSession(nil, now, fields)}, cache.Options{TTL: ttl})
	return o
}

// locked is what the store has of a session, while nobody else may change it.
type locked struct {
	fields []sessionField
	unlock func()
}

// current takes the session's lock and what the store has of it; nil: nothing.
func (s *session) current(ctx context.Context, store cache.Store, key string) (*locked, error) {
	token := rand.Text()
	_, local := store.(*cache.Memory)
	for pause := sessionPause; ; pause += sessionPause {
		ok, err := store.Lock(ctx, key, token, sessionLockTime)
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
		if local { // whoever has it does not wait while he does
			runtime.Gosched()
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
	unlock := func() {
		if local {
			_ = store.Unlock(ctx, key, token)
		} else {
			go func() { _ = store.Unlock(context.WithoutCancel(ctx), key, token) }() // its time will end
		}
	}
	it, found, err := store.Get(ctx, key)
	if err != nil || !found {
		unlock()
		return nil, err
	}
	_, fields, ok := readSession(it.Data)
	if !ok {
		unlock()
		return nil, nil
	}
	return &locked{slices.Clone(fields), unlock}, nil
}

// saving is a session on its way to the store, while its request waits behind its handler.
type saving struct {
	c      *call
	s      *session
	out    outcome
	cancel context.CancelFunc
	panics *vm.Panic
	over   bool // the request has been cancelled
}

// saveSession tells the store what is to be told before the answer, and reports whether the
// request waits for it: then ended is called again.
func (c *call) saveSession() (waits bool) {
	s, ttl, now := c.session, c.w.app.o.Config.Session.TTL, time.Now()
	if !s.pending(ttl, now) {
		return false
	}
	store := c.w.app.sessions()
	if m, local := store.(*cache.Memory); local {
		c.settleSession(s.save(context.Background(), m, ttl, now))
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), sessionSaveTime)
	x := &saving{c: c, s: s, cancel: cancel}
	c.x.OnCancel = x
	s.saved = true // nobody changes it any more
	l := c.w.loop
	go func() {
		x.panics = vm.Guard(func() { x.out = s.save(ctx, store, ttl, now) })
		l.Post(x) // a loop that has ended has no use for it
	}()
	return true
}

// settleSession takes note of what has become of the session, and has the client told.
func (c *call) settleSession(o outcome) {
	s := c.session
	s.saved, s.failed = true, o.err
	// One that another request has destroyed or given a new id meanwhile is that one's to tell of: taking
	// the cookie away here would take the new id with it.
	if o.err == nil && (o.token != "" || s.cleared) {
		s.lines = c.appendSessionCookie(nil, o.token)
	}
}

// CancelExchange implements loop.Canceller.
func (x *saving) CancelExchange(_ *loop.Exchange, why loop.Reason) {
	x.over = true
	x.cancel()
	if why == loop.TimedOut {
		x.c.tooLate()
	}
}

// RunOnLoop implements loop.Task.
func (x *saving) RunOnLoop(*loop.Loop) {
	x.cancel()
	c := x.c
	if x.over {
		c.session.saved = true
		if c.x != nil {
			c.problem(503, "cancelled", "") // to nobody
		}
	} else {
		c.x.OnCancel = nil
		if x.panics != nil {
			c.w.app.logCrash("request_failed", x.panics, c.about(500))
			c.session.saved = true
			c.problem(500, "", "")
		} else {
			c.settleSession(x.out)
		}
	}
	defer c.saved()
	c.ending = true
	c.ended(vm.Done)
	c.ending = false
}
